//! Reading what somebody passes on where it stands: a repost names an object and says nothing of it.

use super::{Bus, needs};
use crate::adapter::{Arrival, Claim, Crossing, Need, Wire};
use crate::id::ObjectId;
use crate::model::{Activity, Payload};
use crate::ports::{ActorState, EventOutcome, Facts};
use crate::refusal::{Reason, Refusal};
use crate::route::{Question, decide};

/// How far up a thread is read, from an answer that was passed on to its first post.
const MOST_ANCESTORS: usize = 10;

/// The object that `activity` passes on, if nothing is known of it and somebody here follows who does so. For anybody
/// else nothing is fetched.
pub(super) fn wanted<'a>(activity: &'a Activity, facts: &Facts) -> Option<&'a ObjectId> {
    match &activity.payload {
        Payload::Repost(repost) if facts.followed && facts.about.is_none() && !facts.buried => Some(&repost.object),
        _ => None,
    }
}

impl Bus {
    /// Reads an object and, of an answer, what it answers, up to what is known; and keeps them. An answer is passed on to
    /// whoever watches its thread, as if it had come by itself.
    ///
    /// # Errors
    /// Why it cannot be had, or is not for everybody.
    pub(super) async fn read_elsewhere(&self, object: &ObjectId, arrival: Arrival) -> Result<(), Refusal> {
        let mut chain: Vec<(Wire, Activity)> = Vec::new();
        let mut next = Some(object.clone());
        while let Some(id) = next.take() {
            if chain.len() > MOST_ANCESTORS {
                return Err(Refusal::ignore(
                    Reason::ParentUnknown,
                    "deeper in its thread than is read",
                ));
            }
            let (wire, activity) = self.document(&id).await?;
            if let Payload::Comment(comment) = &activity.payload
                && self
                    .parts
                    .ledger
                    .facts(&wire.attested, &activity)
                    .await?
                    .about
                    .is_none()
            {
                next.clone_from(&comment.parent);
            }
            chain.push((wire, activity));
        }
        while let Some((wire, activity)) = chain.pop() {
            let answer = matches!(activity.payload, Payload::Comment(_)) && chain.is_empty();
            let arrival = if answer { arrival } else { Arrival::Backfill };
            self.keep(&wire, &activity, arrival).await?;
        }
        Ok(())
    }

    /// The object of this id, by its own host's word.
    async fn document(&self, id: &ObjectId) -> Result<(Wire, Activity), Refusal> {
        let unknown = || Refusal::reject(Reason::NotFound, "what is passed on cannot be read");
        let adapter = self.parts.adapters.get(id.network()).ok_or_else(unknown)?;
        let context = self.context()?;
        let wire = adapter.fetch(context, &Need::Object(id.as_str().to_owned())).await?;
        let crossing = needs::parse(adapter, &wire, context).await?;
        let refused = crossing.refused.into_iter().next();
        let activity = crossing
            .activities
            .into_iter()
            .map(|crossed| crossed.activity)
            .find(|activity| activity.payload.post().is_some_and(|post| post.id == *id));
        let activity = activity.ok_or_else(|| refused.unwrap_or_else(unknown))?;
        if !adapter.vouches(&wire.attested, &activity.actor, Some(id)) {
            return Err(Refusal::reject(
                Reason::OriginMismatch,
                "its document is not of its own host",
            ));
        }
        if !activity.payload.audience().is_some_and(|audience| audience.is_public()) {
            return Err(Refusal::reject(
                Reason::PrivateAudience,
                "what is passed on is not public",
            ));
        }
        Ok((wire, activity))
    }

    /// Makes of a document what it means, as of any that came.
    async fn keep(&self, wire: &Wire, activity: &Activity, arrival: Arrival) -> Result<(), Refusal> {
        let mut facts = self.parts.ledger.facts(&wire.attested, activity).await?;
        let stranger = facts
            .actor
            .as_ref()
            .is_none_or(|actor| actor.state == ActorState::Remote && actor.profile.is_none());
        if stranger {
            self.acquaint(&activity.actor).await?;
            facts = self.parts.ledger.facts(&wire.attested, activity).await?;
        }
        let plan = decide(&Question {
            origin: &wire.attested,
            arrival,
            received: wire.received,
            claim: Claim::State,
            activity,
            facts: &facts,
            links: &self.parts.links,
        })?;
        let done = EventOutcome::Done(Crossing::default());
        self.parts.ledger.commit(None, arrival, vec![plan], done).await
    }
}
