//! Finding actors by what people type.

use causeway_core::adapter::{Adapter, Wire};
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};
use serde_json::{Value, json};

use crate::web::Page;
use crate::world::{Peer, World};

const ALICE: &str = "https://a.example/users/alice";
const AP: &str = "application/activity+json";

async fn found(world: &World, address: &str) -> Result<Wire, Refusal> {
    world
        .adapter
        .resolves_actors()
        .unwrap()
        .resolve(&world.context, address)
        .await
}

async fn reason(world: &World, address: &str) -> Reason {
    found(world, address).await.unwrap_err().reason
}

fn jrd(subject: &str, actor: &str) -> Value {
    json!({"subject": subject, "links": [
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://x.example/"},
        {"rel": "self", "type": AP, "href": actor}
    ]})
}

/// `origin` says that `address` is `actor`, to be known as `subject`.
fn says(world: &World, origin: &str, address: &str, subject: &str, actor: &str) {
    let query: String = format!("acct:{address}").replace(':', "%3A").replace('@', "%40");
    let url = format!("{origin}/.well-known/webfinger?resource={query}");
    let body = jrd(&format!("acct:{subject}"), actor).to_string();
    world.web.put(&url, Page::of("application/jrd+json", body));
}

fn actor(world: &World, id: &str, name: &str) {
    let mut document = Peer::new(id).document();
    document["preferredUsername"] = json!(name);
    world.web.put(id, Page::document(&document));
}

fn handle(wire: &Wire) -> Option<&str> {
    wire.header("handle")
}

#[tokio::test]
async fn an_address_in_every_form() {
    let world = World::new();
    says(&world, "https://a.example", "alice@a.example", "alice@a.example", ALICE);
    actor(&world, ALICE, "alice");
    for form in [
        "alice@a.example",
        "@alice@A.example.",
        " acct:alice@a.example",
        "alice@a.example:443",
    ] {
        let wire = found(&world, form).await.unwrap();
        assert_eq!(wire.attested, Attested::Host("a.example".to_owned()));
        assert_eq!(
            (handle(&wire), wire.media_type.as_str()),
            (Some("alice@a.example"), AP),
            "{form}"
        );
    }
    assert_eq!(world.web.log().len(), 8, "one question and one document each");
}

#[tokio::test]
async fn http_and_ports_where_the_client_allows_them() {
    let world = World::new();
    let id = "http://localhost:8001/users/carol";
    says(
        &world,
        "http://localhost:8001",
        "carol@localhost:8001",
        "carol@localhost:8001",
        id,
    );
    actor(&world, id, "carol");
    assert_eq!(reason(&world, "carol@localhost:8001").await, Reason::HostUnreachable);
    world.web.allow_http();
    assert_eq!(
        handle(&found(&world, "carol@localhost:8001").await.unwrap()),
        Some("carol@localhost:8001")
    );
}

#[tokio::test]
async fn a_delegated_domain_keeps_its_address() {
    let world = World::new();
    let id = "https://social.a.example/users/alice";
    says(&world, "https://a.example", "alice@a.example", "alice@a.example", id);
    says(
        &world,
        "https://social.a.example",
        "alice@social.a.example",
        "alice@a.example",
        id,
    );
    actor(&world, id, "alice");
    for form in ["alice@a.example", "alice@social.a.example", id] {
        let wire = found(&world, form).await.unwrap();
        assert_eq!(handle(&wire), Some("alice@a.example"), "{form}");
        assert_eq!(wire.attested, Attested::Host("social.a.example".to_owned()));
    }
}

#[tokio::test]
async fn row_14_disc_001_an_actor_that_does_not_lead_back_is_refused() {
    let world = World::new();
    let id = "https://evil.example/users/mallory";
    says(&world, "https://good.example", "a@good.example", "a@good.example", id);
    actor(&world, id, "mallory");
    // no way back at all
    assert_eq!(reason(&world, "a@good.example").await, Reason::OriginMismatch);
    // back to its own name only
    says(
        &world,
        "https://evil.example",
        "mallory@evil.example",
        "mallory@evil.example",
        id,
    );
    assert_eq!(reason(&world, "a@good.example").await, Reason::OriginMismatch);
    // back to another actor
    says(
        &world,
        "https://evil.example",
        "mallory@evil.example",
        "a@good.example",
        "https://evil.example/users/other",
    );
    assert_eq!(reason(&world, "a@good.example").await, Reason::OriginMismatch);
}

#[tokio::test]
async fn row_14_disc_002_an_actor_cannot_take_the_address_of_another_host() {
    let world = World::new();
    let id = "https://evil.example/users/mallory";
    says(
        &world,
        "https://evil.example",
        "mallory@evil.example",
        "alice@good.example",
        id,
    );
    says(
        &world,
        "https://good.example",
        "alice@good.example",
        "alice@good.example",
        "https://good.example/users/alice",
    );
    actor(&world, id, "mallory");
    for form in ["mallory@evil.example", id] {
        assert_eq!(
            handle(&found(&world, form).await.unwrap()),
            Some("mallory@evil.example"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn row_2_a_self_link_to_a_forged_document_is_refused() {
    let world = World::new();
    says(
        &world,
        "https://a.example",
        "alice@a.example",
        "alice@a.example",
        "https://evil.example/alice",
    );
    let forged = Peer::new(ALICE).document();
    world.web.put("https://evil.example/alice", Page::document(&forged));
    assert_eq!(reason(&world, "alice@a.example").await, Reason::OriginMismatch);
}

#[tokio::test]
async fn host_meta_leads_on_where_webfinger_is_missing() {
    let world = World::new();
    actor(&world, ALICE, "alice");
    let xrd = r#"<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
        <Link rel="lrdd" type="application/jrd+json" template="https://a.example/finger?who={uri}"/></XRD>"#;
    world.web.put(
        "https://a.example/.well-known/host-meta",
        Page::of("application/xrd+xml", xrd),
    );
    let answer = jrd("acct:alice@a.example", ALICE).to_string();
    world.web.put(
        "https://a.example/finger?who=acct%3Aalice%40a.example",
        Page::of("application/json", answer),
    );
    assert_eq!(
        handle(&found(&world, "alice@a.example").await.unwrap()),
        Some("alice@a.example")
    );
}

#[tokio::test]
async fn an_actor_without_webfinger_may_name_its_address_itself() {
    let world = World::new();
    let id = "https://apps.example/u/1";
    says(&world, "https://a.example", "alice@a.example", "alice@a.example", id);
    let mut document = Peer::new(id).document();
    document["webfinger"] = json!("alice@a.example");
    world.web.put(id, Page::document(&document));
    assert_eq!(
        handle(&found(&world, "alice@a.example").await.unwrap()),
        Some("alice@a.example")
    );
    document["webfinger"] = json!("alice@b.example");
    world.web.put(id, Page::document(&document));
    assert_eq!(reason(&world, "alice@a.example").await, Reason::OriginMismatch);
}

#[tokio::test]
async fn addresses_of_actors_profiles_and_posts() {
    let world = World::new();
    actor(&world, ALICE, "alice");
    says(&world, "https://a.example", "alice@a.example", "alice@a.example", ALICE);
    let note =
        json!({"id": "https://a.example/n/1", "type": "Note", "attributedTo": [{"type": "Person", "id": ALICE}]});
    world.web.put("https://a.example/n/1", Page::document(&note));
    world
        .web
        .put("https://a.example/@alice", Page::document(&Peer::new(ALICE).document()));
    world
        .web
        .put("https://a.example/~alice", Page::of("text/html", "<html>"));
    let finger = "https://a.example/.well-known/webfinger?resource=https%3A%2F%2Fa.example%2F%7Ealice";
    world.web.put(
        finger,
        Page::of("application/jrd+json", jrd("acct:alice@a.example", ALICE).to_string()),
    );
    for url in [
        ALICE,
        "https://a.example/n/1",
        "https://a.example/@alice",
        "https://a.example/~alice",
    ] {
        let wire = found(&world, url).await.unwrap();
        assert_eq!(handle(&wire), Some("alice@a.example"), "{url}");
        assert!(wire.id.unwrap().starts_with(ALICE), "{url}");
    }
}

#[tokio::test]
async fn an_actor_by_url_needs_no_address() {
    let world = World::new();
    actor(&world, ALICE, "alice");
    assert_eq!(handle(&found(&world, ALICE).await.unwrap()), None);
}

#[tokio::test]
async fn nobody_of_that_name_is_on_this_network() {
    let world = World::new();
    world.web.put("https://pod.example/", Page::status(200));
    let hcard = json!({"subject": "acct:d@pod.example", "links": [
        {"rel": "http://microformats.org/profile/hcard", "type": "text/html", "href": "https://pod.example/hcard/1"}
    ]});
    let finger = "https://pod.example/.well-known/webfinger?resource=acct%3Ad%40pod.example";
    world
        .web
        .put(finger, Page::of("application/jrd+json", hcard.to_string()));
    let page = "https://pod.example/page";
    world.web.put(page, Page::of("text/html", "<html>"));
    for nobody in [
        "d@pod.example",
        "unknown@pod.example",
        page,
        "not an address",
        "",
        "xmpp:juliet@capulet.example",
        "juliet@bridge.example",
        "https://bridge.example/users/k",
    ] {
        assert_eq!(reason(&world, nobody).await, Reason::NotFound, "{nobody}");
    }
    assert!(world.web.log().iter().all(|seen| !seen.url.contains("bridge.example/")));
}

#[tokio::test]
async fn row_15_a_self_link_to_us_is_not_followed() {
    let world = World::new();
    says(
        &world,
        "https://a.example",
        "j@a.example",
        "j@a.example",
        "https://bridge.example/users/k",
    );
    assert_eq!(reason(&world, "j@a.example").await, Reason::Loop);
}

#[tokio::test]
async fn row_48_a_search_ends_in_time() {
    let world = World::new();
    world.web.on(
        "https://a.example/.well-known/webfinger?resource=acct%3Aalice%40a.example",
        |_| None,
    );
    let clock = async {
        while world.web.log().is_empty() {
            tokio::task::yield_now().await;
        }
        world.clock.advance(std::time::Duration::from_secs(30));
    };
    let (result, ()) = tokio::join!(found(&world, "alice@a.example"), clock);
    assert!(result.unwrap_err().is_transient());
}
