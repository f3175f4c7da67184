//! Follows.

use causeway_core::adapter::Verb;
use causeway_core::model::{Follow, FollowStep, Payload, Retracted, Retraction};
use causeway_core::ports::{FollowState, Reads};
use causeway_core::refusal::Reason;

use super::world::World;

#[tokio::test]
async fn somebody_elsewhere_follows_and_is_accepted() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world.delivers().await;
    let taken = world.at("bob@far");
    assert_eq!(taken.len(), 1, "{taken:?}");
    let Payload::Follow(accept) = &taken[0].activity.payload else {
        panic!("{taken:?}")
    };
    assert_eq!((accept.step, taken[0].verb), (FollowStep::Accept, Verb::Create));
    assert_eq!(accept.follower, world.fb.actor("bob@far"));
    assert_eq!(accept.followee.network().as_str(), "fb", "in their network's terms");
    let state = world
        .store
        .follow(&world.fb.actor("bob@far"), &world.fa.actor("juliet@capulet"))
        .await
        .unwrap();
    assert_eq!(state, Some(FollowState::Accepted));
}

#[tokio::test]
async fn one_of_ours_follows_and_the_answer_comes_back() {
    let world = World::new().await;
    world
        .takes(world.of_fb("bob@far", Payload::Profile(Box::new(world.fb.profile("bob@far")))))
        .await;
    let request = Follow {
        id: world.fa.object("capulet/f1"),
        follower: world.fa.actor("juliet@capulet"),
        followee: world.fb.actor("bob@far"),
        step: FollowStep::Request,
        request: None,
    };
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(request.clone())))
        .await;
    world.delivers().await;
    let asked = world.at("bob@far");
    let Payload::Follow(follow) = &asked[0].activity.payload else {
        panic!("{asked:?}")
    };
    assert_eq!((follow.step, follow.id.network().as_str()), (FollowStep::Request, "fb"));

    let answer = Follow {
        id: world.fb.object("far/a1"),
        step: FollowStep::Accept,
        request: Some(follow.id.clone()),
        ..follow.clone()
    };
    world.takes(world.of_fb("bob@far", Payload::Follow(answer))).await;
    world.delivers().await;
    let told = world.fa.taken();
    let Payload::Follow(told) = &told.last().unwrap().activity.payload else {
        panic!("{told:?}")
    };
    assert_eq!(
        (told.step, told.follower.as_str()),
        (FollowStep::Accept, "juliet@capulet")
    );
    let state = world.store.follow(&request.follower, &request.followee).await.unwrap();
    assert_eq!(state, Some(FollowState::Accepted));
}

#[tokio::test]
async fn row_11_an_accept_by_a_third_party_leaves_the_follow_pending() {
    let world = World::new().await;
    for id in ["bob@far", "eve@evil"] {
        world
            .takes(world.of_fb(id, Payload::Profile(Box::new(world.fb.profile(id)))))
            .await;
    }
    let request = Follow {
        id: world.fa.object("capulet/f1"),
        follower: world.fa.actor("juliet@capulet"),
        followee: world.fb.actor("bob@far"),
        step: FollowStep::Request,
        request: None,
    };
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(request.clone())))
        .await;
    let forged = Follow {
        id: world.fb.object("evil/a1"),
        followee: world.fb.actor("eve@evil"),
        step: FollowStep::Accept,
        request: Some(request.id.clone()),
        ..request.clone()
    };
    let outcome = world.outcome(world.of_fb("eve@evil", Payload::Follow(forged))).await;
    assert_eq!(outcome.refused[0].reason, Reason::NotFound);
    let state = world.store.follow(&request.follower, &request.followee).await.unwrap();
    assert_eq!(state, Some(FollowState::Pending));
}

#[tokio::test]
async fn nobody_is_followed_who_has_not_agreed() {
    let world = World::new().await;
    world
        .takes(world.of_fa(
            "romeo@montague",
            Payload::Profile(Box::new(world.fa.profile("romeo@montague"))),
        ))
        .await;
    world
        .takes(world.of_fb("bob@far", Payload::Profile(Box::new(world.fb.profile("bob@far")))))
        .await;
    let follow = Follow {
        id: world.fb.object("far/f9"),
        follower: world.fb.actor("bob@far"),
        followee: world.fa.actor("romeo@montague"),
        step: FollowStep::Request,
        request: None,
    };
    let outcome = world.outcome(world.of_fb("bob@far", Payload::Follow(follow))).await;
    assert!(!outcome.refused.is_empty());
    world.delivers().await;
    assert_eq!(world.fb.taken(), []);
}

#[tokio::test]
async fn an_unfollow_ends_deliveries() {
    let world = World::new().await;
    world.follower("bob@far").await;
    let target = Retracted::Follow {
        follower: world.fb.actor("bob@far"),
        followee: world.fa.actor("juliet@capulet"),
    };
    world
        .takes(world.of_fb("bob@far", Payload::Retraction(Retraction { target })))
        .await;
    world
        .juliet_posts(world.fa.post("capulet/p1", "juliet@capulet", "hello"))
        .await;
    world.delivers().await;
    assert!(world.at("*@far").is_empty());
    assert_eq!(
        world
            .store
            .follow(&world.fb.actor("bob@far"), &world.fa.actor("juliet@capulet"))
            .await
            .unwrap(),
        None
    );
}

fn follow_of(world: &World, id: &str) -> Follow {
    Follow {
        id: world.fa.object(id),
        follower: world.fa.actor("juliet@capulet"),
        followee: world.fb.actor("bob@far"),
        step: FollowStep::Request,
        request: None,
    }
}

fn answer_to(world: &World, id: &str, request: &Follow) -> Follow {
    Follow {
        id: world.fb.object(id),
        step: FollowStep::Accept,
        request: Some(request.id.clone()),
        ..request.clone()
    }
}

#[tokio::test]
async fn whoever_asks_the_same_again_is_answered_again() {
    let world = World::new().await;
    world.follower("bob@far").await;
    world.delivers().await;
    assert_eq!(world.at("bob@far").len(), 1);
    let request = Follow {
        id: world.fb.object("far/follow-bob@far"),
        follower: world.fb.actor("bob@far"),
        followee: world.fa.actor("juliet@capulet"),
        step: FollowStep::Request,
        request: None,
    };
    for round in 2..4 {
        world.later(600);
        let mut wire = world.of_fb("bob@far", Payload::Follow(request.clone()));
        wire.id = Some(format!("again-{round}"));
        wire.received = world.context.clock.now();
        world.takes(wire).await;
        world.delivers().await;
        let taken = world.at("bob@far");
        assert_eq!(taken.len(), round, "{taken:?}");
        let Payload::Follow(accept) = &taken.last().unwrap().activity.payload else {
            panic!("{taken:?}")
        };
        assert_eq!(
            (accept.step, accept.request.as_ref()),
            (FollowStep::Accept, Some(&request.id))
        );
    }
}

#[tokio::test]
async fn a_late_answer_to_an_older_request_settles_nothing() {
    let world = World::new().await;
    world
        .takes(world.of_fb("bob@far", Payload::Profile(Box::new(world.fb.profile("bob@far")))))
        .await;
    let (first, second) = (follow_of(&world, "capulet/f1"), follow_of(&world, "capulet/f2"));
    let state = async || world.store.follow(&first.follower, &first.followee).await.unwrap();
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(first.clone())))
        .await;
    let target = Retracted::Follow {
        follower: first.follower.clone(),
        followee: first.followee.clone(),
    };
    world
        .takes(world.of_fa("juliet@capulet", Payload::Retraction(Retraction { target })))
        .await;
    world
        .takes(world.of_fa("juliet@capulet", Payload::Follow(second.clone())))
        .await;
    let late = answer_to(&world, "far/a1", &first);
    let outcome = world.outcome(world.of_fb("bob@far", Payload::Follow(late))).await;
    assert_eq!(outcome.refused[0].reason, Reason::Superseded);
    assert_eq!(state().await, Some(FollowState::Pending));
    let answer = answer_to(&world, "far/a2", &second);
    world.takes(world.of_fb("bob@far", Payload::Follow(answer))).await;
    assert_eq!(state().await, Some(FollowState::Accepted));
}
