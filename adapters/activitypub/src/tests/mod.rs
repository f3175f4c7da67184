//! Tests of whole documents.

mod comments;
mod documents;
mod follows;
mod hostile;
mod pasture;
mod posts;
mod profiles;
mod programs;
mod reactions;
mod reposts;
mod retractions;
mod tables;
mod vocabulary;

use std::collections::BTreeMap;

use bytes::Bytes;
use causeway_core::adapter::{
    Answer, Arrival, Crossed, Lookup, Need, NothingKnown, Outgoing, ParseContext, Parsed, RenderContext, Rendered,
    Verb, Wire,
};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Activity, Attested, Payload, Post, Text};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use serde_json::Value;

use crate::config::Config;
use crate::ids;

pub(crate) fn config() -> Config {
    Config::new("https://social.example/".parse().unwrap(), Some("capulet.example"))
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T18:42:51Z").unwrap()
}

pub(crate) fn actor(id: &str) -> ActorId {
    ids::actor(id).unwrap()
}

pub(crate) fn object(id: &str) -> ObjectId {
    ids::object(id).unwrap()
}

/// Juliet, one of ours.
pub(crate) fn juliet() -> ActorId {
    config().actor("k3v9")
}

/// Alice, of a Mastodon.
pub(crate) fn alice() -> ActorId {
    actor("https://masto.example/users/alice")
}

/// An object of Juliet's.
pub(crate) fn hers(path: &str) -> ObjectId {
    object(&format!("{}/{path}", juliet().as_str()))
}

/// A post of Juliet's with this HTML.
pub(crate) fn post(html: &str) -> Post {
    let text = Text {
        html: Some(html.to_owned()),
        ..Text::plain(causeway_formats::html::to_plain(html))
    };
    let id = hers("posts/p1");
    let url = id.as_str().parse().ok();
    Post {
        published: Some(now()),
        url,
        ..Post::note(id, juliet(), text)
    }
}

/// A wire whose origin does not matter: `parse` does not read it.
pub(crate) fn wire(body: impl Into<Bytes>) -> Wire {
    Wire {
        network: ids::NETWORK,
        attested: Attested::Nobody,
        id: None,
        arrival: Arrival::Live,
        media_type: "application/activity+json".to_owned(),
        body: body.into(),
        envelope: Vec::new(),
        received: now(),
    }
}

/// What comes of a document when nothing can be fetched.
pub(crate) fn read(body: impl Into<Bytes>) -> Result<Crossed, Refusal> {
    let nothing = NothingKnown(Refusal::retry(Reason::HostUnreachable, "no network in a test"));
    let context = ParseContext {
        now: now(),
        lookup: &nothing,
    };
    done(crate::parse(&config(), &wire(body), &context))
}

pub(crate) fn done(parsed: Parsed) -> Result<Crossed, Refusal> {
    match parsed {
        Parsed::Done(mut crossing) => match crossing.activities.pop() {
            Some(crossed) => Ok(crossed),
            None => Err(crossing.refused.pop().expect("an activity or a refusal")),
        },
        Parsed::Needs(needs) => panic!("asked for {needs:?} although it was answered"),
    }
}

/// What comes of a document written as a JSON value.
pub(crate) fn read_value(value: &Value) -> Result<Crossed, Refusal> {
    read(value.to_string())
}

/// What was fetched, by id.
#[derive(Default)]
pub(crate) struct Web(pub BTreeMap<String, Wire>);

impl Lookup for Web {
    fn lookup(&self, need: &Need) -> Answer<'_> {
        match need {
            Need::Object(id) => self.0.get(id).map_or(Answer::NotAsked, Answer::Found),
            Need::Actor(_) | Need::Key(_) => Answer::NotAsked,
        }
    }
}

pub(crate) fn outgoing(verb: Verb, version: u32, actor: ActorId, payload: Payload) -> Outgoing {
    Outgoing {
        verb,
        version,
        activity: Activity {
            id: None,
            actor,
            at: None,
            payload,
        },
    }
}

pub(crate) fn render(verb: Verb, version: u32, actor: &ActorId, payload: Payload) -> Result<Rendered, Refusal> {
    crate::render(
        &config(),
        &outgoing(verb, version, actor.clone(), payload),
        &RenderContext::default(),
    )
}

/// The JSON of what Juliet sends.
pub(crate) fn written(verb: Verb, version: u32, payload: Payload) -> Value {
    json(&render(verb, version, &juliet(), payload).unwrap())
}

pub(crate) fn json(rendered: &Rendered) -> Value {
    serde_json::from_slice(&rendered.body).unwrap()
}

/// What Juliet sends, as read again.
pub(crate) fn again(verb: Verb, payload: Payload) -> Crossed {
    read(render(verb, 1, &juliet(), payload).unwrap().body).unwrap()
}

/// The rules of the losses, in order.
pub(crate) fn rules(crossed: &Crossed) -> Vec<&str> {
    crossed.losses.iter().map(|loss| loss.rule.as_ref()).collect()
}
