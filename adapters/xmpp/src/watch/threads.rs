//! Threads that begin: once a post is bridged, the comments on it are watched.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::id::{ActorId, ObjectId, PlaceId};
use causeway_core::ports::{Viewer, WatchState};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use tokio::sync::Notify;

use super::keep::renew;
use super::watched::THREAD;
use crate::{Xmpp, ids};

/// When after a post its thread is looked at: the post must be bridged by then, and the node made, which some clients do
/// after publishing.
const LOOKS: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
    Duration::from_secs(60),
];
/// Threads expected at most.
const EXPECTED: usize = 1_000;

/// Threads that may begin.
#[derive(Default)]
pub(crate) struct Threads {
    expected: Mutex<Vec<Expected>>,
    wake: Notify,
}

/// One of them.
#[derive(Clone)]
struct Expected {
    source: PlaceId,
    post: ObjectId,
    actor: ActorId,
    since: Timestamp,
    looks: usize,
}

impl Threads {
    /// The comments on `post` are gathered at `source`: once the post is bridged they are watched for `actor`.
    pub(super) fn expect(&self, source: PlaceId, post: ObjectId, actor: ActorId, since: Timestamp) {
        let mut all = self.lock();
        let known = all.iter().any(|expected| expected.source == source);
        if !known && all.len() < EXPECTED {
            all.push(Expected {
                source,
                post,
                actor,
                since,
                looks: 0,
            });
            self.wake.notify_one();
        }
    }

    /// Those that are due for a look; each is looked for a few times.
    fn due(&self, now: Timestamp) -> Vec<Expected> {
        let mut due = Vec::new();
        self.lock().retain_mut(|expected| {
            let looks = expected.looks;
            while expected.next().is_some_and(|next| next <= now) {
                expected.looks += 1;
            }
            if expected.looks > looks {
                due.push(expected.clone());
            }
            expected.looks < LOOKS.len()
        });
        due
    }

    fn next(&self) -> Option<Timestamp> {
        self.lock().iter().filter_map(Expected::next).min()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Expected>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Expected {
    fn next(&self) -> Option<Timestamp> {
        LOOKS.get(self.looks).map(|wait| self.since.plus(*wait))
    }
}

/// Watches the threads of posts that are bridged by now. What is not, for want of consent or because it is not for
/// everybody, has no thread here.
pub(super) async fn keep(xmpp: &Xmpp, context: &Context) {
    let threads = &xmpp.keeper.threads;
    loop {
        match threads.next() {
            None => threads.wake.notified().await,
            Some(next) => context.clock.sleep_until(next).await,
        }
        for thread in threads.due(context.clock.now()) {
            if let Err(refusal) = begun(xmpp, context, &thread).await {
                tracing::info!(%refusal, thread = thread.source.as_str(), "a thread cannot be watched yet");
            }
        }
    }
}

async fn begun(xmpp: &Xmpp, context: &Context, thread: &Expected) -> Result<(), Refusal> {
    let post = context
        .reads
        .object(&Viewer::Anyone, &thread.post, &ids::NETWORK)
        .await?;
    if post.is_none_or(|post| post.payload.is_none()) {
        return Ok(());
    }
    let until = Some(context.clock.now().plus(THREAD));
    context.watches.want(&thread.source, &thread.actor, until).await?;
    let watch = context.watches.watch(&thread.source).await?;
    if let Some(watch) = watch.filter(|watch| watch.state != WatchState::Active) {
        renew(xmpp, context, watch).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_is_looked_for_a_few_times_and_all_of_them_are_bounded() {
        let threads = Threads::default();
        let start = Timestamp::from_millis(0);
        let juliet = ids::actor("juliet@capulet.lit").unwrap();
        let expect = |number: usize| {
            let source = PlaceId::new(ids::NETWORK, format!("xmpp:capulet.lit?;node={number}"));
            threads.expect(source, ids::follow_id(&juliet, "x"), juliet.clone(), start);
        };
        for number in (0..EXPECTED * 2).chain(0..EXPECTED) {
            expect(number);
        }
        assert_eq!(threads.lock().len(), EXPECTED);
        assert!(threads.due(start).is_empty());
        for (wait, left) in LOOKS.iter().zip([EXPECTED, EXPECTED, EXPECTED, 0]) {
            assert_eq!(threads.next(), Some(start.plus(*wait)));
            assert_eq!(threads.due(start.plus(*wait)).len(), EXPECTED);
            assert_eq!(threads.lock().len(), left);
        }
        assert_eq!(threads.next(), None);
        // after a long pause there is one look, not four
        expect(1);
        assert_eq!(threads.due(start.plus(Duration::from_secs(3600))).len(), 1);
        assert!(threads.lock().is_empty());
    }
}
