//! From the model to a wire: which file writes it, and what all have in common.

use causeway_core::adapter::{Outgoing, RenderContext, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Audience, Payload};
use causeway_core::refusal::{Reason, Refusal};
use serde::Serialize;

pub(crate) use crate::post::on_network;

use crate::config::Config;
use crate::losses::Losses;
use crate::wire::out::{self, Activity, Document};
use crate::{comment, direct, follow, ids, poll, post, profile, reaction, repost, retraction};

/// The wire of `outgoing`, whose ids are in this network's terms wherever they have such. Pure: the same every time.
///
/// # Errors
/// `private-audience` when nobody on this network may see it, `not-opted-in` and `not-found` when an end of it has no id
/// here, `unsupported-kind` for what is not carried.
pub fn render(config: &Config, outgoing: &Outgoing, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
    match &outgoing.activity.payload {
        Payload::Post(each) => {
            let object = |losses: &mut Losses| post::render(each, None, losses);
            object_activity(outgoing, &each.author, &each.id, &each.audience, object)
        }
        Payload::Comment(each) if each.post.vote.is_some() => poll::vote(outgoing, each),
        Payload::Comment(each) => {
            let object = |losses: &mut Losses| comment::render(each, losses);
            object_activity(outgoing, &each.post.author, &each.post.id, &each.post.audience, object)
        }
        Payload::Profile(each) => profile::render(config, outgoing, each, context),
        Payload::Follow(each) => follow::render(outgoing, each),
        Payload::Retraction(each) => retraction::render(outgoing, each),
        Payload::Reaction(each) => reaction::render(outgoing, each),
        Payload::Repost(each) => repost::render(outgoing, each),
        Payload::Direct(each) => {
            let object = |losses: &mut Losses| direct::render(each, losses);
            object_activity(outgoing, &each.author, &each.id, &each.audience, object)
        }
        Payload::Move(_) | Payload::Block(_) | Payload::Report(_) => Err(never(outgoing)),
    }
}

/// `Create`, `Update` or `Delete` of a post or comment.
// AP §6.2, §6.3, §6.4
fn object_activity(
    outgoing: &Outgoing,
    author: &ActorId,
    id: &ObjectId,
    audience: &Audience,
    object: impl FnOnce(&mut Losses) -> Result<out::Object, Refusal>,
) -> Result<Rendered, Refusal> {
    let actor = on_network(author)?;
    let kind = match outgoing.verb {
        Verb::Create => "Create",
        Verb::Update => "Update",
        Verb::Retract => return retraction::delete(outgoing, actor, id, Some(audience)),
        Verb::Relay => return Err(never(outgoing)),
    };
    let mut losses = Losses::default();
    let object = object(&mut losses)?;
    let activity = created(kind, outgoing.verb, outgoing.version, object);
    finish(outgoing, actor, Some(id), activity, losses)
}

/// The activity around an object, addressed as it is.
fn created(kind: &'static str, verb: Verb, version: u32, object: out::Object) -> Activity<out::Object> {
    let id = ids::activity(&object.id, verb, version);
    let at = if verb == Verb::Update {
        object.updated.or(object.published)
    } else {
        object.published
    };
    let (to, cc) = (object.to.clone(), object.cc.clone());
    Activity {
        published: at,
        to,
        cc,
        ..Activity::new(kind, id, object.attributed_to.clone(), object)
    }
}

/// The bytes of `activity`, by `actor` and about `object`.
///
/// # Errors
/// `internal` if it cannot be written.
pub(crate) fn finish<T: Serialize>(
    outgoing: &Outgoing,
    actor: &ActorId,
    object: Option<&ObjectId>,
    activity: Activity<T>,
    losses: Losses,
) -> Result<Rendered, Refusal> {
    let id = activity.id.clone();
    Ok(Rendered {
        media_type: out::MEDIA_TYPE,
        body: Document::bytes(activity)?,
        actor: actor.clone(),
        object: object.cloned(),
        verb: outgoing.verb,
        id: Some(id),
        losses: losses.into_vec(),
    })
}

/// What is never sent on this network.
pub(crate) fn never(outgoing: &Outgoing) -> Refusal {
    let kind = outgoing.activity.payload.kind().as_str();
    Refusal::ignore(
        Reason::UnsupportedKind,
        format!("a {kind} is not sent on this network in this way"),
    )
}

/// What it is about has no id on this network.
pub(crate) fn nowhere() -> Refusal {
    Refusal::ignore(Reason::NotFound, "what it is about is not on this network")
}
