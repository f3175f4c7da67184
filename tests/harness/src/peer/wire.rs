//! What goes over the control API, in and out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a post is made of; all but the content may stay at the default.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPost {
    /// HTML.
    pub content: String,
    /// `Note` (the default) or `Article`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The title, mostly of an `Article`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The content warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether its media are to be hidden at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// Actors to mention, by id; for a direct post they are its audience.
    pub to: Vec<String>,
    /// The id of what it answers; its author is mentioned without being named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Pictures.
    pub attachments: Vec<Attachment>,
}

impl NewPost {
    /// A public note.
    #[must_use]
    pub fn text(content: &str) -> Self {
        Self {
            content: content.to_owned(),
            ..Self::default()
        }
    }
}

/// Whom a post is for, in the field's four usual steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody, in timelines.
    #[default]
    Public,
    /// Everybody, outside public timelines.
    Unlisted,
    /// Followers.
    Followers,
    /// Those mentioned.
    Direct,
}

/// A picture; without a URL it is a small PNG that the peer serves.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `image/png` when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The alt text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The ids of a new post.
#[derive(Debug, Clone, Deserialize)]
pub struct Posted {
    /// Of the object.
    pub object: String,
    /// Of the activity that carried it.
    pub id: String,
}

/// An activity that a peer took.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    /// When, as ISO 8601 in UTC.
    pub at: String,
    /// The activity's id, when it had one.
    pub id: Option<String>,
    /// `Create`, `Follow` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who did it.
    pub actor: Option<String>,
    /// The id of what it was done to.
    pub object: Option<String>,
    /// The user whose inbox it came to; none for the shared inbox.
    pub recipient: Option<String>,
    /// The HTTP signature that it came under.
    pub scheme: Scheme,
    /// Whether it carried a signature within, too.
    pub proof: bool,
    /// The whole document.
    pub raw: Value,
}

/// An HTTP signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// draft-cavage-http-signatures.
    Cavage,
    /// RFC 9421.
    Rfc9421,
    /// Unsigned.
    None,
}

/// A request that a peer received or sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// When, as ISO 8601 in UTC.
    pub at: String,
    /// Received or sent.
    pub direction: Direction,
    /// `GET`, `POST`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values in turn, as they came.
    pub raw_headers: Vec<String>,
    /// How it was signed.
    pub scheme: Scheme,
    body_base64: String,
    /// The answer; none while it is awaited or when there was none.
    pub status: Option<u16>,
}

/// Which way a request went, as the peer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The peer received it.
    In,
    /// The peer sent it.
    Out,
}

impl Exchange {
    /// The body's bytes.
    ///
    /// # Panics
    /// When the peer's base64 is broken.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        BASE64.decode(&self.body_base64).expect("the peer writes base64")
    }

    /// The body as JSON, null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).unwrap_or_default()
    }
}

/// A request of the test's own making, under a user's HTTP signature.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedRequest {
    /// Where to.
    pub url: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The body of a POST: a string goes as it is, anything else as JSON.
    pub body: Value,
    /// How it is signed.
    pub scheme: Scheme,
}

impl SignedRequest {
    /// A POST of a document to an inbox, signed the common way.
    #[must_use]
    pub fn post(url: &str, body: Value) -> Self {
        Self {
            url: url.to_owned(),
            method: "POST".to_owned(),
            body,
            scheme: Scheme::Cavage,
        }
    }

    /// A signed GET.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            method: "GET".to_owned(),
            body: Value::Null,
            scheme: Scheme::Cavage,
        }
    }
}

/// What was answered to a signed request.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// As text.
    pub body: String,
}

/// What a peer does with a follow that it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFollow {
    /// Accepts at once.
    Accept,
    /// Rejects at once.
    Reject,
    /// Waits for `Control::answer`.
    Hold,
}
