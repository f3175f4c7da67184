//! The store: core's ports over SQLite.
//!
//! # Layout
//!
//! * `db`: the one writer with its group commit, the readers beside it; `memo`: what a transaction has read already.
//! * `actors`, `objects`, `targets`, `follows`, `tombstones`: rows of one sort each, found, made and changed.
//! * `names`, `translate`: ids on networks that are not home, made when first needed; whole values in a network's terms.
//! * `events`, `facts`, `ledger`, `send`, `ending`: the first two stages.
//! * `queue`, `settle`, `outgoing`: the third.
//! * `reads`, `accounts`, `watches`, `places`, `media`, `keys`: what adapters and commands ask. `retention`: what is
//!   forgotten in time. `census`: how much there is.
//!
//! Payloads are kept in home ids, whatever network they came by; [`causeway_core::model::Ids`] puts them into another
//! network's terms on the way out. A row is made for every id that a payload names, as a placeholder until more is known.

mod accounts;
mod actors;
mod census;
mod db;
mod ending;
mod error;
mod events;
mod facts;
mod follows;
mod keys;
mod ledger;
mod media;
mod memo;
mod names;
mod objects;
mod outgoing;
mod places;
mod queue;
mod reads;
mod retention;
mod send;
mod settle;
mod targets;
mod tombstones;
mod translate;
mod watches;
mod words;

use std::sync::Arc;

use causeway_core::adapter::Adapters;
use causeway_core::id::Network;
use causeway_core::ports::{Clock, Later, Random};
use futures_core::future::BoxFuture;

pub use error::StoreError;

use db::{Db, Line, Tx};
use error::Fault;

/// The store. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Store(Arc<Db>);

/// What work in the store needs besides the database.
struct Cx {
    adapters: Arc<Adapters>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Store {
    /// Opens the database at `url` (`sqlite:FILE`), makes it if it is not there, and brings its tables up to date.
    /// `adapters` make the names that actors and objects get on networks that are not home.
    ///
    /// # Errors
    /// When it cannot be opened, or a newer version of the program has written it.
    pub async fn open(
        url: &str,
        adapters: Arc<Adapters>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        let cx = Arc::new(Cx {
            adapters,
            clock,
            random,
        });
        Ok(Self(Arc::new(Db::open(url, cx).await?)))
    }

    /// Answers from a snapshot; where an id must be made first, from a write.
    fn read<'s, A, T, F>(&'s self, args: A, work: F) -> Later<'s, T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        Box::pin(self.0.run(Line::Read, args, work))
    }

    /// Does `work` in the next group of writes; returns after the commit.
    fn write<'s, A, T, F>(&'s self, args: A, work: F) -> Later<'s, T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        Box::pin(self.0.run(Line::Write, args, work))
    }

    /// The same before all other writes that wait: for what a peer waits for.
    fn write_first<'s, A, T, F>(&'s self, args: A, work: F) -> Later<'s, T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        Box::pin(self.0.run(Line::First, args, work))
    }
}

impl Tx {
    /// Now, in milliseconds.
    fn now(&self) -> i64 {
        self.cx.clock.now().millis()
    }

    /// Whether actors of `network` are people whom this bridge serves or may come to serve, so that nothing of theirs
    /// leaves before they agreed: those whose adapter watches sources on their behalf.
    fn is_local(&self, network: &Network) -> bool {
        self.cx
            .adapters
            .get(network)
            .is_some_and(|adapter| adapter.subscribes().is_some())
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}
