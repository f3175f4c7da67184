//! What keeps all watches alive: after each reconnect, daily, and whenever something may have been missed.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::id::PlaceId;
use causeway_core::ports::Watch;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use futures_util::StreamExt as _;
use tokio::sync::Notify;

use super::Locks;
use super::establish::{establish, stop};
use super::profile::{self, Profiles};
use super::strays::{self, Strays};
use super::threads::{self, Threads};
use crate::Xmpp;
use crate::ids::{self, Place};
use crate::link::LinkState;

/// Watches looked after at once.
const AT_ONCE: usize = 8;
/// How often a watch that works is looked after: Prosody 0.12 drops subscriptions without a word when a node's access
/// model changes.
const DAILY: Duration = Duration::from_secs(24 * 3600);
/// How soon after the first, second … failure for a passing reason it is tried again; then daily.
const SOON: [Duration; 4] = [
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(600),
    Duration::from_secs(3600),
];
/// How often all watches are read.
const ROUND: Duration = Duration::from_secs(600);
/// All watches are read at most so often.
const REST: Duration = Duration::from_secs(2);
/// Services remembered that something of was missed.
const BEHIND: usize = 1_000;

/// What is known of the watches besides what is stored.
#[derive(Default)]
pub(crate) struct Keeper {
    /// See [`Locks`].
    pub(crate) locks: Locks,
    /// When profiles were looked at.
    pub(super) profiles: Profiles,
    /// Threads that may begin.
    pub(super) threads: Threads,
    /// Subscriptions that outlive their watch.
    pub(crate) strays: Strays,
    state: Mutex<State>,
    wake: Notify,
    last_mark: AtomicI64,
}

#[derive(Default)]
struct State {
    checks: HashMap<PlaceId, Check>,
    behind: HashSet<String>,
}

/// When a watch was looked after, and when again.
#[derive(Clone, Copy)]
struct Check {
    session: u64,
    next: Timestamp,
    failures: usize,
}

impl Keeper {
    /// The time for a mark: now, but later than all marks before it, so that marks tell the order even where several
    /// fall into one millisecond or the clock was set back.
    pub(super) fn tick(&self, now: Timestamp, seen: &[(String, Timestamp)]) -> Timestamp {
        let after = seen.iter().map(|(_, at)| at.millis()).max().unwrap_or(i64::MIN);
        let next = |last: i64| now.millis().max(last.max(after).saturating_add(1));
        let last = self
            .last_mark
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)));
        Timestamp::from_millis(next(last.unwrap_or_else(|last| last)))
    }

    /// Something of this service was missed: its nodes are looked at again.
    pub(crate) fn behind(&self, service: &str) {
        let service = ids::canonical_jid(service);
        let mut state = self.lock();
        if let Some(service) = service.filter(|_| state.behind.len() < BEHIND) {
            state.behind.insert(service);
            self.wake.notify_one();
        }
    }

    /// A watch was tried, beginning on the stream of this number: when to try again.
    pub(super) fn tried(
        &self,
        context: &Context,
        source: &PlaceId,
        session: Option<u64>,
        result: &Result<(), Refusal>,
    ) {
        let jitter = 0.75 + 0.5 * context.random.unit();
        let mut state = self.lock();
        let failures = state.checks.get(source).map_or(0, |check| check.failures);
        let (failures, wait) = match result {
            Ok(()) => (0, DAILY),
            Err(_) => (failures + 1, SOON.get(failures).copied().unwrap_or(DAILY)),
        };
        let next = context.clock.now().plus(wait.mul_f64(jitter));
        state.checks.insert(
            source.clone(),
            Check {
                session: session.unwrap_or_default(),
                next,
                failures,
            },
        );
    }

    fn is_due(&self, watch: &Watch, place: &Place, session: u64, now: Timestamp) -> bool {
        let state = self.lock();
        state.behind.contains(place.service())
            || state
                .checks
                .get(&watch.source)
                .is_none_or(|check| check.session != session || check.next <= now)
    }

    /// Whether all watches are to be read: on a new stream at once, otherwise not more often than [`REST`], whatever
    /// others do to make us.
    fn wants_look(&self, last: Option<(u64, Timestamp)>, session: u64, now: Timestamp) -> bool {
        let Some((_, at)) = last.filter(|(last, _)| *last == session) else {
            return true;
        };
        let state = self.lock();
        let due = !state.behind.is_empty() || state.checks.values().any(|check| check.next <= now);
        at.plus(ROUND) <= now || (due && at.plus(REST) <= now)
    }

    /// When there is something to do again.
    fn next(&self, now: Timestamp) -> Timestamp {
        let state = self.lock();
        let checks = state.checks.values().map(|check| check.next);
        let round = now.plus(ROUND);
        let behind = (!state.behind.is_empty()).then(|| now.plus(REST));
        checks
            .chain(behind)
            .min()
            .unwrap_or(round)
            .clamp(now.plus(Duration::from_millis(200)), round)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks after all watches until the task is ended. Threads that begin do not wait for services that do not answer.
pub(crate) async fn keep(xmpp: Arc<Xmpp>, context: Context) {
    tokio::join!(
        nodes(&xmpp, &context),
        threads::keep(&xmpp, &context),
        profile::keep(&xmpp, &context),
        strays::end(&xmpp, &context)
    );
}

async fn nodes(xmpp: &Xmpp, context: &Context) {
    let mut link = xmpp.link.state();
    let mut last: Option<(u64, Timestamp)> = None;
    loop {
        let now = context.clock.now();
        let mut next = xmpp.keeper.next(now);
        if let Some(session) = session(xmpp)
            && xmpp.keeper.wants_look(last, session, now)
        {
            match look(xmpp, context, session).await {
                Ok(()) => {
                    last = Some((session, now));
                    next = xmpp.keeper.next(context.clock.now());
                }
                Err(refusal) => {
                    tracing::warn!(%refusal, "the watches cannot be read");
                    next = now.plus(REST);
                }
            }
        }
        tokio::select! {
            () = context.clock.sleep_until(next) => {}
            () = xmpp.keeper.wake.notified() => {}
            changed = link.changed() => if changed.is_err() { return },
        }
    }
}

/// Looks after every watch that is due.
async fn look(xmpp: &Xmpp, context: &Context, session: u64) -> Result<(), Refusal> {
    let now = context.clock.now();
    let due =
        |watch: &Watch| Place::of(&watch.source).is_some_and(|place| xmpp.keeper.is_due(watch, &place, session, now));
    let watched = context.watches.watched(&ids::NETWORK).await?;
    let due: Vec<Watch> = watched.into_iter().filter(due).collect();
    {
        let mut state = xmpp.keeper.lock();
        // whatever is missed from here on is asked for again
        state.behind.clear();
        // what is not watched any more needs no looking after
        state.checks.retain(|_, check| check.next > now);
    }
    futures_util::stream::iter(due)
        .for_each_concurrent(AT_ONCE, |watch| renew(xmpp, context, watch))
        .await;
    Ok(())
}

/// Looks after one watch, or ends it when its time is over.
pub(super) async fn renew(xmpp: &Xmpp, context: &Context, watch: Watch) {
    let ended = watch.until.is_some_and(|until| until <= context.clock.now());
    let Some(place) = Place::of(&watch.source) else { return };
    if ended || xmpp.is_ours(place.service()) {
        if let Err(refusal) = stop(xmpp, context, &watch).await {
            tracing::debug!(%refusal, place = place.uri(), "the end of a watch");
        }
        xmpp.keeper.lock().checks.remove(&watch.source);
        return;
    }
    // a stream that breaks meanwhile and comes back has missed something
    let session = session(xmpp);
    let result = establish(xmpp, context, &place).await;
    if let Err(refusal) = &result {
        tracing::info!(%refusal, place = place.uri(), "a node cannot be watched now");
    }
    xmpp.keeper.tried(context, &watch.source, session, &result);
    if place.is_own_microblog() && result.is_ok() {
        xmpp.keeper.profiles.watched(&watch.actor, context.clock.now());
    }
}

/// The number of the stream there is now.
pub(super) fn session(xmpp: &Xmpp) -> Option<u64> {
    match *xmpp.link.state().borrow() {
        LinkState::Connected { session } => Some(session),
        LinkState::Connecting | LinkState::Disconnected { .. } | LinkState::Stopped => None,
    }
}
