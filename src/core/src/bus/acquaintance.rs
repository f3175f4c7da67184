//! Learning who somebody is, when they first turn to one of ours.

use super::{Bus, needs};
use crate::adapter::{Arrival, Crossing, Need};
use crate::id::ActorId;
use crate::model::{Activity, FollowStep, Payload};
use crate::ports::{ActorState, EventOutcome, Facts, Plan, Step};
use crate::refusal::{Reason, Refusal};

/// Whether `activity` concerns one of ours or something known, by somebody of whom nothing is known but the id: then who
/// they are must be found out first, for their name and for where to answer them. For anything else nobody is asked.
pub(super) fn is_wanted(activity: &Activity, facts: &Facts) -> bool {
    let stranger = facts
        .actor
        .as_ref()
        .is_none_or(|actor| actor.state == ActorState::Remote && actor.profile.is_none());
    stranger
        && match &activity.payload {
            Payload::Follow(follow) => {
                follow.step == FollowStep::Request
                    && facts
                        .other
                        .as_ref()
                        .is_some_and(|other| other.state == ActorState::Local)
            }
            Payload::Comment(_) | Payload::Reaction(_) | Payload::Repost(_) => {
                facts.about.as_ref().is_some_and(|about| !about.gone)
            }
            Payload::Direct(_) => facts.addressed,
            Payload::Profile(_)
            | Payload::Post(_)
            | Payload::Retraction(_)
            | Payload::Move(_)
            | Payload::Block(_)
            | Payload::Report(_) => false,
        }
}

impl Bus {
    /// Fetches an actor's own document and stores what it says of them.
    ///
    /// # Errors
    /// Why they cannot be known.
    pub(super) async fn acquaint(&self, actor: &ActorId) -> Result<(), Refusal> {
        let unknown = || Refusal::reject(Reason::NotFound, "nothing can be learnt of who did it");
        let adapter = self.parts.adapters.get(actor.network()).ok_or_else(unknown)?;
        let context = self.context()?;
        let wire = adapter.fetch(context, &Need::Actor(actor.as_str().to_owned())).await?;
        let crossing = needs::parse(adapter, &wire, context).await?;
        let profile = crossing
            .activities
            .into_iter()
            .find_map(|crossed| match crossed.activity.payload {
                Payload::Profile(profile) if profile.actor == *actor => Some(profile),
                _ => None,
            });
        let profile = profile.ok_or_else(unknown)?;
        if !adapter.vouches(&wire.attested, actor, None) {
            return Err(Refusal::reject(
                Reason::OriginMismatch,
                "their document is not of their own host",
            ));
        }
        let plan = Plan {
            steps: vec![Step::PutActor(profile)],
        };
        let done = EventOutcome::Done(Crossing::default());
        self.parts
            .ledger
            .commit(None, Arrival::Backfill, vec![plan], done)
            .await
    }
}
