//! Runs the bus's second stage: events of one origin in order, of different origins side by side.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::Shutdown;
use causeway_core::bus::Bus;
use causeway_core::model::Attested;
use causeway_core::ports::StoredEvent;
use tokio::task::JoinSet;

/// Origins worked on at once.
const SIDE_BY_SIDE: usize = 32;
/// Events read from the store at once.
const BATCH: usize = 500;
/// How often the store is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(1);

/// Works until shutdown; what is under way is finished first.
pub async fn run(bus: Arc<Bus>, shutdown: Shutdown) {
    let mut work = Work {
        bus,
        running: JoinSet::new(),
        origins: HashSet::new(),
    };
    loop {
        let more = work.start_pending().await;
        tokio::select! {
            () = shutdown.requested() => break,
            Some(done) = work.running.join_next() => work.ended(done),
            () = work.bus.arrival(), if more => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
    while let Some(done) = work.running.join_next().await {
        work.ended(done);
    }
}

struct Work {
    bus: Arc<Bus>,
    running: JoinSet<Attested>,
    origins: HashSet<Attested>,
}

impl Work {
    /// Starts whatever can be; `false` when everything is busy, so that only an end can change that.
    async fn start_pending(&mut self) -> bool {
        if self.running.len() >= SIDE_BY_SIDE {
            return false;
        }
        let pending = match self.bus.pending(BATCH).await {
            Ok(pending) => pending,
            Err(refusal) => {
                tracing::warn!(%refusal, "events cannot be read; trying again");
                return true;
            }
        };
        for (origin, queue) in by_origin(pending) {
            if self.running.len() >= SIDE_BY_SIDE {
                return false;
            }
            if !self.origins.contains(&origin) {
                self.start(origin, queue);
            }
        }
        true
    }

    fn start(&mut self, origin: Attested, queue: VecDeque<StoredEvent>) {
        self.origins.insert(origin.clone());
        let bus = Arc::clone(&self.bus);
        self.running.spawn(async move {
            for event in queue {
                if let Err(refusal) = bus.process(event).await {
                    tracing::warn!(%refusal, "an event stays pending");
                    break;
                }
            }
            origin
        });
    }

    fn ended(&mut self, done: Result<Attested, tokio::task::JoinError>) {
        match done {
            Ok(origin) => {
                self.origins.remove(&origin);
            }
            // nothing in a task panics on purpose; if one did, its origin must not stay locked
            Err(error) => {
                tracing::error!(%error, "processing ended abnormally");
                self.origins.clear();
            }
        }
    }
}

/// Events grouped by who vouches for them, groups in the order of their first event.
fn by_origin(pending: Vec<StoredEvent>) -> Vec<(Attested, VecDeque<StoredEvent>)> {
    let mut groups: Vec<(Attested, VecDeque<StoredEvent>)> = Vec::new();
    let mut at = HashMap::new();
    for event in pending {
        let next = groups.len();
        let place = *at.entry(event.wire.attested.clone()).or_insert(next);
        match groups.get_mut(place) {
            Some((_, queue)) => queue.push_back(event),
            None => groups.push((event.wire.attested.clone(), VecDeque::from([event]))),
        }
    }
    groups
}
