//! The suite that every adapter passes, on this one.

#![allow(clippy::unwrap_used, reason = "test helpers fail loudly")]

use std::path::Path;
use std::sync::Arc;

use causeway_core::model::Kind;
use causeway_testkit::chance::TestRandom;
use causeway_testkit::conformance::{PAGE, Subject, Syntax};
use causeway_testkit::conformance_suite;
use causeway_testkit::fixtures::Direction;
use causeway_xmpp::{Settings, Xmpp, ids};

fn bridge(host: &str) -> Arc<Xmpp> {
    let settings = Settings {
        jid: host.to_owned(),
        server: String::new(),
        secret: String::new(),
        serve_domains: vec!["example.org".to_owned()],
        media_base: format!("https://{host}/").parse().unwrap(),
        gateways: Vec::new(),
    };
    Arc::new(Xmpp::new(settings, Arc::new(TestRandom::new(1))).unwrap())
}

fn subject() -> Subject {
    let post = ids::Item::new("juliet@example.org", ids::MICROBLOG, "on-gardens-2f9a").unwrap();
    Subject {
        here: bridge("bridge.example"),
        elsewhere: bridge("elsewhere.example"),
        host: "bridge.example",
        native: ids::actor("juliet@example.org").unwrap(),
        post: post.object(),
        syntax: Syntax::Xml,
        // PRODUCT, Consent: what is not public has no page
        public_mark: PAGE,
        // a retraction and a subscription stand in stanzas, a profile is read by nobody but this bridge
        addressed_later: &[Kind::Follow, Kind::Retraction, Kind::Profile],
        fixtures: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures"),
        // a tombstone is written where a service lets us publish and not retract, which it says when it is asked
        lost_later: &[(Kind::Retraction, Direction::Out)],
    }
}

conformance_suite!(subject());
