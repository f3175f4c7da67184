//! Delivery: once per variant, past dead hosts and poison, in order.

use std::time::Duration;

use causeway_core::adapter::Verb;
use causeway_core::ports::Queue;
use causeway_core::refusal::{Reason, Refusal};

use super::world::World;

#[tokio::test]
async fn one_post_to_ten_thousand_inboxes_on_three_hundred_hosts_is_rendered_once() {
    let world = World::new().await;
    let follower = |number: usize| {
        let mut profile = world.fb.profile(&format!("user{number}@host{}", number % 300));
        profile.reach.shared = None;
        profile
    };
    world.followers((0..10_000).map(follower).collect()).await;
    let (accepts, before) = (world.fb.taken().len(), world.fb.rendered());
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "to all"))
        .await;
    world.delivers().await;
    assert_eq!(world.fb.taken().len() - accepts, 10_000);
    assert_eq!(world.fb.rendered() - before, 1);
}

#[tokio::test]
async fn followers_of_one_host_cost_one_delivery() {
    let world = World::new().await;
    for number in 0..50 {
        world.follower(&format!("user{number}@far")).await;
    }
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "hello"))
        .await;
    world.delivers().await;
    assert_eq!(world.at("*@far").len(), 1);
}

#[tokio::test]
async fn a_dead_host_delays_nobody_and_gets_everything_when_it_is_back() {
    let world = World::new().await;
    for id in ["bob@far", "ann@dead"] {
        world.follower(id).await;
    }
    world.delivers().await;
    world
        .fb
        .refuse("dead", Some(Refusal::retry(Reason::HostUnreachable, "down")));
    for number in 0..3 {
        world
            .juliet_posts(world.fa.post(&format!("capulet/p{number}"), "juliet@capulet", "hello"))
            .await;
        world.delivers().await;
    }
    assert_eq!(world.at("*@far").len(), 3);
    assert!(world.at("*@dead").is_empty());
    world.fb.refuse("dead", None);
    for _ in 0..10 {
        world.later(24 * 3600 / 2);
        world.delivers().await;
    }
    let texts: Vec<_> = world
        .at("*@dead")
        .iter()
        .map(|taken| taken.activity.payload.object().cloned())
        .collect();
    assert_eq!(texts.len(), 3, "each once: {texts:?}");
    assert_eq!(world.store.depth().await.unwrap().0, 0);
}

#[tokio::test]
async fn a_host_that_stays_dead_is_given_up_after_a_week() {
    let world = World::new().await;
    world.follower("ann@dead").await;
    world.delivers().await;
    world
        .fb
        .refuse("dead", Some(Refusal::retry(Reason::HostUnreachable, "down")));
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "hello"))
        .await;
    for _ in 0..40 {
        world.delivers().await;
        world.clock.advance(Duration::from_secs(8 * 3600));
    }
    assert_eq!(world.store.depth().await.unwrap().0, 0, "dead, not waiting");
}

#[tokio::test]
async fn row_82_a_poison_item_is_parked_and_what_follows_flows_on() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world.delivers().await;
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "poison"))
        .await;
    world
        .juliet_posts(world.fa.post("capulet/p2", "juliet@capulet", "fine"))
        .await;
    world.delivers().await;
    let taken = world.at("*@far");
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(taken[0].activity.payload.post().unwrap().text.plain, "fine");
    assert_eq!(
        world.store.depth().await.unwrap().0,
        0,
        "the poison is dead, not waiting"
    );
}

#[tokio::test]
async fn edits_while_a_host_is_down_arrive_as_one_latest_version() {
    let world = World::new().await;
    world.follower("ann@dead").await;
    world.delivers().await;
    world
        .fb
        .refuse("dead", Some(Refusal::retry(Reason::HostUnreachable, "down")));
    for (number, at) in ["2026-11-23T06:01:00Z", "2026-11-23T06:02:00Z", "2026-11-23T06:03:00Z"]
        .iter()
        .enumerate()
    {
        let mut post = world
            .fa
            .post("capulet/p1", "juliet@capulet", &format!("version {number}"));
        post.edited = causeway_core::time::Timestamp::parse(at);
        world.juliet_posts(post).await;
        world.delivers().await;
    }
    world.fb.refuse("dead", None);
    world.later(24 * 3600);
    world.delivers().await;
    let taken = world.at("*@dead");
    assert_eq!(
        taken.last().unwrap().activity.payload.post().unwrap().text.plain,
        "version 2"
    );
    assert!(
        taken
            .iter()
            .all(|taken| taken.verb == Verb::Create || taken.verb == Verb::Update)
    );
    assert_eq!(taken.len(), 1, "{taken:?}");
}
