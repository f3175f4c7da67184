//! The places this bridge keeps: who wants to hear of comments there.

use super::Later;
use crate::id::{ActorId, PlaceId};
use crate::model::Reach;

/// Subscribers of places kept here.
pub trait Places: Send + Sync {
    /// Tells `subscriber`, reached at `reach` on the place's network, of what comes to `place`. Again changes nothing.
    ///
    /// # Errors
    /// `not-found` when there is no such place; `Retry` when it could not be written.
    fn subscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId, reach: &'a Reach) -> Later<'a, ()>;

    /// Ends that. Ending what never began changes nothing.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn unsubscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, ()>;

    /// Whether `subscriber` is told.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn subscribed<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, bool>;
}
