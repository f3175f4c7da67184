//! The requests that this network answers.

use std::time::Duration;

use bytes::Bytes;
use causeway_core::adapter::{Adapter, Parsed};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use http::{Method, Request, Response};
use serde_json::Value;

use crate::web::Page;
use crate::world::{Peer, World};

pub(crate) async fn answered(world: &World, path: &str, request: Request<Bytes>) -> Response<Bytes> {
    let routes = world.adapter.clone().routes(&world.context);
    let route = routes
        .iter()
        .find(|route| route.path == path && route.method == request.method())
        .unwrap();
    assert!(route.body_limit <= 1024 * 1024);
    (route.handler)(request).await
}

fn get(path: &str) -> Request<Bytes> {
    Request::get(path)
        .header("host", "bridge.example")
        .body(Bytes::new())
        .unwrap()
}

fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[tokio::test]
async fn an_activity_is_taken_at_every_inbox() {
    let world = World::new();
    let alice = Peer::new("https://a.example/users/alice").published(&world.web);
    for (path, route) in [
        ("/inbox", "/inbox"),
        ("/users/k3v9/inbox", "/users/{id}/inbox"),
        ("/actor/inbox", "/actor/inbox"),
    ] {
        let body = Bytes::from(alice.like(1).to_string());
        let response = answered(&world, route, world.signed(&alice, Method::POST, path, body)).await;
        assert_eq!((response.status().as_u16(), response.body().len()), (202, 0), "{path}");
    }
    assert_eq!(world.inbox.taken.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn row_1_refusals_reach_the_peer_as_statuses() {
    let world = World::new();
    let mallory = Peer::new("https://evil.example/u").published(&world.web);
    let mut unsigned = world.post(&mallory, &mallory.like(1));
    unsigned.headers_mut().remove("signature");
    let response = answered(&world, "/inbox", unsigned).await;
    assert_eq!(
        (response.status().as_u16(), &json(&response)["error"]),
        (401, &Value::from("signature-missing"))
    );
    let mut forwarded = mallory.like(1);
    forwarded["actor"] = Value::from("https://a.example/users/alice");
    let response = answered(&world, "/inbox", world.post(&mallory, &forwarded)).await;
    assert_eq!(response.status(), 202, "a forwarder did nothing wrong");
    assert!(world.inbox.taken.lock().unwrap().is_empty(), "and nothing was believed");
}

#[tokio::test]
async fn each_disposition_has_its_status() {
    let world = World::new();
    let alice = Peer::new("https://a.example/users/alice");
    let seconds = |n| Disposition::Retry(Some(Duration::from_secs(n)));
    for (reason, disposition, status, retry_after) in [
        (Reason::Duplicate, Disposition::Ignore, 202, None),
        (Reason::SignatureBad, Disposition::Reject, 401, None),
        (Reason::KeyGone, Disposition::Reject, 401, None),
        (Reason::Malformed, Disposition::Reject, 400, None),
        (Reason::TooLarge, Disposition::Reject, 413, None),
        (Reason::Internal, Disposition::Quarantine, 400, None),
        (Reason::ActorGone, Disposition::Gone, 410, None),
        (Reason::RateLimited, seconds(10), 503, Some("10")),
        (Reason::RateLimited, seconds(0), 503, Some("1")),
        (Reason::Internal, Disposition::Retry(None), 503, Some("60")),
    ] {
        *world.inbox.answer.lock().unwrap() = Some(Refusal::new(reason, disposition, "secret detail"));
        let response = answered(&world, "/inbox", world.post(&alice, &alice.like(1))).await;
        assert_eq!(response.status().as_u16(), status, "{reason}");
        let wait = response
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().unwrap());
        assert_eq!(wait, retry_after);
        if status != 202 {
            assert_eq!(json(&response), serde_json::json!({"error": reason.code()}));
        }
    }
}

#[tokio::test]
async fn row_4_an_inbox_takes_activitystreams_only() {
    let world = World::new();
    let alice = Peer::new("https://a.example/users/alice").published(&world.web);
    for (media_type, status) in [
        ("application/activity+json", 202),
        (
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            202,
        ),
        ("application/json", 415),
        ("text/html", 415),
        ("application/x-www-form-urlencoded", 415),
    ] {
        let mut request = world.post(&alice, &alice.like(1));
        request
            .headers_mut()
            .insert("content-type", media_type.parse().unwrap());
        assert_eq!(
            answered(&world, "/inbox", request).await.status().as_u16(),
            status,
            "{media_type}"
        );
    }
    let mut request = world.post(&alice, &alice.like(1));
    request.headers_mut().remove("content-type");
    assert_eq!(answered(&world, "/inbox", request).await.status(), 415);
}

#[tokio::test]
async fn the_instance_actor_is_readable_unsigned() {
    let world = World::new();
    let response = answered(&world, "/actor", get("/actor")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/activity+json");
    let document = json(&response);
    for (name, value) in [
        ("id", "https://bridge.example/actor"),
        ("type", "Application"),
        ("preferredUsername", "bridge.example"),
        ("inbox", "https://bridge.example/actor/inbox"),
        ("outbox", "https://bridge.example/actor/outbox"),
    ] {
        assert_eq!(document[name], value);
    }
    assert_eq!(document["publicKey"]["id"], "https://bridge.example/actor#main-key");
    assert_eq!(document["publicKey"]["publicKeyPem"], crate::world::key(0).public_pem());
    let outbox = json(&answered(&world, "/actor/outbox", get("/actor/outbox")).await);
    assert_eq!(outbox["id"], "https://bridge.example/actor/outbox");
    assert_eq!(
        (&outbox["type"], &outbox["totalItems"]),
        (&Value::from("OrderedCollection"), &Value::from(0))
    );
}

#[tokio::test]
async fn webfinger_links_lead_to_the_actor() {
    let world = World::new();
    let instance = world.adapter.instance().unwrap();
    let links = world.adapter.links(&instance);
    assert_eq!(links.len(), 1);
    assert_eq!(
        (links[0].rel, links[0].media_type),
        ("self", Some("application/activity+json"))
    );
    assert_eq!(links[0].href.as_deref(), Some("https://bridge.example/actor"));
}

#[tokio::test]
async fn a_resolved_actor_parses_to_a_profile_with_the_proven_handle() {
    let world = World::new();
    let id = "https://social.a.example/users/alice";
    let peer = Peer::new(id).published(&world.web);
    let jrd = |subject: &str| {
        let links = serde_json::json!([{"rel": "self", "type": "application/activity+json", "href": peer.id}]);
        serde_json::json!({"subject": subject, "links": links}).to_string()
    };
    for (origin, asked) in [
        ("https://a.example", "alice%40a.example"),
        ("https://social.a.example", "alice%40social.a.example"),
    ] {
        let url = format!("{origin}/.well-known/webfinger?resource=acct%3A{asked}");
        world
            .web
            .put(&url, Page::of("application/jrd+json", jrd("acct:alice@a.example")));
    }
    let wire = world
        .adapter
        .resolves_actors()
        .unwrap()
        .resolve(&world.context, "alice@a.example")
        .await
        .unwrap();
    let nothing = causeway_core::adapter::NothingKnown(Refusal::reject(Reason::NotFound, "x"));
    let context = causeway_core::adapter::ParseContext {
        now: wire.received,
        lookup: &nothing,
    };
    let Parsed::Done(crossing) = world.adapter.parse(&wire, &context) else {
        panic!("needs nothing")
    };
    let activity = &crossing.activities[0].activity;
    assert!(world.adapter.vouches(&wire.attested, &activity.actor, None));
    let causeway_core::model::Payload::Profile(profile) = &activity.payload else {
        panic!("a profile")
    };
    assert_eq!(profile.handle.as_deref(), Some("alice@a.example"));
}
