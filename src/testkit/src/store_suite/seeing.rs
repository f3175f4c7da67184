//! Reads: nobody sees what is not meant for them.

use causeway_core::adapter::Arrival;
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Audience, Payload, Reaction, Scope};
use causeway_core::ports::{Agreement, FollowState, ObjectView, Page, Step, Viewer};
use causeway_core::refusal::Reason;
use causeway_core::time::Timestamp;

use super::World;
use super::world::text;

struct Cast {
    juliet: ActorId,
    follower: Viewer,
    asker: Viewer,
    recipient: ActorId,
}

/// Juliet with a follower, one who only asked to follow, and one whom she writes to.
async fn cast(world: &World) -> Cast {
    let (juliet, bob) = world.pair().await;
    let asker = world.known("asker@far.example").await;
    world.follow(&asker, &juliet, FollowState::Pending).await;
    let recipient = world.known("rosa@far.example").await;
    Cast {
        juliet,
        follower: Viewer::Actor(bob),
        asker: Viewer::Actor(asker),
        recipient,
    }
}

fn max(max: usize) -> Page {
    Page { max, ..Page::default() }
}

fn names(items: &[ObjectView]) -> Vec<String> {
    items
        .iter()
        .map(|view| view.home.as_str().rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// One post of each scope, all of them addressed to the recipient besides.
async fn one_of_each(world: &World, cast: &Cast) -> Vec<(Scope, ObjectId)> {
    let mut ids = Vec::new();
    for scope in [
        Scope::Public,
        Scope::Unlisted,
        Scope::Followers,
        Scope::Limited,
        Scope::Direct,
    ] {
        let post = world.near_post(scope.as_str(), &cast.juliet, scope, &[&cast.recipient]);
        world.publish(&post).await;
        ids.push((scope, post.id));
    }
    ids
}

/// Scope by scope, viewer by viewer.
pub async fn each_viewer_sees_what_is_meant_for_them(world: World) {
    let cast = cast(&world).await;
    let stranger = Viewer::Actor(world.far.actor("nobody@far.example"));
    for (scope, id) in one_of_each(&world, &cast).await {
        let wide = scope <= Scope::Unlisted;
        for (viewer, sees) in [
            (&Viewer::Anyone, wide),
            (&stranger, wide),
            (&cast.asker, wide),
            (&cast.follower, scope <= Scope::Followers),
            (&Viewer::Actor(cast.recipient.clone()), true),
            (&Viewer::Actor(cast.juliet.clone()), true),
        ] {
            for on in [world.n(), world.f()] {
                assert_eq!(
                    world.see(viewer, &id, &on).await.is_some(),
                    sees,
                    "{scope:?} {viewer:?}"
                );
            }
        }
    }
}

/// One of ours sees what is not for everybody elsewhere after agreeing to it, and not before.
pub async fn private_things_wait_for_agreement(world: World) {
    let (juliet, bob) = world.pair().await;
    world.follow(&juliet, &bob, FollowState::Accepted).await;
    let viewer = Viewer::Actor(juliet.clone());
    let mut ids = Vec::new();
    for scope in [Scope::Public, Scope::Followers, Scope::Limited] {
        let post = world.far_post(scope.as_str(), &bob, scope, &[&juliet]);
        world.publish(&post).await;
        ids.push(post.id);
    }
    let seen = async || {
        let page = max(9);
        let list = world
            .ports
            .reads
            .timeline(&viewer, &bob, &world.n(), &page)
            .await
            .unwrap();
        let mut by_id = 0;
        for id in &ids {
            by_id += usize::from(world.see(&viewer, id, &world.n()).await.is_some());
        }
        assert_eq!((list.items.len(), list.total), (by_id, by_id as u64));
        by_id
    };
    assert_eq!(seen().await, 1);
    for (given, shown) in [(true, 3), (false, 1), (true, 3)] {
        let agreement = Agreement {
            actor: &juliet,
            purpose: "receive-followers",
            given,
            text: "v1",
            via: "test",
        };
        world.ports.accounts.agree(agreement).await.unwrap();
        assert_eq!(seen().await, shown);
    }
    let stranger = world.far.actor("nobody@far.example");
    let agreement = Agreement {
        actor: &stranger,
        purpose: "receive-followers",
        given: true,
        text: "v1",
        via: "test",
    };
    let refusal = world.ports.accounts.agree(agreement).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::NotOptedIn);
}

/// Items and numbers alike.
pub async fn lists_hold_only_what_the_viewer_may_see(world: World) {
    let cast = cast(&world).await;
    let ids = one_of_each(&world, &cast).await;
    let (_, root) = &ids[0];
    for scope in [Scope::Public, Scope::Followers, Scope::Limited] {
        let mut answer = world.near_post(
            &format!("re-{}", scope.as_str()),
            &cast.juliet,
            scope,
            &[&cast.recipient],
        );
        answer.published = Some(world.now());
        world.apply(vec![world.comment(answer, root, root)]).await;
    }
    let facts = world.see(&Viewer::Anyone, root, &world.n()).await.unwrap();
    let place = facts.payload.unwrap().post().unwrap().replies.clone().unwrap();
    for (viewer, posts, comments) in [
        (Viewer::Anyone, 2, 1),
        (cast.asker.clone(), 2, 1),
        (cast.follower.clone(), 3, 2),
        (Viewer::Actor(cast.recipient.clone()), 5, 3),
    ] {
        let reads = &world.ports.reads;
        let list = reads
            .timeline(&viewer, &cast.juliet, &world.f(), &max(20))
            .await
            .unwrap();
        assert_eq!((list.items.len(), list.total), (posts, posts as u64), "{viewer:?}");
        let list = reads.replies(&viewer, root, &world.n(), &max(20)).await.unwrap();
        assert_eq!(
            (list.items.len(), list.total),
            (comments, comments as u64),
            "{viewer:?}"
        );
        let list = reads.comments(&viewer, &place, &world.f(), &max(20)).await.unwrap();
        assert_eq!(
            (list.items.len(), list.total),
            (comments, comments as u64),
            "{viewer:?}"
        );
        let list = reads
            .timeline(&viewer, &cast.juliet, &world.f(), &max(0))
            .await
            .unwrap();
        assert_eq!((list.items.len(), list.total, list.next), (0, posts as u64, None));
    }
    let view = world
        .ports
        .reads
        .actor(&cast.juliet, &world.f())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((view.posts, view.followers, view.following), (2, 1, 0));
}

/// Newest first; by index, before and after.
pub async fn a_timeline_is_paged_from_either_end(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    for number in 1..=5 {
        world
            .publish(&world.near_post(&number.to_string(), &juliet, Scope::Public, &[]))
            .await;
        world.wait(60);
    }
    let at = |number: u32| Some(format!("near.example/{number}"));
    for (page, shown, index, next) in [
        (max(2), vec!["5", "4"], 0, at(4)),
        (
            Page {
                index: Some(3),
                ..max(2)
            },
            vec!["2", "1"],
            3,
            None,
        ),
        (
            Page {
                before: at(4),
                ..max(2)
            },
            vec!["3", "2"],
            2,
            at(2),
        ),
        (Page { after: at(2), ..max(2) }, vec!["4", "3"], 1, at(3)),
        (Page { after: at(5), ..max(2) }, vec![], 0, None),
        (max(9), vec!["5", "4", "3", "2", "1"], 0, None),
    ] {
        let list = world
            .ports
            .reads
            .timeline(&Viewer::Anyone, &juliet, &world.n(), &page)
            .await
            .unwrap();
        assert_eq!(
            (names(&list.items), list.index, list.next, list.total),
            (shown.into_iter().map(str::to_owned).collect(), index, next, 5)
        );
    }
    let odd = Page {
        before: at(9),
        ..max(2)
    };
    let refusal = world
        .ports
        .reads
        .timeline(&Viewer::Anyone, &juliet, &world.n(), &odd)
        .await
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::NotFound);
}

/// Oldest first; older and newer mean the same as elsewhere.
pub async fn comments_are_paged_oldest_first(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let root = world.near_post("root", &juliet, Scope::Public, &[]);
    world.publish(&root).await;
    for number in 1..=5 {
        world.wait(60);
        let answer = world.near_post(&number.to_string(), &juliet, Scope::Public, &[]);
        world.apply(vec![world.comment(answer, &root.id, &root.id)]).await;
    }
    let view = world.see(&Viewer::Anyone, &root.id, &world.n()).await.unwrap();
    let place = view.payload.unwrap().post().unwrap().replies.clone().unwrap();
    let at = |number: u32| Some(format!("near.example/{number}"));
    for (page, shown, index, next) in [
        (max(2), vec!["1", "2"], 0, at(2)),
        (
            Page {
                index: Some(3),
                ..max(2)
            },
            vec!["4", "5"],
            3,
            None,
        ),
        (
            Page {
                before: at(4),
                ..max(2)
            },
            vec!["2", "3"],
            1,
            at(3),
        ),
        (Page { after: at(2), ..max(2) }, vec!["3", "4"], 2, at(4)),
    ] {
        let list = world
            .ports
            .reads
            .comments(&Viewer::Anyone, &place, &world.n(), &page)
            .await
            .unwrap();
        assert_eq!(
            (names(&list.items), list.index, list.next, list.total),
            (shown.into_iter().map(str::to_owned).collect(), index, next, 5)
        );
    }
    let nowhere = world.others_place("nowhere");
    let list = world
        .ports
        .reads
        .comments(&Viewer::Anyone, &nowhere, &world.n(), &max(2))
        .await
        .unwrap();
    assert_eq!((list.total, list.items.len()), (0, 0));
}

/// And only to those who could see it.
pub async fn what_was_retracted_is_there_without_its_text(world: World) {
    let cast = cast(&world).await;
    for (_, id) in one_of_each(&world, &cast).await {
        world.retract(&id).await;
    }
    let public = world.near.object("near.example/public");
    let view = world.see(&Viewer::Anyone, &public, &world.n()).await.unwrap();
    assert_eq!((view.payload, view.gone), (None, Some(world.now())));
    let private = world.near.object("near.example/direct");
    assert!(world.see(&Viewer::Anyone, &private, &world.n()).await.is_none());
    let list = world
        .ports
        .reads
        .timeline(&Viewer::Actor(cast.juliet.clone()), &cast.juliet, &world.n(), &max(9))
        .await;
    assert_eq!(list.unwrap().total, 0);
}

/// Newest first, with how far each is.
pub async fn followers_are_counted_for_others_and_named_to_oneself(world: World) {
    let cast = cast(&world).await;
    let reads = &world.ports.reads;
    let list = reads
        .followers(&Viewer::Anyone, &cast.juliet, &world.f(), &max(9))
        .await
        .unwrap();
    assert_eq!((list.items.len(), list.total), (0, 1));
    let list = reads
        .followers(&cast.follower, &cast.juliet, &world.f(), &max(9))
        .await
        .unwrap();
    assert_eq!((list.items.len(), list.total), (0, 1));
    let own = Viewer::Actor(world.name(&cast.juliet, &world.f()).await);
    let list = reads.followers(&own, &cast.juliet, &world.f(), &max(9)).await.unwrap();
    let asker = (world.far.actor("asker@far.example"), FollowState::Pending);
    let bob = (world.far.actor("bob@far.example"), FollowState::Accepted);
    assert_eq!(
        (list.items, list.total, list.next),
        (vec![asker.clone(), bob.clone()], 2, None)
    );
    let first = reads.followers(&own, &cast.juliet, &world.f(), &max(1)).await.unwrap();
    assert_eq!(
        (first.items, first.next.clone()),
        (vec![asker], Some("asker@far.example".to_owned()))
    );
    let rest = Page {
        before: first.next,
        ..max(1)
    };
    let rest = reads.followers(&own, &cast.juliet, &world.f(), &rest).await.unwrap();
    assert_eq!((rest.items, rest.index, rest.next), (vec![bob.clone()], 1, None));
    let list = reads
        .following(&Viewer::Actor(bob.0.clone()), &bob.0, &world.n(), &max(9))
        .await
        .unwrap();
    assert_eq!(list.items, [(cast.juliet.clone(), FollowState::Accepted)]);
    assert_eq!(
        reads.follow(&bob.0, &cast.juliet).await.unwrap(),
        Some(FollowState::Accepted)
    );
    assert_eq!(reads.follow(&cast.juliet, &bob.0).await.unwrap(), None);
}

/// A comment by one who agreed to no other network is not in the thread as others see it.
pub async fn other_networks_see_only_what_was_agreed_to(world: World) {
    let (juliet, _) = world.pair().await;
    let root = world.near_post("root", &juliet, Scope::Public, &[]);
    world.publish(&root).await;
    let profile = world.near.profile("tybalt@near.example");
    let new = causeway_core::ports::NewAccount {
        actor: &profile.actor,
        profile: &profile,
        networks: &[],
        text: "text-1",
        via: "chat",
    };
    world.ports.accounts.open(new).await.unwrap();
    let answer = world.near_post("answer", &profile.actor, Scope::Public, &[]);
    world
        .apply(vec![world.comment(answer.clone(), &root.id, &root.id)])
        .await;
    assert!(world.see(&Viewer::Anyone, &answer.id, &world.n()).await.is_some());
    assert!(world.see(&Viewer::Anyone, &answer.id, &world.f()).await.is_none());
    let view = world.see(&Viewer::Anyone, &root.id, &world.n()).await.unwrap();
    let place = view.payload.unwrap().post().unwrap().replies.clone().unwrap();
    for (on, total) in [(world.n(), 1), (world.f(), 0)] {
        let list = world
            .ports
            .reads
            .comments(&Viewer::Anyone, &place, &on, &max(9))
            .await
            .unwrap();
        assert_eq!((list.total, list.items.len() as u64), (total, total));
    }
}

/// By the time it says, but never in the future.
pub async fn a_backfilled_post_stands_where_it_belongs(world: World) {
    let bob = world.known("bob@far.example").await;
    let post = |name: &str, at: &str| {
        let mut post = world.far.post(&format!("far.example/{name}"), "bob@far.example", name);
        post.published = Timestamp::parse(at);
        post
    };
    for new in [post("now", "2026-11-23T12:00:00Z"), post("old", "2020-01-01T00:00:00Z")] {
        let steps = world.published(&new);
        world.commit(Arrival::Backfill, steps).await;
    }
    let steps = world.published(&post("future", "2099-01-01T00:00:00Z"));
    world.commit(Arrival::Backfill, steps).await;
    world.wait(60);
    world.publish(&post("later", "2026-11-23T12:01:00Z")).await;
    let list = world
        .ports
        .reads
        .timeline(&Viewer::Anyone, &bob, &world.f(), &max(9))
        .await
        .unwrap();
    assert_eq!(names(&list.items), ["later", "future", "now", "old"]);
    assert_eq!(text(&list.items[3]), "old");
}

/// Newest first by what they are about, and in their place among the comments on it.
pub async fn reactions_are_listed_and_stand_among_comments(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let bob = world.known("bob@far.example").await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[]);
    let place = world.others_place("thread");
    post.replies = Some(place.clone());
    world.publish(&post).await;
    for name in ["one", "two"] {
        world.wait(1);
        let id = world.far.object(&format!("far.example/{name}"));
        let payload = Box::new(Payload::Reaction(Reaction {
            id,
            author: bob.clone(),
            object: post.id.clone(),
            emoji: Some(name.to_owned()),
            custom: None,
            audience: Audience::public(),
        }));
        world
            .apply(vec![Step::PutObject {
                payload,
                about: Some(post.id.clone()),
                root: Some(post.id.clone()),
            }])
            .await;
    }
    let reads = &world.ports.reads;
    let names = |views: Vec<ObjectView>| -> Vec<String> {
        views.into_iter().map(|view| view.home.as_str().to_owned()).collect()
    };
    let listed = reads
        .reactions(&Viewer::Anyone, &post.id, &world.f(), &max(20))
        .await
        .unwrap();
    assert_eq!(
        (listed.total, names(listed.items)),
        (2, vec!["far.example/two".to_owned(), "far.example/one".to_owned()])
    );
    let placed = reads
        .comments(&Viewer::Anyone, &place, &world.f(), &max(20))
        .await
        .unwrap();
    assert_eq!(names(placed.items), ["far.example/one", "far.example/two"]);
}
