//! Answers to requests: the bridge as the pubsub service of everybody elsewhere, and of itself.
//!
//! # Layout
//! * `address`: who is asked, and by whom.
//! * `disco`: what there is. `pubsub`: the requests of XEP-0060, each in its file: `items`, `subscribe`, `publish`.
//! * `listing`: pages of items. `node`: the nodes of a person. `profile`, [`avatar`]: what a person shows.
//! * `gateway`: addresses to JIDs.

pub(crate) mod address;
mod attachments;
pub(crate) mod avatar;
mod disco;
mod gateway;
mod items;
mod listing;
mod node;
mod profile;
mod publish;
mod pubsub;
pub(crate) mod subscribe;

pub(crate) use subscribe::{follow, unfollow};

use causeway_core::adapter::Context;
use minidom::Element;

use self::address::Asked;
use crate::Xmpp;
use crate::error::no;
use crate::link::{Condition, Fault, Request};
use crate::wire::disco::{INFO, ITEMS};
use crate::wire::gateway::GATEWAY;
use crate::wire::pubsub::PubsubRequest;
use crate::wire::vcard::{VCARD_TEMP, VCARD4};
use crate::xml::{Build, bare};

/// What a request comes to: the child of the result, or an error.
type Answer = Result<Option<Element>, Fault>;

/// XEP-0092.
const VERSION: &str = "jabber:iq:version";
/// XEP-0199.
const PING: &str = "urn:xmpp:ping";
/// The one answer to a request, result or error.
// RFC 6120 §8.2.3
pub(crate) async fn answer(xmpp: &Xmpp, context: &Context, request: &Request) -> Element {
    let answer = match Asked::of(xmpp, context, request) {
        Some(asked) => decide(&asked).await,
        None => Err(no(
            Condition::JidMalformed,
            "malformed: the sender or the address is no JID",
        )),
    };
    match answer {
        Ok(payload) => request.result(payload),
        Err(fault) => request.error(&fault),
    }
}

async fn decide(asked: &Asked<'_>) -> Answer {
    let payload = &asked.request.payload;
    if PubsubRequest::is(payload) {
        return pubsub::answer(asked).await;
    }
    match (payload.name(), payload.ns().as_str(), asked.request.is_set) {
        ("query", INFO, false) => disco::info(asked).await,
        ("query", ITEMS, false) => disco::items(asked).await,
        ("vcard", VCARD4, false) => profile::vcard4(asked).await,
        ("vCard", VCARD_TEMP, false) => profile::vcard_temp(asked).await,
        ("query", GATEWAY, false) => gateway::prompt(asked),
        ("query", GATEWAY, true) => gateway::address(asked).await,
        ("query", VERSION, false) => Ok(Some(version())),
        ("ping", PING, false) => Ok(None),
        // RFC 6120 §8.4
        _ => Err(Fault::from(Condition::ServiceUnavailable)),
    }
}

// XEP-0092 §2
fn version() -> Element {
    let simple = |name, text: &str| bare(name, VERSION).text_node(text);
    bare("query", VERSION)
        .child(simple("name", "Causeway"))
        .child(simple("version", env!("CARGO_PKG_VERSION")))
}
