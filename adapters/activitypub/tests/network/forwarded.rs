//! What somebody other than its actor signed.

use std::time::Duration;

use causeway_core::adapter::{Arrival, Wire};
use causeway_core::model::Attested;
use serde_json::{Value, json};

use crate::routes::answered;
use crate::web::Page;
use crate::world::{Peer, World};

const ALICE: &str = "https://a.example/users/alice";
const NOTE: &str = "https://a.example/notes/1";

fn note() -> Value {
    json!({"id": NOTE, "type": "Note", "attributedTo": ALICE, "content": "<p>What a.example says</p>",
           "inReplyTo": "https://bridge.example/users/k/posts/p", "to": "https://www.w3.org/ns/activitystreams#Public"})
}

/// A world in which the post that is answered is known, and the note stands where it is at home.
fn world() -> World {
    let world = World::new();
    world.knows("https://bridge.example/users/k/posts/p");
    world.web.put(NOTE, Page::document(&note()));
    world
}

async fn forward(world: &World, activity: &Value) {
    let mallory = Peer::new("https://evil.example/users/mallory").published(&world.web);
    let response = answered(world, "/inbox", world.post(&mallory, activity)).await;
    assert_eq!(response.status(), 202);
}

fn create() -> Value {
    let mut lie = note();
    lie["content"] = json!("<p>What Mallory says</p>");
    json!({"id": "https://a.example/notes/1/activity", "type": "Create", "actor": ALICE, "object": lie})
}

/// What was handed in, once there is something.
async fn taken(world: &World) -> Wire {
    let wait = async {
        loop {
            if let Some(wire) = world.inbox.taken.lock().unwrap().first().cloned() {
                return wire;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait).await.unwrap()
}

/// Returns when everything that was begun has ended.
async fn settled(world: &World, fetches: usize) {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.web.count(NOTE), fetches);
    assert!(world.inbox.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_forwarded_is_read_where_it_is_at_home() {
    let world = world();
    forward(&world, &create()).await;
    let wire = taken(&world).await;
    assert_eq!(
        (wire.attested, wire.arrival),
        (Attested::Host("a.example".to_owned()), Arrival::Live)
    );
    let body = String::from_utf8(wire.body.to_vec()).unwrap();
    assert!(
        body.contains("What a.example says") && !body.contains("Mallory"),
        "{body}"
    );
}

#[tokio::test]
async fn row_10_what_concerns_nobody_here_is_not_looked_for() {
    let stranger = World::new();
    stranger.web.put(NOTE, Page::document(&note()));
    forward(&stranger, &create()).await;
    settled(&stranger, 0).await;
    let world = world();
    for odd in [
        // of another host than its actor
        json!({"type": "Create", "actor": "https://evil.example/users/mallory2", "object": note()}),
        json!({"type": "Like", "actor": ALICE, "object": NOTE}),
        json!({"type": "Delete", "actor": ALICE, "object": ALICE}),
        json!({"type": "Create", "actor": ALICE}),
        // ours
        json!({"type": "Update", "actor": ALICE, "object": "https://bridge.example/users/k/posts/p"}),
    ] {
        forward(&world, &odd).await;
        settled(&world, 0).await;
    }
}

#[tokio::test]
async fn a_deletion_counts_when_the_host_confirms_it() {
    let delete = json!({"id": "https://a.example/notes/1#delete", "type": "Delete", "actor": ALICE, "object": NOTE});
    for (status, believed) in [(410, true), (404, false), (500, false)] {
        let world = World::new();
        world.knows(NOTE);
        world.web.put(NOTE, Page::status(status));
        forward(&world, &delete).await;
        if believed {
            let wire = taken(&world).await;
            assert_eq!(wire.attested, Attested::Host("a.example".to_owned()));
            assert!(String::from_utf8_lossy(&wire.body).contains("\"Delete\""));
        } else {
            settled(&world, 1).await;
        }
    }
}

#[tokio::test]
async fn row_49_forwarders_cannot_make_us_flood_a_host() {
    let world = world();
    for number in 0..200 {
        let mut activity = create();
        activity["object"]["id"] = json!(format!("https://a.example/notes/{number}"));
        forward(&world, &activity).await;
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
    let asked = world
        .web
        .log()
        .iter()
        .filter(|seen| seen.url.starts_with("https://a.example/notes"))
        .count();
    assert!((1..=60).contains(&asked), "{asked}");
}

#[tokio::test]
async fn row_57_a_domain_with_endless_actors_is_put_off() {
    use causeway_core::adapter::{Adapter, Need};
    use causeway_core::refusal::Reason;

    let world = World::new();
    let mut put_off = 0;
    for number in 0..1_200 {
        let id = format!("https://n{number}.evil.example/users/u");
        world.web.put(&id, Page::document(&Peer::new(&id).document()));
        match world.adapter.fetch(&world.context, &Need::Actor(id)).await {
            Ok(_) => {}
            Err(refusal) => {
                assert_eq!((refusal.reason, refusal.is_transient()), (Reason::RateLimited, true));
                put_off += 1;
            }
        }
    }
    assert_eq!(put_off, 200);
    let alice = Peer::new(ALICE).published(&world.web);
    let need = Need::Actor(alice.id);
    assert!(
        world.adapter.fetch(&world.context, &need).await.is_ok(),
        "others are not held up"
    );
}
