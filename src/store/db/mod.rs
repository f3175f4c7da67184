//! The database: one writer that commits in groups, and readers beside it.
//!
//! Every write is a job. The writer takes whatever jobs are waiting (at most [`GROUP`]), runs them in one transaction and
//! answers their callers only when COMMIT has returned: under load many callers share one disk flush, and without load
//! nobody waits for company. A job that fails undoes the group; its jobs are then run one by one, so that only the
//! culprit fails.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use causeway_core::refusal::Refusal;
use futures_core::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::Cx;
use super::error::{Fault, StoreError};

/// Jobs committed together at most.
const GROUP: usize = 100;
/// Jobs waiting at most; more callers wait for room.
const WAITING: usize = 1_000;
/// Connections for reading.
const READERS: u32 = 4;

/// A transaction with what the work in it needs.
pub(super) struct Tx {
    /// The transaction; statements run on `&mut *tx.conn`.
    pub(super) conn: Transaction<'static, Sqlite>,
    /// Adapters, time, chance.
    pub(super) cx: Arc<Cx>,
    /// Whether ids may be made: not while reading.
    pub(super) mints: bool,
}

/// The database.
pub(super) struct Db {
    jobs: mpsc::Sender<Box<dyn Job>>,
    readers: SqlitePool,
    cx: Arc<Cx>,
}

impl Db {
    /// Opens the database at `url` (`sqlite:FILE`), makes it if it is not there, and brings its tables up to date.
    pub(super) async fn open(url: &str, cx: Arc<Cx>) -> Result<Self, StoreError> {
        let options = options(url)?;
        let lasting = || SqlitePoolOptions::new().idle_timeout(None).max_lifetime(None);
        let writer = lasting().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await?;
        let readers = lasting()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await?;
        let (jobs, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write(writer, waiting, Arc::clone(&cx)));
        Ok(Self { jobs, readers, cx })
    }

    /// Runs `work` in a snapshot. Nothing it does stays.
    pub(super) async fn read<A, T, F>(&self, args: &A, work: F) -> Result<T, Fault>
    where
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>>,
    {
        let conn = self.readers.begin().await?;
        let mut tx = Tx {
            conn,
            cx: Arc::clone(&self.cx),
            mints: false,
        };
        work(&mut tx, args).await
    }

    /// Runs `work` in the next group and returns after its commit. It may be run more than once, each time as if the
    /// times before had not been.
    pub(super) async fn write<A, T, F>(&self, args: A, work: F) -> Result<T, Refusal>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work {
            args,
            work,
            result: None,
            reply,
        };
        let ended = |_| Refusal::internal("the store is closing");
        self.jobs.send(Box::new(job)).await.map_err(|_| ended(()))?;
        answer.await.map_err(|_| ended(()))?
    }
}

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    // the driver takes anything for a file's name
    let file = url.strip_prefix("sqlite:").filter(|file| !file.is_empty());
    let url = file.map(|_| url).ok_or_else(|| StoreError::Address(url.to_owned()))?;
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|error| StoreError::Address(error.to_string()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("wal_autocheckpoint", "4000"))
}

/// Something to be done by the writer.
trait Job: Send {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Fault>>;
    fn answer(self: Box<Self>, outcome: Result<(), Refusal>);
}

struct Work<A, T, F> {
    args: A,
    work: F,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, Refusal>>,
}

impl<A, T, F> Job for Work<A, T, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.result = Some((self.work)(tx, &self.args).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), Refusal>) {
        let Self { result, reply, .. } = *self;
        let result = outcome.and_then(|()| result.ok_or_else(|| Refusal::internal("the job did not run")));
        // a caller that went away has its answer in the database
        let _ = reply.send(result);
    }
}

/// Why a group was not committed.
enum Undone {
    /// One of its jobs.
    Job(Fault),
    /// The database; what happened to the commit is not known, so nothing is run again.
    All(sqlx::Error),
}

async fn write(pool: SqlitePool, mut waiting: mpsc::Receiver<Box<dyn Job>>, cx: Arc<Cx>) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let alone = group.len() == 1;
        match together(&pool, &cx, &mut group).await {
            Ok(()) => group.drain(..).for_each(|job| job.answer(Ok(()))),
            Err(Undone::Job(_)) if !alone => singly(&pool, &cx, &mut group).await,
            Err(undone) => refuse(&mut group, undone),
        }
    }
}

async fn singly(pool: &SqlitePool, cx: &Arc<Cx>, group: &mut Vec<Box<dyn Job>>) {
    for job in group.drain(..) {
        let mut one = vec![job];
        match together(pool, cx, &mut one).await {
            Ok(()) => one.drain(..).for_each(|job| job.answer(Ok(()))),
            Err(undone) => refuse(&mut one, undone),
        }
    }
}

async fn together(pool: &SqlitePool, cx: &Arc<Cx>, group: &mut [Box<dyn Job>]) -> Result<(), Undone> {
    let conn = pool.begin_with("BEGIN IMMEDIATE").await.map_err(Undone::All)?;
    let mut tx = Tx {
        conn,
        cx: Arc::clone(cx),
        mints: true,
    };
    for job in group {
        // on the way out the transaction is rolled back
        job.run(&mut tx).await.map_err(Undone::Job)?;
    }
    tx.conn.commit().await.map_err(Undone::All)
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
