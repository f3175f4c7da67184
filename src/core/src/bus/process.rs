//! The second stage, for one event.

use std::time::Duration;

use super::{Bus, acquaintance, elsewhere, needs};
use crate::adapter::{Arrival, Crossed, Crossing, MODEL_MEDIA_TYPE, Wire};
use crate::id::Network;
use crate::model::{Activity, Attested};
use crate::ports::{EventId, EventOutcome, Plan, Step, StoredEvent, Trace};
use crate::refusal::{Disposition, Reason, Refusal};
use crate::route::{Question, decide};

/// After how many tries an event is parked.
const TRIES: u32 = 12;
/// The wait after the first try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What an event came to.
struct Meant {
    crossing: Crossing,
    /// The networks that each activity was handed on to.
    to: Vec<Vec<Network>>,
}

impl Bus {
    /// Makes of one stored event what it means. What is refused of it is part of its outcome, not an error.
    ///
    /// # Errors
    /// Only when the store does not answer: the event stays pending.
    pub async fn process(&self, event: StoredEvent) -> Result<(), Refusal> {
        let id = event.id;
        let outcome = match self.attempt(Some(id), &event.wire).await {
            Ok(Meant { crossing, to }) => {
                self.parts.tap.record(Trace::Processed {
                    event: Some(id),
                    wire: event.wire,
                    crossing: crossing.clone(),
                    to,
                    at: self.parts.clock.now(),
                });
                Ok(crossing)
            }
            Err(refusal) => {
                self.postpone(&event, &refusal).await?;
                Err(refusal)
            }
        };
        self.finished.put(id, outcome);
        Ok(())
    }

    /// Sets an event aside whose processing came to no end: a fault of ours, which a person must look at.
    ///
    /// # Errors
    /// Only when the store does not answer: the event stays pending.
    pub async fn park(&self, event: EventId) -> Result<(), Refusal> {
        let refusal = Refusal::new(
            Reason::Internal,
            Disposition::Quarantine,
            "processing it ended abnormally; the log has more",
        );
        let parked = EventOutcome::Parked(refusal.clone());
        self.parts.events.settle(event, parked).await?;
        self.finished.put(event, Err(refusal));
        Ok(())
    }

    /// Makes of a wire what it means, now and without keeping it: for tools that stand beside a running bridge and must
    /// touch nothing that waits there.
    ///
    /// # Errors
    /// As [`crate::ports::Ingest::processed`]; nothing is tried again.
    pub async fn at_once(&self, wire: &Wire) -> Result<Crossing, Refusal> {
        Ok(self.attempt(None, wire).await?.crossing)
    }

    async fn attempt(&self, event: Option<EventId>, wire: &Wire) -> Result<Meant, Refusal> {
        let mut crossing = self.read(wire).await?;
        let said = std::mem::take(&mut crossing.activities);
        let mut plans = Vec::new();
        let mut to = Vec::with_capacity(said.len());
        let last = said.len().saturating_sub(1);
        for (at, crossed) in said.into_iter().enumerate() {
            match self.plan(wire, &crossed).await {
                Ok(plan) => {
                    to.push(networks(wire.arrival, &plan));
                    plans.push(plan);
                }
                Err(refusal) if refusal.is_transient() => return Err(refusal),
                Err(refusal) => {
                    to.push(Vec::new());
                    crossing.refused.push(refusal);
                }
            }
            crossing.activities.push(crossed);
            // what follows may rest on what came before: only the last is written with the event's end
            if at < last {
                let before = std::mem::take(&mut plans);
                self.commit(None, wire.arrival, before, Crossing::default()).await?;
            }
        }
        self.commit(event, wire.arrival, plans, crossing.clone()).await?;
        Ok(Meant { crossing, to })
    }

    async fn commit(
        &self,
        event: Option<EventId>,
        arrival: Arrival,
        plans: Vec<Plan>,
        crossing: Crossing,
    ) -> Result<(), Refusal> {
        let tells = plans.iter().flat_map(|plan| &plan.steps).any(tells);
        let done = EventOutcome::Done(crossing);
        self.parts.ledger.commit(event, arrival, plans, done).await?;
        if tells {
            self.planned.notify_one();
        }
        Ok(())
    }

    async fn read(&self, wire: &Wire) -> Result<Crossing, Refusal> {
        if wire.media_type == MODEL_MEDIA_TYPE {
            let activity: Activity = serde_json::from_slice(&wire.body)
                .map_err(|error| Refusal::reject(Reason::Malformed, error.to_string()))?;
            return Ok(Crossing {
                activities: vec![Crossed::new(activity, Vec::new())],
                refused: Vec::new(),
            });
        }
        let adapter = self
            .parts
            .adapters
            .get(&wire.network)
            .ok_or_else(|| Refusal::reject(Reason::UnsupportedKind, "no adapter for that network"))?;
        needs::parse(adapter, wire, self.context()?).await
    }

    async fn plan(&self, wire: &Wire, crossed: &Crossed) -> Result<Plan, Refusal> {
        let activity = &crossed.activity;
        self.check_origin(wire, activity)?;
        let mut facts = self.parts.ledger.facts(&wire.attested, activity).await?;
        if acquaintance::is_wanted(activity, &facts) {
            self.acquaint(&activity.actor).await?;
            facts = self.parts.ledger.facts(&wire.attested, activity).await?;
        }
        if let Some(object) = elsewhere::wanted(activity, &facts) {
            self.read_elsewhere(object, wire.arrival).await?;
            facts = self.parts.ledger.facts(&wire.attested, activity).await?;
        }
        let question = Question {
            origin: &wire.attested,
            arrival: wire.arrival,
            received: wire.received,
            activity,
            claim: crossed.claim,
            facts: &facts,
            links: &self.parts.links,
        };
        decide(&question)
    }

    /// Nobody speaks for another, and nobody outside makes ids of ours.
    // security.md rows 1, 2, 9, 10, 15
    fn check_origin(&self, wire: &Wire, activity: &Activity) -> Result<(), Refusal> {
        if wire.media_type == MODEL_MEDIA_TYPE {
            // made by this process for an actor whose command it was
            return match &wire.attested {
                Attested::Actor(actor) if *actor == activity.actor => Ok(()),
                _ => Err(mismatch()),
            };
        }
        let adapter = self.parts.adapters.get(&wire.network).ok_or_else(mismatch)?;
        let object = activity.payload.object();
        adapter
            .vouches(&wire.attested, &activity.actor, object)
            .then_some(())
            .ok_or_else(mismatch)
    }

    async fn postpone(&self, event: &StoredEvent, refusal: &Refusal) -> Result<(), Refusal> {
        let outcome = match refusal.disposition {
            Disposition::Retry(asked) if event.attempts + 1 < TRIES => {
                let wait = asked.unwrap_or_else(|| wait_after(event.attempts));
                EventOutcome::Later(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), refusal.clone())
            }
            Disposition::Retry(_) | Disposition::Quarantine => EventOutcome::Parked(refusal.clone()),
            Disposition::Ignore | Disposition::Reject | Disposition::Gone => EventOutcome::Done(Crossing {
                activities: Vec::new(),
                refused: vec![refusal.clone()],
            }),
        };
        self.parts.events.settle(event.id, outcome).await
    }
}

fn wait_after(attempts: u32) -> Duration {
    FIRST_WAIT.saturating_mul(1 << attempts.min(16)).min(LONGEST_WAIT)
}

/// The networks that a plan sends to, each once.
fn networks(arrival: Arrival, plan: &Plan) -> Vec<Network> {
    let mut networks = Vec::new();
    // of what is only caught up with the store sends nothing
    if arrival == Arrival::Live {
        for step in &plan.steps {
            if let Step::Send(send) = step {
                networks.extend(send.networks.iter().cloned());
            }
        }
    }
    networks.sort();
    networks.dedup();
    networks
}

/// Whether somebody must hear of it.
fn tells(step: &Step) -> bool {
    match step {
        Step::Send(_) | Step::EndActor(_) => true,
        Step::PutActor(_)
        | Step::PutObject { .. }
        | Step::EndObject(_)
        | Step::Renew(_)
        | Step::Bury { .. }
        | Step::PutFollow(_)
        | Step::EndFollow { .. } => false,
    }
}

fn mismatch() -> Refusal {
    Refusal::reject(
        Reason::OriginMismatch,
        "whoever vouches for this may not speak for its author or id",
    )
}
