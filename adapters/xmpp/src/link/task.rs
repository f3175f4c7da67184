//! Keeps one stream up: connect, run, and again after a pause.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::config::{LinkConfig, Random};
use super::connection;
use super::error::LinkError;
use super::handle::{LinkState, Shared};
use super::incoming::Incoming;
use super::session::{self, Session};

/// The work behind a [`super::Link`]; nothing happens unless [`LinkTask::run`] is polled.
pub struct LinkTask {
    shared: Arc<Shared>,
    incoming: mpsc::Sender<Incoming>,
}

impl LinkTask {
    pub(crate) fn new(shared: Arc<Shared>, incoming: mpsc::Sender<Incoming>) -> Self {
        Self { shared, incoming }
    }

    /// Keeps the stream up until `shutdown` is ready, then ends it behind what is queued. A refused handshake is
    /// retried as well, as operators correct secrets while we run; the reason stands in the link's state meanwhile.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut backoff = Backoff::default();
        let mut number = 0;
        loop {
            number += 1;
            let began = Instant::now();
            let error = {
                let mut stream = pin!(self.stream(number));
                tokio::select! {
                    error = &mut stream => error,
                    () = &mut shutdown => {
                        self.shared.close();
                        let _ = timeout(CLOSE_TIME, stream).await;
                        break;
                    }
                }
            };
            if self.incoming.is_closed() {
                break;
            }
            if began.elapsed() >= SETTLED {
                backoff = Backoff::default();
            }
            let pause = backoff.next(self.config());
            warn!(reason = error.code(), %error, ?pause, "component link down");
            self.shared.set(LinkState::Disconnected { error, retry_in: pause });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = &mut shutdown => break,
            }
        }
        self.shared.set(LinkState::Stopped);
    }

    /// One stream, from connect to its end.
    async fn stream(&self, number: u64) -> LinkError {
        self.shared.set(LinkState::Connecting);
        let (mut input, socket) = match connection::open(self.config()).await {
            Ok(opened) => opened,
            Err(error) => return error,
        };
        let (session, queue) = Session::new(number, self.config());
        let live = Live {
            shared: &self.shared,
            session: Arc::clone(&session),
        };
        self.shared.begin(&session);
        info!(session = number, server = self.config().server, "component link up");
        let mut reading = pin!(session::read(self.config(), &live.session, &mut input, &self.incoming));
        tokio::select! {
            error = &mut reading => error,
            // the server's last words tell more than a failed write
            error = session::write(self.config(), socket, queue) => match timeout(LAST_WORDS, reading).await {
                Ok(said) if said != LinkError::Closed => said,
                Ok(_) | Err(_) => error,
            },
        }
    }

    fn config(&self) -> &LinkConfig {
        &self.shared.config
    }
}

/// A stream that lasted so long was a good one: the next failure starts from the shortest pause.
const SETTLED: Duration = Duration::from_secs(5);
const CLOSE_TIME: Duration = Duration::from_secs(3);
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Ends the session when the stream does, also when the task is dropped.
struct Live<'a> {
    shared: &'a Shared,
    session: Arc<Session>,
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.shared.end();
        self.session.end();
    }
}

/// Exponential pauses with jitter: from half to one and a half of the average.
#[derive(Debug, Default)]
struct Backoff {
    failures: u32,
}

impl Backoff {
    fn next(&mut self, config: &LinkConfig) -> Duration {
        let average = config
            .backoff_first
            .saturating_mul(1 << self.failures.min(16))
            .min(config.backoff_cap);
        self.failures = self.failures.saturating_add(1);
        average.mul_f64(0.5 + fraction(config.random.as_ref()))
    }
}

/// From 0 up to 1.
fn fraction(random: &dyn Random) -> f64 {
    let mut bytes = [0_u8; 4];
    random.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
