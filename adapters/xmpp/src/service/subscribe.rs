//! Subscriptions: to what a person posts, which is a follow; to what is said about a post.

use causeway_core::adapter::{Arrival, Context, Wire};
use causeway_core::id::ActorId;
use causeway_core::model::{Attested, Reach};
use causeway_core::ports::{FollowState, Standing};
use causeway_core::refusal::{Reason, Refusal};
use jid::Jid;
use minidom::Element;

use super::Answer;
use super::address::{Asked, person};
use super::node::Node;
use super::pubsub::state;
use crate::error::fault;
use crate::ids::{self, MICROBLOG};
use crate::link::Fault;
use crate::notices::Notice;
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PUBSUB, STANZA_MEDIA_TYPE};
use crate::wire::pubsub::{PubsubError, SubscriptionState};
use crate::xml::{Build, bare};
use crate::{Xmpp, chat};

/// What somebody who did not agree yet is told once.
const START: &str = "To follow people elsewhere, agree first to be seen there: write start to me. I show what they will \
                     see before anything leaves.";

// XEP-0060 §6.1
pub(super) async fn subscribe(asked: &Asked<'_>, node: &str, jid: &Jid) -> Answer {
    own(asked, jid)?;
    if node != MICROBLOG {
        return to_comments(asked, node).await;
    }
    let element = request("subscribe", node, &asked.sender);
    let followed = follow(asked.xmpp, asked.context, &asked.sender, &asked.service, &element).await;
    let followed = followed.map_err(|refusal| fault(&refusal))?;
    // taken, and not yet decided
    let state = if followed == Some(FollowState::Accepted) {
        SubscriptionState::Subscribed
    } else {
        SubscriptionState::Pending
    };
    Ok(Some(asked.subscription(node, state)?.to_answer()))
}

// XEP-0060 §6.2
pub(super) async fn unsubscribe(asked: &Asked<'_>, node: &str, jid: &Jid) -> Answer {
    own(asked, jid)?;
    if node != MICROBLOG {
        let Node::Comments(comments) = asked.node(node).await.map_err(|refusal| fault(&refusal))? else {
            return Err(PubsubError::NotSubscribed.into());
        };
        let places = &asked.context.places;
        let subscribed = places.subscribed(&comments.place, &asked.sender).await;
        // XEP-0060 §6.2.3.2
        if !subscribed.map_err(|refusal| fault(&refusal))? {
            return Err(PubsubError::NotSubscribed.into());
        }
        let ended = places.unsubscribe(&comments.place, &asked.sender).await;
        return ended.map(|()| None).map_err(|refusal| fault(&refusal));
    }
    let person = asked.person().await.map_err(|refusal| fault(&refusal))?;
    let follow = asked
        .context
        .reads
        .follow(&asked.sender, &person.home)
        .await
        .map_err(|refusal| fault(&refusal))?;
    if state(follow) == SubscriptionState::None {
        return Err(PubsubError::NotSubscribed.into());
    }
    let element = request("unsubscribe", node, &asked.sender);
    let ended = unfollow(asked.xmpp, asked.context, &asked.sender, &asked.service, &element).await;
    ended.map(|()| None).map_err(|refusal| fault(&refusal))
}

/// A follow of whoever has the virtual JID `service`, asked for by `element`: a subscription or a presence. Answers how
/// far it is, after it was stored.
///
/// # Errors
/// `not-served`, `not-opted-in` (with one notice), `not-found`, `actor-gone`, and what the bus says.
// PRODUCT: Consent
pub(crate) async fn follow(
    xmpp: &Xmpp,
    context: &Context,
    sender: &ActorId,
    service: &str,
    element: &Element,
) -> Result<Option<FollowState>, Refusal> {
    consented(xmpp, context, sender).await?;
    let person = person(xmpp, context, sender, service).await?;
    done(xmpp, context, sender, person.id.as_str(), element).await?;
    context.reads.follow(sender, &person.home).await
}

/// The end of a follow.
///
/// # Errors
/// What the bus says.
pub(crate) async fn unfollow(
    xmpp: &Xmpp,
    context: &Context,
    sender: &ActorId,
    service: &str,
    element: &Element,
) -> Result<(), Refusal> {
    done(xmpp, context, sender, service, element).await
}

/// Whether `sender` may act through this bridge: a user of a domain it serves, who agreed.
pub(crate) async fn consented(xmpp: &Xmpp, context: &Context, sender: &ActorId) -> Result<(), Refusal> {
    if !xmpp.serves(sender) {
        return Err(Refusal::reject(Reason::NotServed, "this bridge serves other domains"));
    }
    let standing = context
        .reads
        .actor(sender, &ids::NETWORK)
        .await?
        .map(|view| view.standing);
    match standing.unwrap_or_default() {
        Standing::Active => Ok(()),
        Standing::Paused => Err(Refusal::reject(Reason::Paused, "you paused bridging")),
        Standing::Known | Standing::Stopped | Standing::Gone => {
            chat::notice(xmpp, Notice::Start, sender, START).await;
            Err(Refusal::reject(Reason::NotOptedIn, "write start to the bridge first"))
        }
    }
}

async fn done(
    xmpp: &Xmpp,
    context: &Context,
    sender: &ActorId,
    service: &str,
    element: &Element,
) -> Result<(), Refusal> {
    let envelope = Envelope {
        how: How::Iq,
        service: Some(service.to_owned()),
        from: Some(sender.as_str().to_owned()),
        to: Some(service.to_owned()),
        ..Envelope::default()
    };
    let wire = asked_for(context, sender, element, STANZA_MEDIA_TYPE, &envelope)?;
    tracing::debug!(%sender, service, bridge = xmpp.config.bridge, "a follow or its end");
    processed(context, wire).await
}

/// The wire of what `sender` asked for in a stanza: our server's word for the sender is the attestation.
pub(crate) fn asked_for(
    context: &Context,
    sender: &ActorId,
    element: &Element,
    media_type: &str,
    envelope: &Envelope,
) -> Result<Wire, Refusal> {
    Ok(Wire {
        network: ids::NETWORK,
        attested: Attested::Actor(sender.clone()),
        // each request is one of its own, whatever its bytes: who follows again after an unfollow says the same again
        id: Some(format!("iq {}", context.random.token())),
        arrival: Arrival::Live,
        media_type: media_type.to_owned(),
        body: document::write(element)?,
        envelope: envelope.entries(),
        received: context.clock.now(),
    })
}

/// Stores a wire and waits for what comes of it.
///
/// # Errors
/// What was refused of it; that it is done already is none.
pub(crate) async fn processed(context: &Context, wire: Wire) -> Result<(), Refusal> {
    let crossing = context.ingest.processed(wire).await?;
    match crossing
        .refused
        .into_iter()
        .find(|refusal| refusal.reason != Reason::Duplicate)
    {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

async fn to_comments(asked: &Asked<'_>, node: &str) -> Answer {
    let Node::Comments(comments) = asked.node(node).await.map_err(|refusal| fault(&refusal))? else {
        return Err(PubsubError::Unsupported("subscribe".to_owned()).into());
    };
    if !asked.is_served() {
        return Err(fault(&Refusal::reject(
            Reason::NotServed,
            "this bridge serves other domains",
        )));
    }
    let jid = asked.sender.as_str();
    let reach = Reach {
        host: ids::domain_of(jid).to_owned(),
        address: jid.to_owned(),
    };
    let told = asked
        .context
        .places
        .subscribe(&comments.place, &asked.sender, &reach)
        .await;
    told.map_err(|refusal| fault(&refusal))?;
    Ok(Some(
        asked.subscription(node, SubscriptionState::Subscribed)?.to_answer(),
    ))
}

// XEP-0060 §6.1.3.1
fn own(asked: &Asked<'_>, jid: &Jid) -> Result<(), Fault> {
    if ids::actor(jid.as_str()).as_ref() == Some(&asked.sender) {
        Ok(())
    } else {
        Err(PubsubError::InvalidJid.into())
    }
}

fn request(name: &str, node: &str, sender: &ActorId) -> Element {
    bare(name, PUBSUB).with("node", node).with("jid", sender.as_str())
}
