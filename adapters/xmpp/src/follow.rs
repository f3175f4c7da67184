//! Follows, and the answers to them.
//!
//! Wire: `<subscribe/>` and `<unsubscribe/>` for the microblog node of a virtual JID; presence of type `subscribe`,
//! `unsubscribe`, `subscribed`, `unsubscribed`. Out: `<subscription/>` of an event, and presence.
//! Spec: XEP-0060 1.30.0 §6.1, §6.2, §8.8; RFC 6121 §3.
//! Model: [`Follow`], [`Retracted::Follow`]. No losses.

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Activity, Follow, FollowStep, Payload, Retracted, Retraction};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use minidom::Element;

use crate::Config;
use crate::ids::{self, MICROBLOG};
use crate::stanza;
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PUBSUB_EVENT, STANZA_MEDIA_TYPE};
use crate::xml::{Build, bare};

/// Reads a request to subscribe to, or to unsubscribe from, what a virtual JID publishes.
pub(crate) fn parse_subscription(
    config: &Config,
    element: &Element,
    envelope: &Envelope,
    received: Timestamp,
) -> Result<Crossed, Refusal> {
    if element.attr("node").or(envelope.node.as_deref()) != Some(MICROBLOG) {
        return Err(Refusal::ignore(
            Reason::UnsupportedKind,
            "only a subscription to posts is a follow",
        ));
    }
    let jid = element.attr("jid");
    let sender = envelope.from.as_deref().or(jid.filter(|_| envelope.how == How::File));
    let follower = sender
        .and_then(ids::actor)
        .ok_or_else(|| malformed("a subscription by nobody"))?;
    // XEP-0060 §6.1.3.1
    if jid.is_some_and(|jid| ids::actor(jid).as_ref() != Some(&follower)) {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "a subscription for somebody else",
        ));
    }
    let service = envelope.service.as_deref().or(envelope.to.as_deref());
    let followee = followee(config, service)?;
    match element.name() {
        "subscribe" => Ok(request(follower, followee, received)),
        _ => Ok(end(follower, followee)),
    }
}

/// Reads presence between a person and a virtual JID: a contact in the roster is a follow, and the answer to our own
/// request is an answer.
pub(crate) fn parse_presence(
    config: &Config,
    element: &Element,
    envelope: &Envelope,
    received: Timestamp,
) -> Result<Crossed, Refusal> {
    let file = envelope.how == How::File;
    let from = envelope.from.as_deref().or(element.attr("from").filter(|_| file));
    let to = envelope.to.as_deref().or(element.attr("to").filter(|_| file));
    let person = from
        .and_then(ids::actor)
        .ok_or_else(|| malformed("presence from nobody"))?;
    let other = followee(config, to)?;
    match element.attr("type") {
        Some("subscribe") => Ok(request(person, other, received)),
        Some("unsubscribe") => Ok(end(person, other)),
        Some("subscribed") => Ok(answer(other, person, FollowStep::Accept, received)),
        Some("unsubscribed") => Ok(answer(other, person, FollowStep::Reject, received)),
        _ => Err(Refusal::ignore(
            Reason::UnsupportedKind,
            "presence that asks for nothing",
        )),
    }
}

/// A request as presence, an answer as the state of the subscription.
pub(crate) fn render(outgoing: &Outgoing, follow: &Follow) -> Result<Rendered, Refusal> {
    let (follower, followee) = (&follow.follower, &follow.followee);
    let element = match (outgoing.verb, follow.step) {
        (Verb::Retract, _) => ended(&outgoing.activity.actor, follower, followee),
        (_, FollowStep::Request) => presence("subscribe", follower, followee),
        (_, FollowStep::Accept) => subscription(follower, "subscribed"),
        (_, FollowStep::Reject) => subscription(follower, "none"),
    };
    rendered(outgoing, &element, Some(&follow.id))
}

/// The end of a follow: by the follower it is presence, by anybody else the subscription's.
pub(crate) fn render_end(outgoing: &Outgoing, follower: &ActorId, followee: &ActorId) -> Result<Rendered, Refusal> {
    rendered(outgoing, &ended(&outgoing.activity.actor, follower, followee), None)
}

fn ended(actor: &ActorId, follower: &ActorId, followee: &ActorId) -> Element {
    if actor == follower {
        presence("unsubscribe", follower, followee)
    } else {
        subscription(follower, "none")
    }
}

fn presence(kind: &str, from: &ActorId, to: &ActorId) -> Element {
    stanza::presence(kind, from.as_str(), to.as_str())
}

// XEP-0060 §8.8.4
fn subscription(follower: &ActorId, state: &str) -> Element {
    bare("subscription", PUBSUB_EVENT)
        .with("node", MICROBLOG)
        .with("jid", follower.as_str())
        .with("subscription", state)
}

fn rendered(outgoing: &Outgoing, element: &Element, object: Option<&ObjectId>) -> Result<Rendered, Refusal> {
    Ok(Rendered {
        media_type: STANZA_MEDIA_TYPE,
        body: document::write(element)?,
        actor: outgoing.activity.actor.clone(),
        object: object.cloned(),
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses: Vec::new(),
    })
}

fn followee(config: &Config, jid: Option<&str>) -> Result<ActorId, Refusal> {
    jid.and_then(|jid| ids::resolve_virtual(config, jid))
        .ok_or_else(|| Refusal::reject(Reason::NotFound, "nobody of another network has that JID"))
}

/// The time tells one request from the next of the same two; the same wire, read again, gives the same id.
fn request(follower: ActorId, followee: ActorId, received: Timestamp) -> Crossed {
    step(follower.clone(), follower, followee, FollowStep::Request, received)
}

fn answer(follower: ActorId, followee: ActorId, kind: FollowStep, received: Timestamp) -> Crossed {
    step(followee.clone(), follower, followee, kind, received)
}

fn step(actor: ActorId, follower: ActorId, followee: ActorId, step: FollowStep, received: Timestamp) -> Crossed {
    let other = if actor == follower { &followee } else { &follower };
    let id = ids::follow_id(&actor, &format!("{}/{}", other.as_str(), received.millis()));
    let payload = Payload::Follow(Follow {
        id,
        follower,
        followee,
        step,
        request: None,
    });
    let activity = Activity {
        id: None,
        actor,
        at: Some(received),
        payload,
    };
    Crossed::new(activity, Vec::new())
}

fn end(follower: ActorId, followee: ActorId) -> Crossed {
    let target = Retracted::Follow {
        follower: follower.clone(),
        followee,
    };
    let payload = Payload::Retraction(Retraction { target });
    let activity = Activity {
        id: None,
        actor: follower,
        at: None,
        payload,
    };
    Crossed::new(activity, Vec::new())
}

fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
