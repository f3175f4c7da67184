//! Barriers that concurrent deliveries share: one ping behind all that was sent meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minidom::Element;
use tokio::sync::oneshot;

use crate::counters::Count;
use crate::link::{BarrierError, DeliverError, Link, Sent};

type Waiter = (Sent, oneshot::Sender<Result<(), BarrierError>>);

/// The barriers of a link.
#[derive(Clone)]
pub(crate) struct Barriers {
    link: Link,
    pings: Count,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiter>,
    running: bool,
}

impl Barriers {
    pub(crate) fn new(link: Link, pings: Count) -> Self {
        Self {
            link,
            pings,
            state: Arc::default(),
        }
    }

    /// Sends a batch; `Ok` means that the server has processed it.
    ///
    /// # Errors
    /// As [`Link::deliver`].
    pub(crate) async fn deliver(&self, batch: &[Element]) -> Result<(), DeliverError> {
        let sent = self.link.send(batch).await?;
        let (tell, told) = oneshot::channel();
        let begin = {
            let mut state = self.lock();
            state.waiting.push((sent, tell));
            !std::mem::replace(&mut state.running, true)
        };
        if begin {
            // a task of its own: whoever began may go away, the others wait on
            tokio::spawn(self.clone().rounds());
        }
        Ok(told.await.unwrap_or(Err(BarrierError::Disconnected))?)
    }

    async fn rounds(self) {
        loop {
            let mut waiting = {
                let mut state = self.lock();
                if state.waiting.is_empty() {
                    state.running = false;
                    return;
                }
                std::mem::take(&mut state.waiting)
            };
            // all were sent before they were put here, so one ping behind them proves all of one stream
            while let Some((sent, _)) = waiting.last() {
                let sent = *sent;
                self.pings.one();
                let result = self.link.barrier(sent).await;
                let (same, others) = waiting.into_iter().partition(|(other, _)| *other == sent);
                waiting = others;
                tell(same, result);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(waiters: Vec<Waiter>, result: Result<(), BarrierError>) {
    for (_, waiter) in waiters {
        // who went away does not wait any more
        let _ = waiter.send(result);
    }
}
