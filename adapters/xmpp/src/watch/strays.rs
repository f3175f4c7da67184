//! Subscriptions that outlive their watch: a service that could not be told of the end goes on sending events.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::time::Timestamp;
use tokio::sync::Notify;

use super::establish::unsubscribe;
use crate::Xmpp;
use crate::ids::Place;

/// Places remembered at most, and so told at most in a [`PAUSE`].
const PLACES: usize = 500;
/// How soon the same place is told again.
const PAUSE: Duration = Duration::from_secs(3600);
/// Between two requests: whoever sends events cannot make us send more.
const REST: Duration = Duration::from_secs(1);

/// Places that nobody watches and that send events all the same.
#[derive(Default)]
pub(crate) struct Strays {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    found: HashMap<Place, Timestamp>,
    waiting: VecDeque<Place>,
}

impl Strays {
    /// An event came from here. What is remembered for as long as [`PAUSE`] is not asked for again.
    pub(crate) fn found(&self, place: Place, now: Timestamp) {
        let mut state = self.lock();
        state.found.retain(|_, at| at.plus(PAUSE) > now);
        if state.found.len() < PLACES && !state.found.contains_key(&place) {
            state.found.insert(place.clone(), now);
            state.waiting.push_back(place);
            self.wake.notify_one();
        }
    }

    fn next(&self) -> Option<Place> {
        self.lock().waiting.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends such subscriptions, one after the other.
pub(super) async fn end(xmpp: &Xmpp, context: &Context) {
    loop {
        let Some(place) = xmpp.keeper.strays.next() else {
            xmpp.keeper.strays.wake.notified().await;
            continue;
        };
        ended(xmpp, context, &place).await;
        context.clock.sleep_until(context.clock.now().plus(REST)).await;
    }
}

async fn ended(xmpp: &Xmpp, context: &Context, place: &Place) {
    // it may have been wanted meanwhile
    let _alone = xmpp.keeper.locks.lock(place.service()).await;
    if !matches!(context.watches.watch(&place.id()).await, Ok(None)) {
        return;
    }
    if let Err(refusal) = unsubscribe(xmpp, place).await {
        tracing::debug!(%refusal, place = place.uri(), "a subscription that should have ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_told_once_in_a_while_and_all_of_them_are_bounded() {
        let strays = Strays::default();
        let place = |number: usize| Place::new("pubsub.capulet.lit", &format!("node-{number}")).unwrap();
        let start = Timestamp::from_millis(0);
        for _ in 0..3 {
            strays.found(place(0), start);
        }
        assert_eq!((strays.next(), strays.next()), (Some(place(0)), None));
        for number in 0..PLACES * 2 {
            strays.found(place(number), start);
        }
        assert_eq!(std::iter::from_fn(|| strays.next()).count(), PLACES - 1);
        strays.found(place(0), start.plus(PAUSE));
        assert_eq!(strays.next(), Some(place(0)), "again after a while");
    }
}
