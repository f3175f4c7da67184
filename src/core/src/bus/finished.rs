//! The outcomes of the last events, for those who wait for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::adapter::Crossing;
use crate::ports::EventId;
use crate::refusal::Refusal;

/// How many outcomes are kept. Whoever waits asks within milliseconds.
const KEPT: usize = 1024;

/// Outcomes by event. An outcome may come before anybody waits for it, so the last ones are kept for a while.
#[derive(Debug, Default)]
pub(super) struct Finished {
    kept: Mutex<VecDeque<(EventId, Result<Crossing, Refusal>)>>,
    changed: Notify,
    /// How many wait for an outcome: without any, none is kept.
    waiting: AtomicUsize,
}

/// Says that somebody waits, for as long as it lives.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Finished {
    /// Begins to keep outcomes: to be called before the event is stored whose outcome is wanted.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        Waiting(&self.waiting)
    }

    /// Keeps an outcome, if anybody waits for any, and wakes them.
    pub(super) fn put(&self, event: EventId, outcome: Result<Crossing, Refusal>) {
        if self.waiting.load(Ordering::SeqCst) == 0 {
            self.lock().clear();
            return;
        }
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((event, outcome));
        drop(kept);
        self.changed.notify_waiters();
    }

    /// The outcome of `event`, once.
    pub(super) fn take(&self, event: EventId) -> Option<Result<Crossing, Refusal>> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(id, _)| *id == event)?;
        kept.remove(at).map(|(_, outcome)| outcome)
    }

    /// Returns when anything was put after this was called.
    pub(super) fn changed(&self) -> impl Future<Output = ()> + '_ {
        let mut changed = Box::pin(self.changed.notified());
        changed.as_mut().enable();
        changed
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(EventId, Result<Crossing, Refusal>)>> {
        // a panic while it was held cannot leave it half changed
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
