//! Passing on another's post.

use serde::{Deserialize, Serialize};

use super::{Audience, Post};
use crate::id::{ActorId, ObjectId};
use crate::time::Timestamp;

/// Another's post, passed on to one's own followers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repost {
    /// Its id.
    pub id: ObjectId,
    /// Who passes it on.
    pub author: ActorId,
    /// What.
    pub object: ObjectId,
    /// Who may see that: at most whoever may see the post.
    pub audience: Audience,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// What the original says, where it is known and everybody may see it. Not part of the repost: filled in for networks
    /// whose readers see nothing else of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Box<Post>>,
}
