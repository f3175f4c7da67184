//! Following, and the answer to it.

use serde::{Deserialize, Serialize};

use crate::id::{ActorId, ObjectId};

/// A follow or the answer to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// The id of this step: of the request, or of the answer where the wire gives it one.
    pub id: ObjectId,
    /// Who follows or asks to.
    pub follower: ActorId,
    /// Who is followed.
    pub followee: ActorId,
    /// Which step.
    pub step: FollowStep,
    /// Of an answer: the id of the request it answers, when the wire names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ObjectId>,
}

/// The steps of a follow. Its end is a [`super::Retraction`] of the follow, by the follower; or a later `Reject`, by the followee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FollowStep {
    /// The follower asks.
    Request,
    /// The followee agrees.
    Accept,
    /// The followee does not, or not any more.
    Reject,
}
