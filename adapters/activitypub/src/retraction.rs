//! `Delete`, `Undo` <-> [`Retraction`].
//!
//! Wire: `Delete{object: id | Tombstone | the whole object | the actor}`; `Undo{object: the activity or its id}`.
//! Spec: AP §6.4, §6.10, §7.4; AS2 vocabulary §3.3 `Tombstone`.
//! Model: [`Retraction`]; whether it is the author's to take back is not decided here.
//! Losses: nothing but what the target's own rules say; `retraction-target` where only the ends of it are known.

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Audience, Payload, Retracted, Retraction};
use causeway_core::refusal::{Reason, Refusal};

use crate::audience::{self, Addressed};
use crate::losses::Losses;
use crate::parse::{Said, malformed};
use crate::render::{self, on_network};
use crate::wire::out::{Activity, PUBLIC, Tombstone};
use crate::wire::{Doc, Ref};
use crate::{follow, ids, reaction, rules};

/// `Delete`: of the actor itself, or of an object.
pub(crate) fn deleted(said: Said<'_>) -> Result<Crossed, Refusal> {
    let id = said.object()?.id().ok_or_else(|| malformed("a deletion of nothing"))?;
    let target = if id == said.actor.as_str() {
        Retracted::Actor(said.actor.clone())
    } else {
        Retracted::Object(ids::object(id).ok_or_else(|| malformed("a deletion of something without id"))?)
    };
    Ok(said.crossed(Payload::Retraction(Retraction { target }), Losses::default()))
}

/// `Undo`: of a follow by its two ends, where they are there: a follow that was asked twice has two ids and one end.
/// Of anything else by its id.
pub(crate) fn undone(said: Said<'_>) -> Result<Crossed, Refusal> {
    let object = said.object()?;
    let mut losses = Losses::default();
    let target = match object {
        Ref::Id(id) => by_id(id)?,
        Ref::Object(doc) => {
            let actor = doc.first("actor").and_then(Ref::id);
            if actor.is_some_and(|actor| actor != said.actor.as_str()) {
                return Err(Refusal::reject(Reason::OriginMismatch, "somebody else's activity"));
            }
            undone_doc(said, doc, &mut losses)?
        }
    };
    Ok(said.crossed(Payload::Retraction(Retraction { target }), losses))
}

fn undone_doc(said: Said<'_>, doc: Doc<'_>, losses: &mut Losses) -> Result<Retracted, Refusal> {
    let kind = doc.types().next().unwrap_or_default();
    let about = doc.first("object").and_then(Ref::id);
    match (kind, about, doc.id()) {
        ("Follow", Some(followee), _) => {
            let followee = ids::actor(followee).ok_or_else(|| malformed("a follow of nobody"))?;
            Ok(Retracted::Follow {
                follower: said.actor.clone(),
                followee,
            })
        }
        ("Like" | "EmojiReact" | "Announce" | "Block" | "Follow", _, Some(id)) => by_id(id),
        ("Like" | "EmojiReact", Some(object), None) => {
            losses.degraded(rules::RETRACTION_TARGET, "object.id", "known by who and what alone");
            let object = ids::object(object).ok_or_else(|| malformed("a reaction to nothing"))?;
            Ok(Retracted::Reaction {
                author: said.actor.clone(),
                object,
                emoji: reaction::emoji(doc),
            })
        }
        ("Like" | "EmojiReact" | "Announce" | "Block" | "Follow", ..) => Err(malformed("an end of nothing")),
        _ => Err(Refusal::ignore(
            Reason::UnsupportedKind,
            "the end of something that is not carried",
        )),
    }
}

fn by_id(id: &str) -> Result<Retracted, Refusal> {
    ids::object(id)
        .map(Retracted::Object)
        .ok_or_else(|| malformed("an end of something without id"))
}

/// Writes a retraction that names what it ends.
///
/// # Errors
/// `not-opted-in` when the actor has no id on this network.
pub(crate) fn render(outgoing: &Outgoing, retraction: &Retraction) -> Result<Rendered, Refusal> {
    let actor = on_network(&outgoing.activity.actor)?;
    if outgoing.verb == Verb::Relay {
        return Err(render::never(outgoing));
    }
    match &retraction.target {
        Retracted::Object(object) if *object.network() != ids::NETWORK => Err(render::nowhere()),
        Retracted::Object(object) if ids::is_undone(object) => {
            let activity = Activity::new("Undo", ids::undo(object.as_str()), actor.as_str(), object.as_str());
            render::finish(outgoing, actor, Some(object), activity, Losses::default())
        }
        Retracted::Object(object) => delete(outgoing, actor, object, None),
        Retracted::Follow { follower, followee } => {
            let (follower, followee) = (on_network(follower)?, on_network(followee)?);
            let id = format!("{}#unfollow/{}", follower.as_str(), followee.as_str());
            let mut activity = Activity::new("Undo", id, actor.as_str(), follow::embedded(None, follower, followee));
            activity.to = vec![followee.as_str().to_owned()];
            render::finish(outgoing, actor, None, activity, Losses::default())
        }
        Retracted::Reaction { author, object, emoji } => {
            reaction::undo(outgoing, on_network(author)?, object, emoji.as_deref())
        }
        // core names each reaction that ends
        Retracted::Reactions { .. } => Err(render::never(outgoing)),
        Retracted::Actor(_) => delete_actor(outgoing, actor),
    }
}

/// `Delete` of an object, to whoever had it.
///
/// # Errors
/// `internal` only.
// AP §6.4: what is left is a Tombstone
pub(crate) fn delete(
    outgoing: &Outgoing,
    actor: &ActorId,
    object: &ObjectId,
    audience: Option<&Audience>,
) -> Result<Rendered, Refusal> {
    let id = object.as_str().to_owned();
    let tombstone = Tombstone {
        id,
        kind: "Tombstone",
        deleted: None,
    };
    let id = ids::activity(object.as_str(), Verb::Retract, outgoing.version);
    let mut losses = Losses::default();
    // a deletion says nothing but an id: it goes to everybody who holds it, whoever is left of its audience
    let addressed = audience.and_then(|audience| audience::render(audience, actor, &mut Losses::default()).ok());
    let Addressed { to, cc } = addressed.unwrap_or_default();
    if audience.is_none() {
        losses.dropped(
            rules::RETRACTION_TARGET,
            "to",
            "the audience of what is deleted is not known any more",
        );
    }
    let activity = Activity {
        to,
        cc,
        ..Activity::new("Delete", id, actor.as_str(), tombstone)
    };
    render::finish(outgoing, actor, Some(object), activity, losses)
}

/// `Delete` of the actor itself.
///
/// # Errors
/// `internal` only.
pub(crate) fn delete_actor(outgoing: &Outgoing, actor: &ActorId) -> Result<Rendered, Refusal> {
    let id = ids::activity(actor.as_str(), Verb::Retract, outgoing.version);
    let mut activity = Activity::new("Delete", id, actor.as_str(), actor.as_str());
    activity.to = vec![PUBLIC.to_owned()];
    render::finish(outgoing, actor, None, activity, Losses::default())
}
