//! The first stage.

use std::collections::HashSet;

use bytes::Bytes;
use causeway_core::adapter::{Arrival, Crossing, Wire};
use causeway_core::model::{Attested, Payload};
use causeway_core::ports::{Accepted, EventOutcome};
use causeway_core::refusal::{Reason, Refusal};

use super::World;

fn wire(world: &World, id: Option<&str>, text: &str) -> Wire {
    let post = world.far.post("far.example/1", "bob@far.example", text);
    let mut wire = world.far.wire("bob@far.example", Payload::Post(Box::new(post)));
    wire.id = id.map(str::to_owned);
    wire.envelope = vec![("Content-Type".to_owned(), "application/fake+json".to_owned())];
    wire
}

/// The same wire again is a duplicate of the first, whatever its bytes.
pub async fn a_wire_is_taken_once(world: World) {
    let Accepted::New(event) = world.ports.events.accept(&wire(&world, Some("w1"), "a")).await.unwrap() else {
        panic!("the first is new")
    };
    let again = world.ports.events.accept(&wire(&world, Some("w1"), "b")).await.unwrap();
    assert_eq!(again, Accepted::Duplicate(event));
    assert_eq!(world.ports.events.pending(10).await.unwrap().len(), 1);
}

/// Without an id the hash of the bytes is one.
pub async fn without_an_id_the_bytes_decide(world: World) {
    let first = world.ports.events.accept(&wire(&world, None, "a")).await.unwrap();
    let same = world.ports.events.accept(&wire(&world, None, "a")).await.unwrap();
    let other = world.ports.events.accept(&wire(&world, None, "b")).await.unwrap();
    assert!(matches!((first, same), (Accepted::New(a), Accepted::Duplicate(b)) if a == b));
    assert!(matches!(other, Accepted::New(_)));
}

/// An id belongs to whoever attests it: nobody can use up another's.
pub async fn another_origin_may_use_the_same_id(world: World) {
    let mut other = wire(&world, Some("w1"), "a");
    other.attested = Attested::Actor(world.far.actor("eve@far.example"));
    assert!(matches!(
        world.ports.events.accept(&other).await.unwrap(),
        Accepted::New(_)
    ));
    assert!(matches!(
        world.ports.events.accept(&wire(&world, Some("w1"), "a")).await.unwrap(),
        Accepted::New(_)
    ));
    other.attested = Attested::Host("far.example".to_owned());
    assert!(matches!(
        world.ports.events.accept(&other).await.unwrap(),
        Accepted::New(_)
    ));
}

/// What nobody vouches for is not stored.
pub async fn nobodys_wire_is_refused(world: World) {
    let mut wire = wire(&world, None, "a");
    wire.attested = Attested::Nobody;
    assert_eq!(
        world.ports.events.accept(&wire).await.unwrap_err().reason,
        Reason::SignatureMissing
    );
    assert!(world.ports.events.pending(10).await.unwrap().is_empty());
}

/// A crash between the stages loses nothing and changes no byte.
pub async fn what_was_accepted_survives_a_crash(mut world: World) {
    let mut sent = wire(&world, Some("w1"), "a");
    sent.body = Bytes::from_static(b"\x00\xff exactly these \r\n");
    sent.arrival = Arrival::Backfill;
    world.ports.events.accept(&sent).await.unwrap();
    world.reopen().await;
    let pending = world.ports.events.pending(10).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].wire, sent);
    assert_eq!(pending[0].attempts, 0);
}

/// Oldest first; what is postponed comes back when it is due, with its tries counted.
pub async fn pending_is_oldest_first_and_waits(world: World) {
    for id in ["w1", "w2", "w3"] {
        world.ports.events.accept(&wire(&world, Some(id), "a")).await.unwrap();
    }
    let pending = world.ports.events.pending(2).await.unwrap();
    let ids: Vec<_> = pending.iter().map(|event| event.wire.id.clone().unwrap()).collect();
    assert_eq!(ids, ["w1", "w2"]);
    let later = EventOutcome::Later(5_000, Refusal::retry(Reason::HostUnreachable, "no answer"));
    world.ports.events.settle(pending[0].id, later).await.unwrap();
    let pending = world.ports.events.pending(10).await.unwrap();
    assert_eq!(pending[0].wire.id.as_deref(), Some("w2"));
    world.wait(5);
    let pending = world.ports.events.pending(10).await.unwrap();
    assert_eq!((pending[0].wire.id.as_deref(), pending[0].attempts), (Some("w1"), 1));
}

/// What ended is not begun again.
pub async fn what_was_parked_or_done_is_not_pending(world: World) {
    let mut events = Vec::new();
    for id in ["w1", "w2"] {
        match world.ports.events.accept(&wire(&world, Some(id), "a")).await.unwrap() {
            Accepted::New(event) => events.push(event),
            Accepted::Duplicate(_) => panic!("new"),
        }
    }
    let parked = EventOutcome::Parked(Refusal::internal("odd"));
    world.ports.events.settle(events[0], parked).await.unwrap();
    let done = EventOutcome::Done(Crossing::default());
    world
        .ports
        .ledger
        .commit(Some(events[1]), Arrival::Live, Vec::new(), done)
        .await
        .unwrap();
    assert!(world.ports.events.pending(10).await.unwrap().is_empty());
}

/// Callers that come at once share a commit, and each hears of its own wire.
pub async fn many_callers_at_once_all_get_their_own_answer(world: World) {
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..64 {
        let wire = wire(&world, Some(&format!("w{}", number / 2)), "a");
        let events = world.ports.events.clone();
        callers.spawn(async move { events.accept(&wire).await.unwrap() });
    }
    let (mut new, mut duplicates) = (HashSet::new(), HashSet::new());
    while let Some(answer) = callers.join_next().await {
        match answer.unwrap() {
            Accepted::New(event) => assert!(new.insert(event)),
            Accepted::Duplicate(event) => assert!(duplicates.insert(event)),
        }
    }
    assert_eq!(new.len(), 32);
    assert_eq!(new, duplicates);
}

/// A group that one of them spoils is done again, each for itself.
pub async fn one_refused_write_harms_no_other(world: World) {
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..40 {
        let (events, accounts) = (world.ports.events.clone(), world.ports.accounts.clone());
        let wire = wire(&world, Some(&format!("w{number}")), "a");
        let stranger = world.near.actor("nobody@near.example");
        callers.spawn(async move {
            match number % 10 {
                5 => accounts
                    .close(&stranger, "chat")
                    .await
                    .is_err_and(|refusal| refusal.reason == Reason::NotOptedIn),
                _ => matches!(events.accept(&wire).await, Ok(Accepted::New(_))),
            }
        });
    }
    while let Some(answer) = callers.join_next().await {
        assert!(answer.unwrap());
    }
    // of one origin twenty are handed out at a time
    let mut stored = 0;
    loop {
        let pending = world.ports.events.pending(100).await.unwrap();
        if pending.is_empty() {
            break;
        }
        assert!(pending.len() <= 20);
        stored += pending.len();
        for event in pending {
            let done = EventOutcome::Done(Crossing::default());
            world.ports.events.settle(event.id, done).await.unwrap();
        }
    }
    assert_eq!(stored, 36);
}
