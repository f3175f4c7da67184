//! How much of what is stored.

use bytes::Bytes;
use causeway_core::model::Payload;
use causeway_core::ports::{Accepted, EventOutcome, FollowState, FollowTotal, Standing, Totals};

use super::World;

/// Each thing is counted where it belongs; what is only asked for, or only named, is not.
pub async fn totals_are_of_what_is_stored(world: World) {
    assert_eq!(world.ports.census.totals().await.unwrap(), Totals::default());
    let (juliet, bob) = world.pair().await;
    let romeo = world.opened("romeo@near.example").await;
    let alice = world.known("alice@far.example").await;
    let named = world.far.actor("named@far.example");
    world.follow(&juliet, &alice, FollowState::Accepted).await;
    world.follow(&juliet, &bob, FollowState::Accepted).await;
    world.follow(&juliet, &named, FollowState::Pending).await;
    // between two of ours nothing crosses
    world.follow(&romeo, &juliet, FollowState::Accepted).await;
    world.ports.accounts.close(&romeo, "chat").await.unwrap();
    let media = &world.ports.media;
    media.put("a", "image/png", Bytes::from_static(b"1234")).await.unwrap();
    media.put("b", "image/png", Bytes::from_static(b"56")).await.unwrap();

    let mut totals = world.ports.census.totals().await.unwrap();
    totals.users.sort_by_key(|(standing, _)| *standing == Standing::Stopped);
    totals.consents.sort();
    let follows = |outward, count| FollowTotal {
        network: world.f(),
        outward,
        count,
    };
    let expected = Totals {
        users: vec![(Standing::Active, 1), (Standing::Stopped, 1)],
        remote_actors: vec![(world.f(), 2)],
        follows: vec![follows(false, 1), follows(true, 2)],
        consents: vec![("bridge".to_owned(), false, 1), ("bridge".to_owned(), true, 2)],
        media_bytes: 6,
    };
    assert_eq!(totals, expected);

    assert_eq!(world.ports.census.waiting().await.unwrap(), 0);
    let post = world.far.post("far.example/1", "bob@far.example", "waits");
    let wire = world.far.wire("bob@far.example", Payload::Post(Box::new(post)));
    let Accepted::New(event) = world.ports.events.accept(&wire).await.unwrap() else {
        panic!("it is new")
    };
    assert_eq!(world.ports.census.waiting().await.unwrap(), 1);
    let done = EventOutcome::Done(Default::default());
    world.ports.events.settle(event, done).await.unwrap();
    assert_eq!(world.ports.census.waiting().await.unwrap(), 0);
}
