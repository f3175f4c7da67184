//! Answers in a thread.

use serde::{Deserialize, Serialize};

use super::Post;
use crate::id::{ObjectId, PlaceId};

/// An answer. At least one of `parent` and `place` says to what; a wire knows one or both, the bus finds the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ObjectId>,
    /// The post that began the thread, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<ObjectId>,
    /// The place it stands in, on networks that gather comments in places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceId>,
    /// The answer itself.
    pub post: Post,
}
