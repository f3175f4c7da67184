//! What a bridge says of its own crossings.

use std::time::Duration;

use causeway_harness::bridge::Bridge;
use causeway_harness::process::eventually;
use serde_json::Value;

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
