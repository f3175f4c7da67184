//! Messages between named people.

use serde::{Deserialize, Serialize};

use super::{Audience, Media, Text};
use crate::id::{ActorId, ObjectId};
use crate::time::Timestamp;

/// A message to named people. It stands on no page, node or feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DirectMessage {
    /// Its id.
    pub id: ObjectId,
    /// Who writes.
    pub author: ActorId,
    /// To whom: the scope is always [`super::Scope::Direct`].
    pub audience: Audience,
    /// What to warn of before it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What.
    pub text: Text,
    /// Attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ObjectId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When it was last corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
}
