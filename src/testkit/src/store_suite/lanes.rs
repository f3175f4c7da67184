//! The third stage's bookkeeping.

use std::time::Duration;

use causeway_core::delivery::BREAKER_FAILS;
use causeway_core::id::ActorId;
use causeway_core::model::{Payload, Scope};
use causeway_core::ports::{Outcome, Recipients};
use causeway_core::refusal::{Reason, Refusal};

use super::World;
use super::world::{again, put, send};

/// Posts `names` of `author` to bob, one row each.
async fn queue(world: &World, author: &ActorId, names: &[&str]) {
    let bob = world.known("bob@far.example").await;
    for name in names {
        let post = world.near_post(name, author, Scope::Public, &[]);
        let to = vec![Recipients::Actor(bob.clone())];
        world
            .apply(vec![
                put(Payload::Post(Box::new(post.clone()))),
                send(&post.id, to, vec![world.f()]),
            ])
            .await;
    }
}

/// A second worker finds nothing until then.
pub async fn a_lane_is_held_until_its_lease_ends(mut world: World) {
    let juliet = world.opened("juliet@near.example").await;
    queue(&world, &juliet, &["1"]).await;
    let claims = world.ports.queue.claim(world.now(), 60_000, 10).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].host.as_str(), claims[0].fails), ("far.example", 0));
    assert!(
        world
            .ports
            .queue
            .claim(world.now(), 60_000, 10)
            .await
            .unwrap()
            .is_empty()
    );
    world.reopen().await;
    assert!(
        world
            .ports
            .queue
            .claim(world.now(), 60_000, 10)
            .await
            .unwrap()
            .is_empty()
    );
    world.wait(60);
    assert_eq!(world.ports.queue.claim(world.now(), 60_000, 10).await.unwrap().len(), 1);
}

/// As they were asked for, whoever else delivers to the same host.
pub async fn order_is_kept_per_author_and_target(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let romeo = world.opened("romeo@near.example").await;
    for round in ["1", "2", "3"] {
        queue(&world, &juliet, &[&format!("j{round}")]).await;
        queue(&world, &romeo, &[&format!("r{round}")]).await;
    }
    let made = world.deliver().await;
    let texts: Vec<_> = made
        .iter()
        .map(|made| made.outgoing.activity.payload.post().unwrap().text.plain.clone())
        .collect();
    let of = |author: char| -> Vec<_> {
        let prefix = format!("text of {author}");
        texts
            .iter()
            .filter_map(|text| text.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        (of('j'), of('r')),
        (
            vec!["1".into(), "2".into(), "3".into()],
            vec!["1".into(), "2".into(), "3".into()]
        )
    );
}

/// Also those that come meanwhile, also when their own wait would be shorter; others go on.
pub async fn later_ones_wait_for_an_earlier_one(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let romeo = world.opened("romeo@near.example").await;
    queue(&world, &juliet, &["1", "2"]).await;
    let claim = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 10).await.unwrap();
    let (late, soon) = (
        world.now().plus(Duration::from_secs(300)),
        world.now().plus(Duration::from_secs(60)),
    );
    // handed in the wrong way round: the store puts them in order
    let outcomes = vec![(jobs[1].delivery, again(soon)), (jobs[0].delivery, again(late))];
    world
        .ports
        .queue
        .settle(&claim, outcomes, Some(world.now()))
        .await
        .unwrap();
    queue(&world, &juliet, &["3"]).await;
    queue(&world, &romeo, &["r"]).await;
    assert_eq!(world.deliver().await.len(), 1, "romeo's");
    assert!(
        world
            .ports
            .queue
            .claim(world.now(), 60_000, 10)
            .await
            .unwrap()
            .is_empty(),
        "nothing to find before"
    );
    world.wait(299);
    assert!(world.deliver().await.is_empty());
    world.wait(1);
    let made = world.deliver().await;
    let texts: Vec<_> = made
        .iter()
        .map(|made| made.outgoing.activity.payload.post().unwrap().text.plain.clone())
        .collect();
    assert_eq!(texts, ["text of 1", "text of 2", "text of 3"]);
}

/// And is not retried by itself.
pub async fn a_poison_row_is_parked_and_its_lane_goes_on(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    queue(&world, &juliet, &["poison", "good"]).await;
    let claim = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 1).await.unwrap();
    let dead = Outcome::Dead(Refusal::reject(Reason::Malformed, "cannot be rendered"));
    world
        .ports
        .queue
        .settle(&claim, vec![(jobs[0].delivery, dead)], Some(world.now()))
        .await
        .unwrap();
    let made = world.deliver().await;
    assert_eq!(made.len(), 1);
    assert_eq!(
        made[0].outgoing.activity.payload.post().unwrap().text.plain,
        "text of good"
    );
    world.wait(8 * 24 * 3600);
    assert!(world.deliver().await.is_empty());
    world.retract(&world.near.object("near.example/poison")).await;
    assert!(
        world.deliver().await.is_empty(),
        "it was refused for good, so there is nothing to take back"
    );
}

/// A dead host costs one claim per rest, however much is said to it.
pub async fn a_resting_lane_is_not_woken(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    queue(&world, &juliet, &["1"]).await;
    let mut claim = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 10).await.unwrap();
    claim.fails = BREAKER_FAILS;
    let at = world.now().plus(Duration::from_secs(60));
    let rest = world.now().plus(Duration::from_secs(1800));
    world
        .ports
        .queue
        .settle(&claim, vec![(jobs[0].delivery, again(at))], Some(rest))
        .await
        .unwrap();
    queue(&world, &juliet, &["2", "3"]).await;
    world.wait(1799);
    assert!(
        world
            .ports
            .queue
            .claim(world.now(), 60_000, 10)
            .await
            .unwrap()
            .is_empty()
    );
    world.wait(1);
    let claim = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(claim.fails, BREAKER_FAILS);
    assert_eq!(
        world.ports.queue.next(claim.lane, world.now(), 10).await.unwrap().len(),
        3
    );
}

/// What a worker did counts; how its lane goes on is for whoever holds it now.
pub async fn a_lost_lease_decides_nothing(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    queue(&world, &juliet, &["1", "2"]).await;
    let mut lost = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    let jobs = world.ports.queue.next(lost.lane, world.now(), 1).await.unwrap();
    world.wait(61);
    let holder = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    lost.fails = 99;
    let done = Outcome::Done {
        holds: Some(1),
        answer: Default::default(),
    };
    let rest = world.now().plus(Duration::from_secs(3600));
    world
        .ports
        .queue
        .settle(&lost, vec![(jobs[0].delivery, done)], Some(rest))
        .await
        .unwrap();
    assert!(
        world
            .ports
            .queue
            .claim(world.now(), 60_000, 10)
            .await
            .unwrap()
            .is_empty(),
        "still the other's"
    );
    assert_eq!(
        world
            .ports
            .queue
            .next(holder.lane, world.now(), 10)
            .await
            .unwrap()
            .len(),
        1,
        "the first was made"
    );
    world.wait(61);
    let next = world
        .ports
        .queue
        .claim(world.now(), 60_000, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(next.fails, 0);
}

/// How much, and since when.
pub async fn depth_counts_what_is_open(world: World) {
    assert_eq!(world.ports.queue.depth().await.unwrap(), (0, None));
    let juliet = world.opened("juliet@near.example").await;
    let since = world.now();
    queue(&world, &juliet, &["1"]).await;
    world.wait(10);
    queue(&world, &juliet, &["2"]).await;
    assert_eq!(world.ports.queue.depth().await.unwrap(), (2, Some(since)));
    world.deliver().await;
    assert_eq!(world.ports.queue.depth().await.unwrap(), (0, None));
}

/// As long as nobody else has it.
pub async fn a_lease_is_renewed_by_its_holder_alone(world: World) {
    let (juliet, _) = world.pair().await;
    world.publish(&world.near_post("1", &juliet, Scope::Public, &[])).await;
    let claim = async || world.ports.queue.claim(world.now(), 60_000, 9).await.unwrap();
    let mut mine = claim().await.remove(0);
    for _ in 0..3 {
        world.wait(50);
        let until = world.now().plus(Duration::from_secs(60));
        assert!(world.ports.queue.renew(&mine, until).await.unwrap());
        mine.lease_until = until;
        assert!(claim().await.is_empty());
    }
    world.wait(61);
    let theirs = claim().await.remove(0);
    let until = world.now().plus(Duration::from_secs(90));
    assert!(!world.ports.queue.renew(&mine, until).await.unwrap());
    assert!(world.ports.queue.renew(&theirs, until).await.unwrap());
}
