//! What core and adapters need from outside: traits, filled by the product and by test kits.
//!
//! A store implements [`Events`], [`Ledger`], [`Queue`], [`Reads`], [`Accounts`], [`Watches`], [`Places`], [`Retention`],
//! [`Census`] and [`KeyStore`]; one suite in the test kit runs on every implementation.

mod accounts;
mod census;
mod events;
mod http;
mod keys;
mod ledger;
mod media;
mod places;
mod queue;
mod reads;
mod retention;
mod services;
mod watches;

pub use accounts::{Account, Accounts, Agreement, ConsentEntry, NewAccount, Standing};
pub use census::{Census, FollowTotal, Totals};
pub use events::{Accepted, EventId, EventOutcome, Events, StoredEvent};
pub use http::{HttpClient, HttpRequest, HttpResponse, Redirects, Signer};
pub use keys::{KeyStore, Keys, OwnKey, RemoteKey, Secret};
pub use ledger::{
    ActorFact, ActorState, Facts, FollowFact, FollowState, Ledger, ObjectFact, PlaceFact, Plan, Recipients, Send, Sent,
    Step,
};
pub use media::MediaStore;
pub use places::Places;
pub use queue::{ActorKey, DeliveryId, Job, LaneClaim, LaneId, ObjectKey, Outcome, Queue, TargetKey};
pub use reads::{ActorView, ObjectView, Page, Reads, Viewer};
pub use retention::{Farewell, Retention, Swept};
pub use services::{Clock, Commands, Crossings, Directory, Ingest, Random, Reply, Resolved, Trace, TraceDelivery};
pub use watches::{Watch, WatchState, Watches};

use futures_core::future::BoxFuture;

use crate::refusal::Refusal;

/// The answer of a port, later.
pub type Later<'a, T> = BoxFuture<'a, Result<T, Refusal>>;
