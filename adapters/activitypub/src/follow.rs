//! `Follow`, `Accept`, `Reject` <-> [`Follow`].
//!
//! Wire: `Follow{id,actor,object}`; `Accept|Reject{object: the Follow or its id}`; its end is an `Undo` (retraction.rs).
//! Spec: AP §7.5, §7.6, §7.7.
//! Model: [`Follow`] with its step; whether it was asked for is not decided here.
//! Losses: an id made up where the activity has none (`follow-id`).

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Follow, FollowStep, Payload};
use causeway_core::refusal::{Reason, Refusal};

use crate::losses::Losses;
use crate::parse::{Said, malformed};
use crate::render::{self, on_network};
use crate::wire::{Doc, Ref, out};
use crate::{ids, rules};

/// `Follow`: the actor asks.
pub(crate) fn requested(said: Said<'_>) -> Result<Crossed, Refusal> {
    let followee = said
        .object()?
        .id()
        .and_then(ids::actor)
        .ok_or_else(|| malformed("a follow of nobody"))?;
    let mut losses = Losses::default();
    let id = own_id(said, "follows", followee.as_str(), &mut losses)?;
    let follower = said.actor.clone();
    let follow = Follow {
        id,
        follower,
        followee,
        step: FollowStep::Request,
        request: None,
    };
    Ok(said.crossed(Payload::Follow(follow), losses))
}

/// `Accept` or `Reject`: the actor answers. What it answers is a follow only if it stands there, or is one of ours.
// GoToSocial 0.17 accepts replies and likes too (interaction policies): those are nothing to us
pub(crate) fn answered(said: Said<'_>, step: FollowStep) -> Result<Crossed, Refusal> {
    let object = said.object()?;
    let request = object.id().and_then(ids::object);
    let follower = match object {
        Ref::Object(follow) if follow.is("Follow") => asked_by(said, follow)?,
        Ref::Id(id) if id.contains("/follows/") => said.config.author_of(id).ok_or_else(no_follow)?,
        _ => return Err(no_follow()),
    };
    let mut losses = Losses::default();
    let about = request.as_ref().map_or(follower.as_str(), ObjectId::as_str);
    let id = own_id(
        said,
        if step == FollowStep::Accept {
            "accepts"
        } else {
            "rejects"
        },
        about,
        &mut losses,
    )?;
    let follow = Follow {
        id,
        follower,
        followee: said.actor.clone(),
        step,
        request,
    };
    Ok(said.crossed(Payload::Follow(follow), losses))
}

fn no_follow() -> Refusal {
    Refusal::ignore(Reason::UnsupportedKind, "an answer to something that is no follow")
}

/// Who asked in an embedded follow, which must be a follow of the one who answers.
// security.md row 11
fn asked_by(said: Said<'_>, follow: Doc<'_>) -> Result<ActorId, Refusal> {
    if follow.first("object").and_then(Ref::id) != Some(said.actor.as_str()) {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "an answer to a follow of somebody else",
        ));
    }
    follow
        .first("actor")
        .and_then(Ref::id)
        .and_then(ids::actor)
        .ok_or_else(|| malformed("a follow by nobody"))
}

/// The activity's id, or one that is the same at every try.
fn own_id(said: Said<'_>, verb: &str, about: &str, losses: &mut Losses) -> Result<ObjectId, Refusal> {
    if let Some(id) = said.doc.id().and_then(ids::object) {
        return Ok(id);
    }
    losses.invented(rules::FOLLOW_ID, "id", "made of actor and object");
    ids::implied(said.actor, verb, about).ok_or_else(|| malformed("an activity without id"))
}

/// Writes the step, or its end: `Undo` by the follower, `Reject` by the followee.
///
/// # Errors
/// `not-opted-in` or `not-found` when an end of it has no id on this network.
pub(crate) fn render(outgoing: &Outgoing, follow: &Follow) -> Result<Rendered, Refusal> {
    let (follower, followee) = (on_network(&follow.follower)?, on_network(&follow.followee)?);
    let id = follow.id.as_str();
    let (kind, id, actor, to) = match (follow.step, outgoing.verb) {
        (FollowStep::Request, Verb::Create | Verb::Update) => return request(outgoing, follow, follower, followee),
        (FollowStep::Request, Verb::Retract) => ("Undo", ids::undo(id), follower, followee),
        (FollowStep::Accept, Verb::Create | Verb::Update) => ("Accept", id.to_owned(), followee, follower),
        (FollowStep::Accept, Verb::Retract) => ("Reject", ids::undo(id), followee, follower),
        (FollowStep::Reject, Verb::Create | Verb::Update) => ("Reject", id.to_owned(), followee, follower),
        (FollowStep::Reject, Verb::Retract) | (_, Verb::Relay) => return Err(render::never(outgoing)),
    };
    let request = if follow.step == FollowStep::Request {
        Some(&follow.id)
    } else {
        follow.request.as_ref()
    };
    let request = request.filter(|request| *request.network() == ids::NETWORK);
    let mut activity = out::Activity::new(kind, id, actor.as_str(), embedded(request, follower, followee));
    activity.to = vec![to.as_str().to_owned()];
    render::finish(outgoing, actor, Some(&follow.id), activity, Losses::default())
}

fn request(outgoing: &Outgoing, follow: &Follow, follower: &ActorId, followee: &ActorId) -> Result<Rendered, Refusal> {
    let object = followee.as_str().to_owned();
    let mut activity = out::Activity::new(
        "Follow",
        follow.id.as_str().to_owned(),
        follower.as_str(),
        object.clone(),
    );
    activity.to = vec![object];
    render::finish(outgoing, follower, Some(&follow.id), activity, Losses::default())
}

/// A follow inside another activity.
pub(crate) fn embedded(id: Option<&ObjectId>, follower: &ActorId, followee: &ActorId) -> out::Follow {
    out::Follow {
        id: id.map(|id| id.as_str().to_owned()),
        kind: "Follow",
        actor: follower.as_str().to_owned(),
        object: followee.as_str().to_owned(),
    }
}
