//! The readers: a few jobs at a time in one snapshot, taken after they were asked for, so that each sees every write
//! that was answered before.

use std::sync::Arc;

use causeway_core::refusal::Refusal;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, WeakSender};

use super::Tx;
use super::job::Job;
use crate::store::error::Fault;

/// Jobs that share a snapshot at most: a slow one keeps the others of its group waiting.
const GROUP: usize = 12;

/// What was asked, for the next reader that is free.
#[derive(Clone)]
pub(super) struct Asked {
    jobs: Arc<Mutex<Receiver<Box<dyn Job>>>>,
    /// Where jobs go that must write after all. Weak: the writer ends when nobody outside is left.
    writes: WeakSender<Box<dyn Job>>,
}

impl Asked {
    /// Reads what `jobs` bring; those that must write go to `writes`.
    pub(super) fn new(jobs: Receiver<Box<dyn Job>>, writes: WeakSender<Box<dyn Job>>) -> Self {
        Self {
            jobs: Arc::new(Mutex::new(jobs)),
            writes,
        }
    }

    async fn next(&self, group: &mut Vec<Box<dyn Job>>) -> usize {
        self.jobs.lock().await.recv_many(group, GROUP).await
    }

    async fn pass_on(&self, job: Box<dyn Job>) {
        match self.writes.upgrade() {
            Some(writes) => {
                // without a writer the job ends here, and its caller is told so
                let _ = writes.send(job).await;
            }
            None => job.answer(Err(Refusal::internal("the store is closing"))),
        }
    }
}

/// Reads until nobody is left who could ask.
pub(super) async fn work(mut tx: Tx, asked: Asked) {
    let mut group = Vec::with_capacity(GROUP);
    while asked.next(&mut group).await > 0 {
        let begun = tx.begin("BEGIN").await;
        for mut job in group.drain(..) {
            let outcome = match &begun {
                Ok(()) => job.run(&mut tx).await,
                Err(error) => Err(Fault::Refused(Refusal::internal(error))),
            };
            match outcome {
                Ok(()) => job.answer(Ok(())),
                Err(Fault::Mint) => asked.pass_on(job).await,
                Err(fault) => job.answer(Err(fault.into())),
            }
        }
        if let Err(error) = tx.run("ROLLBACK").await {
            tracing::warn!(%error, "a snapshot did not end");
        }
    }
}
