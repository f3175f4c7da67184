//! Watching others' nodes: local users' microblogs, and the comments on them.
//!
//! # Layout
//! * [`begin`], [`end`]: watching a person. [`keep`]: what keeps all watches alive. `establish`: one watch.
//! * `profile`: what people show of themselves. `threads`: comments on posts that are bridged. `strays`: subscriptions that outlive their watch.
//! * `watched`: what happened in a node, handed in. `read`: reading as a stranger. `mark`, `compare`: what happened since the last look.

mod compare;
mod establish;
mod keep;
mod mark;
pub(crate) mod profile;
pub(crate) mod read;
mod strays;
mod threads;
mod watched;

pub(crate) use establish::{begin, end};
pub(crate) use keep::{Keeper, keep};
pub(crate) use mark::{Mark, hash};
pub(crate) use watched::Watched;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Locks by service: whoever compares a node with its marks does so alone.
#[derive(Default)]
pub(crate) struct Locks {
    few: [Arc<Mutex<()>>; 32],
}

impl Locks {
    /// The lock of a service; some services share one.
    pub(crate) async fn lock(&self, service: &str) -> Option<OwnedMutexGuard<()>> {
        let mut hasher = DefaultHasher::new();
        service.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % 32).unwrap_or_default();
        // the remainder is always a place
        let lock = Arc::clone(self.few.get(place)?);
        Some(lock.lock_owned().await)
    }
}
