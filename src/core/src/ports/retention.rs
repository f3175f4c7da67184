//! What is kept for a time only.

use super::Later;
use crate::id::ActorId;
use crate::time::Timestamp;

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Bodies of wires.
    pub wires: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// Tombstones that had their time.
    pub tombstones: u64,
    /// Watches that ended by themselves long ago.
    pub watches: u64,
}

impl Swept {
    /// The most of any sort: when it is as much as was asked for, there may be more.
    pub fn most(&self) -> u64 {
        self.wires.max(self.dead).max(self.tombstones).max(self.watches)
    }
}

/// An actor of whom nothing is left to take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Who stopped, by the home id; `None` when they have started again since, and need no word of it.
    pub actor: Option<ActorId>,
    /// How many hosts hold something still, as far as is known: they did not take the deletion.
    pub undelivered: u64,
}

/// Forgetting what had its time, in small steps.
pub trait Retention: Send + Sync {
    /// Forgets at most `limit` of each sort: wires that came before `old`, but not that they came (the same wire is still
    /// known when it comes again); deliveries given up before `old`; whatever says itself how long it is kept.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn sweep(&self, old: Timestamp, limit: usize) -> Later<'_, Swept>;

    /// Destroys the keys of at most `limit` actors' former names, and the list of who held what they said, once nothing is
    /// left to be delivered under those names. Each is returned once.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn farewells(&self, limit: usize) -> Later<'_, Vec<Farewell>>;
}
