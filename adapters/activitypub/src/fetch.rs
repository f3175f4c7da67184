//! Documents from where they are at home.
//!
//! A document counts for the host it came from, after redirects, and only if its `id` is of that host; a document whose
//! `id` is not the address asked for is asked for once more, by its `id`. Every GET is signed by the instance actor.
//! Nothing of our own host is ever fetched.

use bytes::Bytes;
use causeway_core::adapter::{Arrival, Context, Need, Wire};
use causeway_core::model::Attested;
use causeway_core::ports::{HttpResponse, Redirects};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::json_limits::{self, JsonRefusal};
use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::adapter::ActivityPub;
use crate::ids;
use crate::transport::{self, Request};
use crate::wire::out::MEDIA_TYPE;
use crate::wire::{Doc, Json, MAX_WIRE};

/// What we ask for.
// AP §3.2
const ACCEPT: &str =
    r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json"#;
/// The same for the guarded client.
const MEDIA_TYPES: [&str; 2] = [MEDIA_TYPE, LD_JSON];
const LD_JSON: &str = "application/ld+json";
/// The profile that makes JSON-LD ActivityStreams.
const AS2: &str = "https://www.w3.org/ns/activitystreams";
/// Redirects followed at most.
const HOPS: u8 = 5;

/// A document attested by its host.
pub(crate) struct Fetched {
    /// Its `id`, on the host it came from.
    pub id: String,
    /// Its bytes.
    pub body: Bytes,
    json: Json,
    url: Url,
    at: Timestamp,
}

impl Fetched {
    /// A view of it.
    pub(crate) fn doc(&self) -> Option<Doc<'_>> {
        Doc::of(&self.json)
    }

    /// Whether its `id` is the address `url`, fragments aside.
    pub(crate) fn is_at(&self, url: &str) -> bool {
        let plain = |text: &str| Url::parse(text).ok().map(without_fragment);
        plain(url).is_some_and(|url| plain(&self.id) == Some(url))
    }

    /// The wire, with what is proven of it besides.
    pub(crate) fn into_wire(self, proven: Option<(&str, String)>) -> Wire {
        let mut envelope = vec![("url".to_owned(), self.url.to_string())];
        envelope.extend(proven.map(|(name, value)| (name.to_owned(), value)));
        Wire {
            network: ids::NETWORK,
            attested: ids::host(&self.id).map_or(Attested::Nobody, Attested::Host),
            // the state of a document at a time: the next fetch is a wire of its own, even when nothing has changed
            id: Some(format!("{}#fetched-{}", self.id, self.at.millis())),
            arrival: Arrival::Backfill,
            media_type: MEDIA_TYPE.to_owned(),
            body: self.body,
            envelope,
            received: self.at,
        }
    }
}

impl ActivityPub {
    /// The document that `need` names.
    pub(crate) async fn fetched(&self, context: &Context, need: &Need) -> Result<Wire, Refusal> {
        let found = match need {
            Need::Object(id) | Need::Actor(id) => self.by_id(context, id).await?,
            // a key may be served in a stub of its owner, whose id is another address
            Need::Key(id) => self.document(context, id).await?,
        };
        Ok(found.into_wire(None))
    }

    /// The document at `address`, or the one it names as itself.
    ///
    /// # Errors
    /// As [`ActivityPub::document`].
    pub(crate) async fn by_id(&self, context: &Context, address: &str) -> Result<Fetched, Refusal> {
        let first = self.document(context, address).await?;
        if first.is_at(address) {
            return Ok(first);
        }
        let second = self.document(context, &first.id).await?;
        if second.id == first.id {
            Ok(second)
        } else {
            Err(mismatch("its id leads to a document with another id"))
        }
    }

    /// The document at `address`: one GET.
    ///
    /// # Errors
    /// `gone`, `auth-fetch-required`, `host-refused`, `rate-limited` by the status; `media-type`, `too-large`, `malformed`
    /// for what is no document; `origin-mismatch` when its `id` is of another host; `loop` for what is ours; and those of
    /// the guarded client.
    pub(crate) async fn document(&self, context: &Context, address: &str) -> Result<Fetched, Refusal> {
        let url = Url::parse(address)
            .ok()
            .filter(|_| ids::object(address).is_some())
            .map(without_fragment)
            .ok_or_else(|| Refusal::reject(Reason::Malformed, "not a web address"))?;
        self.not_ours(url.as_str())?;
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        let instance = self.config.instance_actor();
        let request = Request {
            actor: &instance,
            method: Method::GET,
            url,
            headers,
            body: None,
            redirects: Redirects::Follow(HOPS),
            accept: &MEDIA_TYPES,
            limit: MAX_WIRE,
        };
        let answer = self.transport.send(context, &request).await?;
        let now = context.clock.now();
        match transport::refusal(&answer, now, Reason::AuthFetchRequired) {
            Some(refusal) => Err(refusal),
            None => self.read(answer, now),
        }
    }

    fn read(&self, answer: HttpResponse, at: Timestamp) -> Result<Fetched, Refusal> {
        // security.md row 4: a file on a media host is no document, whatever it says
        if !is_activity_json(&answer.headers) {
            return Err(Refusal::reject(Reason::MediaType, "not an ActivityStreams document"));
        }
        let json = read_json(&answer.body)?;
        let id = Doc::of(&json).and_then(Doc::id).filter(|id| ids::object(id).is_some());
        let id = id
            .ok_or_else(|| Refusal::reject(Reason::Malformed, "no object with an id"))?
            .to_owned();
        // security.md row 2: the host after redirects is the one that vouches
        if !ids::same_host(&id, answer.url.as_str()) {
            return Err(mismatch("its id is of another host than it came from"));
        }
        self.not_ours(&id)?;
        Ok(Fetched {
            id,
            body: answer.body,
            json,
            url: answer.url,
            at,
        })
    }

    // security.md row 15: what is ours is looked up, never fetched
    fn not_ours(&self, id: &str) -> Result<(), Refusal> {
        if self.config.is_ours(id) {
            return Err(Refusal::reject(Reason::Loop, "that is our own host"));
        }
        Ok(())
    }
}

/// JSON from a stranger.
///
/// # Errors
/// `too-large`, `malformed`.
pub(crate) fn read_json(body: &[u8]) -> Result<Json, Refusal> {
    json_limits::check(body, &json_limits::Limits::default()).map_err(|refusal| {
        let reason = match refusal {
            JsonRefusal::TooLarge(_) => Reason::TooLarge,
            JsonRefusal::TooDeep(_)
            | JsonRefusal::TooManyMembers(_)
            | JsonRefusal::DuplicateMember(_)
            | JsonRefusal::NotUtf8
            | JsonRefusal::Malformed => Reason::Malformed,
        };
        Refusal::reject(reason, refusal.to_string())
    })?;
    Json::read(body)
}

/// Whether the content type is one of ActivityPub: `application/activity+json`, or JSON-LD with the profile of AS2.
// AP §3.2
pub(crate) fn is_activity_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    let essence = essence.trim();
    let profiled = || {
        parameters
            .split(';')
            .filter_map(|each| each.split_once('='))
            .any(|(name, value)| {
                let profiles = value.trim().trim_matches('"').split_ascii_whitespace();
                name.trim().eq_ignore_ascii_case("profile") && profiles.into_iter().any(|profile| profile == AS2)
            })
    };
    essence.eq_ignore_ascii_case(MEDIA_TYPE) || (essence.eq_ignore_ascii_case(LD_JSON) && profiled())
}

pub(crate) fn mismatch(detail: &str) -> Refusal {
    Refusal::reject(Reason::OriginMismatch, detail)
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_4_media_types() {
        let is = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            is_activity_json(&headers)
        };
        for good in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://w3id.org/x https://www.w3.org/ns/activitystreams""#,
            "application/ld+json; profile=https://www.w3.org/ns/activitystreams",
        ] {
            assert!(is(good), "{good}");
        }
        for bad in [
            "",
            "text/html",
            "application/json",
            "application/ld+json",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams-not""#,
            r#"application/ld+json; x="https://www.w3.org/ns/activitystreams""#,
            "image/png",
            "application/octet-stream",
        ] {
            assert!(!is(bad), "{bad}");
        }
        assert!(!is_activity_json(&HeaderMap::new()));
    }
}
