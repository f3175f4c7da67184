//! Passing on another's post.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::id::{ActorId, ObjectId};
use crate::time::Timestamp;

/// Another's post, passed on to one's own followers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}
