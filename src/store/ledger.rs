//! The second stage: what is known, and the one transaction that a decision becomes.

use std::collections::HashSet;
use std::sync::Arc;

use causeway_core::adapter::Arrival;
use causeway_core::model::{Activity, Attested};
use causeway_core::ports::{EventId, EventOutcome, Facts, Later, Ledger, Plan, Sent, Step};

use super::Store;
use super::db::Tx;
use super::error::Fault;
use super::objects::Links;

/// Everything that one call of [`Ledger::commit`] writes.
struct Work {
    event: Option<EventId>,
    arrival: Arrival,
    plans: Vec<Plan>,
    outcome: EventOutcome,
}

impl Ledger for Store {
    fn facts<'a>(&'a self, origin: &'a Attested, activity: &'a Activity) -> Later<'a, Facts> {
        self.read(Arc::new((origin.clone(), activity.clone())), |tx, asked| {
            Box::pin(tx.facts(&asked.0, &asked.1))
        })
    }

    fn commit(
        &self,
        event: Option<EventId>,
        arrival: Arrival,
        plans: Vec<Plan>,
        outcome: EventOutcome,
    ) -> Later<'_, ()> {
        let work = Work {
            event,
            arrival,
            plans,
            outcome,
        };
        self.write(work, |tx, work| Box::pin(tx.commit_plans(work)))
    }
}

impl Tx {
    async fn commit_plans(&mut self, work: &Work) -> Result<(), Fault> {
        let live = work.arrival == Arrival::Live;
        self.memo.forget_written();
        // a replay shows what would come of a wire; it changes nothing
        if work.arrival != Arrival::Replay {
            // what did not change is not sent
            let mut unchanged = HashSet::new();
            for step in work.plans.iter().flat_map(|plan| &plan.steps) {
                self.apply(step, work.event, live, &mut unchanged).await?;
            }
        }
        match work.event {
            Some(event) => self.settle_event(event, &work.outcome).await,
            None => Ok(()),
        }
    }

    async fn apply(
        &mut self,
        step: &Step,
        event: Option<EventId>,
        live: bool,
        unchanged: &mut HashSet<i64>,
    ) -> Result<(), Fault> {
        match step {
            Step::PutActor(profile) => {
                let put = self.put_actor(profile).await?;
                unchanged.extend(put.filter(|put| !put.changed).map(|put| put.object));
            }
            Step::Renew(id) => self.renew(id).await?,
            Step::PutObject { payload, about, root } => {
                let links = Links {
                    about: about.as_ref(),
                    root: root.as_ref(),
                    event,
                };
                match self.put_object(payload, &links).await? {
                    Some(put) if put.changed => {
                        unchanged.remove(&put.object);
                    }
                    Some(put) => {
                        unchanged.insert(put.object);
                    }
                    None => unchanged.extend(self.key_of(payload.object()).await?),
                }
            }
            Step::EndObject(id) => {
                self.memo.forget_written();
                if let Some(row) = self.find_object(id).await? {
                    self.end_object(row.key).await?;
                    unchanged.remove(&row.key);
                }
            }
            Step::Bury { origin, object } => self.bury(origin, object).await?,
            Step::PutFollow(fact) => self.put_follow(fact).await?,
            Step::EndFollow { follower, followee } => self.end_follow(follower, followee).await?,
            Step::EndActor(actor) => {
                self.memo.forget_written();
                if let Some(row) = self.find_actor(actor).await? {
                    self.end_actor(&row, "gone", live).await?;
                }
            }
            Step::Send(send) if live => {
                let object = match &send.object {
                    Sent::Object(id) => match self.memo.written(id) {
                        Some(row) => Some(row),
                        None => self.find_object(id).await?.filter(|row| row.known),
                    },
                    Sent::Profile(actor) => self.profile_row(actor).await?,
                };
                if let Some(object) = object.filter(|row| !unchanged.contains(&row.key)) {
                    self.send(&object, send).await?;
                }
            }
            Step::Send(_) => {}
        }
        Ok(())
    }
}
