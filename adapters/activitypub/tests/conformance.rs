//! The suite that every adapter passes, on this one.

#![allow(clippy::unwrap_used, reason = "test helpers fail loudly")]

use std::path::Path;
use std::sync::Arc;

use causeway_activitypub::{ActivityPub, Config, ids};
use causeway_testkit::conformance::{Subject, Syntax};
use causeway_testkit::conformance_suite;

fn bridge(host: &str) -> Arc<ActivityPub> {
    let url = format!("https://{host}/").parse().unwrap();
    Arc::new(ActivityPub::new(Config::new(url, None)))
}

fn subject() -> Subject {
    Subject {
        here: bridge("bridge.example"),
        elsewhere: bridge("elsewhere.example"),
        host: "bridge.example",
        native: ids::actor("https://masto.example/users/alice").unwrap(),
        post: ids::object("https://masto.example/users/alice/statuses/1").unwrap(),
        syntax: Syntax::Json,
        public_mark: "https://www.w3.org/ns/activitystreams#Public",
        addressed_later: &[],
        fixtures: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures"),
        lost_later: &[],
    }
}

conformance_suite!(subject());
