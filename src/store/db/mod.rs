//! The database: one writer that commits in groups, and readers beside it.
//!
//! Every piece of work is a job, done on a thread of its own: one writes, a few read.

mod checkpoint;
mod job;
mod readers;
mod writer;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use causeway_core::refusal::Refusal;
use futures_core::future::BoxFuture;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

use super::Cx;
use super::error::{Fault, StoreError};
use super::memo::Memo;
use crate::thread;
use job::{Job, Work};

/// Jobs of one sort that wait at most; more callers wait for room.
const WAITING: usize = 1_000;
/// Threads that read.
const READERS: usize = 2;
/// Statements that a connection keeps prepared: more than there are in the store.
const STATEMENTS: usize = 400;

/// A transaction with what the work in it needs.
pub(super) struct Tx {
    /// The connection; statements run on `&mut *tx.conn`.
    pub(super) conn: Box<SqliteConnection>,
    /// Adapters, time, chance.
    pub(super) cx: Arc<Cx>,
    /// Whether ids may be made: not while reading.
    pub(super) mints: bool,
    /// What was read since it began.
    pub(super) memo: Memo,
}

type Jobs = mpsc::Sender<Box<dyn Job>>;

/// Where work waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// For a snapshot that holds every write answered before. Work that must make an id is done as a write instead.
    Read,
    /// For the writer, before all others: what a peer waits for.
    First,
    /// For the writer.
    Write,
}

/// The database.
pub(super) struct Db {
    reads: Jobs,
    first: Jobs,
    writes: Jobs,
}

impl Db {
    /// Opens the database at `url` (`sqlite:FILE`), makes it if it is not there, and brings its tables up to date.
    pub(super) async fn open(url: &str, cx: Arc<Cx>) -> Result<Self, StoreError> {
        let options = options(url)?;
        migrate(&options).await?;
        let (first, urgent) = mpsc::channel(WAITING);
        let (writes, waiting) = mpsc::channel(WAITING);
        let (written, news) = mpsc::channel(1);
        let conn = options.connect().await?;
        thread::start("store-checkpoint", checkpoint::work(conn, news)).map_err(StoreError::Thread)?;
        let tx = Tx::new(options.connect().await?, &cx, true);
        thread::start("store-writer", writer::work(tx, urgent, waiting, written)).map_err(StoreError::Thread)?;
        let (reads, asked) = mpsc::channel(WAITING);
        let asked = readers::Asked::new(asked, writes.downgrade());
        let options = options.read_only(true);
        for _ in 0..READERS {
            let tx = Tx::new(options.connect().await?, &cx, false);
            thread::start("store-reader", readers::work(tx, asked.clone())).map_err(StoreError::Thread)?;
        }
        Ok(Self { reads, first, writes })
    }

    /// Does `work` when its turn in `line` comes, and returns after that. It may be done more than once, each time as if
    /// the times before had not been.
    pub(super) async fn run<A, T, F>(&self, line: Line, args: A, work: F) -> Result<T, Refusal>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        let jobs = match line {
            Line::Read => &self.reads,
            Line::First => &self.first,
            Line::Write => &self.writes,
        };
        let (reply, answer) = oneshot::channel();
        let ended = || Refusal::internal("the store is closing");
        let job = Box::new(Work::new(args, work, reply));
        jobs.send(job).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

impl Tx {
    fn new(conn: SqliteConnection, cx: &Arc<Cx>, mints: bool) -> Self {
        Self {
            conn: Box::new(conn),
            cx: Arc::clone(cx),
            mints,
            memo: Memo::default(),
        }
    }

    async fn begin(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.memo = Memo::default();
        self.run(statement).await
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(statement).execute(&mut *self.conn).await.map(|_| ())
    }
}

async fn migrate(options: &SqliteConnectOptions) -> Result<(), StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect_with(options.clone()).await?;
    sqlx::migrate!("migrations/sqlite").run(&pool).await?;
    pool.close().await;
    Ok(())
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
        .statement_cache_capacity(STATEMENTS)
        // the writer does it itself only when the checkpoint thread does not get through
        .pragma("wal_autocheckpoint", "16000"))
}
