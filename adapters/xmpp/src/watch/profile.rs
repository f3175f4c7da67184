//! What local people show of themselves: their server tells of changes, and it is read anew once a day.
//!
//! Most servers keep these nodes for contacts; then nobody tells us, and the daily look finds only what strangers see.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::model::Profile;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;

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

/// When whose profile was last looked at.
#[derive(Default)]
pub(crate) struct Profiles(Mutex<HashMap<ActorId, Timestamp>>);

impl Profiles {
    /// Whether it is time to look; if so, that is now.
    fn is_due(&self, actor: &ActorId, now: Timestamp) -> bool {
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.get(actor).is_some_and(|last| last.plus(DAILY) > now) {
            return false;
        }
        if looked.len() >= REMEMBERED {
            looked.clear();
        }
        looked.insert(actor.clone(), now);
        true
    }

    fn forget(&self, actor: &ActorId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(actor);
    }
}

/// Subscribes to what there is and reads it, unless that was done today. What fails is tried again with the next look.
pub(super) async fn look(xmpp: &Xmpp, context: &Context, actor: &ActorId) {
    let profiles = &xmpp.keeper.profiles;
    if !profiles.is_due(actor, context.clock.now()) {
        return;
    }
    subscribed(xmpp, actor).await;
    if let Err(refusal) = compare(xmpp, context, actor).await {
        tracing::info!(%refusal, %actor, "a profile cannot be read now");
        profiles.forget(actor);
    }
}

/// Subscribes to what there is, for somebody whose profile was read a moment ago.
pub(super) async fn begin(xmpp: &Xmpp, context: &Context, actor: &ActorId) {
    let profiles = &xmpp.keeper.profiles;
    profiles.forget(actor);
    if profiles.is_due(actor, context.clock.now()) {
        subscribed(xmpp, actor).await;
    }
}

async fn subscribed(xmpp: &Xmpp, actor: &ActorId) {
    for place in nodes(actor) {
        if let Err(refusal) = subscribe(xmpp, &place).await {
            tracing::debug!(%refusal, place = place.uri(), "nobody will tell of a change");
        }
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
        assert!(profiles.is_due(&juliet, now));
        assert!(!profiles.is_due(&juliet, now.plus(DAILY / 2)));
        assert!(profiles.is_due(&juliet, now.plus(DAILY)));
        profiles.forget(&juliet);
        assert!(profiles.is_due(&juliet, now.plus(DAILY)));
    }
}
