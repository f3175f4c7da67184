//! What every test of a mapping needs, and the tests, kind by kind.

mod attachments;
mod comment;
mod event;
mod follow;
mod hostile;
mod post;
mod profile;
mod reaction;
mod repost;
mod retraction;
mod table;

use std::collections::HashMap;

use bytes::Bytes;
use causeway_core::adapter::{
    Answer, Arrival, Crossed, Crossing, Lookup, Need, Outgoing, ParseContext, Parsed, RenderContext, Rendered, Verb,
    Wire,
};
use causeway_core::model::{Activity, Attested, Payload};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

use crate::Config;
use crate::ids;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::PUBSUB_EVENT;
use crate::xml::{Build as _, bare};

pub(crate) const ALICE: &str = r"alice\40masto.example@bridge.example";

pub(crate) fn config() -> Config {
    Config {
        bridge: "bridge.example".into(),
        serve_domains: vec!["capulet.lit".into()],
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
}

/// An event from a node.
pub(crate) fn event(service: &str, node: &str) -> Envelope {
    Envelope {
        how: How::Event,
        service: Some(service.into()),
        node: Some(node.into()),
        ..Envelope::default()
    }
}

/// A request to a node of ours.
pub(crate) fn request(from: &str, service: &str, node: &str) -> Envelope {
    Envelope {
        how: How::Iq,
        from: Some(from.into()),
        ..event(service, node)
    }
}

pub(crate) fn wire(xml: &str, envelope: &Envelope) -> Wire {
    let attested = match envelope.how {
        How::File => Attested::Nobody,
        How::Event | How::Iq | How::Read => Attested::Actor(ids::actor("juliet@capulet.lit").unwrap()),
    };
    Wire {
        network: ids::NETWORK,
        attested,
        id: None,
        arrival: Arrival::Live,
        media_type: crate::wire::item::ITEM_MEDIA_TYPE.into(),
        body: Bytes::copy_from_slice(xml.as_bytes()),
        envelope: envelope.entries(),
        received: now(),
    }
}

/// Answers to needs: what is not listed fails with the reason given.
pub(crate) struct Known {
    pub(crate) found: HashMap<Need, Wire>,
    pub(crate) failed: Option<Refusal>,
}

impl Lookup for Known {
    fn lookup(&self, need: &Need) -> Answer<'_> {
        match (self.found.get(need), &self.failed) {
            (Some(wire), _) => Answer::Found(wire),
            (None, Some(refusal)) => Answer::Failed(refusal),
            (None, None) => Answer::NotAsked,
        }
    }
}

pub(crate) fn parse_with(xml: &str, envelope: &Envelope, known: &Known) -> Parsed {
    crate::parse(
        &config(),
        &wire(xml, envelope),
        &ParseContext {
            now: now(),
            lookup: known,
        },
    )
}

/// Parses, with every probe answered.
pub(crate) fn parse(xml: &str, envelope: &Envelope) -> Crossing {
    let mut known = Known {
        found: HashMap::new(),
        failed: None,
    };
    for _ in 0..3 {
        match parse_with(xml, envelope, &known) {
            Parsed::Done(crossing) => return crossing,
            Parsed::Needs(needs) => {
                for need in needs {
                    known.found.insert(need, wire(xml, &Envelope::default()));
                }
            }
        }
    }
    panic!("asks for ever")
}

pub(crate) fn one(xml: &str, envelope: &Envelope) -> Crossed {
    let mut crossing = parse(xml, envelope);
    assert_eq!(
        (crossing.activities.len(), &crossing.refused[..]),
        (1, &[][..]),
        "{xml:.500}"
    );
    crossing.activities.remove(0)
}

pub(crate) fn refused(xml: &str, envelope: &Envelope) -> Reason {
    let crossing = parse(xml, envelope);
    assert!(crossing.activities.is_empty(), "{:?}", crossing.activities);
    crossing.refused.first().expect("a refusal").reason
}

pub(crate) fn rules(losses: &[causeway_core::loss::Loss]) -> Vec<&str> {
    losses.iter().map(|loss| loss.rule.as_ref()).collect()
}

pub(crate) fn outgoing(actor: &str, payload: Payload) -> Outgoing {
    let activity = Activity {
        id: None,
        actor: ids::actor(actor).unwrap(),
        at: Some(now()),
        payload,
    };
    Outgoing {
        verb: Verb::Create,
        activity,
        version: 1,
    }
}

pub(crate) fn render(outgoing: &Outgoing) -> Result<Rendered, Refusal> {
    crate::render(&config(), outgoing, &RenderContext::default())
}

pub(crate) fn text(rendered: &Rendered) -> String {
    let text = String::from_utf8(rendered.body.to_vec()).unwrap();
    let stanza: minidom::Element = text.parse().expect("every XMPP program must be able to read it");
    match stanza.name() {
        "presence" => assert!(xmpp_parsers::presence::Presence::try_from(stanza).is_ok(), "{text}"),
        "profile" => {}
        "subscription" => assert!(in_event(stanza).is_ok(), "{text}"),
        _ => {
            let items = bare("items", PUBSUB_EVENT).with("node", "x").child(stanza);
            assert!(in_event(items).is_ok(), "{text}");
        }
    }
    text
}

fn in_event(element: minidom::Element) -> Result<xmpp_parsers::pubsub::event::Event, xso::error::FromElementError> {
    bare("event", PUBSUB_EVENT).child(element).try_into()
}

/// What a bridge elsewhere makes of what we send.
pub(crate) fn read_elsewhere(rendered: &Rendered) -> Crossed {
    let elsewhere = Config {
        bridge: "other.example".into(),
        serve_domains: vec!["capulet.lit".into()],
    };
    let item = ids::Item::of(rendered.object.as_ref().unwrap()).unwrap();
    let envelope = Envelope {
        open: true,
        publisher: Some(rendered.actor.as_str().into()),
        ..event(item.service(), item.node())
    };
    let known = Known {
        found: HashMap::new(),
        failed: None,
    };
    let wire = wire(&text(rendered), &envelope);
    match crate::parse(
        &elsewhere,
        &wire,
        &ParseContext {
            now: now(),
            lookup: &known,
        },
    ) {
        Parsed::Done(mut crossing) => {
            assert_eq!(crossing.refused, []);
            crossing.activities.remove(0)
        }
        Parsed::Needs(needs) => panic!("needs {needs:?}"),
    }
}
