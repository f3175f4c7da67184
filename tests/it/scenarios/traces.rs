//! What a bridge says of its own crossings.

use std::time::Duration;

use causeway_harness::bridge::Bridge;
use causeway_harness::process::eventually;
use serde_json::Value;

use super::stage::{SOON, Stage};

/// The newest traces, oldest first.
pub(crate) fn traces(bridge: &Bridge) -> Vec<Value> {
    let (ended_well, printed) = bridge.run(&["inspect", "--json", "list", "-n", "1000"]);
    assert!(ended_well, "{printed}");
    let lines = printed.lines().map(serde_json::from_str::<Value>);
    lines.collect::<Result<_, _>>().unwrap()
}

/// Waits for a trace; `what` says in the failure what was waited for.
pub(crate) async fn trace(bridge: &Bridge, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    eventually(what, Duration::from_secs(10), || async {
        traces(bridge).into_iter().find(&fits)
    })
    .await
}

/// Whether a trace is of something that came in on `network` and ended like this.
pub(crate) fn came(network: &'static str, outcome: &'static str) -> impl Fn(&Value) -> bool {
    move |trace| trace["direction"] == "in" && trace["network"] == network && trace["outcome"] == outcome
}

#[tokio::test]
async fn the_metrics_count_people_follows_requests_and_stanzas() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.follows(&mut juliet, "alice").await;
    stage.followed("juliet", "alice").await;
    let expected = [
        r#"causeway_users{state="active"} 1"#,
        r#"causeway_remote_actors{network="activitypub"} 1"#,
        r#"causeway_follows{network="activitypub",direction="in"} 1"#,
        r#"causeway_follows{network="activitypub",direction="out"} 1"#,
        r#"causeway_consent_changes_total{kind="bridge",given="yes"} 1"#,
        r#"causeway_http_requests_total{route="/users/{id}",code="200"}"#,
        r#"causeway_fetch_total{outcome="done"}"#,
        r#"causeway_stanzas_total{kind="commands",useful="yes"}"#,
    ];
    eventually("all are counted", SOON, || async {
        let metrics = stage.bridge.metrics().await;
        expected.iter().all(|line| metrics.contains(line)).then_some(())
    })
    .await;
    let metrics = stage.bridge.metrics().await;
    assert!(
        !metrics.contains("juliet") && !metrics.contains("alice"),
        "nobody is named: {metrics}"
    );
}
