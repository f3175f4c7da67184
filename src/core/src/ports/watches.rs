//! The sources an adapter watches on its own network, and how far it has read them.

use super::Later;
use crate::id::{ActorId, Network, PlaceId};
use crate::refusal::Reason;
use crate::time::Timestamp;

/// A source that an adapter watches: an actor's node, a place where comments are gathered.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// The source, as the adapter names it.
    pub source: PlaceId,
    /// The local actor it is watched for.
    pub actor: ActorId,
    /// Whether watching works.
    pub state: WatchState,
    /// The ids of the items known to stand there, newest first, as the adapter names them: what catch-up compares with.
    pub seen: Vec<(String, Timestamp)>,
    /// Until when it is watched; `None` is as long as the actor takes part.
    pub until: Option<Timestamp>,
}

/// Whether watching works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchState {
    /// Wanted; not tried yet or the connection was lost.
    Wanted,
    /// Works.
    Active,
    /// Does not, for this reason; tried again by and by.
    Hindered(Reason),
}

/// Watches. Written by the adapter, and by the bus when a thread's place becomes worth watching.
pub trait Watches: Send + Sync {
    /// Wants `source` watched for `actor`; known items become the baseline that is never sent. Wanting it again extends it.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn want<'a>(&'a self, source: &'a PlaceId, actor: &'a ActorId, until: Option<Timestamp>) -> Later<'a, ()>;

    /// Ends a watch.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn end<'a>(&'a self, source: &'a PlaceId) -> Later<'a, ()>;

    /// The watch of `source`.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn watch<'a>(&'a self, source: &'a PlaceId) -> Later<'a, Option<Watch>>;

    /// All watches of a network.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn watched<'a>(&'a self, network: &'a Network) -> Later<'a, Vec<Watch>>;

    /// Whether watching `source` works.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn report<'a>(&'a self, source: &'a PlaceId, state: WatchState) -> Later<'a, ()>;

    /// Marks items as standing at `source` since the times given, and others as there no more.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn mark<'a>(
        &'a self,
        source: &'a PlaceId,
        present: &'a [(String, Timestamp)],
        absent: &'a [String],
    ) -> Later<'a, ()>;
}
