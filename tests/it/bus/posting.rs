//! Posts, edits, retractions and who gets them.

use causeway_core::adapter::{Arrival, Verb, Wire};
use causeway_core::id::{Network, ObjectId, PlaceId};
use causeway_core::model::{
    Activity, ActorKind, Attested, Audience, Comment, Follow, FollowStep, Kind, Payload, Post, Repost, Retracted,
    Retraction, Scope,
};
use causeway_core::ports::{ObjectView, Reads, Viewer};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_testkit::fake::{CREATE, audience};

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
        shown: None,
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
        shown: None,
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

/// What bob does, by an activity of this id.
fn by_bob(world: &World, id: &str, post: &Post) -> Wire {
    let activity = Activity {
        id: Some(id.to_owned()),
        actor: post.author.clone(),
        at: None,
        payload: Payload::Post(Box::new(post.clone())),
    };
    world.fb.wire_of(Attested::Actor(post.author.clone()), &activity)
}

#[tokio::test]
async fn a_creation_that_comes_again_undoes_no_edit() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fb.post("far/p1", "bob@far", "first");
    let mut wire = by_bob(&world, &format!("{CREATE}-1"), &post);
    wire.arrival = Arrival::Backfill;
    world.takes(wire).await;
    let update = edited(&post, "second", "2026-11-23T06:01:00Z");
    world.takes(by_bob(&world, "update-1", &update)).await;
    let outcome = world.outcome(by_bob(&world, &format!("{CREATE}-again"), &post)).await;
    assert_eq!(outcome.refused[0].reason, Reason::Duplicate);
    let undated = world
        .outcome(by_bob(&world, "update-2", &edited(&post, "third", "")))
        .await;
    assert_eq!(undated.refused, [], "an edit without a date is one");
    let view = seen(&world, &post.id, "fb").await;
    assert_eq!(view.payload.unwrap().post().unwrap().text.plain, "third");
}

async fn seen(world: &World, id: &ObjectId, on: &'static str) -> ObjectView {
    let view = world.store.object(&Viewer::Anyone, id, &Network::new(on)).await;
    view.unwrap().expect("an object that is known")
}

#[tokio::test]
async fn an_item_taken_away_and_published_again_is_another_post() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let mut post = world.fa.post("capulet/p1", "juliet@capulet", "first");
    post.replies = Some(PlaceId::new(Network::new("fa"), "capulet/comments/p1"));
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    world.retracts("juliet@capulet", post.id.clone()).await;
    let again = edited(&post, "second", "");
    world.juliet_posts(again.clone()).await;
    world.delivers().await;

    let taken = world.at("*@far");
    let wires: Vec<_> = taken
        .iter()
        .map(|taken| {
            let said = taken.activity.payload.post().unwrap();
            (taken.verb, said.id.clone(), said.text.plain.as_str())
        })
        .collect();
    let (first, second) = (wires[0].1.clone(), wires[2].1.clone());
    assert_ne!(first, second, "what was deleted there never comes back");
    assert_eq!(
        wires,
        [
            (Verb::Create, first.clone(), "first"),
            (Verb::Retract, first.clone(), ""),
            (Verb::Create, second.clone(), "second"),
        ]
    );
    assert!(seen(&world, &first, "fb").await.gone.is_some());
    assert!(seen(&world, &second, "fb").await.gone.is_none());
    assert!(seen(&world, &post.id, "fa").await.gone.is_none());

    let answer = Comment {
        parent: Some(second),
        root: None,
        place: None,
        post: world.fb.post("far/c1", "bob@far", "hi"),
    };
    world
        .takes(world.of_fb("bob@far", Payload::Comment(Box::new(answer))))
        .await;
    world.delivers().await;
    assert_eq!(
        world.fa.taken().last().unwrap().address,
        "capulet/comments/p1",
        "its comments are gathered in the same place"
    );
    let target = Retracted::Object(post.id);
    let mut wire = world.of_fa("juliet@capulet", Payload::Retraction(Retraction { target }));
    wire.id = Some("gone again".to_owned());
    world.takes(wire).await;
    world.delivers().await;
    assert_eq!(
        world.at("*@far").last().unwrap().verb,
        Verb::Retract,
        "and it ends as well"
    );
}

#[tokio::test]
async fn what_ended_elsewhere_does_not_come_back() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let post = world.fb.post("far/p1", "bob@far", "zombie");
    let mut wire = by_bob(&world, &format!("{CREATE}-1"), &post);
    wire.arrival = Arrival::Backfill;
    world.takes(wire).await;
    let target = Retracted::Object(post.id.clone());
    world
        .takes(world.of_fb("bob@far", Payload::Retraction(Retraction { target })))
        .await;
    for id in [CREATE, "update"] {
        let outcome = world.outcome(by_bob(&world, id, &post)).await;
        assert_eq!(outcome.refused[0].reason, Reason::Gone, "{id}");
    }
}

/// Juliet follows `id` of `fb`, and is accepted.
async fn juliet_follows(world: &World, profile: causeway_core::model::Profile) {
    let id = profile.actor.as_str().to_owned();
    world.takes(world.of_fb(&id, Payload::Profile(Box::new(profile)))).await;
    let follow = Follow {
        id: world.fa.object("capulet/f1"),
        follower: world.fa.actor("juliet@capulet"),
        followee: world.fb.actor(&id),
        step: FollowStep::Request,
        request: None,
    };
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(follow.clone())))
        .await;
    let accept = Follow {
        id: world.fb.object("far/a1"),
        step: FollowStep::Accept,
        ..follow
    };
    world.takes(world.of_fb(&id, Payload::Follow(accept))).await;
    world.delivers().await;
}

/// A document of `fb` at its own host, with that of its author.
fn stands(world: &World, payload: Payload) {
    let (id, author) = {
        let post = payload.post().unwrap();
        (post.id.clone(), post.author.clone())
    };
    let host = author.as_str().split_once('@').unwrap().1;
    let said = |payload| Activity {
        id: None,
        actor: author.clone(),
        at: None,
        payload,
    };
    world.fb.publish(id.as_str(), world.document(host, &said(payload)));
    let profile = Payload::Profile(Box::new(world.fb.profile(author.as_str())));
    world.fb.publish(author.as_str(), world.document(host, &said(profile)));
}

fn passed_on(world: &World, by: &str, id: &str, object: &str) -> causeway_core::adapter::Wire {
    let repost = Repost {
        id: world.fb.object(id),
        author: world.fb.actor(by),
        object: world.fb.object(object),
        audience: Audience::public(),
        published: None,
        shown: None,
    };
    world.of_fb(by, Payload::Repost(repost))
}

fn answer(world: &World, id: &str, by: &str, parent: &str) -> Payload {
    Payload::Comment(Box::new(Comment {
        parent: Some(world.fb.object(parent)),
        root: None,
        place: None,
        post: world.fb.post(id, by, "an answer"),
    }))
}

#[tokio::test]
async fn what_somebody_followed_passes_on_is_read_with_its_thread_where_it_stands() {
    let world = World::new().await;
    juliet_follows(&world, world.fb.profile("bob@far")).await;
    let before = world.fa.taken().len();
    stands(
        &world,
        Payload::Post(Box::new(world.fb.post("other/p1", "carol@other", "hello"))),
    );
    stands(&world, answer(&world, "third/c1", "dora@third", "other/p1"));
    let outcome = world.outcome(passed_on(&world, "bob@far", "far/r1", "third/c1")).await;
    assert_eq!(outcome.refused, []);
    world.delivers().await;
    let taken = world.fa.taken().split_off(before);
    let kinds: Vec<_> = taken.iter().map(|taken| taken.activity.payload.kind()).collect();
    assert_eq!(kinds, [Kind::Repost], "the post itself is nobody's news: {taken:?}");
    let Payload::Repost(repost) = &taken[0].activity.payload else {
        panic!()
    };
    assert_eq!(repost.object.network().as_str(), "fa", "it has an address now");
    assert_eq!(repost.shown.as_ref().unwrap().text.plain, "an answer", "and is shown");
    // once is enough
    let again = world.outcome(passed_on(&world, "bob@far", "far/r2", "third/c1")).await;
    assert_eq!(again.refused[0].reason, Reason::Duplicate);
}

#[tokio::test]
async fn nothing_is_read_for_strangers_nor_believed_of_another_host_nor_without_end() {
    let world = World::new().await;
    juliet_follows(&world, world.fb.profile("bob@far")).await;
    world.follower("eve@evil").await;
    stands(
        &world,
        Payload::Post(Box::new(world.fb.post("other/p1", "carol@other", "hello"))),
    );
    let reason = |outcome: causeway_core::adapter::Crossing| outcome.refused[0].reason;
    // nobody here follows her
    let unread = world
        .outcome(passed_on(&world, "eve@evil", "evil/r1", "other/p1"))
        .await;
    assert_eq!(reason(unread), Reason::ParentUnknown);
    // a document of one host under the id of another
    let forged = world.fb.post("victim/p1", "carol@other", "forged");
    stands(&world, Payload::Post(Box::new(forged)));
    let outcome = world.outcome(passed_on(&world, "bob@far", "far/r1", "victim/p1")).await;
    assert_eq!(reason(outcome), Reason::OriginMismatch);
    // what is not public
    let mut quiet = world.fb.post("other/p2", "carol@other", "psst");
    quiet.audience = Audience::new(Scope::Followers, []);
    stands(&world, Payload::Post(Box::new(quiet)));
    let outcome = world.outcome(passed_on(&world, "bob@far", "far/r2", "other/p2")).await;
    assert_eq!(reason(outcome), Reason::PrivateAudience);
    // two answers to one another
    stands(&world, answer(&world, "other/c1", "carol@other", "other/c2"));
    stands(&world, answer(&world, "other/c2", "carol@other", "other/c1"));
    let outcome = world.outcome(passed_on(&world, "bob@far", "far/r3", "other/c1")).await;
    assert_eq!(reason(outcome), Reason::ParentUnknown);
}

#[tokio::test]
async fn an_answer_that_a_community_announces_stands_in_its_thread() {
    let world = World::new().await;
    let mut community = world.fb.profile("garden@far");
    community.kind = ActorKind::Group;
    juliet_follows(&world, community).await;
    stands(
        &world,
        Payload::Post(Box::new(world.fb.post("other/p1", "carol@other", "hello"))),
    );
    stands(&world, answer(&world, "third/c1", "dora@third", "other/p1"));
    let announced = world
        .outcome(passed_on(&world, "garden@far", "far/r1", "other/p1"))
        .await;
    assert_eq!(announced.refused, []);
    world.delivers().await;
    let before = world.fa.taken().len();
    let announced = world
        .outcome(passed_on(&world, "garden@far", "far/r2", "third/c1"))
        .await;
    assert_eq!(announced.refused[0].reason, Reason::Duplicate);
    world.delivers().await;
    assert_eq!(world.fa.taken().len(), before, "no repost of it");
    let post = world.fb.object("other/p1");
    let fa = causeway_core::id::Network::new("fa");
    let view = world.store.object(&Viewer::Anyone, &post, &fa).await.unwrap().unwrap();
    let place = causeway_core::adapter::Adapter::place_of(&*world.fa, &view.id).unwrap();
    let page = causeway_core::ports::Page {
        max: 10,
        ..Default::default()
    };
    let thread = world.store.comments(&Viewer::Anyone, &place, &fa, &page).await.unwrap();
    assert_eq!(thread.items.len(), 1, "it stands below the post");
}

#[tokio::test]
async fn row_29_what_quotes_a_private_post_is_not_public() {
    let world = World::new().await;
    juliet_follows(&world, world.fb.profile("bob@far")).await;
    let mut quiet = world.fb.post("far/p1", "bob@far", "psst");
    quiet.audience = Audience::new(Scope::Followers, []);
    world
        .takes(world.of_fb("bob@far", Payload::Post(Box::new(quiet.clone()))))
        .await;
    let mut loud = world.fa.post("capulet/p1", "juliet@capulet", "He says: psst");
    loud.quote = Some(causeway_core::model::Quote {
        object: quiet.id,
        url: None,
    });
    let outcome = world
        .outcome(world.of_fa("juliet@capulet", Payload::Post(Box::new(loud))))
        .await;
    assert_eq!(outcome.refused[0].reason, Reason::PrivateAudience);
}

#[tokio::test]
async fn what_is_for_named_strangers_is_not_kept() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let mut limited = world.fb.post("far/p1", "bob@far", "for Rosa");
    limited.audience = Audience::new(Scope::Limited, [world.fb.actor("rosa@far")]);
    let outcome = world
        .outcome(world.of_fb("bob@far", Payload::Post(Box::new(limited.clone()))))
        .await;
    assert_eq!(outcome.refused[0].reason, Reason::NotFollowed);
    let viewer = Viewer::Actor(world.fb.actor("rosa@far"));
    let kept = world
        .store
        .object(&viewer, &limited.id, &Network::new("fb"))
        .await
        .unwrap();
    assert_eq!(kept, None);
}
