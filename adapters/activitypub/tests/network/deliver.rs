//! Deliveries.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use causeway_activitypub::ids;
use causeway_core::adapter::{Adapter, Delivered, Rendered, Target, Verb};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_formats::http_signature::{Claim, Policy, Request, Scheme, Site, Window};

use crate::web::{Page, Seen};
use crate::world::{World, key};

const INBOX: &str = "https://a.example/inbox";

fn item(body: &'static str) -> Arc<Rendered> {
    Arc::new(Rendered {
        media_type: "application/activity+json",
        body: Bytes::from_static(body.as_bytes()),
        actor: ids::actor("https://bridge.example/users/k3v9").unwrap(),
        object: None,
        verb: Verb::Create,
        id: None,
        losses: Vec::new(),
    })
}

async fn sent_to(world: &World, address: &str, items: &[Arc<Rendered>]) -> Vec<Result<Delivered, Refusal>> {
    let host = ids::host(address).unwrap_or_default();
    let target = Target {
        network: ids::NETWORK,
        host,
        address: address.to_owned(),
    };
    world.adapter.deliver(&world.context, &target, items).await
}

async fn sent(world: &World) -> Result<Delivered, Refusal> {
    sent_to(world, INBOX, &[item("{}")]).await.remove(0)
}

/// The scheme of a request, once its signature has been found good.
fn verified(seen: &Seen, now: SystemTime) -> Scheme {
    let site = Site::new(&"https://a.example/".parse().unwrap()).unwrap();
    let policy = Policy {
        site: &site,
        window: Window::default(),
        now,
    };
    let request = Request {
        method: &seen.method,
        target: "/inbox",
        headers: &seen.headers,
        body: &seen.body,
    };
    let claim = Claim::read(&request, &policy).unwrap();
    assert_eq!(claim.key_id(), "https://bridge.example/users/k3v9#main-key");
    claim.verify(key(0).public()).unwrap().scheme()
}

#[tokio::test]
async fn items_go_out_signed_and_in_order() {
    let world = World::new();
    world.web.put(INBOX, Page::status(202));
    let results = sent_to(&world, INBOX, &[item("{\"n\":1}"), item("{\"n\":2}")]).await;
    assert!(
        results.iter().all(|result| result.as_ref().unwrap().answer == "202"),
        "{results:?}"
    );
    let log = world.web.log();
    let bodies: Vec<&[u8]> = log.iter().map(|seen| &seen.body[..]).collect();
    assert_eq!(bodies, [b"{\"n\":1}", b"{\"n\":2}"]);
    for seen in &log {
        assert_eq!(verified(seen, world.now()), Scheme::Cavage);
        assert_eq!(seen.header("content-type"), Some("application/activity+json"));
    }
}

#[tokio::test]
async fn a_peer_that_takes_cavage_never_sees_anything_else() {
    let world = World::new();
    // snac: takes everything, and looks at the signature later
    world.web.put(INBOX, Page::status(202));
    for _ in 0..3 {
        sent(&world).await.unwrap();
    }
    assert_eq!(world.web.log().len(), 3);
    assert!(world.web.log().iter().all(|seen| !seen.is_rfc9421()));
}

#[tokio::test]
async fn a_peer_that_takes_only_rfc_9421_is_remembered() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.is_rfc9421() { 202 } else { 401 }))
    });
    sent(&world).await.unwrap();
    sent(&world).await.unwrap();
    let schemes: Vec<Scheme> = world.web.log().iter().map(|seen| verified(seen, world.now())).collect();
    assert_eq!(schemes, [Scheme::Cavage, Scheme::Rfc9421, Scheme::Rfc9421]);
    world.clock.advance(Duration::from_secs(8 * 24 * 3600));
    sent(&world).await.unwrap();
    assert_eq!(world.web.log().len(), 5, "after a week it is asked anew");
}

#[tokio::test]
async fn a_peer_that_goes_back_to_cavage_is_forgotten() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.is_rfc9421() { 202 } else { 403 }))
    });
    sent(&world).await.unwrap();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.is_rfc9421() { 401 } else { 202 }))
    });
    sent(&world).await.unwrap();
    sent(&world).await.unwrap();
    let schemes: Vec<bool> = world.web.log().iter().map(Seen::is_rfc9421).collect();
    assert_eq!(schemes, [false, true, true, false, false]);
}

#[tokio::test]
async fn a_peer_that_refuses_both_knocks_has_refused() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.is_rfc9421() { 400 } else { 401 }))
    });
    for _ in 0..2 {
        let refusal = sent(&world).await.unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.disposition),
            (Reason::HostRefused, Disposition::Reject)
        );
        assert!(refusal.detail.contains("401"), "{refusal}");
    }
    let schemes: Vec<bool> = world.web.log().iter().map(Seen::is_rfc9421).collect();
    assert_eq!(schemes, [false, true, false, true]);
}

#[tokio::test]
async fn a_second_knock_that_must_wait_waits() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.is_rfc9421() { 503 } else { 401 }))
    });
    assert_eq!(sent(&world).await.unwrap_err().disposition, Disposition::Retry(None));
}

#[tokio::test]
async fn what_must_wait_holds_back_what_comes_after_it() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        let busy = seen.body == "{\"n\":2}";
        Some(if busy {
            Page::status(429).with("retry-after", "120")
        } else {
            Page::status(202)
        })
    });
    let items = [item("{\"n\":1}"), item("{\"n\":2}"), item("{\"n\":3}")];
    let results = sent_to(&world, INBOX, &items).await;
    assert!(results[0].is_ok());
    let wait = Disposition::Retry(Some(Duration::from_secs(120)));
    for held in &results[1..] {
        let refusal = held.as_ref().unwrap_err();
        assert_eq!((refusal.reason, refusal.disposition), (Reason::RateLimited, wait));
    }
    assert_eq!(world.web.log().len(), 2);
}

#[tokio::test]
async fn row_82_what_is_refused_for_good_holds_nothing_back() {
    let world = World::new();
    world.web.on(INBOX, |seen| {
        Some(Page::status(if seen.body == "{\"n\":1}" { 400 } else { 202 }))
    });
    let results = sent_to(&world, INBOX, &[item("{\"n\":1}"), item("{\"n\":2}")]).await;
    assert_eq!(results[0].as_ref().unwrap_err().disposition, Disposition::Reject);
    assert!(results[1].is_ok());
}

#[tokio::test]
async fn row_20_a_redirect_of_a_post_is_not_followed() {
    let world = World::new();
    world.web.put(INBOX, Page::redirect("https://b.example/inbox"));
    world.web.put("https://b.example/inbox", Page::status(202));
    let refusal = sent(&world).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::HostRefused, Disposition::Reject)
    );
    assert_eq!(world.web.log().len(), 1);
}

#[tokio::test]
async fn hosts_that_are_away_gone_or_our_own() {
    let world = World::new();
    assert!(sent(&world).await.unwrap_err().is_transient());
    world.web.put(INBOX, Page::status(410));
    assert_eq!(sent(&world).await.unwrap_err().disposition, Disposition::Gone);
    let asked = world.web.log().len();
    for (address, reason) in [
        ("https://bridge.example/inbox", Reason::Loop),
        ("https://BRIDGE.example:443/users/x/inbox", Reason::Loop),
        ("mailto:a@b.example", Reason::Malformed),
        ("https://a@b.example/inbox", Reason::Malformed),
    ] {
        let refusal = sent_to(&world, address, &[item("{}")]).await.remove(0).unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.disposition),
            (reason, Disposition::Reject),
            "{address}"
        );
    }
    assert_eq!(world.web.log().len(), asked);
}

#[tokio::test]
async fn nobody_elses_name_is_signed_for() {
    let world = World::new();
    world.web.put(INBOX, Page::status(202));
    let mut other = Rendered::clone(&item("{}"));
    other.actor = ids::actor("https://a.example/users/alice").unwrap();
    let refusal = sent_to(&world, INBOX, &[Arc::new(other)]).await.remove(0).unwrap_err();
    assert_eq!(refusal.reason, Reason::NotFound);
    assert!(world.web.log().is_empty());
}
