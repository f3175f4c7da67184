//! Deliveries: events to subscribers, publications to places that others keep.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Context, Delivered, Outgoing, RenderContext, Rendered, Target, Verb};
use causeway_core::model::{Activity, Payload, Retracted, Retraction};
use causeway_core::refusal::{Reason, Refusal};
use jid::Jid;
use minidom::Element;

use crate::ids::{self, Item, Reference};
use crate::link::{Query, SendError};
use crate::notices::Notice;
use crate::stanza;
use crate::watch::read;
use crate::wire::bundle::PROFILE;
use crate::wire::document;
use crate::wire::item::{PUBSUB_EVENT, PubsubItem};
use crate::wire::message::Message;
use crate::wire::pubsub::PubsubRequest;
use crate::xml::{Build, bare};
use crate::{Xmpp, chat, error};

/// How long a delivery waits for the stream.
const RECONNECT: Duration = Duration::from_secs(10);

/// The answer for what nobody is told of.
const ON_DEMAND: &str = "read on demand";

type Answer = Result<Delivered, Refusal>;

/// Sends in order to one target. One result per item; after the first that must be retried the rest are not tried.
pub(crate) async fn deliver(xmpp: &Xmpp, context: &Context, target: &Target, items: &[Arc<Rendered>]) -> Vec<Answer> {
    // a stream that is down is mostly up again in a moment
    if tokio::time::timeout(RECONNECT, xmpp.link.connected()).await.is_err() {
        return vec![Err(error::unreachable(&SendError::Disconnected)); items.len()];
    }
    let answers = match ids::read_uri(&target.address) {
        Some(Reference::Place(_)) => to_place(xmpp, context, items).await,
        Some(Reference::Item(_) | Reference::Jid(_)) | None => to_person(xmpp, target, items).await,
    };
    let arrived = |answer: &&Answer| matches!(answer, Ok(delivered) if delivered.answer != ON_DEMAND);
    xmpp.counters.deliveries.add(answers.iter().filter(arrived).count());
    answers
}

/// One batch behind one barrier: XEP-0114 has no acknowledgement, and items sent again have the same ids.
async fn to_person(xmpp: &Xmpp, target: &Target, items: &[Arc<Rendered>]) -> Vec<Answer> {
    let stanzas: Vec<_> = items.iter().map(|item| told(xmpp, &target.address, item)).collect();
    let batch: Vec<Element> = stanzas
        .iter()
        .filter_map(|stanza| stanza.as_ref().ok().cloned().flatten())
        .collect();
    let sent = if batch.is_empty() {
        Ok(())
    } else {
        xmpp.barriers.deliver(&batch).await.map_err(error::sending)
    };
    let answer = |stanza: Result<Option<Element>, Refusal>| match stanza? {
        Some(_) => sent.clone().map(|()| delivered("sent")),
        None => Ok(delivered(ON_DEMAND)),
    };
    stanzas.into_iter().map(answer).collect()
}

fn delivered(answer: &str) -> Delivered {
    Delivered {
        remote_id: None,
        answer: answer.to_owned(),
    }
}

/// The stanza that tells `to`; none for a profile: its nodes are read when somebody looks, and events of them are only
/// for those whose presence asks for them, which nobody sends to a component.
// XEP-0163 §4
fn told(xmpp: &Xmpp, to: &str, rendered: &Rendered) -> Result<Option<Element>, Refusal> {
    let element = document::read(&rendered.body)?;
    let stanza = match element.name() {
        "profile" if element.has_ns(PROFILE) => return Ok(None),
        // between two people: it has its ends from its delivery
        "message" if element.has_ns(stanza::CLIENT) => element.with("from", rendered.actor.as_str()).with("to", to),
        "presence" => stanza::presence(element.attr("type").unwrap_or_default(), rendered.actor.as_str(), to),
        // XEP-0060 §8.8.4
        "subscription" => stanza::event(rendered.actor.as_str(), to, element),
        // what was said to a person and stands in no node of ours
        "retract" if !xmpp.is_ours(item_of(rendered)?.service()) => {
            let message = Message::retracting(item_of(rendered)?.id()).to_element();
            message.with("from", rendered.actor.as_str()).with("to", to)
        }
        _ => {
            let item = item_of(rendered)?;
            if !xmpp.is_ours(item.service()) {
                return Err(Refusal::reject(
                    Reason::Loop,
                    "the service it stands at tells its subscribers itself",
                ));
            }
            // one item each: Movim 2026-08 reads only the first
            let items = bare("items", PUBSUB_EVENT).with("node", item.node()).child(element);
            stanza::event(item.service(), to, items)
        }
    };
    // one that cannot be written must not hold up the others of its batch
    xmpp.link
        .measure(&stanza)
        .map_err(|reason| Refusal::reject(Reason::TooLarge, reason.to_string()))?;
    Ok(Some(stanza))
}

async fn to_place(xmpp: &Xmpp, context: &Context, items: &[Arc<Rendered>]) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let answer = placed(xmpp, context, item).await;
        let stop = answer.as_ref().err().filter(|refusal| refusal.is_transient()).cloned();
        answers.push(answer);
        if let Some(refusal) = stop {
            answers.resize(items.len(), Err(refusal));
            break;
        }
    }
    answers
}

async fn placed(xmpp: &Xmpp, context: &Context, rendered: &Rendered) -> Answer {
    let item = item_of(rendered)?;
    let element = document::read(&rendered.body)?;
    let taken = match element.name() {
        "retract" => taken_away(xmpp, context, rendered, &item).await,
        _ => {
            let payload = PubsubItem::from_element(element).payload;
            let payload = payload.ok_or_else(|| Refusal::reject(Reason::Malformed, "nothing to publish"))?;
            ask(xmpp, rendered, &item, publication(&item, payload))
                .await
                .map(|()| "result")
        }
    };
    taken.map(|answer| Delivered {
        remote_id: Some(item.id().to_owned()),
        answer: answer.to_owned(),
    })
}

/// What is gone already is as good as taken away. Where we may publish and not retract, a tombstone goes over it.
// PRODUCT: XMPP side, "Threads"
async fn taken_away(xmpp: &Xmpp, context: &Context, rendered: &Rendered, item: &Item) -> Result<&'static str, Refusal> {
    let refusal = match ask(xmpp, rendered, item, retraction(item)).await {
        Ok(()) => return Ok("result"),
        Err(refusal) => refusal,
    };
    match refusal.reason {
        Reason::NotFound => Ok("item-not-found"),
        Reason::PublishForbidden => {
            // services may look at who asks before they look for the item: nothing is put where nothing stands
            match read::one(xmpp, context, item).await {
                Err(refusal) if refusal.reason == Reason::NotFound => return Ok("item-not-found"),
                Err(refusal) if refusal.is_transient() => return Err(refusal),
                Ok(_) | Err(_) => {}
            }
            let payload = tombstone(context, rendered, item)?;
            ask(xmpp, rendered, item, publication(item, payload)).await?;
            tell_keeper(xmpp, context, item).await;
            Ok("tombstone")
        }
        _ => Err(refusal),
    }
}

fn tombstone(context: &Context, rendered: &Rendered, item: &Item) -> Result<Element, Refusal> {
    let object = item.object();
    let outgoing = Outgoing {
        verb: Verb::Retract,
        activity: Activity {
            id: rendered.id.clone(),
            actor: rendered.actor.clone(),
            at: Some(context.clock.now()),
            payload: Payload::Retraction(Retraction {
                target: Retracted::Object(object.clone()),
            }),
        },
        version: 1,
    };
    let wire = crate::tombstone(&outgoing, &object, &RenderContext::default())?;
    let payload = PubsubItem::from_element(document::read(&wire.body)?).payload;
    payload.ok_or_else(|| Refusal::internal("a tombstone without payload"))
}

/// Tells the one whose place it is, once, that something there should be taken away by hand.
async fn tell_keeper(xmpp: &Xmpp, context: &Context, item: &Item) {
    let watch = context.watches.watch(&item.place().id()).await.ok().flatten();
    let owner = || ids::actor(item.service()).filter(|owner| ids::has_local_part(owner.as_str()));
    let Some(keeper) = watch.map(|watch| watch.actor).or_else(owner) else {
        return;
    };
    let text = format!(
        "A comment on your post was deleted by its author. Your server lets me write into {} but not delete there, so I \
         put \"[deleted]\" in its place; you can remove it yourself, or set the node's publish model so that publishers \
         may retract what they wrote.",
        item.node()
    );
    chat::notice(xmpp, Notice::Tombstone, &keeper, &text).await;
}

fn publication(item: &Item, payload: Element) -> PubsubRequest {
    let item_element = PubsubItem {
        id: Some(item.id().to_owned()),
        publisher: None,
        payload: Some(payload),
    };
    PubsubRequest::Publish {
        node: item.node().to_owned(),
        items: vec![item_element],
        options: None,
    }
}

fn retraction(item: &Item) -> PubsubRequest {
    PubsubRequest::Retract {
        node: item.node().to_owned(),
        ids: vec![item.id().to_owned()],
        notify: true,
    }
}

async fn ask(xmpp: &Xmpp, rendered: &Rendered, item: &Item, request: PubsubRequest) -> Result<(), Refusal> {
    let from = jid(rendered.actor.as_str())?;
    if !xmpp.is_ours(rendered.actor.as_str()) {
        return Err(Refusal::reject(
            Reason::Loop,
            "its author is on XMPP and publishes it there alone",
        ));
    }
    let query = Query::set(from, jid(item.service())?, request.to_element());
    xmpp.link
        .iq(query)
        .await
        .map(|_| ())
        .map_err(|error| error::publishing(&error))
}

fn jid(text: &str) -> Result<Jid, Refusal> {
    text.parse()
        .map_err(|_| Refusal::reject(Reason::Malformed, "an id that is no JID"))
}

fn item_of(rendered: &Rendered) -> Result<Item, Refusal> {
    let item = rendered.object.as_ref().and_then(Item::of);
    item.ok_or_else(|| Refusal::reject(Reason::Malformed, "an object that stands nowhere on XMPP"))
}
