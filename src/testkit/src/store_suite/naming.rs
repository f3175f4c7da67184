//! Ids on networks that are not home.

use causeway_core::id::PlaceId;
use causeway_core::model::{Mention, Payload, Scope};
use causeway_core::ports::{ActorState, FollowState, Recipients, Standing, Step, Viewer};

use super::World;
use super::world::{put, send};

/// A second actor with the same handle is called otherwise.
pub async fn a_clash_gets_a_suffix(world: World) {
    let first = world.known("bob@far.example").await;
    let mut twin = world.far.profile("community@far.example");
    twin.handle = Some("bob@far.example".to_owned());
    world.apply(vec![Step::PutActor(Box::new(twin.clone()))]).await;
    assert_eq!(
        world.name(&first, &world.n()).await.as_str(),
        "bob_far.example@bridge.near"
    );
    assert_eq!(
        world.name(&twin.actor, &world.n()).await.as_str(),
        "bob_far.example.2@bridge.near"
    );
}

/// Not when the handle does, not after a restart, and whoever had one keeps it.
pub async fn names_never_change(mut world: World) {
    let (juliet, _) = world.pair().await;
    let bob = world.known("bob@far.example").await;
    let said = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&said).await;
    let before = (
        world.name(&bob, &world.n()).await,
        world.name(&juliet, &world.f()).await,
    );
    let object = world.see(&Viewer::Anyone, &said.id, &world.f()).await.unwrap().id;
    let mut renamed = world.far.profile("bob@far.example");
    renamed.handle = Some("robert@far.example".to_owned());
    world.apply(vec![Step::PutActor(Box::new(renamed))]).await;
    world.reopen().await;
    assert_eq!(
        before,
        (
            world.name(&bob, &world.n()).await,
            world.name(&juliet, &world.f()).await
        )
    );
    assert_eq!(
        world.see(&Viewer::Anyone, &said.id, &world.f()).await.unwrap().id,
        object
    );
    let by_name = world.ports.reads.actor(&before.0, &world.f()).await.unwrap().unwrap();
    assert_eq!((by_name.home, by_name.id), (bob.clone(), bob));
}

/// One of ours who was only seen has no name elsewhere, and is not shown there.
pub async fn nobody_is_named_without_consent(world: World) {
    let (juliet, _) = world.pair().await;
    let account = world.open("romeo@near.example").await;
    let romeo = account.actor;
    world.ports.accounts.close(&romeo, "chat").await.unwrap();
    let nurse = world.near.profile("nurse@near.example");
    world.open("nurse@near.example").await;
    let new = causeway_core::ports::NewAccount {
        actor: &world.near.actor("tybalt@near.example"),
        profile: &world.near.profile("tybalt@near.example"),
        networks: &[],
        text: "text-1",
        via: "chat",
    };
    let tybalt = world.ports.accounts.open(new).await.unwrap().actor;
    let mut said = world.near_post("1", &juliet, Scope::Public, &[]);
    said.mentions = [&tybalt, &nurse.actor]
        .map(|actor| Mention {
            actor: actor.clone(),
            name: None,
        })
        .to_vec();
    world.publish(&said).await;
    let made = world.deliver().await;
    let mentions = &made[0].outgoing.activity.payload.post().unwrap().mentions;
    assert_eq!(mentions[0].actor, tybalt, "stays as it is");
    assert_eq!(mentions[1].actor, world.name(&nurse.actor, &world.f()).await);
    let view = world.ports.reads.actor(&tybalt, &world.f()).await.unwrap().unwrap();
    assert_eq!((view.id, view.profile.handle), (tybalt, None));
}

/// What is not known yet is not named: its name would be a guess for ever.
pub async fn a_placeholder_gets_no_name(world: World) {
    let romeo = world.opened("romeo@near.example").await;
    let bob = world.known("bob@far.example").await;
    world.follow(&romeo, &bob, FollowState::Accepted).await;
    let eve = world.far.actor("eve@far.example");
    let mut said = world.far.post("far.example/1", "bob@far.example", "hello");
    said.mentions = vec![Mention {
        actor: eve.clone(),
        name: None,
    }];
    world.publish(&said).await;
    let view = world.see(&Viewer::Anyone, &said.id, &world.n()).await.unwrap();
    let mentions = view.payload.as_ref().and_then(Payload::post).unwrap().mentions.clone();
    assert_eq!(mentions[0].actor, eve);
    world.known("eve@far.example").await;
    let view = world.see(&Viewer::Anyone, &said.id, &world.n()).await.unwrap();
    let mentions = view.payload.as_ref().and_then(Payload::post).unwrap().mentions.clone();
    assert_eq!(mentions[0].actor.as_str(), "eve_far.example@bridge.near");
}

/// Author, parent, first post and place are all the target network's.
pub async fn a_comment_goes_out_in_the_networks_terms(world: World) {
    let romeo = world.opened("romeo@near.example").await;
    let bob = world.known("bob@far.example").await;
    world.follow(&romeo, &bob, FollowState::Accepted).await;
    let root = world.far.post("far.example/1", "bob@far.example", "root");
    world.publish(&root).await;
    let parent = world.far.post("far.example/2", "bob@far.example", "parent");
    let leaf = world.far.post("far.example/3", "bob@far.example", "leaf");
    let comment = world.comment(leaf.clone(), &parent.id, &root.id);
    let to_romeo = send(&leaf.id, vec![Recipients::Actor(romeo.clone())], vec![world.n()]);
    world
        .apply(vec![
            world.comment(parent.clone(), &root.id, &root.id),
            comment,
            to_romeo,
        ])
        .await;
    let made = world.deliver().await;
    let there = world.n();
    let made = made
        .iter()
        .find(|made| matches!(made.outgoing.activity.payload, Payload::Comment(_)))
        .unwrap();
    let Payload::Comment(comment) = &made.outgoing.activity.payload else {
        panic!("a comment")
    };
    let seen = async |id| world.see(&Viewer::Anyone, id, &there).await.unwrap().id;
    assert_eq!(made.outgoing.activity.actor, world.name(&bob, &there).await);
    assert_eq!(comment.post.author, made.outgoing.activity.actor);
    assert_eq!(comment.parent, Some(seen(&parent.id).await));
    assert_eq!(comment.root, Some(seen(&root.id).await));
    assert_eq!(comment.post.id, seen(&leaf.id).await);
    assert!(
        [&comment.post.id, comment.parent.as_ref().unwrap()]
            .iter()
            .all(|id| *id.network() == there)
    );
    let Some(Payload::Post(post)) = world.see(&Viewer::Anyone, &root.id, &there).await.unwrap().payload else {
        panic!("a post")
    };
    assert!(comment.place.is_some());
    assert_eq!(comment.place, post.replies);
}

/// A thread of ours whose author names no place has one that this bridge keeps.
pub async fn a_post_without_a_place_gets_one_here(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let said = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&said).await;
    let facts = world.facts(&juliet, Payload::Post(Box::new(said.clone()))).await;
    let places = facts.object.unwrap().places;
    assert_eq!(places.len(), 1);
    assert!(places[0].hosted);
    let view = world.see(&Viewer::Anyone, &said.id, &world.n()).await.unwrap();
    assert_eq!(
        view.payload.as_ref().and_then(Payload::post).unwrap().replies,
        Some(places[0].place.clone())
    );
}

/// Whoever names another's place later does not get its comments.
pub async fn a_place_stays_with_the_post_that_had_it_first(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let place: PlaceId = world.others_place("thread");
    for name in ["first", "second"] {
        let mut post = world.near_post(name, &juliet, Scope::Public, &[]);
        post.replies = Some(place.clone());
        world.publish(&post).await;
    }
    let answer = world.near.post("near.example/a", "juliet@near.example", "x");
    let first = world.near.object("near.example/first");
    world.apply(vec![world.comment(answer.clone(), &first, &first)]).await;
    let page = causeway_core::ports::Page {
        max: 10,
        ..Default::default()
    };
    let comments = world
        .ports
        .reads
        .comments(&Viewer::Anyone, &place, &world.n(), &page)
        .await
        .unwrap();
    assert_eq!(
        comments.items.iter().map(|view| view.id.clone()).collect::<Vec<_>>(),
        [answer.id]
    );
}

/// Somebody of a network of local people may be heard of, with profile and all: they are one of ours who did not agree.
pub async fn whoever_never_agreed_is_not_carried(world: World) {
    let (juliet, bob) = world.pair().await;
    let profile = world.near.profile("romeo@near.example");
    let romeo = profile.actor.clone();
    let post = world.near_post("1", &romeo, Scope::Public, &[]);
    let send = send(&post.id, vec![Recipients::Actor(bob)], vec![world.f()]);
    let about = Mention {
        actor: romeo.clone(),
        name: None,
    };
    world
        .apply(vec![
            Step::PutActor(Box::new(profile)),
            put(Payload::Post(Box::new(post.clone()))),
            send,
        ])
        .await;
    let fact = world
        .facts(&romeo, Payload::Post(Box::new(post.clone())))
        .await
        .actor
        .unwrap();
    assert_eq!(
        (fact.state, fact.standing, fact.consents),
        (ActorState::Local, Standing::Known, vec![])
    );
    assert!(world.deliver().await.is_empty());
    assert!(world.see(&Viewer::Anyone, &post.id, &world.f()).await.is_none());
    let view = world.ports.reads.actor(&romeo, &world.f()).await.unwrap().unwrap();
    assert_eq!((view.id, view.profile.handle), (romeo.clone(), None));
    assert_eq!(world.ports.accounts.account(&romeo).await.unwrap(), None);
    let mut mention = world.near_post("2", &juliet, Scope::Public, &[]);
    mention.mentions = vec![about];
    world.publish(&mention).await;
    let made = world.deliver().await;
    assert_eq!(
        made[0].outgoing.activity.payload.post().unwrap().mentions[0].actor,
        romeo
    );
}
