//! A lane is held for as long as its host takes.

use std::sync::Arc;

use causeway::delivery::{Deliverer, Settings};
use causeway::store::Store;
use causeway_core::adapter::{Adapter, Adapters, Outgoing, Verb};
use causeway_core::id::Network;
use causeway_core::model::Profile;
use causeway_core::ports::{Clock, DeliveryId, Job, LaneClaim, LaneId, Later, ObjectKey, Outcome, Queue};
use causeway_core::time::Timestamp;
use causeway_testkit::stubs::Nothing;
use tokio::sync::watch;

use super::world::World;

/// The store's queue, and until when a lane is held.
struct Noting {
    store: Store,
    held: watch::Sender<Option<Timestamp>>,
}

impl Queue for Noting {
    fn claim(&self, now: Timestamp, lease_ms: u64, lanes: usize) -> Later<'_, Vec<LaneClaim>> {
        Box::pin(async move {
            let claims = self.store.claim(now, lease_ms, lanes).await?;
            if let Some(claim) = claims.first() {
                self.held.send_replace(Some(claim.lease_until));
            }
            Ok(claims)
        })
    }

    fn renew<'a>(&'a self, claim: &'a LaneClaim, until: Timestamp) -> Later<'a, bool> {
        Box::pin(async move {
            let renewed = self.store.renew(claim, until).await?;
            if renewed {
                self.held.send_replace(Some(until));
            }
            Ok(renewed)
        })
    }

    fn next(&self, lane: LaneId, now: Timestamp, limit: usize) -> Later<'_, Vec<Job>> {
        self.store.next(lane, now, limit)
    }

    fn outgoing<'a>(
        &'a self,
        object: ObjectKey,
        network: &'a Network,
        verb: Verb,
    ) -> Later<'a, (Outgoing, Option<Profile>, Option<String>)> {
        self.store.outgoing(object, network, verb)
    }

    fn settle<'a>(
        &'a self,
        claim: &'a LaneClaim,
        outcomes: Vec<(DeliveryId, Outcome)>,
        release: Option<Timestamp>,
    ) -> Later<'a, ()> {
        self.store.settle(claim, outcomes, release)
    }

    fn free(&self) -> Later<'_, ()> {
        self.store.free()
    }

    fn depth(&self) -> Later<'_, (u64, Option<Timestamp>)> {
        self.store.depth()
    }
}

#[tokio::test]
async fn a_lane_is_held_however_slow_its_host_is() {
    let world = World::new().await;
    world.follower("ann@far").await;
    world.delivers().await;
    let slow = world.fb.slow();
    let (held, mut lease) = watch::channel(None);
    let all: Vec<Arc<dyn Adapter>> = vec![world.fa.clone(), world.fb.clone()];
    let deliverer = Deliverer::new(
        Arc::new(Noting {
            store: world.store.clone(),
            held,
        }),
        Arc::new(Adapters::new(all)),
        world.context.clone(),
        Arc::new(Nothing),
        world.bus.planned(),
        Settings::default(),
    );
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "hello"))
        .await;
    let work = tokio::spawn(async move { deliverer.drain().await });
    // its delivery waits for the host, and the lease is all that keeps others off
    while Arc::strong_count(&slow) < 3 {
        tokio::task::yield_now().await;
    }
    for _ in 0..6 {
        world.later(45);
        let soon = world.clock.now().plus(std::time::Duration::from_secs(60));
        let held = lease.wait_for(|until| until.is_some_and(|until| until > soon));
        tokio::time::timeout(std::time::Duration::from_secs(20), held)
            .await
            .expect("the lease is renewed in time")
            .unwrap();
    }
    assert_eq!(world.store.claim(world.clock.now(), 1, 9).await.unwrap(), []);
    slow.notify_waiters();
    work.await.unwrap().unwrap();
    assert_eq!(world.at("*@far").len(), 1, "after four and a half minutes, once");
    assert_eq!(world.store.depth().await.unwrap().0, 0);
}
