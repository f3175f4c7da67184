//! Takes traces, counts them, and hands them on without waiting.

use std::time::Duration;

use causeway_core::loss::LossClass;
use causeway_core::ports::{Crossings, Trace};
use tokio::sync::mpsc;

use super::write;
use crate::{metrics, thread};

/// Traces that wait to be written at most.
const WAITING: usize = 10_000;
/// Traces written in one transaction at most.
const BATCH: usize = 500;
/// How long traces gather before they are written together: nobody waits for them.
const GATHER: Duration = Duration::from_millis(20);

/// The recording end.
#[derive(Debug)]
pub struct Tap {
    sender: Option<mpsc::Sender<Trace>>,
}

/// The writing end.
pub struct Writer {
    receiver: mpsc::Receiver<Trace>,
    conn: sqlx::SqliteConnection,
    days: u32,
}

impl Tap {
    /// A tap that only counts.
    pub fn counting() -> Self {
        Self { sender: None }
    }

    /// A tap and the writer of what it takes, into the database at `url`.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn recording(url: &str, days: u32) -> Result<(Self, Writer), sqlx::Error> {
        let conn = write::open(url).await?;
        let (sender, receiver) = mpsc::channel(WAITING);
        Ok((Self { sender: Some(sender) }, Writer { receiver, conn, days }))
    }
}

impl Writer {
    /// Writes on a thread of its own until every tap is gone.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(self) -> std::io::Result<()> {
        thread::start("traces", self.run())
    }

    async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        while self.receiver.recv_many(&mut batch, BATCH).await > 0 {
            if let Err(error) = write::write(&mut self.conn, &batch, self.days).await {
                tracing::warn!(%error, lost = batch.len(), "traces could not be written");
                ::metrics::counter!("causeway_traces_dropped_total").increment(u64::try_from(batch.len()).unwrap_or(0));
            }
            batch.clear();
            // the thread is this writer's own
            std::thread::sleep(GATHER);
        }
    }
}

impl Crossings for Tap {
    fn record(&self, trace: Trace) {
        count(&trace);
        if let Some(sender) = &self.sender
            && sender.try_send(trace).is_err()
        {
            ::metrics::counter!("causeway_traces_dropped_total").increment(1);
        }
    }
}

fn count(trace: &Trace) {
    match trace {
        Trace::Processed { wire, crossing, .. } => {
            for crossed in &crossing.activities {
                metrics::event(wire.network.as_str(), crossed.activity.payload.kind().as_str(), "read");
                for loss in &crossed.losses {
                    metrics::field(wire.network.as_str(), "in", class(loss.class));
                }
            }
            for refusal in &crossing.refused {
                metrics::event(wire.network.as_str(), "any", refusal.reason.code());
            }
        }
        Trace::Refused { network, refusal, .. } => metrics::event(network.as_str(), "any", refusal.reason.code()),
        Trace::Delivered(delivery) => {
            let network = delivery.target.network.as_str();
            match &delivery.result {
                Ok(_) => metrics::delivery(network, "done", ""),
                Err(refusal) => metrics::delivery(network, "refused", refusal.reason.code()),
            }
            for loss in delivery.rendered.iter().flat_map(|rendered| &rendered.losses) {
                metrics::field(network, "out", class(loss.class));
            }
        }
    }
}

fn class(class: LossClass) -> &'static str {
    match class {
        LossClass::Transformed => "transformed",
        LossClass::Degraded => "degraded",
        LossClass::Dropped => "dropped",
        LossClass::Invented => "invented",
    }
}
