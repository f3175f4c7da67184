//! The descriptor of a resource (RFC 7033 §4.4), which XRD spells in XML.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::json_limits::{self, JsonRefusal};
use crate::xml_limits::XmlRefusal;

/// Link relations of the field.
pub mod rel {
    /// The actor document.
    pub const SELF: &str = "self";
    /// The template of WebFinger queries, in host-meta (RFC 6415 §4.2).
    pub const LRDD: &str = "lrdd";
    /// The profile page for people.
    pub const PROFILE_PAGE: &str = "http://webfinger.net/rel/profile-page";
    /// The avatar.
    pub const AVATAR: &str = "http://webfinger.net/rel/avatar";
    /// The page that follows someone, a template with `{uri}`.
    pub const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";
    /// The feed of a person (OStatus).
    pub const FEED: &str = "http://schemas.google.com/g/2010#updates-from";
    /// The Salmon inbox (OStatus).
    pub const SALMON: &str = "salmon";
    /// The public key of a Salmon sender (OStatus).
    pub const MAGIC_KEY: &str = "magic-public-key";
    /// The hCard of a person (Diaspora).
    pub const HCARD: &str = "http://microformats.org/profile/hcard";
    /// The pod of a person (Diaspora).
    pub const SEED_LOCATION: &str = "http://joindiaspora.com/seed_location";
    /// XMPP over BOSH (XEP-0156 §3).
    pub const XMPP_BOSH: &str = "urn:xmpp:alt-connections:xbosh";
    /// XMPP over WebSocket (XEP-0156 §3).
    pub const XMPP_WEBSOCKET: &str = "urn:xmpp:alt-connections:websocket";
}

/// Why a descriptor cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JrdRefusal {
    /// Over a limit of [`json_limits`].
    #[error(transparent)]
    Json(#[from] JsonRefusal),
    /// Over a limit of [`crate::xml_limits`].
    #[error(transparent)]
    Xml(#[from] XmlRefusal),
    /// Well-formed, but no descriptor.
    #[error("not a resource descriptor")]
    NotADescriptor,
}

impl JrdRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Json(refusal) => refusal.reason(),
            Self::Xml(refusal) => refusal.reason(),
            Self::NotADescriptor => "descriptor-malformed",
        }
    }
}

/// A resource descriptor: the answer to a WebFinger query, or a host-meta document.
///
/// Reading forgives: unknown members, `null`, and members of another type than they should have are
/// passed over, a bad link among good ones is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jrd {
    /// What is described; host-meta has none.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Other addresses of the same.
    #[serde(deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Properties by URI; a value may be null.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Option<String>>,
    /// Links, in order of preference.
    #[serde(deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A link of a descriptor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Link {
    /// The relation, a name or a URI ([`rel`]).
    pub rel: String,
    /// The media type of what it leads to.
    #[serde(
        rename = "type",
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub media_type: Option<String>,
    /// Where it leads.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Where it leads once `{uri}` is filled in (XRD; OStatus uses it in JRDs too).
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Titles by language, `und` where it is unknown.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "BTreeMap::is_empty")]
    pub titles: BTreeMap<String, String>,
    /// Properties by URI.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Option<String>>,
}

impl Jrd {
    /// Reads JSON, under [`json_limits`].
    ///
    /// # Errors
    /// [`JrdRefusal`] where it is over a limit or no JSON object.
    pub fn from_json(json: &[u8]) -> Result<Self, JrdRefusal> {
        json_limits::check(json, &json_limits::Limits::default())?;
        let value: Value = serde_json::from_slice(json).map_err(|_| JrdRefusal::NotADescriptor)?;
        if !value.is_object() {
            return Err(JrdRefusal::NotADescriptor);
        }
        let mut jrd: Self = serde_json::from_value(value).map_err(|_| JrdRefusal::NotADescriptor)?;
        jrd.links.retain(|link| !link.rel.is_empty());
        Ok(jrd)
    }

    /// Reads JSON or XML, whichever the first character says it is (GNU social answers with XRD
    /// whatever was asked for).
    ///
    /// # Errors
    /// [`JrdRefusal`] where it is neither, or over a limit.
    pub fn read(body: &[u8]) -> Result<Self, JrdRefusal> {
        let start = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
        if start.first() == Some(&b'<') {
            Self::from_xrd(body)
        } else {
            Self::from_json(start)
        }
    }

    /// Writes JSON (media type `application/jrd+json`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The first link of a relation.
    #[must_use]
    pub fn link(&self, rel: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.rel == rel)
    }

    /// The first `self` link to an ActivityStreams document (AP §3.2).
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        let activity = |link: &&Link| link.rel == rel::SELF && link.media_type.as_deref().is_some_and(is_activity_json);
        self.links.iter().find(activity)?.href.as_deref()
    }

    /// The address to ask about `resource`, by the `lrdd` template of a host-meta document
    /// (RFC 6415 §4.2); `json` prefers a template that answers in JSON.
    #[must_use]
    pub fn lrdd(&self, resource: &str, json: bool) -> Option<String> {
        let templates = || {
            self.links
                .iter()
                .filter(|link| link.rel == rel::LRDD && link.template.is_some())
        };
        let is_json = |link: &&Link| link.media_type.as_deref().is_some_and(|it| it.contains("json"));
        let link = templates()
            .find(|link| is_json(link) == json)
            .or_else(|| templates().next())?;
        let encoded: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
        link.template
            .as_ref()
            .map(|template| template.replace("{uri}", &encoded))
    }
}

impl Link {
    /// A link to an address.
    #[must_use]
    pub fn new(rel: &str, media_type: Option<&str>, href: &str) -> Self {
        Self {
            rel: rel.to_owned(),
            media_type: media_type.map(str::to_owned),
            href: Some(href.to_owned()),
            ..Self::default()
        }
    }

    /// A link to be completed with `{uri}`.
    #[must_use]
    pub fn template(rel: &str, media_type: Option<&str>, template: &str) -> Self {
        Self {
            rel: rel.to_owned(),
            media_type: media_type.map(str::to_owned),
            template: Some(template.to_owned()),
            ..Self::default()
        }
    }
}

fn is_activity_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    match parts.next() {
        Some("application/activity+json") => true,
        Some("application/ld+json") => media_type.contains("https://www.w3.org/ns/activitystreams"),
        Some(_) | None => false,
    }
}

/// The value, or the default where it is null or of another type.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// The elements that fit; a single one may stand without its array.
pub(crate) fn lenient_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let values = match Value::deserialize(deserializer)? {
        Value::Array(values) => values,
        Value::Null => Vec::new(),
        single => vec![single],
    };
    Ok(values
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mastodon_answer_reads_and_writes_back() {
        let json = serde_json::json!({
            "subject": "acct:alice@masto.example",
            "aliases": ["https://masto.example/@alice", "https://masto.example/users/alice"],
            "links": [
                {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://masto.example/@alice"},
                {"rel": "self", "type": "application/activity+json", "href": "https://masto.example/users/alice"},
                {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": "https://masto.example/authorize_interaction?uri={uri}"}
            ]
        });
        let jrd = Jrd::from_json(json.to_string().as_bytes()).unwrap();
        assert_eq!(jrd.actor(), Some("https://masto.example/users/alice"));
        assert_eq!(
            jrd.link(rel::PROFILE_PAGE).unwrap().media_type.as_deref(),
            Some("text/html")
        );
        assert_eq!(jrd.to_json(), json);
    }

    #[test]
    fn odd_answers_are_read_as_far_as_they_go() {
        let odd = br#"{"subject":null,"aliases":"acct:a@b","expires":5,"properties":[],
            "links":[null,7,{"href":"x"},{"rel":null},{"rel":"self","type":null,"href":["x"]},
            {"rel":"self","type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"","href":"https://h/a","titles":{"en":"A"},"properties":{"p":null},"x":1}]}"#;
        let jrd = Jrd::from_json(odd).unwrap();
        assert_eq!(jrd.subject, None);
        assert_eq!(jrd.aliases, ["acct:a@b"]);
        assert_eq!(jrd.links.len(), 2);
        assert_eq!(jrd.links[0].href, None);
        assert_eq!(jrd.actor(), Some("https://h/a"));
        assert_eq!(jrd.links[1].properties["p"], None);
        assert_eq!(Jrd::from_json(b"{}").unwrap(), Jrd::default());
    }

    #[test]
    fn bad_answers_are_refused_with_a_reason() {
        let reason = |body: &[u8]| Jrd::read(body).unwrap_err().reason();
        assert_eq!(reason(b"[]"), "descriptor-malformed");
        assert_eq!(reason(b""), "descriptor-malformed");
        assert_eq!(reason(b"<html/>"), "descriptor-malformed");
        assert_eq!(reason(b"<a>"), "xml-malformed");
        assert_eq!(reason(br#"{"subject":"a","subject":"b"}"#), "json-duplicate-member");
    }

    #[test]
    fn lrdd_templates_are_filled_in_and_encoded() {
        let jrd = Jrd {
            links: vec![
                Link::template(rel::LRDD, Some("application/xrd+xml"), "https://h/x?r={uri}"),
                Link::template(rel::LRDD, Some("application/jrd+json"), "https://h/j?r={uri}"),
            ],
            ..Jrd::default()
        };
        assert_eq!(jrd.lrdd("acct:a&b@c", false).unwrap(), "https://h/x?r=acct%3Aa%26b%40c");
        assert_eq!(jrd.lrdd("acct:a@c", true).unwrap(), "https://h/j?r=acct%3Aa%40c");
        assert_eq!(Jrd::default().lrdd("x", true), None);
    }
}
