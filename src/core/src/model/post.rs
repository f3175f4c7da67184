//! Posts, and what a comment shares with them.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Audience, CustomEmoji, Event, Geo, Media, Poll, Text, is_false};
use crate::id::{ActorId, ObjectId, PlaceId};
use crate::time::Timestamp;

/// Something somebody published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its id on the network it was made on.
    pub id: ObjectId,
    /// Who wrote it.
    pub author: ActorId,
    /// What sort of post.
    #[serde(default)]
    pub form: PostForm,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// What it says.
    #[serde(default)]
    pub text: Text,
    /// The line shown in front of a folded text: a content warning, or an article's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether text and media are folded until asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// Tags in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// People named in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Pictures that stand for `:names:` in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emoji: Vec<CustomEmoji>,
    /// The post it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// Attachments in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// A poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// Of an answer to a poll: the choice it is a vote for. Nobody but whoever asked hears of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote: Option<String>,
    /// An event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// Where it was written or is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geo: Option<Geo>,
    /// Who may see it.
    pub audience: Audience,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// Its page for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// Where its comments are gathered, if the author's side has such a place and names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<PlaceId>,
}

/// Sorts of posts. What a wire calls by another name keeps that name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostForm {
    /// A short text.
    #[default]
    Note,
    /// A text with a title of its own.
    Article,
    /// Something the wire calls by this name: `Page`, `Video`, `Event`.
    Other(String),
}

/// A title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// The title in plain text.
    pub text: String,
    /// Whether a mapping made it up from the text: such a one never leaves as a real title.
    #[serde(default, skip_serializing_if = "is_false")]
    pub invented: bool,
}

/// A tag, without the `#`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The tag as its author wrote it.
    pub name: String,
    /// A page that gathers what bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

/// A person named in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Who.
    pub actor: ActorId,
    /// As the text writes it, such as `@alice@masto.example`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A post shown inside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Which.
    pub object: ObjectId,
    /// Its page for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

impl Post {
    /// A public note of `author` with nothing in it but `text`.
    pub fn note(id: ObjectId, author: ActorId, text: Text) -> Self {
        Self {
            id,
            author,
            form: PostForm::Note,
            title: None,
            text,
            summary: None,
            sensitive: false,
            tags: Vec::new(),
            mentions: Vec::new(),
            emoji: Vec::new(),
            quote: None,
            media: Vec::new(),
            poll: None,
            vote: None,
            event: None,
            geo: None,
            audience: Audience::public(),
            published: None,
            edited: None,
            url: None,
            replies: None,
        }
    }

    /// The title its author gave it.
    pub fn real_title(&self) -> Option<&str> {
        self.title
            .as_ref()
            .filter(|title| !title.invented)
            .map(|title| title.text.as_str())
    }
}
