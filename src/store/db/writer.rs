//! The writer: whatever jobs wait, in one transaction, answered only when COMMIT has returned. Under load many callers
//! share one disk flush, and without load nobody waits for company.
//!
//! A group ends when no job waits any more, when it is full, or when it took [`TURN`]: whoever comes next waits for it
//! to end. What peers wait for goes first; of the rest at least one job is in every group. A job that fails undoes the
//! group; its jobs are then run one by one, so that only the culprit fails.

use std::time::{Duration, Instant};

use causeway_core::refusal::Refusal;
use tokio::sync::mpsc::{Receiver, Sender};

use super::Tx;
use super::job::Job;
use crate::metrics;
use crate::store::error::Fault;

/// Jobs committed together at most.
const GROUP: usize = 100;
/// After this long a group takes no more jobs.
const TURN: Duration = Duration::from_millis(5);
/// After so many jobs the log is worth being carried over.
const MANY: usize = 500;

type Waiting = Receiver<Box<dyn Job>>;

/// Why a group was not committed.
enum Undone {
    /// One of its jobs.
    Job(Fault),
    /// The database; what happened to the commit is not known, so nothing is run again.
    All(sqlx::Error),
}

/// Writes until nobody is left who could send a job. Says so in `written` when much was.
pub(super) async fn work(mut tx: Tx, mut first: Waiting, mut rest: Waiting, written: Sender<()>) {
    let mut group = Vec::with_capacity(GROUP);
    let mut jobs = 0;
    while let Some(job) = next(&mut first, &mut rest).await {
        if jobs >= MANY {
            jobs = 0;
            // one that is at it already will do
            let _ = written.try_send(());
        }
        group.push(job);
        let done = together(&mut tx, &mut group, &mut first, &mut rest).await;
        jobs += group.len();
        match done {
            Ok(()) => group.drain(..).for_each(|job| job.answer(Ok(()))),
            Err(Undone::Job(_)) if group.len() > 1 => singly(&mut tx, &mut group).await,
            Err(undone) => refuse(&mut group, undone),
        }
    }
}

/// The next job, as soon as there is one.
async fn next(first: &mut Waiting, rest: &mut Waiting) -> Option<Box<dyn Job>> {
    tokio::select! {
        biased;
        Some(job) = first.recv() => Some(job),
        Some(job) = rest.recv() => Some(job),
        else => None,
    }
}

/// Runs the group, which grows by the jobs that wait, and commits it.
async fn together(
    tx: &mut Tx,
    group: &mut Vec<Box<dyn Job>>,
    first: &mut Waiting,
    rest: &mut Waiting,
) -> Result<(), Undone> {
    let began = Instant::now();
    tx.begin("BEGIN IMMEDIATE").await.map_err(Undone::All)?;
    let mut others = false;
    while let Some(job) = group.last_mut() {
        if let Err(fault) = job.run(tx).await {
            return Err(undo(tx, fault).await);
        }
        let full = group.len() >= GROUP || began.elapsed() >= TURN;
        let more = match full {
            // nobody is kept waiting for ever by those who go first
            true if others => None,
            true => rest.try_recv().ok(),
            false => first
                .try_recv()
                .or_else(|_| rest.try_recv().inspect(|_| others = true))
                .ok(),
        };
        others |= full;
        match more {
            Some(job) => group.push(job),
            None => break,
        }
    }
    commit(tx).await?;
    metrics::database(began.elapsed());
    Ok(())
}

async fn singly(tx: &mut Tx, group: &mut Vec<Box<dyn Job>>) {
    for mut job in group.drain(..) {
        match alone(tx, job.as_mut()).await {
            Ok(()) => job.answer(Ok(())),
            Err(undone) => refuse(&mut vec![job], undone),
        }
    }
}

async fn alone(tx: &mut Tx, job: &mut dyn Job) -> Result<(), Undone> {
    tx.begin("BEGIN IMMEDIATE").await.map_err(Undone::All)?;
    match job.run(tx).await {
        Ok(()) => commit(tx).await,
        Err(fault) => Err(undo(tx, fault).await),
    }
}

async fn commit(tx: &mut Tx) -> Result<(), Undone> {
    let committed = tx.run("COMMIT").await;
    if committed.is_err() {
        roll_back(tx).await;
    }
    committed.map_err(Undone::All)
}

async fn undo(tx: &mut Tx, fault: Fault) -> Undone {
    roll_back(tx).await;
    Undone::Job(fault)
}

/// A grave fault has ended the transaction already: then there is none to roll back.
async fn roll_back(tx: &mut Tx) {
    if let Err(error) = tx.run("ROLLBACK").await {
        tracing::debug!(%error, "nothing to roll back");
    }
}

fn refuse(group: &mut Vec<Box<dyn Job>>, undone: Undone) {
    let refusal = match undone {
        Undone::Job(fault) => Refusal::from(fault),
        Undone::All(error) => {
            tracing::error!(%error, "the database does not take writes");
            Refusal::internal(error)
        }
    };
    group.drain(..).for_each(|job| job.answer(Err(refusal.clone())));
}
