//! What local people show of themselves: their server tells of changes, and it is read anew once a day.
//!
//! Most servers keep these nodes for contacts; then nobody tells us, and the daily look finds only what strangers see.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::model::Profile;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use tokio::sync::Notify;

use super::establish::{subscribe, unsubscribe};
use super::mark::hash;
use crate::author::{PROFILE_NODES, author_of};
use crate::ids::{self, Place};
use crate::profile as mapping;
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::PubsubItem;
use crate::{Xmpp, inbound, profile_read};

/// How often a profile is looked at although nobody told of a change.
const DAILY: Duration = Duration::from_secs(24 * 3600);
/// People remembered at most; beyond that all are looked at again.
const REMEMBERED: usize = 100_000;
/// People who wait for a look at most.
const WAITING: usize = 10_000;

/// Whose profiles are to be looked at, and when they last were.
#[derive(Default)]
pub(crate) struct Profiles {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    looked: HashMap<ActorId, Timestamp>,
    wanted: VecDeque<(ActorId, Look)>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Subscribe: it was read a moment ago.
    Subscribe,
    /// Subscribe, and see whether anything changed.
    Compare,
}

impl Profiles {
    /// Somebody was begun to be watched; their profile was read a moment ago.
    pub(super) fn begun(&self, actor: &ActorId, now: Timestamp) {
        let mut state = self.lock();
        state.looked.insert(actor.clone(), now);
        state.want(actor, Look::Subscribe);
        drop(state);
        self.wake.notify_one();
    }

    /// Somebody is watched: it is time for a look if there was none for a day.
    pub(super) fn watched(&self, actor: &ActorId, now: Timestamp) {
        let mut state = self.lock();
        if state.looked.get(actor).is_some_and(|last| last.plus(DAILY) > now) {
            return;
        }
        if state.looked.len() >= REMEMBERED {
            state.looked.clear();
        }
        state.looked.insert(actor.clone(), now);
        state.want(actor, Look::Compare);
        drop(state);
        self.wake.notify_one();
    }

    fn next(&self) -> Option<(ActorId, Look)> {
        self.lock().wanted.pop_front()
    }

    fn forget(&self, actor: &ActorId) {
        self.lock().looked.remove(actor);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn want(&mut self, actor: &ActorId, look: Look) {
        // whoever finds no room is looked at tomorrow
        if self.wanted.len() < WAITING && self.wanted.iter().all(|(waits, _)| waits != actor) {
            self.wanted.push_back((actor.clone(), look));
        }
    }
}

/// Looks at one profile after another, for as long as there are any.
pub(super) async fn keep(xmpp: &Xmpp, context: &Context) {
    let profiles = &xmpp.keeper.profiles;
    loop {
        let Some((actor, look)) = profiles.next() else {
            profiles.wake.notified().await;
            continue;
        };
        if let Err(refusal) = looked_at(xmpp, context, &actor, look).await {
            tracing::info!(%refusal, %actor, "a profile cannot be read now");
            profiles.forget(&actor);
        }
    }
}

async fn looked_at(xmpp: &Xmpp, context: &Context, actor: &ActorId, look: Look) -> Result<(), Refusal> {
    for place in nodes(actor) {
        match subscribe(xmpp, &place).await {
            Ok(()) => {}
            // a server that does not answer now is asked again with the next look, and others do not wait for it
            Err(refusal) if refusal.is_transient() => return Err(refusal),
            Err(refusal) => tracing::debug!(%refusal, place = place.uri(), "nobody will tell of a change"),
        }
    }
    match look {
        Look::Subscribe => Ok(()),
        Look::Compare => compare(xmpp, context, actor).await,
    }
}

/// Ends the subscriptions.
pub(super) async fn end(xmpp: &Xmpp, actor: &ActorId) {
    xmpp.keeper.profiles.forget(actor);
    for place in nodes(actor) {
        if let Err(refusal) = unsubscribe(xmpp, &place).await {
            tracing::debug!(%refusal, place = place.uri(), "the end of a subscription");
        }
    }
}

/// Hands in what an event of one of these nodes tells.
///
/// # Errors
/// `author-unproven` when somebody else published it; `Retry` when it could not be stored.
pub(crate) async fn changed(
    xmpp: &Xmpp,
    context: &Context,
    place: &Place,
    items: Vec<PubsubItem>,
) -> Result<(), Refusal> {
    for item in items {
        let author = author_of(&xmpp.config, place, How::Event, item.publisher.as_deref(), None)?;
        let envelope = Envelope {
            how: How::Event,
            service: Some(place.service().to_owned()),
            node: Some(place.node().to_owned()),
            publisher: item.publisher.clone(),
            ..Envelope::default()
        };
        let now = context.clock.now();
        let state = item.payload.as_ref().map(hash).unwrap_or_default();
        // the same may be shown again after something else
        let id = format!("{} {state} at {}", place.uri(), now.millis());
        let wire = inbound::wire(author, id, item.to_element(), &envelope, now)?;
        context.ingest.ingest(wire).await?;
        xmpp.counters.events_taken.one();
    }
    Ok(())
}

/// Reads all of it, and hands it in if it is not what is stored.
async fn compare(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<(), Refusal> {
    let Some(view) = context.reads.actor(actor, &ids::NETWORK).await? else {
        return Ok(());
    };
    let bundle = profile_read::bundle(xmpp, context, actor).await?;
    let shown = Profile {
        reach: view.profile.reach.clone(),
        handle: view.profile.handle.clone(),
        ..mapping::read(actor, &bundle, &mut Vec::new())
    };
    if shown == view.profile {
        return Ok(());
    }
    let envelope = Envelope {
        how: How::Read,
        service: Some(actor.as_str().to_owned()),
        open: true,
        ..Envelope::default()
    };
    let now = context.clock.now();
    let element = document::clean(bundle.to_element());
    let id = format!("profile of {} at {}", actor.as_str(), now.millis());
    let wire = inbound::wire(actor.clone(), id, element, &envelope, now)?;
    context.ingest.ingest(wire).await.map(|_| ())
}

fn nodes(actor: &ActorId) -> impl Iterator<Item = Place> {
    PROFILE_NODES.iter().filter_map(|node| Place::new(actor.as_str(), node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_looked_at_once_a_day() {
        let profiles = Profiles::default();
        let juliet = ids::actor("juliet@capulet.lit").unwrap();
        let now = Timestamp::from_millis(0);
        profiles.begun(&juliet, now);
        profiles.watched(&juliet, now.plus(DAILY / 2));
        assert_eq!(profiles.next(), Some((juliet.clone(), Look::Subscribe)));
        assert_eq!(profiles.next(), None);
        profiles.watched(&juliet, now.plus(DAILY));
        profiles.watched(&juliet, now.plus(DAILY));
        assert_eq!(profiles.next(), Some((juliet.clone(), Look::Compare)));
        assert_eq!(profiles.next(), None);
        profiles.forget(&juliet);
        profiles.watched(&juliet, now.plus(DAILY));
        assert_eq!(profiles.next(), Some((juliet, Look::Compare)));
        for number in 0..WAITING * 2 {
            profiles.watched(&ids::actor(&format!("u{number}@capulet.lit")).unwrap(), now);
        }
        assert_eq!(profiles.lock().wanted.len(), WAITING);
    }
}
