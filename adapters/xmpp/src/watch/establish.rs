//! One watch: begun, renewed, caught up, ended.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::{Watch, WatchState};
use causeway_core::refusal::{Reason, Refusal};
use jid::Jid;

use super::compare::{self, compare};
use super::keep::session;
use super::mark::{Mark, hash};
use super::watched::Watched;
use super::{profile, read};
use crate::ids::{self, MICROBLOG, Place};
use crate::link::Query;
use crate::notices::Notice;
use crate::wire::envelope::How;
use crate::wire::item::PubsubItem;
use crate::wire::pubsub::{PubsubRequest, Subscription, SubscriptionState};
use crate::{Xmpp, chat, error};

/// Items read at a look.
const LOOK: u32 = 50;
/// Items read when all of a look are new: as much as anybody wrote in a long absence.
const LONG_LOOK: u32 = 500;

/// Begins or renews watching the microblog of `actor`.
///
/// # Errors
/// `node-closed` and whatever else hinders it; trying goes on.
pub(crate) async fn begin(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<(), Refusal> {
    let place = microblog(actor)?;
    context.watches.want(&place.id(), actor, None).await?;
    xmpp.notices.forget(Notice::Hindered, actor, "");
    let session = session(xmpp);
    let result = establish(xmpp, context, &place).await;
    xmpp.keeper.tried(context, &place.id(), session, &result);
    if result.is_ok() {
        xmpp.keeper.profiles.begun(actor, context.clock.now());
    }
    result
}

/// Ends watching everything that is watched for `actor`.
///
/// # Errors
/// When a service could not be told.
pub(crate) async fn end(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<(), Refusal> {
    let watched = context.watches.watched(&ids::NETWORK).await?;
    let mut result = Ok(());
    for watch in watched.into_iter().filter(|watch| watch.actor == *actor) {
        let told = stop(xmpp, context, &watch).await;
        result = result.and(told);
    }
    profile::end(xmpp, actor).await;
    result
}

/// Ends one watch.
pub(super) async fn stop(xmpp: &Xmpp, context: &Context, watch: &Watch) -> Result<(), Refusal> {
    context.watches.end(&watch.source).await?;
    let Some(place) = Place::of(&watch.source).filter(|place| !xmpp.is_ours(place.service())) else {
        return Ok(());
    };
    unsubscribe(xmpp, &place).await
}

/// Ends the subscription of the bridge.
///
/// # Errors
/// `Retry` when the service could not be told.
pub(super) async fn unsubscribe(xmpp: &Xmpp, place: &Place) -> Result<(), Refusal> {
    let request = |jid| PubsubRequest::Unsubscribe {
        node: place.node().to_owned(),
        jid,
        subid: None,
    };
    match ask(xmpp, place, request).await {
        Ok(_) => Ok(()),
        // not subscribed any more is what was asked for
        Err(refusal) if !refusal.is_transient() => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

/// Subscribes, takes note of what stands there at first sight, and hands in what happened since the last look.
///
/// # Errors
/// Why it does not work now; the watch's state says the same, unless it is our own stream that is down.
pub(super) async fn establish(xmpp: &Xmpp, context: &Context, place: &Place) -> Result<(), Refusal> {
    let _alone = xmpp.keeper.locks.lock(place.service()).await;
    let source = place.id();
    let Some(watch) = context.watches.watch(&source).await? else {
        return Ok(());
    };
    let result = established(xmpp, context, place, &watch).await;
    let state = match &result {
        Ok(()) => WatchState::Active,
        Err(refusal) if !xmpp.connected() || outlasts(&watch, refusal) => return result,
        Err(refusal) => WatchState::Hindered(refusal.reason),
    };
    if state != watch.state {
        context.watches.report(&source, state).await?;
    }
    if let (WatchState::Active, Err(refusal)) = (watch.state, &result)
        && !refusal.is_transient()
        && place.is_own_microblog()
    {
        let text = format!("Your posts do not leave any more: {refusal}. Write status for more.");
        chat::notice(xmpp, Notice::Hindered, &watch.actor, &text).await;
    }
    result
}

async fn established(xmpp: &Xmpp, context: &Context, place: &Place, watch: &Watch) -> Result<(), Refusal> {
    let first_sight = is_first_sight(watch);
    let mut seen: Vec<Mark> = watch.seen.iter().filter_map(Mark::of).collect();
    if first_sight {
        seen = noted(xmpp, context, place, watch, &seen).await?;
    }
    subscribe(xmpp, place).await?;
    caught_up(xmpp, context, place, watch, &seen).await
}

/// Whether what stands there now is the baseline: nothing is news before there is one.
// PRODUCT: Consent, opt-in
fn is_first_sight(watch: &Watch) -> bool {
    match watch.state {
        // what was written while the node was closed was not written for everybody
        WatchState::Hindered(Reason::NodeClosed) => true,
        // there was nothing: whatever stands there is new
        WatchState::Hindered(Reason::NotFound) | WatchState::Active => false,
        WatchState::Wanted | WatchState::Hindered(_) => watch.seen.is_empty(),
    }
}

/// Whether a failure that passes leaves the state of a watch as it is: it must not hide that the node was closed or
/// missing when it was last looked at, nor that it was looked at and empty.
fn outlasts(watch: &Watch, refusal: &Refusal) -> bool {
    let telling = match watch.state {
        WatchState::Hindered(Reason::NodeClosed | Reason::NotFound) => true,
        WatchState::Active => watch.seen.is_empty(),
        WatchState::Wanted | WatchState::Hindered(_) => false,
    };
    telling && refusal.is_transient()
}

pub(super) async fn subscribe(xmpp: &Xmpp, place: &Place) -> Result<(), Refusal> {
    // again is allowed and changes nothing (tried with Prosody 0.12.3)
    let request = |jid| PubsubRequest::Subscribe {
        node: place.node().to_owned(),
        jid,
        options: None,
    };
    let answer = ask(xmpp, place, request).await?;
    match answer
        .as_ref()
        .and_then(Subscription::from_answer)
        .map(|subscription| subscription.state)
    {
        Some(SubscriptionState::Subscribed) | None => Ok(()),
        Some(SubscriptionState::Pending | SubscriptionState::Unconfigured | SubscriptionState::None) => Err(
            Refusal::reject(Reason::NodeClosed, "the node's owner must allow each subscription"),
        ),
    }
}

/// One subscription for the whole bridge, by its bare JID.
async fn ask(
    xmpp: &Xmpp,
    place: &Place,
    request: impl FnOnce(Jid) -> PubsubRequest,
) -> Result<Option<minidom::Element>, Refusal> {
    let us = xmpp.link.jid().clone();
    let to: Jid = place
        .service()
        .parse()
        .map_err(|_| Refusal::reject(Reason::Malformed, "a service that is no JID"))?;
    let query = Query::set(us.clone(), to, request(us).to_element());
    xmpp.link.iq(query).await.map_err(|error| error::reading(&error))
}

/// What stands there now is the baseline, which is never sent.
// PRODUCT: Consent, opt-in
async fn noted(
    xmpp: &Xmpp,
    context: &Context,
    place: &Place,
    watch: &Watch,
    seen: &[Mark],
) -> Result<Vec<Mark>, Refusal> {
    let items = read::newest(xmpp, context, place, LONG_LOOK).await?;
    let marks = compare::baseline(&present(&items), xmpp.keeper.tick(context.clock.now(), &watch.seen));
    let stored: Vec<_> = marks.iter().map(Mark::stored).collect();
    let old: Vec<_> = seen
        .iter()
        .map(Mark::name)
        .filter(|name| !stored.iter().any(|(new, _)| new == name))
        .collect();
    context.watches.mark(&place.id(), &stored, &old).await?;
    Ok(marks)
}

async fn caught_up(xmpp: &Xmpp, context: &Context, place: &Place, watch: &Watch, seen: &[Mark]) -> Result<(), Refusal> {
    let mut items = read::newest(xmpp, context, place, LOOK).await?;
    let all_new = |items: &[PubsubItem]| compare(seen, &present(items)).news.len() == items.len();
    if items.len() >= usize::try_from(LOOK).unwrap_or(usize::MAX) && all_new(&items) {
        items = read::newest(xmpp, context, place, LONG_LOOK).await?;
    }
    let changes = compare(seen, &present(&items));
    let node = Watched {
        xmpp,
        context,
        place,
        watch,
    };
    let old: Vec<_> = changes.old.iter().map(Mark::stored).collect();
    if place.is_own_microblog() && !old.is_empty() {
        context.watches.mark(&place.id(), &old, &[]).await?;
    } else {
        // where anybody may publish no read is ever taken: it leaves a trace, and what proves it later is news
        for item in items.iter().take(old.len()) {
            node.read(item, None).await?;
        }
    }
    for (at, mark) in changes.news {
        if let Some(item) = items.get(at) {
            node.read(item, mark).await?;
        }
    }
    for mark in &changes.taken {
        node.gone(&mark.id, Some(mark), How::Read).await?;
    }
    let again = changes.found.iter().map(|mark| Mark {
        lost: false,
        last: xmpp.keeper.tick(context.clock.now(), &watch.seen),
        ..mark.clone()
    });
    let lost = changes.lost.iter().map(|mark| Mark {
        lost: true,
        ..mark.clone()
    });
    let new: Vec<_> = again.chain(lost).map(|mark| mark.stored()).collect();
    let old = changes.found.iter().chain(&changes.lost).chain(&changes.forgotten);
    let old: Vec<_> = old.map(Mark::name).collect();
    if old.is_empty() {
        return Ok(());
    }
    context.watches.mark(&place.id(), &new, &old).await
}

fn present(items: &[PubsubItem]) -> Vec<(String, String)> {
    let pair = |item: &PubsubItem| Some((item.id.clone()?, hash(item.payload.as_ref()?)));
    items.iter().filter_map(pair).collect()
}

fn microblog(actor: &ActorId) -> Result<Place, Refusal> {
    let jid = ids::jid_of(actor).filter(|jid| ids::has_local_part(jid));
    jid.and_then(|jid| Place::new(jid, MICROBLOG))
        .ok_or_else(|| Refusal::reject(Reason::NotFound, "not an account on XMPP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_news_before_a_baseline() {
        let watch = |state, marked: bool| Watch {
            source: Place::new("juliet@capulet.lit", MICROBLOG).unwrap().id(),
            actor: ids::actor("juliet@capulet.lit").unwrap(),
            state,
            until: None,
            seen: marked
                .then(|| ("00.1:a".to_owned(), causeway_core::time::Timestamp::from_millis(1)))
                .into_iter()
                .collect(),
        };
        use WatchState::{Active, Hindered, Wanted};
        for (state, unmarked, marked) in [
            (Wanted, true, false),
            (Hindered(Reason::HostUnreachable), true, false),
            (Hindered(Reason::HostRefused), true, false),
            (Hindered(Reason::NodeClosed), true, true),
            (Hindered(Reason::NotFound), false, false),
            (Active, false, false),
        ] {
            assert_eq!(is_first_sight(&watch(state, false)), unmarked, "{state:?}");
            assert_eq!(is_first_sight(&watch(state, true)), marked, "{state:?}");
        }
        // a failure that passes does not hide what the next look rests on
        let passing = Refusal::retry(Reason::HostUnreachable, "no answer");
        let closed = Refusal::reject(Reason::NodeClosed, "closed");
        for (state, unmarked, marked) in [
            (Wanted, false, false),
            (Hindered(Reason::HostUnreachable), false, false),
            (Hindered(Reason::NodeClosed), true, true),
            (Hindered(Reason::NotFound), true, true),
            (Active, true, false),
        ] {
            assert_eq!(outlasts(&watch(state, false), &passing), unmarked, "{state:?}");
            assert_eq!(outlasts(&watch(state, true), &passing), marked, "{state:?}");
            assert!(!outlasts(&watch(state, false), &closed), "{state:?}");
        }
    }
}
