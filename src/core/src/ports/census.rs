//! How many there are of what, for whoever watches the bridge. Numbers only: nobody is named.

use super::Later;
use crate::id::Network;

/// Counts of what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Users here, by standing: `active`, `paused`, `stopped`.
    pub users: Vec<(String, u64)>,
    /// Actors elsewhere of whom more than the id is known, by network.
    pub remote_actors: Vec<(Network, u64)>,
    /// Follows that are accepted: the network of the other end, whether one of ours follows, and how many.
    pub follows: Vec<(Network, bool, u64)>,
    /// Words in the ledger of consent: purpose, given or withdrawn, and how many.
    pub consents: Vec<(String, bool, u64)>,
    /// Bytes of pictures kept.
    pub media_bytes: u64,
}

/// Counting.
pub trait Counts: Send + Sync {
    /// Counts all of it, at one moment.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn census(&self) -> Later<'_, Census>;
}
