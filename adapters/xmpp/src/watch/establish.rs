//! One watch: begun, renewed, caught up, ended.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::{Watch, WatchState};
use causeway_core::refusal::{Reason, Refusal};
use jid::Jid;

use super::compare::{self, compare};
use super::mark::{Mark, hash};
use super::read;
use crate::author::author_of;
use crate::ids::{self, MICROBLOG, Place};
use crate::link::Query;
use crate::notices::Notice;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PubsubItem, retract};
use crate::wire::pubsub::{PubsubRequest, Subscription, SubscriptionState};
use crate::{Xmpp, chat, error, inbound};

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
    xmpp.notices.forget(Notice::Hindered, actor);
    let result = establish(xmpp, context, &place).await;
    xmpp.keeper.tried(xmpp, context, &place.id(), &result);
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
    result
}

/// Ends one watch.
pub(super) async fn stop(xmpp: &Xmpp, context: &Context, watch: &Watch) -> Result<(), Refusal> {
    context.watches.end(&watch.source).await?;
    let Some(place) = Place::of(&watch.source).filter(|place| !xmpp.is_ours(place.service())) else {
        return Ok(());
    };
    let request = |jid| PubsubRequest::Unsubscribe {
        node: place.node().to_owned(),
        jid,
        subid: None,
    };
    match ask(xmpp, &place, request).await {
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
        Err(_) if !xmpp.connected() => return result,
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
    let first_sight = match watch.state {
        WatchState::Wanted => watch.seen.is_empty(),
        // what was written while the node was closed was not written for everybody
        WatchState::Hindered(Reason::NodeClosed) => true,
        WatchState::Active | WatchState::Hindered(_) => false,
    };
    let mut seen: Vec<Mark> = watch.seen.iter().filter_map(Mark::of).collect();
    if first_sight {
        seen = noted(xmpp, context, place, &seen).await?;
    }
    subscribe(xmpp, place).await?;
    caught_up(xmpp, context, place, &seen).await
}

async fn subscribe(xmpp: &Xmpp, place: &Place) -> Result<(), Refusal> {
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
async fn noted(xmpp: &Xmpp, context: &Context, place: &Place, seen: &[Mark]) -> Result<Vec<Mark>, Refusal> {
    let items = read::newest(xmpp, context, place, LONG_LOOK).await?;
    let marks = compare::baseline(&present(&items), context.clock.now());
    let stored: Vec<_> = marks.iter().map(Mark::stored).collect();
    let old: Vec<_> = seen
        .iter()
        .map(Mark::name)
        .filter(|name| !stored.iter().any(|(new, _)| new == name))
        .collect();
    context.watches.mark(&place.id(), &stored, &old).await?;
    Ok(marks)
}

async fn caught_up(xmpp: &Xmpp, context: &Context, place: &Place, seen: &[Mark]) -> Result<(), Refusal> {
    let mut items = read::newest(xmpp, context, place, LOOK).await?;
    let all_new = |items: &[PubsubItem]| compare(seen, &present(items)).news.len() == items.len();
    if items.len() >= usize::try_from(LOOK).unwrap_or(usize::MAX) && all_new(&items) {
        items = read::newest(xmpp, context, place, LONG_LOOK).await?;
    }
    let changes = compare(seen, &present(&items));
    let source = place.id();
    let now = context.clock.now();
    for (at, mark) in changes.news {
        let Some(item) = items.get(at) else { continue };
        news(
            xmpp,
            context,
            place,
            item,
            mark,
            now.plus(std::time::Duration::from_millis(u64::try_from(at).unwrap_or(0))),
        )
        .await?;
    }
    for mark in &changes.taken {
        gone(xmpp, context, place, &mark.id, Some(mark), How::Read).await?;
    }
    let again: Vec<_> = changes
        .found
        .iter()
        .map(|mark| {
            Mark {
                lost: false,
                last: now,
                ..mark.clone()
            }
            .stored()
        })
        .collect();
    let lost: Vec<_> = changes
        .lost
        .iter()
        .map(|mark| {
            Mark {
                lost: true,
                ..mark.clone()
            }
            .stored()
        })
        .collect();
    let old = changes
        .found
        .iter()
        .chain(&changes.lost)
        .chain(&changes.forgotten)
        .map(Mark::name)
        .collect::<Vec<_>>();
    if !old.is_empty() {
        context.watches.mark(&source, &[again, lost].concat(), &old).await?;
    }
    Ok(())
}

/// Hands in an item that is new or changed, as it was read, and marks it.
async fn news(
    xmpp: &Xmpp,
    context: &Context,
    place: &Place,
    item: &PubsubItem,
    known: Option<Mark>,
    now: causeway_core::time::Timestamp,
) -> Result<(), Refusal> {
    // open: it was read by a stranger
    let envelope = Envelope {
        how: How::Read,
        open: true,
        ..envelope(place, item.publisher.clone())
    };
    match author_of(place, How::Read, item.publisher.as_deref(), None) {
        Ok(author) => taken(xmpp, context, author, place, item, known.as_ref(), &envelope).await?,
        // in a node where anybody may publish, what is read later proves nothing
        Err(refusal) => {
            xmpp.counters.events_unproven.one();
            tracing::debug!(%refusal, place = place.uri(), id = item.id, "read and not taken");
        }
    }
    mark_item(context, place, item, known, now).await
}

/// Hands in an item. The same state of the same item after the same other state is the same wire, however it came.
///
/// # Errors
/// `Retry` when it could not be stored.
pub(crate) async fn taken(
    xmpp: &Xmpp,
    context: &Context,
    author: ActorId,
    place: &Place,
    item: &PubsubItem,
    known: Option<&Mark>,
    envelope: &Envelope,
) -> Result<(), Refusal> {
    let id = format!(
        "{} {} after {}",
        place
            .item(item.id.as_deref().unwrap_or_default())
            .map(|item| item.uri())
            .unwrap_or_default(),
        item.payload.as_ref().map(hash).unwrap_or_default(),
        known.map_or_else(|| "nothing".to_owned(), Mark::state),
    );
    let wire = inbound::wire(author, id, item.to_element(), envelope, context.clock.now())?;
    context.ingest.ingest(wire).await?;
    xmpp.counters.events_taken.one();
    Ok(())
}

/// Marks an item as it stands there now.
pub(crate) async fn mark_item(
    context: &Context,
    place: &Place,
    item: &PubsubItem,
    known: Option<Mark>,
    now: causeway_core::time::Timestamp,
) -> Result<(), Refusal> {
    let (Some(id), Some(payload)) = (&item.id, &item.payload) else {
        return Ok(());
    };
    let first = known.as_ref().map_or(now, |mark| mark.first);
    let mark = Mark {
        id: id.clone(),
        hash: hash(payload),
        first,
        last: now,
        lost: false,
    };
    let old: Vec<_> = known
        .iter()
        .map(Mark::name)
        .filter(|name| *name != mark.name())
        .collect();
    context.watches.mark(&place.id(), &[mark.stored()], &old).await
}

/// Hands in that an item was taken away, and unmarks it. In a node where anybody may publish the one who wrote it is
/// who is stored as its author; what nobody here knows, nobody here needs to forget.
///
/// # Errors
/// `Retry` when it could not be stored.
pub(crate) async fn gone(
    xmpp: &Xmpp,
    context: &Context,
    place: &Place,
    id: &str,
    known: Option<&Mark>,
    how: How,
) -> Result<(), Refusal> {
    if let Some((author, publisher)) = writer(context, place, id).await?
        && !xmpp.is_ours(author.as_str())
    {
        let envelope = Envelope {
            how,
            ..envelope(place, publisher)
        };
        let uri = place.item(id).map(|item| item.uri()).unwrap_or_default();
        let wire_id = format!(
            "{uri} gone after {}",
            known.map_or_else(|| "nothing".to_owned(), Mark::state)
        );
        let wire = inbound::wire(author, wire_id, retract(id), &envelope, context.clock.now())?;
        context.ingest.ingest(wire).await?;
        xmpp.counters.events_taken.one();
    } else {
        xmpp.counters.events_echo.one();
    }
    match known {
        Some(mark) => context.watches.mark(&place.id(), &[], &[mark.name()]).await,
        None => Ok(()),
    }
}

/// Who wrote an item, and what to say of that in an envelope.
async fn writer(context: &Context, place: &Place, id: &str) -> Result<Option<(ActorId, Option<String>)>, Refusal> {
    if let Ok(owner) = author_of(place, How::Event, None, None) {
        return Ok(Some((owner, None)));
    }
    let Some(item) = place.item(id) else { return Ok(None) };
    let view = context
        .reads
        .object(&causeway_core::ports::Viewer::Anyone, &item.object(), &ids::NETWORK)
        .await?;
    let author = view.filter(|view| view.payload.is_some()).map(|view| view.author.actor);
    Ok(author.map(|author| (author.clone(), Some(author.as_str().to_owned()))))
}

fn envelope(place: &Place, publisher: Option<String>) -> Envelope {
    Envelope {
        service: Some(place.service().to_owned()),
        node: Some(place.node().to_owned()),
        publisher,
        ..Envelope::default()
    }
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
