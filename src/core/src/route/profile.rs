//! Profiles.

use super::Question;
use crate::adapter::Arrival;
use crate::model::{Kind, Profile};
use crate::ports::{ActorState, Plan, Recipients, Send, Sent, Standing, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn decide(question: &Question<'_>, profile: &Profile) -> Result<Plan, Refusal> {
    if profile.actor != question.activity.actor {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "a profile of somebody other than the acting actor",
        ));
    }
    // whom nobody here has met is learnt of when somebody asks, not when they say so
    if question.arrival == Arrival::Live && question.facts.actor.is_none() {
        return Err(Refusal::ignore(Reason::NotFollowed, "nobody here knows them"));
    }
    let mut steps = vec![Step::PutActor(Box::new(profile.clone()))];
    let Some(actor) = &question.facts.actor else {
        return Ok(Plan { steps });
    };
    match (actor.state, actor.standing) {
        (_, Standing::Gone) => return Err(Refusal::gone(Reason::ActorGone, "the actor is gone")),
        // kept for the day they agree, shown to nobody until then
        (ActorState::Local, Standing::Known | Standing::Paused | Standing::Stopped) => return Ok(Plan { steps }),
        (ActorState::Local, Standing::Active) | (ActorState::Remote | ActorState::Puppet, _) => {}
    }
    let networks = question.links.targets(actor.id.network(), actor, Kind::Profile, None);
    if !networks.is_empty() {
        let to = vec![Recipients::Followers(actor.id.clone()), Recipients::Holders];
        steps.push(Step::Send(Send {
            object: Sent::Profile(actor.id.clone()),
            to,
            networks,
        }));
    }
    Ok(Plan { steps })
}
