//! Who vouches for a request.

use std::time::Duration;

use bytes::Bytes;
use causeway_activitypub::ids;
use causeway_core::model::Attested;
use causeway_core::ports::{Clock, RemoteKey};
use causeway_core::refusal::{Disposition, Reason};
use causeway_formats::http_signature::Scheme;
use futures_util::future::join_all;
use http::Method;
use serde_json::json;

use crate::web::Page;
use crate::world::{Peer, World, key};

const ALICE: &str = "https://a.example/users/alice";
const DAY: Duration = Duration::from_secs(24 * 3600);
const MALLORY: &str = "https://evil.example/users/mallory";

#[tokio::test]
async fn row_1_the_actor_who_signed_vouches() {
    let world = World::new();
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let alice = Peer {
            scheme,
            ..Peer::new(ALICE)
        }
        .published(&world.web);
        let wire = world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
        assert_eq!(wire.attested, Attested::Actor(ids::actor(ALICE).unwrap()));
        assert_eq!(wire.id.as_deref(), Some("https://a.example/users/alice/likes/1"));
        assert_eq!(wire.header("signature-scheme"), Some(scheme.name()));
        assert_eq!(wire.header("key-id"), Some(alice.key_id.as_str()));
        assert_eq!(
            (wire.header("path"), wire.header("host")),
            (Some("/inbox"), Some("bridge.example"))
        );
        assert_eq!(wire.header("signature"), None);
        assert_eq!(wire.body, Bytes::from(alice.like(1).to_string()));
    }
    assert_eq!(world.web.count(ALICE), 1, "the key is remembered");
    let fetch = &world.web.log()[0];
    assert!(fetch.is_signed());
    assert!(
        fetch
            .header("signature")
            .unwrap()
            .contains(r#"keyId="https://bridge.example/actor#main-key""#)
    );
}

#[tokio::test]
async fn row_1_ap_001_a_signer_who_is_not_the_actor_is_not_believed() {
    let world = World::new();
    let mallory = Peer::new(MALLORY).published(&world.web);
    let forged = json!({"id": "https://a.example/1", "type": "Create", "actor": ALICE, "object": {"type": "Note"}});
    let refusal = world.authenticate(world.post(&mallory, &forged)).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::SignatureOther, Disposition::Ignore)
    );
    assert_eq!(world.web.count(ALICE), 0, "nothing is fetched on a forwarder's word");
}

#[tokio::test]
async fn row_12_an_activity_id_of_another_host_is_no_id() {
    let world = World::new();
    let mallory = Peer::new(MALLORY).published(&world.web);
    let mut like = mallory.like(1);
    like["id"] = json!("https://a.example/likes/1");
    assert_eq!(world.authenticate(world.post(&mallory, &like)).await.unwrap().id, None);
}

#[tokio::test]
async fn row_15_what_claims_to_be_ours_is_refused_unfetched() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let masked = json!({"type": "Like", "actor": "https://BRIDGE.example/users/k", "object": "https://a.example/1"});
    let refusal = world.authenticate(world.post(&alice, &masked)).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::OriginMismatch, Disposition::Reject)
    );
    let ours = Peer::new("https://bridge.example/users/k");
    let refusal = world.authenticate(world.post(&ours, &alice.like(1))).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::SignatureBad);
    assert!(world.web.log().is_empty());
}

#[tokio::test]
async fn row_17_without_signature_or_with_another_body_nothing_is_fetched() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let mut unsigned = world.post(&alice, &alice.like(1));
    unsigned.headers_mut().remove("signature");
    let refusal = world.authenticate(unsigned).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::SignatureMissing, Disposition::Reject)
    );
    let mut altered = world.post(&alice, &alice.like(1));
    *altered.body_mut() = Bytes::from(alice.like(2).to_string());
    assert_eq!(
        world.authenticate(altered).await.unwrap_err().reason,
        Reason::SignatureBad
    );
    let twice = Bytes::from(format!(r#"{{"actor":"{ALICE}","actor":"{MALLORY}"}}"#));
    let twice = world.signed(&alice, Method::POST, "/inbox", twice);
    assert_eq!(world.authenticate(twice).await.unwrap_err().reason, Reason::Malformed);
    assert!(world.web.log().is_empty());
}

#[tokio::test]
async fn row_18_a_signature_is_good_for_its_time() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let request = world.post(&alice, &alice.like(1));
    world.clock.advance(Duration::from_secs(13 * 3600));
    assert_eq!(
        world.authenticate(request).await.unwrap_err().reason,
        Reason::SignatureBad
    );
}

#[tokio::test]
async fn a_signed_fetch_is_attested_by_its_signer() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let request = world.signed(&alice, Method::GET, "/users/k/posts/p?x=1", Bytes::new());
    let wire = world.authenticate(request).await.unwrap();
    assert_eq!(
        (wire.attested, wire.id),
        (Attested::Actor(ids::actor(ALICE).unwrap()), None)
    );
}

#[tokio::test]
async fn a_changed_key_is_fetched_anew_once() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
    world.clock.advance(Duration::from_secs(61));
    let renewed = Peer {
        key: key(2),
        ..alice.clone()
    }
    .published(&world.web);
    world.authenticate(world.post(&renewed, &alice.like(2))).await.unwrap();
    assert_eq!(world.web.count(ALICE), 2);
    world.authenticate(world.post(&renewed, &alice.like(3))).await.unwrap();
    let refusal = world
        .authenticate(world.post(&alice, &alice.like(4)))
        .await
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::SignatureBad, "the old key holds no more");
    assert_eq!(world.web.count(ALICE), 2);
}

#[tokio::test]
async fn a_key_that_its_owner_took_away_ends_within_a_day() {
    for gone in [404, 410] {
        let world = World::new();
        let alice = Peer::new(ALICE).published(&world.web);
        world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
        world.web.put(ALICE, Page::status(gone));
        world.clock.advance(DAY - Duration::from_secs(1));
        world.authenticate(world.post(&alice, &alice.like(2))).await.unwrap();
        assert_eq!(world.web.count(ALICE), 1, "a fresh key is not asked for");
        world.clock.advance(Duration::from_secs(1));
        let refusal = world
            .authenticate(world.post(&alice, &alice.like(3)))
            .await
            .unwrap_err();
        assert_eq!((refusal.reason, world.web.count(ALICE)), (Reason::KeyGone, 2));
    }
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
    let renewed = Peer {
        key: key(2),
        ..alice.clone()
    };
    renewed.published(&world.web);
    world.clock.advance(DAY);
    let refusal = world
        .authenticate(world.post(&alice, &alice.like(2)))
        .await
        .unwrap_err();
    assert_eq!(refusal.reason, Reason::SignatureBad, "the key was replaced");
}

#[tokio::test]
async fn a_key_asked_for_again_is_good_for_another_day() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    for n in 0..3 {
        world.authenticate(world.post(&alice, &alice.like(n))).await.unwrap();
        world
            .authenticate(world.post(&alice, &alice.like(n + 10)))
            .await
            .unwrap();
        assert_eq!(world.web.count(ALICE), n as usize + 1);
        world.clock.advance(DAY);
    }
}

#[tokio::test]
async fn a_key_outlives_its_hosts_silence_for_a_week() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    world.authenticate(world.post(&alice, &alice.like(0))).await.unwrap();
    world.web.put(ALICE, Page::status(503));
    for n in 1..7 {
        world.clock.advance(DAY);
        world.authenticate(world.post(&alice, &alice.like(n))).await.unwrap();
        assert_eq!(world.web.count(ALICE), n as usize + 1, "the host is asked");
    }
    world.clock.advance(DAY);
    let refusal = world
        .authenticate(world.post(&alice, &alice.like(7)))
        .await
        .unwrap_err();
    assert!(refusal.is_transient(), "{refusal:?}");
}

#[tokio::test]
async fn row_44_a_key_fetched_a_moment_ago_by_another_process_is_not_fetched_anew() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let known = RemoteKey {
        id: alice.key_id.clone(),
        owner: ids::actor(ALICE).unwrap(),
        public_pem: key(2).public_pem(),
        fetched: world.clock.now(),
    };
    world.context.keys.remember(known).await.unwrap();
    let refusal = world
        .authenticate(world.post(&alice, &alice.like(1)))
        .await
        .unwrap_err();
    assert_eq!((refusal.reason, world.web.log().len()), (Reason::SignatureBad, 0));
    world.clock.advance(Duration::from_secs(60));
    world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
}

#[tokio::test]
async fn row_44_1000_bad_signatures_cost_one_fetch() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    let forged = Peer {
        key: key(2),
        ..alice.clone()
    };
    let requests = (0..1000).map(|n| world.authenticate(world.post(&forged, &alice.like(n))));
    for result in join_all(requests).await {
        let refusal = result.unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.disposition),
            (Reason::SignatureBad, Disposition::Reject)
        );
    }
    assert_eq!(world.web.count(ALICE), 1);
    assert!(
        world.keys.remote.lock().unwrap().is_empty(),
        "nothing is stored for a bad signature"
    );
    world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
    assert_eq!(world.web.count(ALICE), 1, "what was fetched serves the true signer too");
}

#[tokio::test]
async fn row_44_a_key_that_is_not_there_is_not_looked_for_again() {
    let world = World::new();
    let alice = Peer::new(ALICE);
    world.web.put(ALICE, Page::status(404));
    for n in 0..5 {
        let refusal = world
            .authenticate(world.post(&alice, &alice.like(n)))
            .await
            .unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.disposition),
            (Reason::KeyGone, Disposition::Reject)
        );
    }
    assert_eq!(world.web.count(ALICE), 1);
    alice.clone().published(&world.web);
    world.clock.advance(Duration::from_secs(301));
    world.authenticate(world.post(&alice, &alice.like(6))).await.unwrap();
}

#[tokio::test]
async fn row_49_many_keys_of_one_host_are_put_off() {
    let world = World::new();
    let mut busy = 0;
    for n in 0..100 {
        let victim = Peer::new(&format!("https://victim.example/users/u{n}")).published(&world.web);
        let forged = Peer { key: key(2), ..victim };
        let refusal = world
            .authenticate(world.post(&forged, &forged.like(1)))
            .await
            .unwrap_err();
        if matches!(refusal.disposition, Disposition::Retry(Some(_))) {
            busy += 1;
        }
    }
    assert_eq!((busy, world.web.log().len()), (40, 60));
    let alice = Peer::new(ALICE).published(&world.web);
    world.authenticate(world.post(&alice, &alice.like(1))).await.unwrap();
}

#[tokio::test]
async fn hundreds_of_one_host_may_come_at_once_when_they_are_its_own() {
    let world = World::new();
    for n in 0..300 {
        let peer = Peer::new(&format!("https://large.example/users/u{n}")).published(&world.web);
        world.authenticate(world.post(&peer, &peer.like(1))).await.unwrap();
    }
    assert_eq!(world.web.log().len(), 300);
    // their good name is no licence for whoever signs with their ids
    let mut asked = 0;
    for n in 300..400 {
        let victim = Peer::new(&format!("https://large.example/users/u{n}")).published(&world.web);
        let forged = Peer { key: key(2), ..victim };
        let refusal = world
            .authenticate(world.post(&forged, &forged.like(1)))
            .await
            .unwrap_err();
        asked += usize::from(refusal.reason == Reason::SignatureBad);
    }
    assert_eq!(asked, 60);
}

#[tokio::test]
async fn row_48_a_key_that_takes_too_long_is_put_off() {
    let world = World::new();
    let alice = Peer::new(ALICE);
    world.web.on(ALICE, |_| None);
    let waiting = world.authenticate(world.post(&alice, &alice.like(1)));
    let clock = async {
        while world.web.log().is_empty() {
            tokio::task::yield_now().await;
        }
        world.clock.advance(Duration::from_secs(5));
    };
    let (result, ()) = tokio::join!(waiting, clock);
    let refusal = result.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.is_transient()),
        (Reason::HostUnreachable, true)
    );
    let nobody = Peer::new("https://nowhere.example/u");
    assert!(
        world
            .authenticate(world.post(&nobody, &nobody.like(1)))
            .await
            .unwrap_err()
            .is_transient()
    );
}

#[tokio::test]
async fn a_strangers_farewell_costs_no_fetch() {
    let world = World::new();
    let alice = Peer::new(ALICE);
    world.web.put(ALICE, Page::status(410));
    let refusal = world
        .authenticate(world.post(&alice, &alice.farewell()))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::ActorGone, Disposition::Ignore)
    );
    assert!(world.web.log().is_empty());
}

#[tokio::test]
async fn a_known_actors_farewell_is_believed_when_its_host_says_so_too() {
    let world = World::new();
    let alice = Peer::new(ALICE);
    world.knows(ALICE);
    world.web.put(ALICE, Page::status(410));
    let wire = world.authenticate(world.post(&alice, &alice.farewell())).await.unwrap();
    assert_eq!(wire.attested, Attested::Host("a.example".to_owned()));
    // another deletion proves nothing without its key
    let mut note = alice.farewell();
    note["object"] = json!("https://a.example/notes/1");
    let refusal = world.authenticate(world.post(&alice, &note)).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::KeyGone, Disposition::Reject)
    );
}

#[tokio::test]
async fn row_9_a_farewell_for_somebody_who_is_still_there_is_refused() {
    let world = World::new();
    let alice = Peer::new(ALICE).published(&world.web);
    world.knows(ALICE);
    let absent = Peer {
        key_id: "https://a.example/keys/none".to_owned(),
        ..alice.clone()
    };
    let refusal = world
        .authenticate(world.post(&absent, &alice.farewell()))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::KeyGone, Disposition::Reject)
    );
    let mallory = Peer {
        key_id: "https://evil.example/keys/none".to_owned(),
        ..alice.clone()
    };
    world.web.put("https://evil.example/", Page::status(200));
    let refusal = world
        .authenticate(world.post(&mallory, &alice.farewell()))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::KeyGone, Disposition::Reject)
    );
}
