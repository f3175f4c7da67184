//! Metric names and how they are counted. Names are fixed (`docs/operators/metrics.md`); no label names an actor or a host.

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
