//! What we send: structs in the order people read a document, absent properties left out.

use std::collections::BTreeMap;

use bytes::Bytes;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// What documents and deliveries are.
// AP §3.2, §7
pub(crate) const MEDIA_TYPE: &str = "application/activity+json";

/// Everybody.
// AP §5.6
pub(crate) const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A document with the one context that all of ours have.
#[derive(Debug, Serialize)]
pub(crate) struct Document<T> {
    #[serde(rename = "@context")]
    context: Value,
    #[serde(flatten)]
    body: T,
}

impl<T: Serialize> Document<T> {
    /// The bytes of `body` as a document of its own.
    ///
    /// # Errors
    /// `internal` if it cannot be written.
    pub(crate) fn bytes(body: T) -> Result<Bytes, Refusal> {
        let document = Self {
            context: context(),
            body,
        };
        serde_json::to_vec(&document)
            .map(Bytes::from)
            .map_err(Refusal::internal)
    }
}

/// The context: the vocabulary, keys, and the extensions that programs of today read.
fn context() -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        {
            "toot": "http://joinmastodon.org/ns#",
            "schema": "http://schema.org#",
            "misskey": "https://misskey-hub.net/ns#",
            "pt": "https://joinpeertube.org/ns#",
            "Emoji": "toot:Emoji",
            "Hashtag": "as:Hashtag",
            "PropertyValue": "schema:PropertyValue",
            "value": "schema:value",
            "sensitive": "as:sensitive",
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "movedTo": {"@id": "as:movedTo", "@type": "@id"},
            "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "blurhash": "toot:blurhash",
            "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
            "votersCount": "toot:votersCount",
            "size": "pt:size",
            "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
            "quoteUrl": "as:quoteUrl",
            "_misskey_quote": "misskey:_misskey_quote",
            "webfinger": {"@id": "https://purl.archive.org/socialweb/webfinger#webfinger"}
        }
    ])
}

/// An activity around `object`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activity<T> {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    pub object: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<Tag>,
}

impl<T> Activity<T> {
    /// An activity with nothing but the necessary.
    pub(crate) fn new(kind: &'static str, id: String, actor: impl Into<String>, object: T) -> Self {
        let (to, cc) = (Vec::new(), Vec::new());
        Self {
            id,
            kind,
            actor: actor.into(),
            published: None,
            to,
            cc,
            object,
            content: None,
            tag: Vec::new(),
        }
    }
}

/// A post or comment, in the order of AS2 and then of the extensions.
// AS2 vocabulary §3.3
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Object {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub attributed_to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    pub sensitive: bool,
    pub content: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub content_map: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    pub url: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<Tag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachment: Vec<Attachment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voters_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_url: Option<String>,
    #[serde(rename = "_misskey_quote", skip_serializing_if = "Option::is_none")]
    pub misskey_quote: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replies: String,
}

/// What the author typed.
// AP §3.3
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Source {
    pub content: String,
    pub media_type: String,
}

/// A mention, hashtag or emoji.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tag {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rel: Option<&'static str>,
}

/// A picture, sound, film or file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blurhash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<(f32, f32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<Box<Attachment>>,
}

/// One choice of a poll.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Choice {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub name: String,
    pub replies: Count,
}

/// A vote for one choice of a poll: a note without content.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Vote {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub attributed_to: String,
    pub in_reply_to: String,
    pub name: String,
    pub to: Vec<String>,
}

/// A collection of which only the size is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Count {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub total_items: u64,
}

/// A place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

/// What is left of a deleted object.
// AS2 vocabulary §3.3, Tombstone
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tombstone {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Timestamp>,
}

/// A follow inside the answer to it or the end of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Follow {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub actor: String,
    pub object: String,
}

impl Attachment {
    /// A file known by its address alone.
    pub(crate) fn new(kind: &'static str, url: &url::Url) -> Self {
        Self {
            kind,
            media_type: None,
            url: url.to_string(),
            name: None,
            size: None,
            width: None,
            height: None,
            duration: None,
            blurhash: None,
            focal_point: None,
            icon: None,
        }
    }
}
