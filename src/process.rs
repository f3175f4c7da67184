//! Runs the bus's second stage: events of one origin in order, of different origins side by side.

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::Shutdown;
use causeway_core::bus::Bus;
use causeway_core::model::Attested;
use causeway_core::ports::{EventId, StoredEvent};
use causeway_core::refusal::Refusal;
use futures_util::FutureExt;
use tokio::task::JoinSet;

/// Origins worked on at once.
const SIDE_BY_SIDE: usize = 32;
/// The same while more than [`MANY`] peers wait to be acknowledged: they go first, but work goes on.
const BESIDE_MANY: usize = 2;
/// So many peers that wait are many.
const MANY: usize = 8;
/// Events read from the store at once, and held at most.
const BATCH: usize = 500;
/// So few held that more are read: a read has its price, and should bring many.
const FEW: usize = BATCH / 4;
/// How often the store is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(1);

/// Works until shutdown; what is under way is finished first.
pub async fn run(bus: Arc<Bus>, shutdown: Shutdown) {
    let mut work = Work::new(bus);
    let mut look = true;
    loop {
        if std::mem::take(&mut look) {
            work.read().await;
        }
        work.start();
        tokio::select! {
            () = shutdown.requested() => break,
            Some(done) = work.running.join_next() => {
                work.ended(done);
                look = work.held.len() < FEW;
            }
            () = work.bus.arrival(), if work.held.len() < FEW => look = true,
            () = tokio::time::sleep(SWEEP) => look = true,
        }
    }
    while let Some(done) = work.running.join_next().await {
        work.ended(done);
    }
}

/// One event. A fault of ours that shows in one wire must not come again with it for ever, nor stop what comes after.
async fn one(bus: &Bus, event: StoredEvent) -> Result<(), Refusal> {
    let id = event.id;
    match AssertUnwindSafe(bus.process(event)).catch_unwind().await {
        Ok(done) => done,
        Err(_) => {
            tracing::error!(event = id.0, "processing panicked; the event is parked");
            bus.park(id).await
        }
    }
}

type Ended = (Attested, Vec<EventId>);

struct Work {
    bus: Arc<Bus>,
    running: JoinSet<Ended>,
    /// Origins in work.
    busy: HashSet<Attested>,
    /// Events that wait here, by origin.
    waiting: HashMap<Attested, VecDeque<StoredEvent>>,
    /// Origins with events that wait, in the order they came.
    order: VecDeque<Attested>,
    /// Events that wait here or are in work: the store still calls them pending.
    held: HashSet<EventId>,
}

impl Work {
    fn new(bus: Arc<Bus>) -> Self {
        Self {
            bus,
            running: JoinSet::new(),
            busy: HashSet::new(),
            waiting: HashMap::new(),
            order: VecDeque::new(),
            held: HashSet::new(),
        }
    }

    async fn read(&mut self) {
        let pending = match self.bus.pending(BATCH).await {
            Ok(pending) => pending,
            Err(refusal) => {
                tracing::warn!(%refusal, "events cannot be read; trying again");
                return;
            }
        };
        for event in pending {
            if self.held.insert(event.id) {
                self.wait(event);
            }
        }
    }

    fn wait(&mut self, event: StoredEvent) {
        let origin = event.wire.attested.clone();
        let queue = self.waiting.entry(origin.clone()).or_default();
        if queue.is_empty() {
            self.order.push_back(origin);
        }
        queue.push_back(event);
    }

    /// Starts whatever can be. An origin in work stays in the order and has its turn when it is done.
    fn start(&mut self) {
        let pressed = self.bus.arriving() > MANY;
        let most = if pressed { BESIDE_MANY } else { SIDE_BY_SIDE };
        for _ in 0..self.order.len() {
            if self.running.len() >= most {
                return;
            }
            let Some(origin) = self.order.pop_front() else { return };
            if self.busy.contains(&origin) {
                self.order.push_back(origin);
                continue;
            }
            if let Some(queue) = self.waiting.remove(&origin) {
                self.spawn(origin, queue);
            }
        }
    }

    fn spawn(&mut self, origin: Attested, queue: VecDeque<StoredEvent>) {
        let ids: Vec<EventId> = queue.iter().map(|event| event.id).collect();
        self.busy.insert(origin.clone());
        let bus = Arc::clone(&self.bus);
        self.running.spawn(async move {
            for event in queue {
                if let Err(refusal) = one(&bus, event).await {
                    tracing::warn!(%refusal, "an event stays pending");
                    break;
                }
            }
            (origin, ids)
        });
    }

    fn ended(&mut self, done: Result<Ended, tokio::task::JoinError>) {
        match done {
            Ok((origin, ids)) => {
                self.busy.remove(&origin);
                for id in ids {
                    self.held.remove(&id);
                }
            }
            // nothing in a task panics on purpose; if one did, its origin must not stay locked
            Err(error) => {
                tracing::error!(%error, "processing ended abnormally");
                self.busy.clear();
                self.held = self.waiting.values().flatten().map(|event| event.id).collect();
            }
        }
    }
}
