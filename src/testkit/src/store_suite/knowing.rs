//! What is known, and how it comes to be.

use causeway_core::adapter::Arrival;
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{
    Attested, Audience, Block, Blocked, Comment, Follow, FollowStep, Kind, Mention, Payload, Post, Reaction, Repost,
    Retracted, Retraction, Scope,
};
use causeway_core::ports::{ActorState, FollowState, Standing, Step, Viewer};

use super::World;
use super::world::put;

fn post(post: &Post) -> Payload {
    Payload::Post(Box::new(post.clone()))
}

fn retraction(target: Retracted) -> Payload {
    Payload::Retraction(Retraction { target })
}

fn comment(world: &World, parent: Option<ObjectId>, place: Option<causeway_core::id::PlaceId>) -> Payload {
    let post = world.near.post("near.example/c1", "juliet@near.example", "yes");
    Payload::Comment(Box::new(Comment {
        parent,
        root: None,
        place,
        post,
    }))
}

/// A like by bob of what `object` is, stored.
async fn liked(world: &World, object: &ObjectId, emoji: Option<&str>) -> ObjectId {
    let id = world
        .far
        .object(&format!("far.example/like{}", emoji.unwrap_or_default()));
    let reaction = Reaction {
        id: id.clone(),
        author: world.far.actor("bob@far.example"),
        object: object.clone(),
        emoji: emoji.map(str::to_owned),
        custom: None,
        audience: Audience::public(),
    };
    let payload = Box::new(Payload::Reaction(reaction));
    world
        .apply(vec![Step::PutObject {
            payload,
            about: Some(object.clone()),
            root: None,
        }])
        .await;
    id
}

/// Somebody mentioned has an id here and nothing more.
pub async fn what_is_named_only_is_not_known(world: World) {
    let bob = world.known("bob@far.example").await;
    let eve = world.far.actor("eve@far.example");
    let mut said = world.far.post("far.example/1", "bob@far.example", "hello");
    said.mentions = vec![Mention {
        actor: eve.clone(),
        name: None,
    }];
    world.publish(&said).await;
    let facts = world
        .facts(&eve, post(&world.far.post("far.example/2", "eve@far.example", "x")))
        .await;
    assert_eq!((facts.actor, facts.object), (None, None));
    assert!(world.ports.reads.actor(&eve, &world.f()).await.unwrap().is_none());
    let facts = world.facts(&bob, post(&said)).await;
    let known = facts.actor.unwrap();
    assert_eq!(
        (known.id, known.state, known.standing),
        (bob, ActorState::Remote, Standing::Known)
    );
    assert_eq!(facts.object.unwrap().version, 1);
    world.known("eve@far.example").await;
    assert!(
        world.ports.reads.actor(&eve, &world.f()).await.unwrap().is_some(),
        "a placeholder may become known"
    );
}

/// By the parent it names; by the place's first post when it names none, or none that is known.
pub async fn a_comment_is_placed_by_parent_or_by_place(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let mut root = world.near_post("1", &juliet, Scope::Public, &[]);
    root.replies = Some(world.others_place("thread"));
    world.publish(&root).await;
    let answer = world.near.post("near.example/a1", "juliet@near.example", "first");
    world
        .apply(vec![world.comment(answer.clone(), &root.id, &root.id)])
        .await;

    let facts = world
        .facts(&juliet, comment(&world, Some(answer.id.clone()), None))
        .await;
    assert_eq!(facts.about.unwrap().id, answer.id);
    assert_eq!(facts.root.clone().unwrap().id, root.id);
    let places = facts.root.unwrap().places;
    assert_eq!(places.len(), 1);
    assert_eq!(
        (places[0].place.clone(), places[0].hosted),
        (world.others_place("thread"), false)
    );

    let facts = world
        .facts(&juliet, comment(&world, None, Some(world.others_place("thread"))))
        .await;
    assert_eq!(
        (facts.about.unwrap().id, facts.root.unwrap().id),
        (root.id.clone(), root.id.clone())
    );
    let unknown = Some(world.near.object("near.example/never"));
    let facts = world
        .facts(
            &juliet,
            comment(&world, unknown.clone(), Some(world.others_place("thread"))),
        )
        .await;
    assert_eq!(facts.about.unwrap().id, root.id);
    let facts = world.facts(&juliet, comment(&world, unknown, None)).await;
    assert_eq!(facts.about, None);
}

/// By id, or by who and what.
pub async fn retractions_are_resolved(world: World) {
    let (juliet, bob) = world.pair().await;
    let said = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&said).await;
    let plain = liked(&world, &said.id, None).await;
    let heart = liked(&world, &said.id, Some("♥")).await;
    for (emoji, id) in [(None, &plain), (Some("♥".to_owned()), &heart)] {
        let target = Retracted::Reaction {
            author: bob.clone(),
            object: said.id.clone(),
            emoji,
        };
        let facts = world.facts(&bob, retraction(target)).await;
        let object = facts.object.unwrap();
        assert_eq!((&object.id, object.kind), (id, Kind::Reaction));
        assert_eq!(facts.about.unwrap().id, said.id);
    }
    let none = Retracted::Reaction {
        author: bob.clone(),
        object: said.id.clone(),
        emoji: Some("🐙".to_owned()),
    };
    assert_eq!(world.facts(&bob, retraction(none)).await.object, None);
    assert_eq!(
        world
            .facts(&bob, retraction(Retracted::Object(plain.clone())))
            .await
            .object
            .unwrap()
            .id,
        plain
    );
}

/// A follow is the same by the id of its request, by its ends, and from either side's names.
pub async fn a_follow_is_found_by_id_and_by_its_ends(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let bob = world.known("bob@far.example").await;
    let request = world.follow(&juliet, &bob, FollowState::Pending).await;
    let ends = Retracted::Follow {
        follower: juliet.clone(),
        followee: bob.clone(),
    };
    for target in [ends, Retracted::Object(request.clone())] {
        let facts = world.facts(&juliet, retraction(target)).await;
        let follow = facts.follow.unwrap();
        assert_eq!(
            (follow.follower, follow.followee, follow.state),
            (juliet.clone(), bob.clone(), FollowState::Pending)
        );
        assert_eq!(facts.object.unwrap().id, request);
        assert_eq!(facts.other.unwrap().id, bob);
    }
    let accept = Follow {
        id: world.far.object("far.example/accept"),
        follower: world.name(&juliet, &world.f()).await,
        followee: bob.clone(),
        step: FollowStep::Accept,
        request: None,
    };
    let facts = world.facts(&bob, Payload::Follow(accept)).await;
    assert_eq!(
        (facts.follow.unwrap().request, facts.other.unwrap().id),
        (request, juliet.clone())
    );
    assert!(facts.followed);
    world
        .apply(vec![Step::EndFollow {
            follower: juliet.clone(),
            followee: bob.clone(),
        }])
        .await;
    assert_eq!(world.ports.reads.follow(&juliet, &bob).await.unwrap(), None);
}

/// What a peer says in its own network's terms is understood in home terms.
pub async fn ids_made_here_are_understood(world: World) {
    let (juliet, bob) = world.pair().await;
    let said = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&said).await;
    let seen = world.see(&Viewer::Anyone, &said.id, &world.f()).await.unwrap();
    assert_ne!(seen.id, said.id);
    let mut answer = world.far.post("far.example/a1", "bob@far.example", "yes");
    answer.mentions = vec![Mention {
        actor: seen.author.actor.clone(),
        name: None,
    }];
    let comment = Comment {
        parent: Some(seen.id.clone()),
        root: None,
        place: None,
        post: answer.clone(),
    };
    let payload = Payload::Comment(Box::new(comment));
    let facts = world.facts(&bob, payload.clone()).await;
    let about = facts.about.unwrap();
    assert_eq!(
        (about.id.clone(), about.author.id.clone()),
        (said.id.clone(), juliet.clone())
    );
    let step = Step::PutObject {
        payload: Box::new(payload),
        about: Some(about.id.clone()),
        root: Some(about.id),
    };
    world.apply(vec![step]).await;
    let home = world.see(&Viewer::Anyone, &answer.id, &world.n()).await.unwrap();
    let Some(Payload::Comment(comment)) = home.payload else {
        panic!("a comment")
    };
    assert_eq!(comment.parent, Some(said.id.clone()));
    assert_eq!(comment.root, Some(said.id));
    assert_eq!(comment.post.mentions[0].actor, juliet);
}

/// For thirty days, and for that origin only.
pub async fn a_deletion_that_came_first_is_remembered(world: World) {
    let bob = world.known("bob@far.example").await;
    let eve = world.known("eve@far.example").await;
    let said = world.far.post("far.example/1", "bob@far.example", "hello");
    world
        .apply(vec![Step::Bury {
            origin: Attested::Actor(eve.clone()),
            object: said.id.clone(),
        }])
        .await;
    assert!(!world.facts(&bob, post(&said)).await.buried, "another cannot bury it");
    world
        .apply(vec![Step::Bury {
            origin: Attested::Actor(bob.clone()),
            object: said.id.clone(),
        }])
        .await;
    assert!(world.facts(&bob, post(&said)).await.buried);
    world.wait(29 * 24 * 3600);
    assert!(world.facts(&bob, post(&said)).await.buried);
    world.wait(2 * 24 * 3600);
    assert!(!world.facts(&bob, post(&said)).await.buried);
}

/// Signed by the author or fetched from their host, it is the same object.
pub async fn a_deletion_counts_whoever_delivers_the_object(world: World) {
    let bob = world.known("bob@far.example").await;
    let said = world.far.post("far.example/1", "bob@far.example", "hello");
    world
        .apply(vec![Step::Bury {
            origin: Attested::Actor(bob.clone()),
            object: said.id.clone(),
        }])
        .await;
    let host = Attested::Host("far.example".to_owned());
    assert!(world.facts_from(&host, &bob, post(&said)).await.buried);
    let other = world.far.post("far.example/2", "bob@far.example", "hello");
    assert!(!world.facts_from(&host, &bob, post(&other)).await.buried);
}

/// Whoever blocked whom, neither reaches the other.
pub async fn blocks_work_both_ways(world: World) {
    let (juliet, bob) = world.pair().await;
    let block = Block {
        id: world.near.object("near.example/block"),
        author: juliet.clone(),
        target: Blocked::Actor(bob.clone()),
    };
    let follow = |follower: &ActorId, followee: &ActorId| {
        Payload::Follow(Follow {
            id: ObjectId::new(follower.network().clone(), "x/f2"),
            follower: follower.clone(),
            followee: followee.clone(),
            step: FollowStep::Request,
            request: None,
        })
    };
    assert!(!world.facts(&bob, follow(&bob, &juliet)).await.blocked);
    world.apply(vec![put(Payload::Block(block.clone()))]).await;
    assert!(world.facts(&bob, follow(&bob, &juliet)).await.blocked);
    assert!(world.facts(&juliet, follow(&juliet, &bob)).await.blocked);
    world.apply(vec![Step::EndObject(block.id)]).await;
    assert!(!world.facts(&bob, follow(&bob, &juliet)).await.blocked);
}

/// A version is a change.
pub async fn what_did_not_change_keeps_its_version(world: World) {
    let bob = world.known("bob@far.example").await;
    let mut said = world.far.post("far.example/1", "bob@far.example", "hello");
    world.publish(&said).await;
    world.publish(&said).await;
    assert_eq!(world.facts(&bob, post(&said)).await.object.unwrap().version, 1);
    said.text.plain = "hello again".to_owned();
    world.publish(&said).await;
    let object = world.facts(&bob, post(&said)).await.object.unwrap();
    assert_eq!((object.version, object.payload), (2, post(&said)));
}

/// Its id is used up; its text is gone.
pub async fn what_ended_never_comes_back(world: World) {
    let bob = world.known("bob@far.example").await;
    let said = world.far.post("far.example/1", "bob@far.example", "secret");
    world.publish(&said).await;
    world.retract(&said.id).await;
    world.publish(&said).await;
    let object = world.facts(&bob, post(&said)).await.object.unwrap();
    assert!(object.gone);
    assert_eq!(object.payload.post().unwrap().text.plain, "");
    assert_eq!(
        world.see(&Viewer::Anyone, &said.id, &world.f()).await.unwrap().payload,
        None
    );
}

/// The store itself refuses what the router should have.
pub async fn nobody_takes_over_an_object(world: World) {
    let bob = world.known("bob@far.example").await;
    world.known("eve@far.example").await;
    let said = world.far.post("far.example/1", "bob@far.example", "mine");
    world.publish(&said).await;
    world
        .publish(&world.far.post("far.example/1", "eve@far.example", "no, mine"))
        .await;
    let object = world.facts(&bob, post(&said)).await.object.unwrap();
    assert_eq!((object.author.id, object.version), (bob, 1));
}

/// Neither is sent to anybody.
pub async fn a_backfill_is_stored_and_a_replay_is_not(world: World) {
    let (juliet, _) = world.pair().await;
    let old = world.near_post("old", &juliet, Scope::Public, &[]);
    let steps = world.published(&old);
    world.commit(Arrival::Backfill, steps).await;
    assert!(world.see(&Viewer::Anyone, &old.id, &world.n()).await.is_some());
    let shown = world.near_post("shown", &juliet, Scope::Public, &[]);
    let steps = world.published(&shown);
    world.commit(Arrival::Replay, steps).await;
    assert!(world.see(&Viewer::Anyone, &shown.id, &world.n()).await.is_none());
    assert!(world.deliver().await.is_empty());
}

/// A reaction said twice is found by what it says, and those of one thing by its id.
pub async fn reactions_are_known_by_what_they_say_and_where_they_stand(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let bob = world.known("bob@far.example").await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    let plain = liked(&world, &post.id, None).await;
    let reaction = |id: &str, emoji: Option<&str>| {
        Payload::Reaction(Reaction {
            id: world.far.object(id),
            author: bob.clone(),
            object: post.id.clone(),
            emoji: emoji.map(str::to_owned),
            custom: None,
            audience: Audience::public(),
        })
    };
    let said = |payload| async { world.facts(&bob, payload).await.said_already };
    assert!(said(reaction("far.example/other", None)).await);
    assert!(!said(reaction("far.example/other", Some("🎉"))).await);
    assert!(!said(reaction(plain.as_str(), None)).await, "itself");

    let repost = |id: &str| {
        Payload::Repost(Repost {
            id: world.far.object(id),
            author: bob.clone(),
            object: post.id.clone(),
            audience: Audience::public(),
            published: None,
            shown: None,
        })
    };
    let first = Box::new(repost("far.example/repost"));
    world
        .apply(vec![Step::PutObject {
            payload: first,
            about: Some(post.id.clone()),
            root: None,
        }])
        .await;
    assert!(said(repost("far.example/again")).await);
    assert!(!said(repost("far.example/repost")).await, "itself");

    for (id, emoji) in [
        ("far.example/bob#1", "🎉"),
        ("far.example/bob#2", "🔨"),
        ("far.example/bobby#1", "👷"),
    ] {
        let payload = Box::new(reaction(id, Some(emoji)));
        world
            .apply(vec![Step::PutObject {
                payload,
                about: Some(post.id.clone()),
                root: None,
            }])
            .await;
    }
    let target = Retracted::Reactions {
        within: world.far.object("far.example/bob"),
        but: Vec::new(),
    };
    let facts = world.facts(&bob, retraction(target.clone())).await;
    let ids: Vec<_> = facts.within.iter().map(|held| held.id.as_str().to_owned()).collect();
    assert_eq!(ids, ["far.example/bob#1", "far.example/bob#2"]);
    world
        .apply(vec![Step::EndObject(world.far.object("far.example/bob#1"))])
        .await;
    assert_eq!(
        world.facts(&bob, retraction(target)).await.within.len(),
        1,
        "what ended is no news"
    );
}
