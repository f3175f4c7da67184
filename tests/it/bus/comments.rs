//! Comments: into places, to people, passed on.

use causeway_core::adapter::Verb;
use causeway_core::id::{Network, PlaceId};
use causeway_core::model::{Audience, Comment, Follow, FollowStep, Payload, Reach, Reaction, Retracted, Retraction};
use causeway_core::ports::{Places, Reads, Viewer};
use causeway_core::refusal::Reason;

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
