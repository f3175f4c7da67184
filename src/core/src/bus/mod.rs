//! The bus: *accept* stores what arrived, *process* makes of it what it means. Each is one transaction; a crash between
//! them starts *process* again from the stored event.

mod acquaintance;
mod elsewhere;
mod finished;
mod needs;
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::Notify;

use crate::adapter::{Adapters, Context, Crossing, Raw, Wire};
use crate::id::Network;
use crate::ports::{Accepted, Clock, Crossings, EventId, Events, Ingest, Later, Ledger, StoredEvent, Trace};
use crate::refusal::{Reason, Refusal};
use crate::route::Links;
use finished::Finished;

/// How long [`Ingest::processed`] waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the bus is made of.
pub struct Parts {
    /// The adapters.
    pub adapters: Arc<Adapters>,
    /// The first stage's store.
    pub events: Arc<dyn Events>,
    /// The second stage's store.
    pub ledger: Arc<dyn Ledger>,
    /// Which networks are linked.
    pub links: Links,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who inspects.
    pub tap: Arc<dyn Crossings>,
}

/// The bus.
pub struct Bus {
    parts: Parts,
    arrived: Notify,
    planned: Arc<Notify>,
    finished: Finished,
    /// Arrivals that wait to be acknowledged.
    arriving: AtomicUsize,
    context: std::sync::OnceLock<Context>,
}

impl Bus {
    /// A bus of these parts. It processes nothing until it is given a context.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            arrived: Notify::new(),
            planned: Arc::new(Notify::new()),
            finished: Finished::default(),
            arriving: AtomicUsize::new(0),
            context: std::sync::OnceLock::new(),
        }
    }

    /// Hands over what adapters are given. The first time counts.
    pub fn connect(&self, context: Context) {
        // a second context would be a second bus: the first one stays
        let _ = self.context.set(context);
    }

    /// Returns when something arrived since it last returned. Permits are not counted: look for all that is pending.
    pub async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// How many arrivals wait to be acknowledged at this moment.
    pub fn arriving(&self) -> usize {
        self.arriving.load(Ordering::Relaxed)
    }

    /// Woken whenever deliveries may have been planned.
    pub fn planned(&self) -> Arc<Notify> {
        Arc::clone(&self.planned)
    }

    /// Events not processed yet and due, oldest first.
    ///
    /// # Errors
    /// As [`Events::pending`].
    pub async fn pending(&self, limit: usize) -> Result<Vec<StoredEvent>, Refusal> {
        self.parts.events.pending(limit).await
    }

    /// Processes all that is pending, one after the other, and returns how many. For tools and tests; the product runs
    /// different origins side by side.
    ///
    /// # Errors
    /// As [`Bus::process`].
    pub async fn drain(&self) -> Result<usize, Refusal> {
        let mut done = 0;
        loop {
            let pending = self.pending(100).await?;
            if pending.is_empty() {
                return Ok(done);
            }
            for event in pending {
                self.process(event).await?;
                done += 1;
            }
        }
    }

    fn context(&self) -> Result<&Context, Refusal> {
        self.context
            .get()
            .ok_or_else(|| Refusal::internal("the bus is not connected yet"))
    }

    fn note_refused(&self, network: &Network, refusal: &Refusal) {
        let trace = Trace::Refused {
            network: network.clone(),
            refusal: refusal.clone(),
            at: self.parts.clock.now(),
        };
        self.parts.tap.record(trace);
    }

    async fn accept(&self, wire: Wire) -> Result<Accepted, Refusal> {
        let accepted = self.parts.events.accept(&wire).await?;
        if let Accepted::New(_) = accepted {
            self.arrived.notify_one();
        }
        Ok(accepted)
    }

    async fn outcome(&self, event: EventId) -> Result<Crossing, Refusal> {
        let deadline = self.parts.clock.now().plus(PATIENCE);
        loop {
            let changed = self.finished.changed();
            if let Some(outcome) = self.finished.take(event) {
                return outcome;
            }
            if self.parts.clock.now() >= deadline {
                return Err(Refusal::retry(Reason::Internal, "stored, and still being worked on"));
            }
            let timer = self.parts.clock.sleep_until(deadline);
            first(changed, timer).await;
        }
    }
}

impl Ingest for Bus {
    fn arrived<'a>(&'a self, network: &'a Network, raw: Raw) -> Later<'a, Accepted> {
        Box::pin(async move {
            let _arriving = Arriving::new(&self.arriving);
            let adapter = self
                .parts
                .adapters
                .get(network)
                .ok_or_else(|| Refusal::reject(Reason::UnsupportedKind, "no adapter for that network"))?;
            let attested = adapter.authenticate(raw, self.context()?).await;
            match attested {
                Ok(wire) => self.accept(wire).await,
                Err(refusal) => {
                    self.note_refused(network, &refusal);
                    Err(refusal)
                }
            }
        })
    }

    fn ingest(&self, wire: Wire) -> Later<'_, Accepted> {
        Box::pin(self.accept(wire))
    }

    fn processed(&self, wire: Wire) -> Later<'_, Crossing> {
        Box::pin(async move {
            let _waiting = self.finished.wait();
            match self.accept(wire).await? {
                Accepted::New(event) => self.outcome(event).await,
                Accepted::Duplicate(_) => Err(Refusal::ignore(Reason::Duplicate, "taken already")),
            }
        })
    }
}

/// Counts an arrival until it is acknowledged or its sender has gone.
struct Arriving<'a>(&'a AtomicUsize);

impl<'a> Arriving<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns when one of the two has. Core has no executor's macros; this is all it needs of them.
async fn first(a: impl Future<Output = ()>, b: BoxFuture<'_, ()>) {
    let mut a = std::pin::pin!(a);
    let mut b = b;
    std::future::poll_fn(|context| {
        if a.as_mut().poll(context).is_ready() || b.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
}
