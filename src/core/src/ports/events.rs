//! The first stage: what arrived, exactly, before anything is made of it.

use super::Later;
use crate::adapter::{Crossing, Wire};
use crate::refusal::Refusal;

/// A stored event's number: later events have larger ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub i64);

/// What became of a wire handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Stored now.
    New(EventId),
    /// Stored before: nothing more will come of it.
    Duplicate(EventId),
}

/// A wire waiting to be processed.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// Its number.
    pub id: EventId,
    /// The wire.
    pub wire: Wire,
    /// How often processing was begun before.
    pub attempts: u32,
}

/// How the processing of an event ended, when it made no plan or besides its plans.
#[derive(Clone, Debug, PartialEq)]
pub enum EventOutcome {
    /// Done; what it said and what was refused of it, for the trace.
    Done(Crossing),
    /// Tried again not before this many milliseconds from now, for this reason.
    Later(u64, Refusal),
    /// Parked for a person to look at.
    Parked(Refusal),
}

/// Where arriving wires are kept.
pub trait Events: Send + Sync {
    /// Stores `wire` durably unless one of the same attested origin and wire id (or, without an id, the same bytes) is
    /// there. Returns after the commit.
    ///
    /// # Errors
    /// `Retry` when it could not be stored: the peer must not be told that it was taken.
    fn accept<'a>(&'a self, wire: &'a Wire) -> Later<'a, Accepted>;

    /// Events not processed yet and due, oldest first.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn pending(&self, limit: usize) -> Later<'_, Vec<StoredEvent>>;

    /// Ends or postpones an event without any other effect.
    ///
    /// # Errors
    /// `Retry` when it could not be written; the event then stays pending.
    fn settle(&self, event: EventId, outcome: EventOutcome) -> Later<'_, ()>;
}
