//! Metric names and how they are counted. Names are fixed (`docs/operators/metrics.md`); no label names an actor or a host.

use causeway_core::ports::Census;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

/// Describes every metric, so that a scraper sees help texts from the first second.
pub fn describe() {
    describe_gauge!("causeway_up", "1 while the bridge runs");
    describe_gauge!("causeway_build_info", "1, labelled with the version");
    describe_gauge!("causeway_xmpp_connected", "1 while the component stream is up");
    describe_gauge!("causeway_queue_depth", Unit::Count, "open deliveries");
    describe_gauge!(
        "causeway_queue_oldest_seconds",
        Unit::Seconds,
        "how long the oldest open delivery has been due"
    );
    describe_counter!(
        "causeway_events_total",
        Unit::Count,
        "activities processed, by source network, kind and outcome"
    );
    describe_counter!(
        "causeway_fields_total",
        Unit::Count,
        "fields changed in a mapping, by network, direction and class"
    );
    describe_counter!(
        "causeway_deliveries_total",
        Unit::Count,
        "deliveries tried, by network, outcome and reason"
    );
    describe_counter!(
        "causeway_traces_dropped_total",
        Unit::Count,
        "traces lost because writing them was too slow"
    );
    describe_counter!(
        "causeway_forgotten_total",
        Unit::Count,
        "what had its time and was forgotten, by sort"
    );
    describe_gauge!("causeway_users", Unit::Count, "users here, by standing");
    describe_gauge!(
        "causeway_remote_actors",
        Unit::Count,
        "known actors elsewhere, by network"
    );
    describe_gauge!(
        "causeway_follows",
        Unit::Count,
        "accepted follows, by network and direction"
    );
    describe_gauge!("causeway_media_bytes", Unit::Bytes, "pictures kept");
    describe_counter!(
        "causeway_consent_changes_total",
        Unit::Count,
        "words in the ledger of consent, by purpose and whether given"
    );
    describe_counter!(
        "causeway_stanzas_total",
        Unit::Count,
        "stanzas, by what became of them and whether that was of use to anybody"
    );
    describe_counter!(
        "causeway_http_requests_total",
        Unit::Count,
        "requests to the public listener, by route and status"
    );
    describe_counter!("causeway_fetch_total", Unit::Count, "requests to others, by outcome");
    gauge!("causeway_up").set(1.0);
    gauge!("causeway_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// The state of the queue.
pub fn queue(depth: u64, oldest: Option<Timestamp>) {
    use causeway_core::ports::Clock as _;
    let waiting = oldest.map_or(0.0, |oldest| {
        crate::services::SystemClock.now().since(oldest).as_secs_f64()
    });
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    gauge!("causeway_queue_depth").set(depth as f64);
    gauge!("causeway_queue_oldest_seconds").set(waiting);
}

/// Whether the XMPP stream is up.
pub fn connected(up: bool) {
    gauge!("causeway_xmpp_connected").set(if up { 1.0 } else { 0.0 });
}

/// One activity processed, or one refused.
pub fn event(from: &str, kind: &'static str, outcome: &'static str) {
    counter!("causeway_events_total", "from" => from.to_owned(), "kind" => kind, "outcome" => outcome).increment(1);
}

/// One field changed on its way.
pub fn field(network: &str, direction: &'static str, class: &'static str) {
    counter!("causeway_fields_total", "network" => network.to_owned(), "direction" => direction, "class" => class)
        .increment(1);
}

/// One delivery tried.
pub fn delivery(network: &str, outcome: &'static str, reason: &'static str) {
    counter!("causeway_deliveries_total", "network" => network.to_owned(), "outcome" => outcome, "reason" => reason)
        .increment(1);
}

/// Things of one sort that had their time.
pub fn swept(what: &'static str, count: u64) {
    counter!("causeway_forgotten_total", "what" => what).increment(count);
}

/// How many there are of what.
#[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
pub fn census(census: &Census) {
    for (standing, count) in &census.users {
        gauge!("causeway_users", "state" => standing.clone()).set(*count as f64);
    }
    for (network, count) in &census.remote_actors {
        gauge!("causeway_remote_actors", "network" => network.as_str().to_owned()).set(*count as f64);
    }
    for (network, ours, count) in &census.follows {
        let direction = if *ours { "out" } else { "in" };
        gauge!("causeway_follows", "network" => network.as_str().to_owned(), "direction" => direction)
            .set(*count as f64);
    }
    for (purpose, given, count) in &census.consents {
        let given = if *given { "yes" } else { "no" };
        counter!("causeway_consent_changes_total", "kind" => purpose.clone(), "given" => given).absolute(*count);
    }
    gauge!("causeway_media_bytes").set(census.media_bytes as f64);
}

/// What a stanza came to that was of use: a person said, asked or was told something.
const USEFUL: [&str; 4] = ["commands", "deliveries", "events-taken", "requests"];

/// Stanzas since the start, by what became of them.
pub fn stanzas(counts: &[(&'static str, u64)]) {
    for (kind, count) in counts {
        let useful = if USEFUL.contains(kind) { "yes" } else { "no" };
        counter!("causeway_stanzas_total", "kind" => *kind, "useful" => useful).absolute(*count);
    }
}

/// One request answered on the public listener. `route` is the pattern, not the path.
pub fn request(route: &str, status: u16) {
    counter!("causeway_http_requests_total", "route" => route.to_owned(), "code" => status.to_string()).increment(1);
}

/// One request to another server.
pub fn fetched<T>(result: &Result<T, Refusal>) {
    let outcome = result.as_ref().err().map_or("done", |refusal| refusal.reason.code());
    counter!("causeway_fetch_total", "outcome" => outcome).increment(1);
}
