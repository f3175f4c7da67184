//! The end of something said or done before.

use serde::{Deserialize, Serialize};

use crate::id::{ActorId, ObjectId};

/// The end of something. Only its author may say so, or whoever keeps the place it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// What ends.
    pub target: Retracted,
}

/// What a retraction ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retracted {
    /// A post, comment, reaction, repost, follow, block: by its id.
    Object(ObjectId),
    /// A follow known only by its two ends.
    Follow {
        /// Who follows no more.
        follower: ActorId,
        /// Who is not followed any more.
        followee: ActorId,
    },
    /// A reaction known only by who and what; `emoji` as in [`super::Reaction`].
    Reaction {
        /// Who reacted.
        author: ActorId,
        /// To what.
        object: ObjectId,
        /// With what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
    /// Every reaction that stands in one thing, but those named: a wire may say what somebody feels all at once.
    Reactions {
        /// What they stand in: their ids begin with its id and a `#`.
        within: ObjectId,
        /// Those that stay.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        but: Vec<ObjectId>,
    },
    /// A whole actor, with all they said.
    Actor(ActorId),
}
