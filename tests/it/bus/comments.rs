//! Comments: into places, to people, passed on.

use causeway_core::adapter::Verb;
use causeway_core::id::{Network, PlaceId};
use causeway_core::model::{
    Audience, Choice, Comment, Follow, FollowStep, Payload, Poll, Reach, Reaction, Retracted, Retraction, Scope,
};
use causeway_core::ports::{Places, Reads, Viewer};
use causeway_core::refusal::{Disposition, Reason};
use causeway_core::time::Timestamp;
use causeway_testkit::fake::audience;

use super::world::World;

/// The place of a thread as the only subscriber would learn it: from the post.
async fn place_of(world: &World, post: &causeway_core::id::ObjectId) -> PlaceId {
    use causeway_core::adapter::Adapter;
    let view = world
        .store
        .object(&Viewer::Anyone, post, &Network::new("fa"))
        .await
        .unwrap()
        .unwrap();
    world.fa.place_of(&view.id).unwrap()
}

#[tokio::test]
async fn an_answer_from_elsewhere_goes_to_the_place_that_the_post_names() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let mut post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    post.replies = Some(PlaceId::new(Network::new("fa"), "capulet/comments/p1"));
    world.juliet_posts(post.clone()).await;
    world.delivers().await;
    let theirs = world.at("*@far")[0].activity.payload.object().cloned().unwrap();

    let answer = Comment {
        parent: Some(theirs),
        root: None,
        place: None,
        post: world.fb.post("far/c1", "bob@far", "hi"),
    };
    world
        .takes(world.of_fb("bob@far", Payload::Comment(Box::new(answer))))
        .await;
    world.delivers().await;
    let taken = world.fa.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(
        (taken[0].address.as_str(), taken[0].verb),
        ("capulet/comments/p1", Verb::Create)
    );
    let Payload::Comment(comment) = &taken[0].activity.payload else {
        panic!("{taken:?}")
    };
    assert_eq!(
        comment.parent.as_ref(),
        Some(&post.id),
        "in the place's network's terms"
    );
    assert_eq!(comment.post.author.network().as_str(), "fa");
}

#[tokio::test]
async fn our_answer_goes_to_the_author_and_to_those_who_watch_the_place_that_we_keep() {
    let world = World::new().await;
    world
        .takes(world.of_fb("bob@far", Payload::Profile(Box::new(world.fb.profile("bob@far")))))
        .await;
    let follow = Follow {
        id: world.fa.object("capulet/f1"),
        follower: world.fa.actor("juliet@capulet"),
        followee: world.fb.actor("bob@far"),
        step: FollowStep::Request,
        request: None,
    };
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(follow.clone())))
        .await;
    let accept = Follow {
        id: world.fb.object("far/a1"),
        step: FollowStep::Accept,
        request: None,
        ..follow
    };
    world.takes(world.of_fb("bob@far", Payload::Follow(accept))).await;
    let post = world.fb.post("far/p1", "bob@far", "hello");
    world
        .takes(world.of_fb("bob@far", Payload::Post(Box::new(post.clone()))))
        .await;
    world.delivers().await;
    let place = place_of(&world, &post.id).await;
    let reader = world.fa.actor("nurse@capulet");
    let reach = Reach {
        host: "capulet".into(),
        address: "nurse@capulet".into(),
    };
    world.store.subscribe(&place, &reader, &reach).await.unwrap();
    let before = world.fa.taken().len();

    let answer = Comment {
        parent: None,
        root: None,
        place: Some(place.clone()),
        post: world.fa.post("bridge.fa/c1", "juliet@capulet", "hi bob"),
    };
    let mut wire = world.of_fa("juliet@capulet", Payload::Comment(Box::new(answer)));
    wire.id = Some("c1".into());
    // the place is ours, the sender is proven: as an adapter attests it
    wire.media_type = causeway_core::adapter::MODEL_MEDIA_TYPE.into();
    world.takes(wire).await;
    world.delivers().await;
    let theirs = world.at("*@far");
    let Payload::Comment(comment) = &theirs.last().unwrap().activity.payload else {
        panic!("{theirs:?}")
    };
    assert_eq!(comment.parent.as_ref(), Some(&post.id));
    let passed_on = world.fa.taken().split_off(before);
    assert_eq!(passed_on.len(), 1, "to the one who watches, once: {passed_on:?}");
    assert_eq!(
        (passed_on[0].address.as_str(), passed_on[0].verb),
        ("nurse@capulet", Verb::Relay)
    );
    assert_eq!(
        passed_on[0].activity.payload.post().unwrap().author.as_str(),
        "juliet@capulet"
    );
}

/// A post of juliet's whose comments others keep, as bob knows it, and bob's answer to it.
async fn answered(world: &World, id: &str, scope: Scope) -> Comment {
    world.follower("bob@far").await;
    let mut post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    post.replies = Some(PlaceId::new(Network::new("fa"), "capulet/comments/p1"));
    world.juliet_posts(post).await;
    world.delivers().await;
    let theirs = world.at("*@far")[0].activity.payload.object().cloned();
    let mut answer = world.fb.post(id, "bob@far", "hi");
    answer.audience = audience(&world.fa, scope, &["juliet@capulet"]);
    Comment {
        parent: theirs,
        root: None,
        place: None,
        post: answer,
    }
}

fn told(world: &World) -> Vec<(String, Verb)> {
    let taken = world.fa.taken();
    taken.into_iter().map(|taken| (taken.address, taken.verb)).collect()
}

#[tokio::test]
async fn row_29_a_private_answer_reaches_whom_it_answers_and_no_open_place() {
    for scope in [Scope::Followers, Scope::Limited] {
        let world = World::new().await;
        let answer = answered(&world, "far/c1", scope).await;
        world
            .takes(world.of_fb("bob@far", Payload::Comment(Box::new(answer))))
            .await;
        world.delivers().await;
        assert_eq!(told(&world), [("juliet@capulet".to_owned(), Verb::Create)], "{scope:?}");
    }
}

#[tokio::test]
async fn an_answer_that_narrows_leaves_the_place_and_stays_with_whom_it_answers() {
    let world = World::new().await;
    let mut answer = answered(&world, "far/c1", Scope::Public).await;
    let place = "capulet/comments/p1".to_owned();
    world
        .takes(world.of_fb("bob@far", Payload::Comment(Box::new(answer.clone()))))
        .await;
    world.delivers().await;
    assert_eq!(told(&world), [(place.clone(), Verb::Create)]);
    answer.post.audience.scope = Scope::Followers;
    answer.post.edited = causeway_core::time::Timestamp::parse("2026-11-23T06:01:00Z");
    world
        .takes(world.of_fb("bob@far", Payload::Comment(Box::new(answer))))
        .await;
    world.delivers().await;
    let mut told = told(&world).split_off(1);
    told.sort_by_key(|(address, _)| address.clone());
    assert_eq!(
        told,
        [(place, Verb::Retract), ("juliet@capulet".to_owned(), Verb::Create)]
    );
}

#[tokio::test]
async fn what_is_taken_out_of_a_thread_is_not_deleted_in_its_authors_name() {
    let world = World::new().await;
    world.start("romeo@capulet").await;
    world.follower("bob@far").await;
    let post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    world.juliet_posts(post.clone()).await;
    let comment = Comment {
        parent: Some(post.id),
        root: None,
        place: None,
        post: world.fa.post("capulet/c1", "romeo@capulet", "me too"),
    };
    let id = comment.post.id.clone();
    world
        .takes(world.of_fa("romeo@capulet", Payload::Comment(Box::new(comment))))
        .await;
    world.delivers().await;
    let before = world.at("*@far").len();
    assert_eq!(before, 2, "romeo's comment reaches those who read the thread");
    for (actor, disposition) in [
        ("juliet@capulet", Disposition::Ignore),
        ("tybalt@capulet", Disposition::Reject),
    ] {
        world.start(actor).await;
        let target = Retracted::Object(id.clone());
        let wire = world.of_fa(actor, Payload::Retraction(Retraction { target }));
        let outcome = world.outcome(wire).await;
        assert_eq!(
            (outcome.refused[0].reason, outcome.refused[0].disposition),
            (Reason::OriginMismatch, disposition)
        );
    }
    world.delivers().await;
    assert_eq!(world.at("*@far").len(), before, "nothing leaves in romeo's name");
}

#[tokio::test]
async fn a_like_goes_where_the_comments_are_and_counts_once_however_often_it_is_said() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let mut post = world.fa.post("capulet/p1", "juliet@capulet", "hello");
    post.replies = Some(PlaceId::new(Network::new("fa"), "capulet/comments/p1"));
    world.juliet_posts(post).await;
    world.delivers().await;
    let theirs = world.at("*@far")[0].activity.payload.object().cloned().unwrap();
    let like = |id: &str, emoji: Option<&str>| {
        Payload::Reaction(Reaction {
            id: world.fb.object(id),
            author: world.fb.actor("bob@far"),
            object: theirs.clone(),
            emoji: emoji.map(str::to_owned),
            custom: None,
            audience: Audience::public(),
        })
    };
    world.takes(world.of_fb("bob@far", like("far/heart", None))).await;
    let again = world
        .outcome(world.of_fb("bob@far", like("far/all#noticed", None)))
        .await;
    assert_eq!(again.refused[0].reason, Reason::Duplicate);
    world.takes(world.of_fb("bob@far", like("far/all#1", Some("🎉")))).await;
    world.delivers().await;
    let taken = world.fa.taken();
    let at: Vec<_> = taken.iter().map(|taken| (taken.address.as_str(), taken.verb)).collect();
    assert_eq!(at, [("capulet/comments/p1", Verb::Create); 2]);

    let over = Retracted::Reactions {
        within: world.fb.object("far/all"),
        but: Vec::new(),
    };
    world
        .takes(world.of_fb("bob@far", Payload::Retraction(Retraction { target: over })))
        .await;
    world.delivers().await;
    let ended: Vec<_> = world.fa.taken().into_iter().skip(2).map(|taken| taken.verb).collect();
    assert_eq!(ended, [Verb::Retract], "the heart stays");
}

#[tokio::test]
async fn a_vote_goes_to_whoever_asked_and_to_nobody_else() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world.follower("eve@far2").await;
    let mut post = world.fb.post("far/p1", "bob@far", "Which bird was it?");
    let choice = |name: &str| Choice {
        name: name.into(),
        votes: 0,
    };
    post.poll = Some(Poll {
        choices: vec![choice("The lark"), choice("The nightingale")],
        multiple: false,
        ends: Timestamp::parse("2026-11-24T00:00:00Z"),
        closed: None,
        voters: None,
    });
    // what answers somebody here is known here
    let mut question = world.of_fb("bob@far", Payload::Post(Box::new(post.clone())));
    question.arrival = causeway_core::adapter::Arrival::Backfill;
    world.takes(question).await;
    world.delivers().await;
    let before = (world.fa.taken().len(), world.fb.taken().len());
    let says = |id: &str, text: &str| {
        world.of_fa(
            "juliet@capulet",
            Payload::Comment(Box::new(Comment {
                parent: Some(post.id.clone()),
                root: None,
                place: None,
                post: world.fa.post(id, "juliet@capulet", text),
            })),
        )
    };
    let wrong = world.outcome(says("capulet/v0", "vote 3")).await;
    assert_eq!(wrong.refused[0].reason, Reason::Malformed);
    world.takes(says("capulet/v1", "Vote 2")).await;
    world.delivers().await;
    let votes = world.fb.taken().split_off(before.1);
    assert_eq!(votes.len(), 1, "{votes:?}");
    let given = votes[0].activity.payload.post().unwrap();
    assert_eq!(
        (votes[0].address.as_str(), given.vote.as_deref()),
        ("bob@far", Some("The nightingale"))
    );
    assert_eq!(
        given.audience,
        Audience::new(Scope::Limited, [world.fb.actor("bob@far")])
    );
    assert_eq!(world.fa.taken().len(), before.0, "nobody else hears of it");
    // a comment that says more is a comment
    world.takes(says("capulet/c1", "vote 2, everybody!")).await;
    world.delivers().await;
    let all = world.fb.taken().split_off(before.1 + 1);
    assert!(
        all.iter()
            .all(|taken| taken.activity.payload.post().unwrap().vote.is_none()),
        "{all:?}"
    );
    assert!(!all.is_empty());
    let mut late = says("capulet/v2", "vote 1");
    late.received = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    let late = world.outcome(late).await;
    assert_eq!(late.refused[0].reason, Reason::TooOld);
}
