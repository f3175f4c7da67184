//! Delivery: once per variant, past dead hosts and poison, in order.

use std::time::Duration;

use causeway_core::adapter::Verb;
use causeway_core::model::Post;
use causeway_core::ports::Queue;
use causeway_core::refusal::{Reason, Refusal};
use causeway_testkit::fake::Taken;

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
    let verbs: Vec<Verb> = taken.iter().map(|taken| taken.verb).collect();
    assert_eq!(
        verbs,
        [Verb::Create, Verb::Update],
        "nobody knows whether it has the first"
    );
    assert!(taken.iter().all(|taken| said(taken) == "version 2"), "{taken:?}");
}

fn said(taken: &Taken) -> &str {
    &taken.activity.payload.post().unwrap().text.plain
}

/// A host that took the first version and whose answer was lost, with what it was sent from then on.
async fn unanswered() -> (World, Post) {
    let world = World::new().await;
    world.follower("ann@far").await;
    world.delivers().await;
    world.fb.silence(Some("far"));
    let post = world.fa.post("capulet/p1", "juliet@capulet", "first");
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    assert_eq!(world.at("*@far").len(), 1);
    world.fb.silence(None);
    (world, post)
}

#[tokio::test]
async fn an_edit_after_an_unanswered_beginning_reaches_whoever_has_it_and_whoever_has_not() {
    let (world, mut post) = unanswered().await;
    post.text.plain = "second".to_owned();
    world.juliet_posts(post.clone()).await;
    world.later(24 * 3600);
    world.delivers().await;
    let taken = world.at("*@far");
    let wires: Vec<_> = taken.iter().map(|taken| (taken.verb, said(taken))).collect();
    assert_eq!(
        wires,
        [
            (Verb::Create, "first"),
            (Verb::Create, "second"),
            (Verb::Update, "second")
        ]
    );
    assert_eq!(taken[0].id, taken[1].id, "a repetition for whoever has it");
    post.text.plain = "third".to_owned();
    world.juliet_posts(post).await;
    world.delivers().await;
    let taken = world.at("*@far");
    assert_eq!(
        (taken.len(), taken[3].verb),
        (4, Verb::Update),
        "from now on it is certain"
    );
}

#[tokio::test]
async fn what_may_be_there_is_taken_back() {
    let (world, post) = unanswered().await;
    world.retracts("juliet@capulet", post.id.clone()).await;
    world.later(24 * 3600);
    world.delivers().await;
    let verbs: Vec<Verb> = world.at("*@far").iter().map(|taken| taken.verb).collect();
    assert_eq!(verbs, [Verb::Create, Verb::Retract]);
}
