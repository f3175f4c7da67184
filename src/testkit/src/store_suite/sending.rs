//! Who must hear of what, and how.

use std::time::{Duration, Instant};

use causeway_core::adapter::Verb;
use causeway_core::delivery;
use causeway_core::id::{ActorId, PlaceId};
use causeway_core::model::{Follow, FollowStep, Payload, Scope};
use causeway_core::ports::{FollowFact, FollowState, Recipients, Send, Sent, Step, Viewer};
use causeway_core::refusal::Reason;

use super::World;
use super::world::{Made, again, put, send};

fn verbs(made: &[Made]) -> Vec<(&str, Verb)> {
    made.iter().map(|made| (made.address.as_str(), made.verb)).collect()
}

/// Neither again nor at all.
pub async fn an_edit_that_changes_nothing_is_not_sent(world: World) {
    let (juliet, _) = world.pair().await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    world.deliver().await;
    world.publish(&post).await;
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 0);
}

/// Sent to those who hold it, in its latest version.
pub async fn an_edit_is_an_update_where_it_is_held(world: World) {
    let (juliet, _) = world.pair().await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [("*@far.example", Verb::Create)]);
    post.text.plain = "edited".to_owned();
    world.publish(&post).await;
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [("*@far.example", Verb::Update)]);
    assert_eq!(made[0].outgoing.version, 2);
    assert_eq!(made[0].outgoing.activity.payload.post().unwrap().text.plain, "edited");
}

/// Who may not see it any more must not keep it, and learns nothing of the new text.
pub async fn a_narrowing_edit_is_a_retraction(world: World) {
    let (juliet, bob) = world.pair().await;
    let rosa = world.known("rosa@elsewhere.example").await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[&rosa]);
    world.publish(&post).await;
    assert_eq!(world.deliver().await.len(), 2);
    post.audience.scope = Scope::Limited;
    post.text.plain = "for rosa alone".to_owned();
    world.publish(&post).await;
    let jobs = world.jobs().await;
    let held = |address: &str| jobs.iter().find(|job| job.target.address == address).unwrap();
    assert_eq!(
        (held("*@far.example").held, held("*@far.example").in_audience),
        (Some(1), false)
    );
    assert_eq!(held("*@elsewhere.example").held, Some(1));
    assert!(
        held("*@elsewhere.example").in_audience,
        "her host's shared address holds it; she may still see it"
    );
    assert_eq!(delivery::verb(held("*@far.example")), Ok(Verb::Retract));
    let job = held("*@far.example");
    let (outgoing, ..) = world
        .ports
        .queue
        .outgoing(job.object, &world.f(), Verb::Retract)
        .await
        .unwrap();
    assert_eq!(outgoing.activity.payload.post().unwrap().text.plain, "");
    assert!(world.see(&Viewer::Actor(bob), &post.id, &world.f()).await.is_none());
}

/// Nobody hears of what nobody had.
pub async fn what_ends_before_it_was_sent_is_dropped(world: World) {
    let (juliet, _) = world.pair().await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 1);
    world.retract(&post.id).await;
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 0);
    assert!(world.deliver().await.is_empty());
}

/// By its id there, without its text.
pub async fn what_was_held_is_retracted_bare(world: World) {
    let (juliet, _) = world.pair().await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    let created = world.deliver().await;
    world.retract(&post.id).await;
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [("*@far.example", Verb::Retract)]);
    let (before, after) = (&created[0].outgoing.activity, &made[0].outgoing.activity);
    assert_eq!(before.payload.object(), after.payload.object());
    assert_eq!(before.actor, after.actor);
    assert_eq!(after.payload.post().unwrap().text.plain, "");
    world.retract(&post.id).await;
    assert!(world.deliver().await.is_empty(), "what holds nothing is told nothing");
}

/// One row per distinct target, chosen in one statement.
pub async fn ten_thousand_followers_are_three_hundred_rows(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    for batch in 0..10 {
        let mut steps = Vec::new();
        for number in 0..1000 {
            let number = batch * 1000 + number;
            let profile = world.far_profile(&format!("u{number}@h{}.example", number % 300));
            let request = world.far.object(&format!("h{}.example/f{number}", number % 300));
            let fact = FollowFact {
                follower: profile.actor.clone(),
                followee: juliet.clone(),
                state: FollowState::Accepted,
                request,
            };
            steps.extend([Step::PutActor(Box::new(profile)), Step::PutFollow(fact)]);
        }
        world.apply(steps).await;
    }
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    let began = Instant::now();
    world.publish(&post).await;
    let took = began.elapsed();
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 300);
    assert!(took < Duration::from_secs(2), "{took:?}");
    let private = world.near_post("2", &juliet, Scope::Followers, &[]);
    world.publish(&private).await;
    assert_eq!(
        world.ports.queue.depth().await.unwrap().0,
        600,
        "what is for followers uses their hosts' addresses too"
    );
}

/// Not to its home network, not to its author.
pub async fn nothing_goes_back_where_it_came_from(world: World) {
    let (juliet, bob) = world.pair().await;
    let romeo = world.opened("romeo@near.example").await;
    world.follow(&romeo, &juliet, FollowState::Accepted).await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    let to = vec![
        Recipients::Followers(juliet.clone()),
        Recipients::Actor(juliet.clone()),
        Recipients::Actor(bob),
    ];
    world
        .apply(vec![
            put(Payload::Post(Box::new(post.clone()))),
            send(&post.id, to, vec![world.n(), world.f()]),
        ])
        .await;
    assert_eq!(verbs(&world.deliver().await), [("*@far.example", Verb::Create)]);
    let accept = Follow {
        id: world.near.object("near.example/accept"),
        follower: romeo.clone(),
        followee: juliet,
        step: FollowStep::Accept,
        request: None,
    };
    let to = vec![Recipients::Actor(romeo)];
    world
        .apply(vec![
            put(Payload::Follow(accept.clone())),
            send(&accept.id, to, vec![world.n()]),
        ])
        .await;
    assert_eq!(
        verbs(&world.deliver().await),
        [("romeo@near.example", Verb::Relay)],
        "an answer is owed"
    );
}

/// They hear of what comes from elsewhere and of what comes from their own network, unchanged.
pub async fn subscribers_of_a_place_hear_of_its_comments(world: World) {
    let (juliet, _) = world.pair().await;
    let root = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&root).await;
    world.deliver().await;
    let view = world.see(&Viewer::Anyone, &root.id, &world.n()).await.unwrap();
    let place: PlaceId = view.payload.unwrap().post().unwrap().replies.clone().unwrap();
    for id in ["nurse@near.example", "juliet@near.example"] {
        let reach = world.near.profile(id).reach.own.unwrap();
        world
            .ports
            .places
            .subscribe(&place, &world.near.actor(id), &reach)
            .await
            .unwrap();
    }
    let watchers = vec![Recipients::Watchers(place)];
    let theirs = world.far.post("far.example/a", "bob@far.example", "from afar");
    let ours = world.near_post("a", &juliet, Scope::Public, &[]);
    let secret = world.near_post("s", &juliet, Scope::Limited, &[]);
    for answer in [&theirs, &ours, &secret] {
        let comment = world.comment(answer.clone(), &root.id, &root.id);
        world
            .apply(vec![comment, send(&answer.id, watchers.clone(), vec![world.n()])])
            .await;
    }
    let made = world.deliver().await;
    let heard: Vec<_> = made
        .iter()
        .map(|made| {
            (
                made.address.as_str(),
                made.verb,
                made.outgoing.activity.payload.post().unwrap().text.plain.as_str(),
            )
        })
        .collect();
    assert_eq!(heard.len(), 4, "{heard:?}");
    assert!(heard.contains(&("nurse@near.example", Verb::Create, "from afar")));
    assert!(heard.contains(&("juliet@near.example", Verb::Create, "from afar")));
    for reader in ["nurse@near.example", "juliet@near.example"] {
        assert!(
            heard.contains(&(reader, Verb::Relay, "text of a")),
            "its author on every client too"
        );
    }
    let relayed = made.iter().find(|made| made.verb == Verb::Relay).unwrap();
    assert_eq!(
        relayed.outgoing.activity.payload.object(),
        Some(&ours.id),
        "under its own id"
    );
    world.retract(&ours.id).await;
    let ended = world.deliver().await;
    assert_eq!(ended.len(), 2);
    assert!(ended.iter().all(|made| made.verb == Verb::Retract));
}

/// However many read there.
pub async fn a_place_of_others_is_one_target(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let mut root = world.near_post("1", &juliet, Scope::Public, &[]);
    let place = world.others_place("thread");
    root.replies = Some(place.clone());
    world.publish(&root).await;
    world.known("bob@far.example").await;
    let answer = world.far.post("far.example/a", "bob@far.example", "from afar");
    let to = vec![
        Recipients::Holders,
        Recipients::Place(place.clone()),
        Recipients::Place(place.clone()),
    ];
    world
        .apply(vec![
            world.comment(answer.clone(), &root.id, &root.id),
            send(&answer.id, to, vec![world.n(), world.f()]),
        ])
        .await;
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [(place.as_str(), Verb::Create)]);
    let Payload::Comment(comment) = &made[0].outgoing.activity.payload else {
        panic!("a comment")
    };
    assert_eq!(comment.place, Some(place));
}

/// An edit made while the first version is under way is sent after it; one made before replaces it.
pub async fn what_follows_a_beginning_is_done_after_it(world: World) {
    let (juliet, _) = world.pair().await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    post.text.plain = "second".to_owned();
    world.publish(&post).await;
    assert_eq!(
        world.ports.queue.depth().await.unwrap().0,
        1,
        "not begun: one row for both"
    );
    let claim = world.ports.queue.claim(world.now(), 60_000, 9).await.unwrap().remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 9).await.unwrap();
    assert_eq!(jobs[0].version, 2);
    post.text.plain = "third".to_owned();
    world.publish(&post).await;
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 2);
    let mut made = Vec::new();
    let done = causeway_core::ports::Outcome::Done {
        holds: Some(2),
        answer: Default::default(),
    };
    world
        .ports
        .queue
        .settle(&claim, vec![(jobs[0].delivery, done)], None)
        .await
        .unwrap();
    let rest = world.ports.queue.next(claim.lane, world.now(), 9).await.unwrap();
    assert_eq!((rest.len(), rest[0].held, rest[0].version), (1, Some(2), 3));
    let outcome = world.make(&rest[0], &mut made).await;
    world
        .ports
        .queue
        .settle(&claim, vec![(rest[0].delivery, outcome)], Some(world.now()))
        .await
        .unwrap();
    assert_eq!(verbs(&made), [("*@far.example", Verb::Update)]);

    post.text.plain = "fourth".to_owned();
    world.publish(&post).await;
    let claim = world.ports.queue.claim(world.now(), 60_000, 9).await.unwrap().remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 9).await.unwrap();
    let at = world.now().plus(Duration::from_secs(60));
    world
        .ports
        .queue
        .settle(&claim, vec![(jobs[0].delivery, again(at))], Some(world.now()))
        .await
        .unwrap();
    post.text.plain = "fifth".to_owned();
    world.publish(&post).await;
    world.wait(60);
    let made = world.deliver().await;
    assert_eq!(
        verbs(&made),
        [("*@far.example", Verb::Update)],
        "the second finds that the first has sent the latest"
    );
    assert_eq!(world.ports.queue.depth().await.unwrap().0, 0);
}

/// A crash after sending and before the answer was written.
pub async fn what_may_have_been_sent_is_sent_again_the_same(mut world: World) {
    let (juliet, _) = world.pair().await;
    let post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.publish(&post).await;
    let job = world.jobs().await.remove(0);
    let mut made = Vec::new();
    world.make(&job, &mut made).await;
    world.reopen().await;
    assert!(world.jobs().await.is_empty(), "leased");
    world.wait(61);
    let again = world.jobs().await.remove(0);
    world.make(&again, &mut made).await;
    assert_eq!((again.held, again.attempts, again.delivery), (None, 2, job.delivery));
    assert_eq!(made[0].outgoing, made[1].outgoing);
    world.retract(&post.id).await;
    world.wait(61);
    let made = world.deliver().await;
    assert_eq!(
        verbs(&made),
        [("*@far.example", Verb::Retract)],
        "who may have it must lose it"
    );
}

/// To their own addresses, not to all of their host.
pub async fn private_things_go_to_their_recipients_alone(world: World) {
    let (juliet, bob) = world.pair().await;
    let rosa = world.known("rosa@far.example").await;
    let post = world.near_post("1", &juliet, Scope::Limited, &[&rosa]);
    let to = vec![
        Recipients::Followers(juliet.clone()),
        Recipients::Actor(rosa),
        Recipients::Actor(bob),
    ];
    world
        .apply(vec![
            put(Payload::Post(Box::new(post.clone()))),
            send(&post.id, to, vec![world.f()]),
        ])
        .await;
    let refused: Vec<_> = world
        .jobs()
        .await
        .iter()
        .filter_map(|job| {
            delivery::verb(job)
                .err()
                .map(|refusal| (job.target.address.clone(), refusal.reason))
        })
        .collect();
    assert_eq!(refused, [("bob@far.example".to_owned(), Reason::PrivateAudience)]);
    world.wait(61);
    assert_eq!(verbs(&world.deliver().await), [("rosa@far.example", Verb::Create)]);
}

/// Whoever holds anything is told, and nothing of it is seen any more.
pub async fn an_end_of_an_actor_ends_all_they_said(world: World) {
    let romeo = world.opened("romeo@near.example").await;
    let bob = world.known("bob@far.example").await;
    world.follow(&romeo, &bob, FollowState::Accepted).await;
    let post = world.far.post("far.example/1", "bob@far.example", "hello");
    world.publish(&post).await;
    assert_eq!(verbs(&world.deliver().await), [("*@near.example", Verb::Create)]);
    let name = world.name(&bob, &world.n()).await;
    world.apply(vec![Step::EndActor(bob.clone())]).await;
    let made = world.deliver().await;
    let told: Vec<_> = made
        .iter()
        .map(|made| (made.verb, made.outgoing.activity.payload.kind().as_str()))
        .collect();
    assert_eq!(told, [(Verb::Retract, "post"), (Verb::Retract, "profile")]);
    assert!(made.iter().all(|made| made.outgoing.activity.actor == name));
    let view = world.ports.reads.actor(&name, &world.n()).await.unwrap().unwrap();
    assert_eq!(
        (view.standing, view.profile.handle),
        (causeway_core::ports::Standing::Gone, None)
    );
    assert_eq!(world.ports.reads.follow(&romeo, &bob).await.unwrap(), None);
    world.known("bob@far.example").await;
    let view = world.ports.reads.actor(&name, &world.n()).await.unwrap().unwrap();
    assert_eq!(
        view.standing,
        causeway_core::ports::Standing::Gone,
        "a JID never changes owner, and the dead stay dead"
    );
}

/// Once per change, with the handle it has there.
pub async fn a_profile_is_sent_when_it_changes(world: World) {
    let (juliet, _) = world.pair().await;
    let mut profile = world.near.profile("juliet@near.example");
    let steps = |profile: &causeway_core::model::Profile, to: &ActorId| {
        let to = vec![Recipients::Followers(to.clone()), Recipients::Holders];
        let object = Sent::Profile(profile.actor.clone());
        vec![
            Step::PutActor(Box::new(profile.clone())),
            Step::Send(Send {
                object,
                to,
                networks: vec![world.f()],
            }),
        ]
    };
    world.apply(steps(&profile, &juliet)).await;
    assert!(world.deliver().await.is_empty(), "unchanged");
    profile.name = Some("Juliet".to_owned());
    world.apply(steps(&profile, &juliet)).await;
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [("*@far.example", Verb::Create)]);
    let Payload::Profile(sent) = &made[0].outgoing.activity.payload else {
        panic!("a profile")
    };
    assert_eq!(sent.actor, world.name(&juliet, &world.f()).await);
    assert_eq!(sent.handle.as_deref(), Some("juliet_near.example@bridge.far"));
    assert_eq!(sent.name.as_deref(), Some("Juliet"));
    profile.name = Some("Juliet Capulet".to_owned());
    world.apply(steps(&profile, &juliet)).await;
    assert_eq!(verbs(&world.deliver().await), [("*@far.example", Verb::Update)]);
}

/// The one before keeps its names and its copies, and is taken back under them.
pub async fn an_id_used_again_is_another_object(mut world: World) {
    let (juliet, _) = world.pair().await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[]);
    world.apply(vec![Step::Renew(post.id.clone())]).await;
    world.publish(&post).await;
    let first = world.deliver().await;
    world.apply(vec![Step::Renew(post.id.clone())]).await;
    assert_eq!(verbs(&first), [("*@far.example", Verb::Create)]);
    world.retract(&post.id).await;
    post.text.plain = "another".to_owned();
    let again = [Step::Renew(post.id.clone())].into_iter().chain(world.published(&post));
    world.apply(again.collect()).await;
    world.reopen().await;
    let made = world.deliver().await;
    assert_eq!(
        verbs(&made),
        [("*@far.example", Verb::Retract), ("*@far.example", Verb::Create)]
    );
    let id = |made: &Made| made.outgoing.activity.payload.object().cloned().unwrap();
    assert_eq!(id(&made[0]), id(&first[0]));
    assert_ne!(id(&made[1]), id(&first[0]));
    assert_eq!(made[1].outgoing.version, 1);
    let old = world.see(&Viewer::Anyone, &id(&first[0]), &world.f()).await.unwrap();
    assert_eq!((old.payload, old.gone.is_some()), (None, true));
    for (id, on) in [(&post.id, world.n()), (&id(&made[1]), world.f())] {
        let view = world.see(&Viewer::Anyone, id, &on).await.unwrap();
        assert_eq!(super::world::text(&view), "another");
    }
}

/// The first version that was begun, whatever was begun after it, until an answer says what is there.
pub async fn what_was_begun_is_known(world: World) {
    let (juliet, _) = world.pair().await;
    let mut post = world.near_post("1", &juliet, Scope::Public, &[]);
    for text in ["first", "second", "third"] {
        post.text.plain = text.to_owned();
        world.publish(&post).await;
        let job = world.jobs().await.remove(0);
        let tried = (job.version > 1).then_some(1);
        assert_eq!((job.held, job.tried), (None, tried), "{text}");
        world.wait(61);
    }
    let made = world.deliver().await;
    assert_eq!(verbs(&made), [("*@far.example", Verb::Update)]);
    post.text.plain = "fourth".to_owned();
    world.publish(&post).await;
    let job = world.jobs().await.remove(0);
    assert_eq!((job.held, job.tried), (Some(3), None));
}
