//! What is kept for a time only.

use causeway_core::adapter::Delivered;
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Attested, Audience, DirectMessage, Payload, Scope, Text};
use causeway_core::ports::{
    Accepted, EventOutcome, Farewell, Outcome, OwnKey, Recipients, Secret, Send, Sent, Step, Swept, Viewer,
};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

use super::World;

/// In the order they came, in steps, none that still waits; the same wire is known when it comes again.
pub async fn old_wires_are_forgotten_but_not_that_they_came(world: World) {
    let wire = |name: &str| {
        let post = world.far.post(&format!("far.example/{name}"), "bob@far.example", name);
        let mut wire = world.far.wire("bob@far.example", Payload::Post(Box::new(post)));
        wire.id = Some(name.to_owned());
        wire.received = world.now();
        wire
    };
    let mut events = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let Accepted::New(event) = world.ports.events.accept(&wire(name)).await.unwrap() else {
            panic!("{name} is new")
        };
        events.push(event);
    }
    let done = || EventOutcome::Done(Default::default());
    for event in [events[0], events[1], events[3]] {
        world.ports.events.settle(event, done()).await.unwrap();
    }
    let sweep = async |limit| world.ports.retention.sweep(world.now(), limit).await.unwrap().wires;
    assert_eq!(sweep(9).await, 0, "not old yet");
    world.wait(60);
    assert_eq!(
        (sweep(1).await, sweep(9).await, sweep(9).await),
        (1, 1, 0),
        "as far as none waits"
    );
    let waiting = world.ports.events.pending(9).await.unwrap();
    assert_eq!(waiting[0].wire.body, wire("c").body);
    world.ports.events.settle(events[2], done()).await.unwrap();
    assert_eq!((sweep(9).await, sweep(9).await), (2, 0));
    for (name, event) in ["a", "b", "c", "d"].iter().zip(events) {
        assert_eq!(
            world.ports.events.accept(&wire(name)).await.unwrap(),
            Accepted::Duplicate(event)
        );
    }
}

/// Deliveries given up, tombstones, and watches that ended long ago; each when its own time has come.
pub async fn what_had_its_time_is_forgotten(world: World) {
    let (juliet, bob) = world.pair().await;
    world.publish(&world.near_post("1", &juliet, Scope::Public, &[])).await;
    let claim = world.ports.queue.claim(world.now(), 60_000, 9).await.unwrap().remove(0);
    let job = world
        .ports
        .queue
        .next(claim.lane, world.now(), 9)
        .await
        .unwrap()
        .remove(0);
    let dead = Outcome::Dead(Refusal::reject(Reason::HostRefused, "no"));
    let ended = vec![(job.delivery, dead)];
    world
        .ports
        .queue
        .settle(&claim, ended, Some(world.now()))
        .await
        .unwrap();
    let buried = world.far.object("far.example/x");
    world
        .apply(vec![Step::Bury {
            origin: Attested::Actor(bob),
            object: buried,
        }])
        .await;
    let thread = causeway_core::id::PlaceId::new(world.n(), "near.example/thread");
    let until = Some(world.now().plus(std::time::Duration::from_secs(60)));
    world.ports.watches.want(&thread, &juliet, until).await.unwrap();
    let days = |days: u64| world.wait(days * 24 * 3600);
    let sweep = async |old| world.ports.retention.sweep(old, 9).await.unwrap();

    days(1);
    let kept = sweep(Timestamp::from_millis(0)).await;
    assert_eq!(kept, Swept::default(), "its adapter ends a watch first");
    days(7);
    let swept = sweep(world.now()).await;
    assert_eq!((swept.dead, swept.watches, swept.tombstones), (1, 1, 0));
    assert_eq!(world.ports.watches.watch(&thread).await.unwrap(), None);
    days(23);
    assert_eq!(sweep(world.now()).await.tombstones, 1);
}

/// Not before the last deletion is delivered or given up, and nothing of the names that came after.
pub async fn keys_of_former_names_go_when_nothing_is_left_to_say(world: World) {
    let (juliet, _) = world.pair().await;
    let key = async |pem: &str| {
        let key = OwnKey {
            actor: world.name(&juliet, &world.f()).await,
            public_pem: pem.to_owned(),
            private: Secret::new(&b"private"[..]),
        };
        world.ports.keys.insert(&key).await.unwrap()
    };
    let old = key("old").await;
    world.publish(&world.near_post("1", &juliet, Scope::Public, &[])).await;
    world.deliver().await;
    let farewells = async || world.ports.retention.farewells(9).await.unwrap();
    assert_eq!(farewells().await, [], "active");
    world.ports.accounts.close(&juliet, "chat").await.unwrap();
    assert_eq!(farewells().await, [], "deletions are due");
    assert!(
        world.ports.keys.load(&old.actor).await.unwrap().is_some(),
        "and must be signed"
    );
    assert_eq!(world.deliver().await.len(), 2);
    let farewell = Farewell {
        actor: Some(juliet.clone()),
        undelivered: 0,
    };
    assert_eq!(farewells().await, [farewell]);
    assert_eq!(world.ports.keys.load(&old.actor).await.unwrap(), None);
    assert_eq!(farewells().await, [], "once");

    world.open("juliet@near.example").await;
    let new = key("new").await;
    assert_ne!(new.actor, old.actor);
    assert_eq!(farewells().await, []);
    assert_eq!(world.ports.keys.load(&new.actor).await.unwrap(), Some(new));
}

/// A deletion that nobody took is counted; whoever has started again hears nothing of it.
pub async fn a_deletion_given_up_is_counted(world: World) {
    let (juliet, _) = world.pair().await;
    world.publish(&world.near_post("1", &juliet, Scope::Public, &[])).await;
    world.deliver().await;
    world.ports.accounts.close(&juliet, "chat").await.unwrap();
    world.open("juliet@near.example").await;
    let claim = world.ports.queue.claim(world.now(), 60_000, 9).await.unwrap().remove(0);
    let jobs = world.ports.queue.next(claim.lane, world.now(), 9).await.unwrap();
    let outcome = |first: bool| match first {
        true => Outcome::Dead(Refusal::reject(Reason::HostRefused, "no")),
        false => Outcome::Done {
            holds: None,
            answer: Delivered::default(),
        },
    };
    let ended = jobs
        .iter()
        .enumerate()
        .map(|(at, job)| (job.delivery, outcome(at == 0)));
    world
        .ports
        .queue
        .settle(&claim, ended.collect(), Some(world.now()))
        .await
        .unwrap();
    let farewell = Farewell {
        actor: None,
        undelivered: 1,
    };
    assert_eq!(world.ports.retention.farewells(9).await.unwrap(), [farewell]);
}

fn message(world: &World, from: &ActorId, to: &ActorId, text: &str) -> DirectMessage {
    DirectMessage {
        id: world.near.object("near.example/message"),
        author: from.clone(),
        audience: Audience::new(Scope::Direct, [to.clone()]),
        summary: None,
        text: Text::plain(text.to_owned()),
        media: Vec::new(),
        parent: None,
        published: None,
        edited: None,
    }
}

async fn say(world: &World, message: DirectMessage, to: &ActorId) {
    let sent = Send {
        object: Sent::Object(message.id.clone()),
        to: vec![Recipients::Holders, Recipients::Actor(to.clone())],
        networks: vec![world.f()],
    };
    let put = Step::PutObject {
        payload: Box::new(Payload::Direct(Box::new(message))),
        about: None,
        root: None,
    };
    world.apply(vec![put, Step::Send(sent)]).await;
}

/// Whether the words are there, for whoever wrote them.
async fn is_kept(world: &World, author: &ActorId, id: &ObjectId) -> bool {
    let view = world.see(&Viewer::Actor(author.clone()), id, &world.n()).await;
    view.unwrap().payload.is_some()
}

/// Of a message that was corrected while it waited there are two deliveries: the first brings the correction, and the
/// second, which brings nothing, was the last to need the words.
pub async fn a_message_is_forgotten_with_the_last_that_waits_for_it(world: World) {
    let (juliet, bob) = world.pair().await;
    let first = message(&world, &juliet, &bob, "tonigt");
    let id = first.id.clone();
    say(&world, first, &bob).await;
    let queue = &world.ports.queue;
    let [claim] = queue.claim(world.now(), 60_000, 9).await.unwrap().try_into().unwrap();
    let [job] = queue
        .next(claim.lane, world.now(), 9)
        .await
        .unwrap()
        .try_into()
        .unwrap();
    say(&world, message(&world, &juliet, &bob, "tonight"), &bob).await;
    let outcome = world.make(&job, &mut Vec::new()).await;
    let outcomes = vec![(job.delivery, outcome)];
    queue.settle(&claim, outcomes, Some(world.now())).await.unwrap();
    assert_eq!(queue.depth().await.unwrap().0, 1, "the correction waits");
    assert!(is_kept(&world, &juliet, &id).await);
    world.deliver().await;
    assert_eq!(queue.depth().await.unwrap().0, 0);
    assert!(!is_kept(&world, &juliet, &id).await);
}

/// What nobody can be handed is kept for nobody.
pub async fn a_message_that_goes_nowhere_is_forgotten_at_once(world: World) {
    let juliet = world.opened("juliet@near.example").await;
    let nobody = world.far.actor("nobody@far.example");
    let lost = message(&world, &juliet, &nobody, "hello?");
    let id = lost.id.clone();
    say(&world, lost, &nobody).await;
    assert!(!is_kept(&world, &juliet, &id).await);
}
