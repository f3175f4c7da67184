//! Who vouches for a request: activities posted to an inbox, and signed fetches.
//!
//! A signature speaks for the owner of its key and for nobody else. An activity whose `actor` is another is answered as
//! taken (`signature-other`: inbox forwarding, AP §7.1.2) and nothing in it is believed; `forwarded` says what comes of it.
//! Linked-data signatures and object proofs are not read.

mod envelope;

use bytes::Bytes;
use causeway_core::adapter::{Arrival, Context, Raw, RawSource, Wire};
use causeway_core::id::ActorId;
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::http_signature::{Claim, Policy, Request, SignatureError, Window};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};

use crate::adapter::ActivityPub;
use crate::fetch::is_activity_json;
use crate::ids;
use crate::transport::system_time;
use crate::wire::out::MEDIA_TYPE;
use envelope::Envelope;

/// Header fields kept for whoever inspects traffic.
const KEPT: [&str; 7] = [
    "host",
    "date",
    "digest",
    "content-digest",
    "content-type",
    "user-agent",
    "signature-input",
];
/// Characters of one of them kept.
const MAX_KEPT: usize = 1_024;

/// A request whose signature obeys every rule that needs no key.
struct Signed {
    parts: Parts,
    claim: Claim,
}

impl ActivityPub {
    /// The wire of a request, attested by whoever signed it.
    pub(crate) async fn authenticated(&self, raw: Raw, context: &Context) -> Result<Wire, Refusal> {
        let RawSource::Request(parts) = raw.source else {
            return Err(Refusal::reject(Reason::SignatureMissing, "not a request"));
        };
        let fetches = matches!(parts.method, Method::GET | Method::HEAD);
        if !fetches && !is_activity_json(&parts.headers) {
            return Err(Refusal::reject(
                Reason::MediaType,
                "an inbox takes ActivityStreams documents",
            ));
        }
        let signed = self.claimed(*parts, &raw.body, context.clock.now())?;
        if fetches {
            let signer = self.signer(context, &signed.claim).await?;
            return Ok(signed.into_wire(Attested::Actor(signer), None, raw.body, raw.received));
        }
        let activity = Envelope::read(&raw.body)?;
        // security.md row 15
        if self.config.is_ours(activity.actor.as_str()) {
            return Err(Refusal::reject(Reason::OriginMismatch, "the actor is one of ours"));
        }
        let attested = self.attested(context, &signed.claim, &activity).await?;
        Ok(signed.into_wire(attested, activity.wire_id(raw.received), raw.body, raw.received))
    }

    fn claimed(&self, mut parts: Parts, body: &[u8], now: Timestamp) -> Result<Signed, Refusal> {
        let site = self
            .site
            .as_ref()
            .ok_or_else(|| Refusal::internal("the public URL has no host"))?;
        with_host(&mut parts.headers, &parts.uri);
        let policy = Policy {
            site,
            window: Window::default(),
            now: system_time(now),
        };
        let request = Request {
            method: &parts.method,
            target: parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str),
            headers: &parts.headers,
            body,
        };
        let claim = Claim::read(&request, &policy).map_err(|error| {
            let missing = matches!(error, SignatureError::Missing);
            let reason = if missing {
                Reason::SignatureMissing
            } else {
                Reason::SignatureBad
            };
            Refusal::reject(reason, error.to_string())
        })?;
        Ok(Signed { parts, claim })
    }

    /// Who vouches for `activity`.
    async fn attested(&self, context: &Context, claim: &Claim, activity: &Envelope) -> Result<Attested, Refusal> {
        // farewells go to everybody, and the key is gone already: those of strangers must cost nothing
        if activity.is_farewell && self.is_stranger(context, claim, &activity.actor).await? {
            return Err(stranger());
        }
        match self.signer(context, claim).await {
            Ok(signer) if signer == activity.actor => {
                // only now: nobody uses up another's share
                self.inbox_budget.take_of_owner(signer.as_str(), context.clock.now())?;
                Ok(Attested::Actor(signer))
            }
            Ok(signer) => Err(Refusal::ignore(
                Reason::SignatureOther,
                format!("signed by {}, not by its actor", signer.as_str()),
            )),
            Err(refusal) if refusal.reason == Reason::KeyGone && activity.is_delete => {
                self.departed(context, activity, refusal).await
            }
            Err(refusal) => Err(refusal),
        }
    }

    async fn is_stranger(&self, context: &Context, claim: &Claim, actor: &ActorId) -> Result<bool, Refusal> {
        let key = context.keys.remote(&ids::NETWORK, claim.key_id()).await?;
        Ok(key.is_none() && context.reads.actor(actor, &ids::NETWORK).await?.is_none())
    }

    /// A deletion that can no longer be proven by its key. An actor's own is believed when its host says so too.
    async fn departed(&self, context: &Context, activity: &Envelope, refusal: Refusal) -> Result<Attested, Refusal> {
        if context.reads.actor(&activity.actor, &ids::NETWORK).await?.is_none() {
            return Err(stranger());
        }
        let home = ids::host(activity.actor.as_str()).filter(|_| activity.is_farewell);
        match home {
            Some(home) if self.is_gone(context, activity.actor.as_str()).await? => Ok(Attested::Host(home)),
            Some(_) | None => Err(refusal),
        }
    }
}

impl Signed {
    fn into_wire(self, attested: Attested, id: Option<String>, body: Bytes, received: Timestamp) -> Wire {
        Wire {
            network: ids::NETWORK,
            attested,
            id,
            arrival: Arrival::Live,
            media_type: MEDIA_TYPE.to_owned(),
            body,
            envelope: self.envelope(),
            received,
        }
    }

    /// Method, path, the header fields that say something, and how it was signed; not the signature itself.
    fn envelope(&self) -> Vec<(String, String)> {
        let entry = |name: &str, value: &str| (name.to_owned(), value.chars().take(MAX_KEPT).collect());
        let mut envelope = vec![
            entry("method", self.parts.method.as_str()),
            entry("path", self.parts.uri.path()),
            entry("signature-scheme", self.claim.scheme().name()),
            entry("key-id", self.claim.key_id()),
        ];
        let kept = KEPT
            .iter()
            .filter_map(|name| Some((name, self.parts.headers.get(*name)?.to_str().ok()?)));
        envelope.extend(kept.map(|(name, value)| entry(name, value)));
        envelope
    }
}

/// What HTTP/2 says in `:authority` is said in `Host` for the signature.
// RFC 9112 §3.2.2 says the same of a target in absolute form
fn with_host(headers: &mut HeaderMap, uri: &http::Uri) {
    let authority = uri
        .authority()
        .and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let (false, Some(value)) = (headers.contains_key(header::HOST), authority) {
        headers.insert(header::HOST, value);
    }
}

fn stranger() -> Refusal {
    Refusal::ignore(Reason::ActorGone, "a farewell of somebody unknown here")
}
