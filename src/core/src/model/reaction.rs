//! Likes and emoji.

use serde::{Deserialize, Serialize};
use url::Url;

use super::Audience;
use crate::id::{ActorId, ObjectId};

/// What somebody feels about something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Its id.
    pub id: ObjectId,
    /// Who reacts.
    pub author: ActorId,
    /// To what.
    pub object: ObjectId,
    /// An emoji or the `:name:` of a custom one; `None` is a plain like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// The picture of a custom emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomEmoji>,
    /// Who may see it: at most whoever may see what it is about.
    pub audience: Audience,
}

/// A picture used as a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomEmoji {
    /// Its name with the colons.
    pub name: String,
    /// The picture.
    pub url: Url,
    /// The picture's media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}
