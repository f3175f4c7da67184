//! Retractions: only of what one's own is.

use super::Question;
use crate::id::ObjectId;
use crate::model::{Kind, Payload, Retracted, Retraction};
use crate::ports::{ActorFact, FollowFact, ObjectFact, Plan, Recipients, Send, Sent, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn decide(question: &Question<'_>, retraction: &Retraction) -> Result<Plan, Refusal> {
    match &retraction.target {
        Retracted::Actor(actor) => end_actor(question, actor),
        Retracted::Follow { .. } => {
            let follow = question.facts.follow.as_ref().ok_or_else(unknown)?;
            end_follow(question, follow)
        }
        Retracted::Reaction { .. } => end_object(question, question.facts.object.as_ref().ok_or_else(unknown)?),
        Retracted::Reactions { but, .. } => end_all_but(question, but),
        Retracted::Object(id) => match &question.facts.object {
            Some(held) => end_object(question, held),
            None => Ok(bury(question, id)),
        },
    }
}

/// What became a matter between named people. If a wider version of it is out, that is taken back: an edit narrows for
/// everybody who has it.
// security.md row 30
pub(super) fn narrowed(question: &Question<'_>) -> Result<Plan, Refusal> {
    let actor = question.facts.actor.as_ref();
    let held = question.facts.object.as_ref().filter(|held| !held.gone);
    match (held, actor) {
        (Some(held), Some(actor)) if held.author.id == actor.id => Ok(end(question, &held.author, &held.id, held.kind)),
        _ => Err(Refusal::reject(
            Reason::PrivateAudience,
            "for named people alone, and no message to them; nothing was stored",
        )),
    }
}

/// What is not known yet must not come later.
fn bury(question: &Question<'_>, id: &ObjectId) -> Plan {
    Plan {
        steps: vec![Step::Bury {
            origin: question.origin.clone(),
            object: id.clone(),
        }],
    }
}

/// What is not said any more ends; what never was, or ended before, is no news.
fn end_all_but(question: &Question<'_>, but: &[ObjectId]) -> Result<Plan, Refusal> {
    let over = question.facts.within.iter();
    let over = over.filter(|held| !held.gone && !but.contains(&held.id));
    let mut steps = Vec::new();
    for held in over {
        steps.extend(end_object(question, held)?.steps);
    }
    Ok(Plan { steps })
}

fn end_object(question: &Question<'_>, held: &ObjectFact) -> Result<Plan, Refusal> {
    let actor = actor(question)?;
    if held.author.id != actor.id {
        return Err(of_another(question, actor));
    }
    if held.gone {
        return Err(Refusal::ignore(Reason::Duplicate, "taken back already"));
    }
    if let (Kind::Follow, Payload::Follow(follow)) = (held.kind, &held.payload) {
        let known = question
            .facts
            .follow
            .as_ref()
            .filter(|known| known.request == follow.id);
        return known.map_or_else(
            || Ok(end(question, &held.author, &held.id, held.kind)),
            |known| end_follow(question, known),
        );
    }
    Ok(end(question, &held.author, &held.id, held.kind))
}

/// Whoever keeps a thread may clear it of what others wrote: nothing wrong, but no word of the author's, in whose name
/// alone a deletion could leave. Anybody else has no say at all.
fn of_another(question: &Question<'_>, actor: &ActorFact) -> Refusal {
    let facts = question.facts;
    let keeps = [&facts.root, &facts.about]
        .into_iter()
        .flatten()
        .any(|above| above.author.id == actor.id);
    if keeps {
        return Refusal::ignore(
            Reason::OriginMismatch,
            "taken out of the thread by whoever keeps it: the author did not take it back",
        );
    }
    Refusal::reject(Reason::OriginMismatch, "only the author may take it back")
}

fn end_follow(question: &Question<'_>, follow: &FollowFact) -> Result<Plan, Refusal> {
    let follower = actor(question)?;
    if follow.follower != follower.id {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "only the follower may take it back",
        ));
    }
    let mut plan = end(question, follower, &follow.request, Kind::Follow);
    plan.steps.push(Step::EndFollow {
        follower: follow.follower.clone(),
        followee: follow.followee.clone(),
    });
    Ok(plan)
}

/// Everybody who has it is told, on every network: what was given must be taken back.
fn end(question: &Question<'_>, author: &ActorFact, id: &ObjectId, kind: Kind) -> Plan {
    let mut networks = question.links.reached(author.id.network(), kind);
    networks.push(author.id.network().clone());
    let send = Send {
        object: Sent::Object(id.clone()),
        to: vec![Recipients::Holders],
        networks,
    };
    Plan {
        steps: vec![Step::EndObject(id.clone()), Step::Send(send)],
    }
}

fn end_actor(question: &Question<'_>, id: &crate::id::ActorId) -> Result<Plan, Refusal> {
    if *id != question.activity.actor {
        return Err(Refusal::reject(Reason::OriginMismatch, "only an actor may end itself"));
    }
    let actor = actor(question)?;
    Ok(Plan {
        steps: vec![Step::EndActor(actor.id.clone())],
    })
}

fn actor<'a>(question: &'a Question<'_>) -> Result<&'a ActorFact, Refusal> {
    question.facts.actor.as_ref().ok_or_else(unknown)
}

fn unknown() -> Refusal {
    Refusal::ignore(Reason::NotFound, "nothing is known of what is taken back")
}
