//! Takes traces, counts them, and hands them on without waiting.

use std::time::Duration;

use causeway_core::id::Network;
use causeway_core::loss::LossClass;
use causeway_core::ports::{Crossings, Trace};
use causeway_core::refusal::Refusal;
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
        Trace::Processed {
            wire, crossing, to, at, ..
        } => {
            let from = wire.network.as_str();
            let took = at.since(wire.received);
            for (crossed, to) in crossing.activities.iter().zip(to) {
                let kind = crossed.activity.payload.kind().as_str();
                let to = joined(to);
                metrics::event(from, &to, kind, "read");
                metrics::event_took(from, &to, kind, took);
                for loss in &crossed.losses {
                    metrics::field(from, metrics::MODEL, class(loss.class));
                }
            }
            for refusal in &crossing.refused {
                refused(from, refusal);
            }
        }
        Trace::Refused { network, refusal, .. } => refused(network.as_str(), refusal),
        Trace::Delivered(delivery) => {
            let network = delivery.target.network.as_str();
            match &delivery.result {
                Ok(_) => metrics::delivery(network, "done", ""),
                Err(refusal) => metrics::delivery(network, "refused", refusal.reason.code()),
            }
            for loss in delivery.rendered.iter().flat_map(|rendered| &rendered.losses) {
                metrics::field(metrics::MODEL, network, class(loss.class));
            }
        }
    }
}

fn refused(from: &str, refusal: &Refusal) {
    metrics::event(from, "", "any", refusal.reason.code());
    metrics::blocked(refusal.reason);
}

/// The networks of one activity as one word: it is counted once, wherever it goes.
fn joined(networks: &[Network]) -> String {
    let names: Vec<&str> = networks.iter().map(Network::as_str).collect();
    names.join("+")
}

fn class(class: LossClass) -> &'static str {
    match class {
        LossClass::Transformed => "transformed",
        LossClass::Degraded => "degraded",
        LossClass::Dropped => "dropped",
        LossClass::Invented => "invented",
    }
}

#[cfg(test)]
mod tests {
    use causeway_core::refusal::Reason;
    use causeway_core::time::Timestamp;

    use super::*;

    fn counted(reason: Reason) -> String {
        let recorder = metrics::recorder().unwrap();
        let trace = Trace::Refused {
            network: Network::new("far"),
            refusal: Refusal::reject(reason, "no"),
            at: Timestamp::from_millis(0),
        };
        ::metrics::with_local_recorder(&recorder, || Tap::counting().record(trace));
        recorder.handle().render()
    }

    #[test]
    fn what_somebody_wished_kept_out_is_counted_as_blocked() {
        let metrics = counted(Reason::UserBlocked);
        assert!(
            metrics.contains(r#"causeway_blocked_total{rule="user-blocked"} 1"#),
            "{metrics}"
        );
        assert!(metrics.contains(r#"outcome="user-blocked""#), "{metrics}");
        let metrics = counted(Reason::Malformed);
        assert!(metrics.contains(r#"outcome="malformed""#), "{metrics}");
        assert!(!metrics.contains("causeway_blocked_total{"), "{metrics}");
    }

    #[test]
    fn the_networks_of_an_activity_are_one_label() {
        assert_eq!(joined(&[]), "");
        assert_eq!(joined(&[Network::new("a"), Network::new("b")]), "a+b");
    }
}
