//! Documents from where they are at home.

use causeway_core::adapter::{Adapter, Arrival, Need, Wire};
use causeway_core::model::Attested;
use causeway_core::refusal::{Disposition, Reason, Refusal};
use serde_json::json;

use crate::web::Page;
use crate::world::World;

const NOTE: &str = "https://a.example/notes/1";

async fn fetched(world: &World, url: &str) -> Result<Wire, Refusal> {
    world.adapter.fetch(&world.context, &Need::Object(url.to_owned())).await
}

async fn reason(world: &World, url: &str) -> Reason {
    fetched(world, url).await.unwrap_err().reason
}

fn note(id: &str) -> Page {
    Page::document(&json!({"id": id, "type": "Note", "attributedTo": "https://a.example/u", "content": "x"}))
}

#[tokio::test]
async fn a_document_is_attested_by_its_host_and_asked_for_signed() {
    let world = World::new();
    world.web.put(NOTE, note(NOTE));
    let wire = fetched(&world, &format!("{NOTE}#anchor")).await.unwrap();
    assert_eq!(wire.attested, Attested::Host("a.example".to_owned()));
    assert_eq!(
        (wire.arrival, wire.media_type.as_str()),
        (Arrival::Backfill, "application/activity+json")
    );
    let seen = &world.web.log()[0];
    assert!(
        seen.header("signature")
            .unwrap()
            .contains(r#"keyId="https://bridge.example/actor#main-key""#)
    );
    assert_eq!(
        seen.header("accept"),
        Some(r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json"#)
    );
    let again = fetched(&world, NOTE).await.unwrap();
    assert_eq!(again.id, wire.id, "at the same time");
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_ne!(
        fetched(&world, NOTE).await.unwrap().id,
        wire.id,
        "later it is another event"
    );
}

#[tokio::test]
async fn row_2_a_document_counts_for_the_host_after_redirects() {
    let world = World::new();
    world
        .web
        .put("https://evil.example/x", note("https://good.example/users/a"));
    assert_eq!(reason(&world, "https://evil.example/x").await, Reason::OriginMismatch);
    // an open redirector of the good host lends nobody its name
    world
        .web
        .put("https://good.example/r", Page::redirect("https://evil.example/x"));
    assert_eq!(reason(&world, "https://good.example/r").await, Reason::OriginMismatch);
    world.web.put("https://evil.example/y", note("https://evil.example/y"));
    world
        .web
        .put("https://good.example/s", Page::redirect("https://evil.example/y"));
    let wire = fetched(&world, "https://good.example/s").await.unwrap();
    assert_eq!(wire.attested, Attested::Host("evil.example".to_owned()));
}

#[tokio::test]
async fn row_20_another_host_does_not_get_our_signature_by_redirect() {
    let world = World::new();
    world.web.put(NOTE, Page::redirect("https://b.example/n"));
    world.web.put("https://b.example/n", note("https://b.example/n"));
    fetched(&world, NOTE).await.unwrap();
    let signed: Vec<(String, bool)> = world
        .web
        .log()
        .into_iter()
        .map(|seen| (seen.url.clone(), seen.is_signed()))
        .collect();
    let there = "https://b.example/n".to_owned();
    assert_eq!(signed, [(NOTE.to_owned(), true), (there.clone(), false), (there, true)]);
}

#[tokio::test]
async fn a_document_with_another_id_is_asked_for_by_it_once() {
    let world = World::new();
    world.web.put("https://a.example/@alice/1", note(NOTE));
    world.web.put(NOTE, note(NOTE));
    let wire = fetched(&world, "https://a.example/@alice/1").await.unwrap();
    assert!(wire.id.unwrap().starts_with(NOTE));
    assert_eq!(world.web.count(NOTE), 1);
    world.web.put("https://a.example/p", note("https://a.example/q"));
    world.web.put("https://a.example/q", note("https://a.example/p"));
    assert_eq!(reason(&world, "https://a.example/p").await, Reason::OriginMismatch);
    assert_eq!(world.web.log().len(), 4);
}

#[tokio::test]
async fn row_4_only_activitystreams_types_are_documents() {
    let world = World::new();
    let body = json!({"id": NOTE, "type": "Note"}).to_string();
    for refused in [
        "text/html",
        "text/plain",
        "image/png",
        "application/json",
        "application/ld+json",
    ] {
        world.web.put(NOTE, Page::of(refused, body.clone()));
        assert_eq!(reason(&world, NOTE).await, Reason::MediaType, "{refused}");
    }
    let profiled = r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;
    world.web.put(NOTE, Page::of(profiled, body));
    fetched(&world, NOTE).await.unwrap();
}

#[tokio::test]
async fn rows_62_63_what_is_no_document() {
    let world = World::new();
    for body in [
        "",
        "[]",
        "{}",
        r#"{"id":7}"#,
        r#"{"id":"urn:x"}"#,
        r#"{"id":"https://a.example/notes/1","id":"x"}"#,
    ] {
        world.web.put(NOTE, Page::of("application/activity+json", body));
        assert_eq!(reason(&world, NOTE).await, Reason::Malformed, "{body}");
    }
}

#[tokio::test]
async fn row_15_what_is_ours_is_never_fetched() {
    let world = World::new();
    for ours in [
        "https://bridge.example/users/k",
        "https://BRIDGE.example/users/k",
        "https://bridge.example.:443/users/k",
    ] {
        assert_eq!(reason(&world, ours).await, Reason::Loop, "{ours}");
    }
    assert!(world.web.log().is_empty());
    world.web.put(NOTE, Page::redirect("https://bridge.example/users/k"));
    world
        .web
        .put("https://bridge.example/users/k", note("https://bridge.example/users/k"));
    assert_eq!(reason(&world, NOTE).await, Reason::Loop);
    // nor is it taken where no second question is asked
    let key = world.adapter.fetch(&world.context, &Need::Key(NOTE.to_owned())).await;
    assert_eq!(key.unwrap_err().reason, Reason::Loop);
}

#[tokio::test]
async fn statuses_have_their_meaning() {
    let world = World::new();
    for (status, reason, disposition) in [
        (404, Reason::NotFound, Disposition::Gone),
        (410, Reason::Gone, Disposition::Gone),
        (401, Reason::AuthFetchRequired, Disposition::Reject),
        (403, Reason::AuthFetchRequired, Disposition::Reject),
        (503, Reason::HostRefused, Disposition::Retry(None)),
        (400, Reason::HostRefused, Disposition::Reject),
    ] {
        world.web.put(NOTE, Page::status(status));
        let refusal = fetched(&world, NOTE).await.unwrap_err();
        assert_eq!((refusal.reason, refusal.disposition), (reason, disposition), "{status}");
    }
    assert!(
        fetched(&world, "https://nowhere.example/1")
            .await
            .unwrap_err()
            .is_transient()
    );
    assert_eq!(reason(&world, "ftp://a.example/1").await, Reason::Malformed);
}

#[tokio::test]
async fn a_host_that_takes_only_rfc_9421_is_asked_by_it() {
    let world = World::new();
    world.web.on(NOTE, |seen| {
        Some(if seen.is_rfc9421() {
            note(NOTE)
        } else {
            Page::status(401)
        })
    });
    fetched(&world, NOTE).await.unwrap();
    fetched(&world, NOTE).await.unwrap();
    assert_eq!(world.web.log().len(), 3);
}
