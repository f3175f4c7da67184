//! Posts, edits, retractions and who gets them.

use causeway_core::adapter::Verb;
use causeway_core::id::Network;
use causeway_core::model::{Activity, Audience, Payload, Post, Repost, Retracted, Retraction, Scope};
use causeway_core::ports::{Reads, Viewer};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_testkit::fake::audience;

use super::world::World;

fn edited(post: &Post, text: &str, at: &str) -> Post {
    let mut post = post.clone();
    post.text.plain = text.to_owned();
    post.edited = Timestamp::parse(at);
    post
}

#[tokio::test]
async fn a_post_an_edit_and_its_end_reach_a_follower_under_one_id() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    world
        .juliet_posts(edited(&post, "hello again", "2026-11-23T06:01:00Z"))
        .await;
    world.delivers().await;
    world.retracts("juliet@capulet", post.id.clone()).await;
    world.delivers().await;

    let taken = world.at("*@far");
    let verbs: Vec<Verb> = taken.iter().map(|taken| taken.verb).collect();
    assert_eq!(verbs, [Verb::Create, Verb::Update, Verb::Retract]);
    let ids: Vec<_> = taken
        .iter()
        .map(|taken| taken.activity.payload.object().cloned())
        .collect();
    assert!(
        ids.iter()
            .all(|id| *id == ids[0] && id.as_ref().unwrap().network().as_str() == "fb"),
        "{ids:?}"
    );
    let last = taken[2].activity.payload.post().unwrap();
    assert_eq!(last.text.plain, "", "what is taken back is not said again");
}

#[tokio::test]
async fn an_unchanged_edit_sends_nothing() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    for round in 0..3 {
        let mut wire = world.of_fa("juliet@capulet", Payload::Post(Box::new(post.clone())));
        wire.id = Some(format!("again-{round}"));
        world.takes(wire).await;
        world.delivers().await;
    }
    assert_eq!(world.at("*@far").len(), 1);
}

#[tokio::test]
async fn an_edit_that_narrows_retracts_outside_and_updates_inside() {
    let world = World::new().await;
    for id in ["bob@far", "ann@near", "eve@off"] {
        let mut profile = world.fb.profile(id);
        profile.reach.shared = None;
        world.follower_with(profile).await;
    }
    let post = world.fa.post("capulet/p1", "juliet@capulet", "for all");
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    let mut narrow = edited(&post, "for bob", "2026-11-23T06:01:00Z");
    narrow.audience = audience(&world.fb, Scope::Limited, &["bob@far"]);
    world.juliet_posts(narrow).await;
    world.delivers().await;
    let last = |address: &str| world.at(address).last().map(|taken| taken.verb);
    assert_eq!(last("bob@far"), Some(Verb::Update));
    assert_eq!(last("ann@near"), Some(Verb::Retract));
    assert_eq!(last("eve@off"), Some(Verb::Retract));
    let texts: Vec<_> = world
        .at("ann@near")
        .iter()
        .filter_map(|t| t.activity.payload.post().map(|p| p.text.plain.clone()))
        .collect();
    assert!(!texts.contains(&"for bob".to_owned()), "{texts:?}");
}

#[tokio::test]
async fn row_81_a_deletion_that_comes_first_buries_what_comes_later() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fb.post("far/p1", "bob@far", "zombie");
    let end = Payload::Retraction(Retraction {
        target: Retracted::Object(post.id.clone()),
    });
    world.takes(world.of_fb("bob@far", end)).await;
    let outcome = world
        .outcome(world.of_fb("bob@far", Payload::Post(Box::new(post.clone()))))
        .await;
    assert!(
        outcome
            .refused
            .iter()
            .any(|refusal| refusal.reason == Reason::Gone || refusal.reason == Reason::NotFollowed)
    );
    assert!(
        world
            .store
            .object(&Viewer::Anyone, &post.id, &Network::new("fb"))
            .await
            .unwrap()
            .is_none_or(|view| view.payload.is_none())
    );
}

#[tokio::test]
async fn a_post_that_ends_before_it_was_sent_is_never_sent() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fa.post("capulet/p1", "juliet@capulet", "oops");
    world.juliet_posts(post.clone()).await;
    world.retracts("juliet@capulet", post.id.clone()).await;
    world.delivers().await;
    assert!(world.at("*@far").is_empty());
}

#[tokio::test]
async fn row_9_only_the_author_edits_or_ends() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world.follower("eve@far").await;
    let post = world.fa.post("capulet/p1", "juliet@capulet", "mine");
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    let id = world.at("*@far")[0].activity.payload.object().cloned().unwrap();
    let end = Payload::Retraction(Retraction {
        target: Retracted::Object(id),
    });
    let outcome = world.outcome(world.of_fb("eve@far", end)).await;
    assert_eq!(outcome.refused[0].reason, Reason::OriginMismatch);
}

#[tokio::test]
async fn a_direct_post_is_refused_and_stored_nowhere() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let mut post = world.fb.post("far/d1", "bob@far", "secret");
    post.audience = audience(&world.fa, Scope::Direct, &["juliet@capulet"]);
    let outcome = world
        .outcome(world.of_fb("bob@far", Payload::Post(Box::new(post.clone()))))
        .await;
    assert_eq!(outcome.refused[0].reason, Reason::PrivateAudience);
    let viewer = Viewer::Actor(world.fa.actor("juliet@capulet"));
    assert!(
        world
            .store
            .object(&viewer, &post.id, &Network::new("fa"))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_repost_whose_object_cannot_be_fetched_is_refused_with_the_reason() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let repost = Repost {
        id: world.fb.object("far/r1"),
        author: world.fb.actor("bob@far"),
        object: world.fb.object("lost/p1"),
        audience: Audience::public(),
        published: None,
    };
    let outcome = world.outcome(world.of_fb("bob@far", Payload::Repost(repost))).await;
    assert_eq!(outcome.refused[0].reason, Reason::NotFound);
}

#[tokio::test]
async fn a_fetch_that_fails_for_now_is_tried_again_and_then_done() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world
        .fb
        .refuse("lost", Some(Refusal::retry(Reason::HostUnreachable, "down")));
    let repost = Repost {
        id: world.fb.object("far/r2"),
        author: world.fb.actor("bob@far"),
        object: world.fb.object("lost/p2"),
        audience: Audience::public(),
        published: None,
    };
    world.takes(world.of_fb("bob@far", Payload::Repost(repost))).await;
    assert_eq!(
        world.bus.pending(10).await.unwrap().len(),
        0,
        "postponed, not pending now"
    );
    world.later(10);
    assert_eq!(world.bus.pending(10).await.unwrap().len(), 1, "and not lost");
}

#[tokio::test]
async fn a_document_of_another_host_is_not_believed() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fb.post("far/p7", "bob@far", "forged");
    let activity = Activity {
        id: None,
        actor: post.author.clone(),
        at: None,
        payload: Payload::Post(Box::new(post)),
    };
    let outcome = world.outcome(world.document("evil", &activity)).await;
    assert_eq!(outcome.refused[0].reason, Reason::OriginMismatch);
}
