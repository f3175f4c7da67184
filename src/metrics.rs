//! Metric names and how they are counted. Names are fixed (`docs/operators/metrics.md`); no label names an actor or a host.

use std::time::Duration;

use causeway_core::adapter::Shutdown;
use causeway_core::id::Network;
use causeway_core::ports::{Standing, Totals};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use http::StatusCode;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// The side of a mapping that is no network.
pub const MODEL: &str = "model";

/// Seconds from the arrival of an event to its end, which may be hours when its author's host is down.
const EVENT_SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 300.0, 3600.0];
/// Seconds of a group of writes.
const DB_SECONDS: [f64; 9] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
/// How often what was timed is gathered up, whether somebody asks for it or not: it would pile up otherwise.
const GATHER: Duration = Duration::from_secs(5);

/// What counts, with the buckets of whatever is timed.
///
/// # Errors
/// When there are no buckets.
pub fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let buckets = |name: &str| Matcher::Full(name.to_owned());
    Ok(PrometheusBuilder::new()
        .set_buckets_for_metric(buckets("causeway_event_seconds"), &EVENT_SECONDS)?
        .set_buckets_for_metric(buckets("causeway_db_seconds"), &DB_SECONDS)?
        .build_recorder())
}

/// Gathers up what was timed, until shutdown.
pub async fn gather(handle: PrometheusHandle, shutdown: Shutdown) {
    loop {
        tokio::select! {
            () = shutdown.requested() => return,
            () = tokio::time::sleep(GATHER) => handle.run_upkeep(),
        }
    }
}

/// Describes every metric, so that a scraper sees help texts from the first second.
pub fn describe() {
    describe_gauge!("causeway_up", "1 while the bridge runs");
    describe_gauge!("causeway_build_info", "1, labelled with the version");
    describe_gauge!("causeway_xmpp_connected", "1 while the component stream is up");
    describe_gauge!("causeway_queue_depth", Unit::Count, "what waits, by queue");
    describe_gauge!(
        "causeway_queue_oldest_seconds",
        Unit::Seconds,
        "how long the oldest open delivery has been due"
    );
    describe_counter!(
        "causeway_events_total",
        Unit::Count,
        "activities processed, by where they came from and went to, kind and outcome"
    );
    describe_counter!(
        "causeway_fields_total",
        Unit::Count,
        "fields changed in a mapping, by its two sides and class"
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
    describe_stored();
    describe_traffic();
    gauge!("causeway_up").set(1.0);
    gauge!("causeway_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

fn describe_stored() {
    describe_gauge!("causeway_users", Unit::Count, "local actors who agreed once, by state");
    describe_gauge!(
        "causeway_remote_actors",
        Unit::Count,
        "actors of elsewhere whose profile is known, by network"
    );
    describe_gauge!(
        "causeway_follows",
        Unit::Count,
        "accepted follows across the bridge, by network and direction"
    );
    describe_gauge!("causeway_media_bytes", Unit::Bytes, "pictures kept");
    describe_counter!(
        "causeway_consent_changes_total",
        Unit::Count,
        "lines of the consent ledger, by kind"
    );
    describe_histogram!(
        "causeway_db_seconds",
        Unit::Seconds,
        "a group of writes, from its begin to the end of its commit"
    );
}

fn describe_traffic() {
    describe_histogram!(
        "causeway_event_seconds",
        Unit::Seconds,
        "from the arrival of an event to its end"
    );
    describe_counter!(
        "causeway_http_requests_total",
        Unit::Count,
        "requests answered on the public listener, by route and code"
    );
    describe_counter!(
        "causeway_signature_checks_total",
        Unit::Count,
        "signatures of requests checked, by result"
    );
    describe_counter!(
        "causeway_fetch_total",
        Unit::Count,
        "fetches from other hosts, by outcome"
    );
    describe_counter!(
        "causeway_blocked_total",
        Unit::Count,
        "what a block or a wish not to be bridged kept out, by rule"
    );
    describe_counter!(
        "causeway_stanzas_total",
        Unit::Count,
        "stanzas, by what became of them and whether somebody was served"
    );
    describe_gauge!(
        "causeway_stanzas_useful_ratio",
        "the part of all stanzas by which somebody was served"
    );
}

/// The state of the queue of deliveries.
pub fn deliveries(depth: u64, oldest: Option<Timestamp>) {
    use causeway_core::ports::Clock as _;
    let waiting = oldest.map_or(0.0, |oldest| {
        crate::services::SystemClock.now().since(oldest).as_secs_f64()
    });
    gauge!("causeway_queue_depth", "queue" => "deliveries").set(float(depth));
    gauge!("causeway_queue_oldest_seconds").set(waiting);
}

/// The state of the queue of events.
pub fn events(depth: u64) {
    gauge!("causeway_queue_depth", "queue" => "events").set(float(depth));
}

/// How much is stored. Of every network there is a number, so that none stays when its last one goes.
pub fn totals(totals: &Totals, networks: &[Network]) {
    for (standing, state) in [
        (Standing::Active, "active"),
        (Standing::Paused, "paused"),
        (Standing::Stopped, "stopped"),
    ] {
        let count = totals.users.iter().find(|(other, _)| *other == standing);
        gauge!("causeway_users", "state" => state).set(float(count.map_or(0, |(_, count)| *count)));
    }
    for network in networks {
        let name = network.as_str().to_owned();
        let count = totals.remote_actors.iter().find(|(other, _)| other == network);
        gauge!("causeway_remote_actors", "network" => name.clone()).set(float(count.map_or(0, |(_, count)| *count)));
        for (outward, direction) in [(false, "in"), (true, "out")] {
            let is_it = |of: &&causeway_core::ports::FollowTotal| of.network == *network && of.outward == outward;
            let count = totals.follows.iter().find(is_it).map_or(0, |of| of.count);
            gauge!("causeway_follows", "network" => name.clone(), "direction" => direction).set(float(count));
        }
    }
    for (purpose, given, count) in &totals.consents {
        let kind = format!("{purpose}-{}", if *given { "given" } else { "withdrawn" });
        // the ledger only grows, and outlives the process
        counter!("causeway_consent_changes_total", "kind" => kind).absolute(*count);
    }
    gauge!("causeway_media_bytes").set(float(totals.media_bytes));
}

/// Stanzas since the start: what became of them, whether somebody was served, how many.
pub fn stanzas(counts: &[(&'static str, bool, u64)]) {
    let (mut useful, mut all) = (0, 0);
    for (kind, serves, count) in counts {
        let label = if *serves { "yes" } else { "no" };
        counter!("causeway_stanzas_total", "kind" => *kind, "useful" => label).absolute(*count);
        all += count;
        useful += if *serves { *count } else { 0 };
    }
    if all > 0 {
        gauge!("causeway_stanzas_useful_ratio").set(float(useful) / float(all));
    }
}

/// Whether the XMPP stream is up.
pub fn connected(up: bool) {
    gauge!("causeway_xmpp_connected").set(if up { 1.0 } else { 0.0 });
}

/// One activity processed, or one refused. `to` is empty when it goes nowhere.
pub fn event(from: &str, to: &str, kind: &'static str, outcome: &'static str) {
    let (from, to) = (from.to_owned(), to.to_owned());
    counter!("causeway_events_total", "from" => from, "to" => to, "kind" => kind, "outcome" => outcome).increment(1);
}

/// How long one activity took from its arrival to its end.
pub fn event_took(from: &str, to: &str, kind: &'static str, took: Duration) {
    let (from, to) = (from.to_owned(), to.to_owned());
    histogram!("causeway_event_seconds", "from" => from, "to" => to, "kind" => kind).record(took.as_secs_f64());
}

/// One field changed on its way; one of the sides is [`MODEL`].
pub fn field(from: &str, to: &str, class: &'static str) {
    let (from, to) = (from.to_owned(), to.to_owned());
    counter!("causeway_fields_total", "from" => from, "to" => to, "class" => class).increment(1);
}

/// One thing refused: counted here when it is for somebody's wish that it was.
pub fn blocked(reason: Reason) {
    if matches!(
        reason,
        Reason::DomainBlocked
            | Reason::DomainLimited
            | Reason::UserBlocked
            | Reason::FlagNotBridgeable
            | Reason::NobridgeTag
    ) {
        counter!("causeway_blocked_total", "rule" => reason.code()).increment(1);
    }
}

/// One request answered; `route` is a pattern of ours.
pub fn request(route: &str, status: StatusCode) {
    counter!("causeway_http_requests_total", "route" => route.to_owned(), "code" => status.as_str().to_owned())
        .increment(1);
}

/// What came of a signature: nothing wrong, or a reason. One that is not about the signature says nothing of it.
pub fn signature(refused: Option<Reason>) {
    let result = match refused {
        None => "good",
        Some(reason @ (Reason::SignatureMissing | Reason::SignatureBad | Reason::SignatureOther | Reason::KeyGone)) => {
            reason.code()
        }
        Some(_) => return,
    };
    counter!("causeway_signature_checks_total", "result" => result).increment(1);
}

/// One fetch: the class of its status, or why there is none.
pub fn fetch(answer: Result<StatusCode, &Refusal>) {
    let outcome = match answer {
        Ok(status) if status.is_success() => "2xx",
        Ok(status) if status.is_redirection() => "3xx",
        Ok(status) if status.is_client_error() => "4xx",
        Ok(status) if status.is_server_error() => "5xx",
        Ok(_) => "other",
        Err(refusal) => refusal.reason.code(),
    };
    counter!("causeway_fetch_total", "outcome" => outcome).increment(1);
}

/// One group of writes.
pub fn database(took: Duration) {
    histogram!("causeway_db_seconds").record(took.as_secs_f64());
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

#[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn float(count: u64) -> f64 {
    count as f64
}
