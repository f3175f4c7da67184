//! What watched nodes tell.

use causeway_core::adapter::{Context, Raw, RawSource};
use causeway_core::ports::Watch;
use causeway_core::refusal::{Reason, Refusal};

use crate::author::{PROFILE_NODES, author_of};
use crate::ids::{self, MICROBLOG, Place};
use crate::link::Stanza;
use crate::notices::Notice;
use crate::watch::{self, Mark, Watched, hash, read};
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PUBSUB_EVENT, PubsubItem};
use crate::wire::pubsub::PubsubEvent;
use crate::xml::{Build, bare};
use crate::{Xmpp, chat, stanza};

/// Items of one event at most.
const MOST: usize = 100;

/// Takes an event, if it is from a node that this bridge watches.
// security.md rows 6, 8
pub(super) async fn take(xmpp: &Xmpp, context: &Context, message: &Stanza) {
    let Some(event) = PubsubEvent::in_message(&message.element) else {
        return xmpp.counters.messages_ignored.one();
    };
    // a service sends from its bare JID; what its owner's client sends is stamped with a full one, and could name anybody
    // as publisher
    if message.from.resource().is_some() {
        return xmpp.counters.forged.one();
    }
    let place = event.node().and_then(|node| Place::new(message.from.as_str(), node));
    let Some(place) = place else {
        return xmpp.counters.events_unwatched.one();
    };
    if PROFILE_NODES.contains(&place.node()) {
        return of_profile(xmpp, context, &place, event).await;
    }
    let _alone = xmpp.keeper.locks.lock(place.service()).await;
    let watch = match context.watches.watch(&place.id()).await {
        Ok(Some(watch)) => watch,
        Ok(None) => {
            xmpp.counters.events_unwatched.one();
            // a subscription is the bridge's own, by its bare JID: this one should have ended
            if message.to.node().is_none() && message.to.resource().is_none() {
                xmpp.keeper.strays.found(place, context.clock.now());
            }
            return;
        }
        Err(refusal) => return missed(xmpp, &place, &refusal),
    };
    let scene = Scene {
        xmpp,
        context,
        place: &place,
        watch: &watch,
    };
    if let Err(refusal) = scene.take(event).await {
        missed(xmpp, &place, &refusal);
    }
}

/// What somebody shows of themselves, if they are bridged. What could not be stored now is found by the next look.
async fn of_profile(xmpp: &Xmpp, context: &Context, place: &Place, event: PubsubEvent) {
    let owner = Place::new(place.service(), MICROBLOG).map(|blog| blog.id());
    let watched = match owner {
        Some(blog) => context.watches.watch(&blog).await.is_ok_and(|watch| watch.is_some()),
        None => false,
    };
    let PubsubEvent::Items { mut items, .. } = event else {
        return;
    };
    if !watched {
        return xmpp.counters.events_unwatched.one();
    }
    // each of these nodes holds one item
    items.truncate(1);
    if let Err(refusal) = watch::profile::changed(xmpp, context, place, items).await {
        tracing::info!(%refusal, place = place.uri(), "a change of a profile was not taken");
        xmpp.counters.events_put_off.one();
    }
}

/// What could not be stored now is read again by the next catch-up.
fn missed(xmpp: &Xmpp, place: &Place, refusal: &Refusal) {
    tracing::info!(%refusal, place = place.uri(), "an event is put off");
    xmpp.counters.events_put_off.one();
    xmpp.keeper.behind(place.service());
}

struct Scene<'a> {
    xmpp: &'a Xmpp,
    context: &'a Context,
    place: &'a Place,
    watch: &'a Watch,
}

impl Scene<'_> {
    async fn take(&self, event: PubsubEvent) -> Result<(), Refusal> {
        match event {
            PubsubEvent::Items { items, retracted, .. } => {
                for item in items.into_iter().take(MOST) {
                    self.published(item).await?;
                }
                for id in retracted.iter().take(MOST) {
                    self.node().gone(id, self.known(id).as_ref(), How::Event).await?;
                }
                Ok(())
            }
            // neither takes anything away from anybody; what it means for the watch is looked at
            PubsubEvent::Configuration { .. }
            | PubsubEvent::Purge { .. }
            | PubsubEvent::Delete { .. }
            | PubsubEvent::Subscription(_) => {
                self.xmpp.keeper.behind(self.place.service());
                Ok(())
            }
        }
    }

    async fn published(&self, item: PubsubItem) -> Result<(), Refusal> {
        let Some(id) = item.id.clone() else { return Ok(()) };
        let publisher = item.publisher.as_deref().and_then(ids::canonical_jid);
        if publisher
            .as_deref()
            .is_some_and(|publisher| self.xmpp.is_ours(publisher))
        {
            // what we published ourselves comes back: known from now on, and no news
            self.xmpp.counters.events_echo.one();
            return self.node().mark(&item, self.known(&id)).await;
        }
        let author = match author_of(
            &self.xmpp.config,
            self.place,
            How::Event,
            item.publisher.as_deref(),
            None,
        ) {
            Ok(author) => author,
            Err(refusal) => return self.unproven(item, &refusal).await,
        };
        let (item, open) = self.whole(item).await?;
        let known = self.known(&id);
        let state = item.payload.as_ref().map(hash);
        if known
            .as_ref()
            .is_some_and(|mark| !mark.unproven && Some(&mark.hash) == state.as_ref())
        {
            // the same by another subscription, or a repetition
            self.xmpp.counters.events_duplicate.one();
            return self.node().mark(&item, known).await;
        }
        let envelope = Envelope {
            open,
            ..self.node().envelope(How::Event, item.publisher.clone())
        };
        self.node().taken(author, &item, known.as_ref(), &envelope).await?;
        self.node().mark(&item, known).await
    }

    /// An event may only tell of an item: then it is read, by a stranger, and the event says who published it.
    // PRODUCT: XMPP side, "Threads"
    async fn whole(&self, item: PubsubItem) -> Result<(PubsubItem, bool), Refusal> {
        let named = item.id.as_deref().and_then(|id| self.place.item(id));
        let (None, Some(named)) = (&item.payload, named) else {
            return Ok((item, false));
        };
        match read::one(self.xmpp, self.context, &named).await {
            Ok(found) => Ok((
                PubsubItem {
                    payload: found.payload,
                    ..item
                },
                true,
            )),
            Err(refusal) if refusal.is_transient() => Err(refusal),
            // parsing asks once more, and says why nothing comes of it
            Err(_) => Ok((item, false)),
        }
    }

    /// Leaves a trace and tells the one whose thread it is, once.
    async fn unproven(&self, item: PubsubItem, refusal: &Refusal) -> Result<(), Refusal> {
        self.xmpp.counters.events_unproven.one();
        let (from, to) = (self.place.service(), self.xmpp.config.bridge.as_str());
        let items = bare("items", PUBSUB_EVENT)
            .with("node", self.place.node())
            .child(item.to_element());
        let raw = Raw {
            source: RawSource::Stream { from: from.to_owned() },
            body: document::write(&document::clean(stanza::event(from, to, items)))?,
            received: self.context.clock.now(),
        };
        // refused again, where it is traced
        let _ = self.context.ingest.arrived(&ids::NETWORK, raw).await;
        // whom a service names and does not speak for is no fault of the operator's
        if refusal.reason == Reason::AuthorUnproven && item.publisher.is_none() {
            let text = format!(
                "Somebody wrote into {} and your server does not say who, so it is not bridged. Its operator can switch \
                 expose_publisher on for the service {}.",
                self.place.node(),
                self.place.service()
            );
            chat::notice(self.xmpp, Notice::Unproven, &self.watch.actor, &text).await;
        }
        Ok(())
    }

    fn node(&self) -> Watched<'_> {
        Watched {
            xmpp: self.xmpp,
            context: self.context,
            place: self.place,
            watch: self.watch,
        }
    }

    fn known(&self, id: &str) -> Option<Mark> {
        self.watch.seen.iter().filter_map(Mark::of).find(|mark| mark.id == id)
    }
}
