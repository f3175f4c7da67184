//! SQLite.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use causeway::store::{Store, StoreError};
use causeway_core::adapter::Adapters;
use causeway_core::ports::{Clock, Events, Random, Retention};
use causeway_core::refusal::{Disposition, Reason};
use causeway_core::time::Timestamp;
use causeway_testkit::chance::TestRandom;
use causeway_testkit::clock::TestClock;
use causeway_testkit::store_suite::{Backend, Ports};
use futures_core::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// A database in a directory of its own.
struct Sqlite(TempDir);

impl Sqlite {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("causeway.db").display())
    }

    async fn store(&self) -> Result<Store, StoreError> {
        let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z"));
        Store::open(
            &self.url(),
            Arc::new(Adapters::default()),
            clock,
            Arc::new(TestRandom::new(1)),
        )
        .await
    }
}

impl Backend for Sqlite {
    fn open<'a>(
        &'a self,
        adapters: Arc<Adapters>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> BoxFuture<'a, Ports> {
        Box::pin(async move { Ports::of(Store::open(&self.url(), adapters, clock, random).await.unwrap()) })
    }
}

causeway_testkit::store_suite!(Sqlite::new());

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let database = Sqlite::new();
    database.store().await.unwrap();
    let mut raw = SqliteConnection::connect(&database.url()).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    raw.close().await.unwrap();
    let error = database.store().await.unwrap_err();
    assert!(matches!(error, StoreError::Newer(9999)), "{error:?}");
    assert!(error.to_string().contains("newer causeway"), "{error}");
}

#[tokio::test]
async fn what_is_no_address_of_a_database_is_refused() {
    let open = Store::open(
        "postgres://example/db",
        Arc::new(Adapters::default()),
        Arc::new(TestClock::at("2026-11-23T12:00:00Z")),
        Arc::new(TestRandom::new(1)),
    );
    assert!(matches!(open.await, Err(StoreError::Address(_))));
}

#[tokio::test]
async fn the_consent_ledger_resists_other_programs() {
    let database = Sqlite::new();
    database.store().await.unwrap();
    let mut raw = SqliteConnection::connect(&database.url()).await.unwrap();
    for sql in [
        "INSERT INTO actor (key, network, id, opaque, state, standing, era, known, locked, since)
         VALUES (1, 'near', 'a', 'o', 'local', 'active', 1, TRUE, FALSE, 0)",
        "INSERT INTO consent (actor, network, purpose, given, text, via, at)
         VALUES (1, 'far', 'bridge', TRUE, 't', 'v', 0)",
    ] {
        sqlx::query(sql).execute(&mut raw).await.unwrap();
    }
    for sql in ["UPDATE consent SET given = FALSE", "DELETE FROM consent"] {
        let error = sqlx::query(sql).execute(&mut raw).await.unwrap_err();
        assert!(error.to_string().contains("only grows"), "{error}");
    }
}

/// A clock that fails when it is told to: whatever asks it panics.
struct Broken {
    clock: TestClock,
    fails: AtomicBool,
}

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        assert!(!self.fails.load(Ordering::SeqCst), "as it was told");
        self.clock.now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        self.clock.sleep_until(at)
    }
}

#[tokio::test]
async fn work_that_panics_ends_alone() {
    let database = Sqlite::new();
    let clock = Arc::new(Broken {
        clock: TestClock::at("2026-11-23T12:00:00Z"),
        fails: AtomicBool::new(false),
    });
    let (url, adapters) = (database.url(), Arc::new(Adapters::default()));
    let random = Arc::new(TestRandom::new(1));
    let store = Store::open(&url, adapters, clock.clone(), random).await.unwrap();
    clock.fails.store(true, Ordering::SeqCst);
    let old = Timestamp::from_millis(0);
    // more than there are threads of either sort
    for _ in 0..4 {
        let (read, written) = tokio::join!(store.pending(1), store.sweep(old, 1));
        for refusal in [read.unwrap_err(), written.unwrap_err()] {
            assert_eq!(
                (refusal.reason, refusal.disposition),
                (Reason::Internal, Disposition::Quarantine)
            );
        }
    }
    clock.fails.store(false, Ordering::SeqCst);
    assert!(store.pending(1).await.unwrap().is_empty());
    store.sweep(old, 1).await.unwrap();
}
