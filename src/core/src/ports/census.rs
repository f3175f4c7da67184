//! How much of what is stored, for the operator: numbers only.

use super::{Later, Standing};
use crate::id::Network;

/// How much there is. What is not named is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Local actors who agreed once, by how they stand now.
    pub users: Vec<(Standing, u64)>,
    /// Actors of elsewhere whose profile is known, by network.
    pub remote_actors: Vec<(Network, u64)>,
    /// Accepted follows between a local actor and one of elsewhere.
    pub follows: Vec<FollowTotal>,
    /// Lines of the consent ledger, by purpose and whether given. They only grow.
    pub consents: Vec<(String, bool, u64)>,
    /// Bytes of pictures kept.
    pub media_bytes: u64,
}

/// How many follows there are to or from one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowTotal {
    /// The network of the end that is not local.
    pub network: Network,
    /// Whether the local end is the one who follows.
    pub outward: bool,
    /// How many.
    pub count: u64,
}

/// Counting what is stored.
pub trait Census: Send + Sync {
    /// How many events wait to be processed. Cheap.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn waiting(&self) -> Later<'_, u64>;

    /// Everything else. Reads through all follows: not for every second.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn totals(&self) -> Later<'_, Totals>;
}
