//! The operator's listener: is it alive, is it ready, what has it done.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use causeway_core::ports::{Counts, Queue};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};

/// One thing that must be so before the bridge is ready.
pub type Check = (&'static str, Arc<dyn Fn() -> bool + Send + Sync>);

/// Counts since the start, by name.
pub type Tally = Arc<dyn Fn() -> Vec<(&'static str, u64)> + Send + Sync>;

/// What the routes are made of.
#[derive(Clone)]
pub struct Ops {
    /// The metrics recorder.
    pub metrics: PrometheusHandle,
    /// What must be so.
    pub checks: Vec<Check>,
    /// The delivery queue, for its depth.
    pub queue: Arc<dyn Queue>,
    /// How many there are of what.
    pub census: Arc<dyn Counts>,
    /// What became of stanzas, where there are any.
    pub stanzas: Option<Tally>,
}

/// The router of the operator's listener.
pub fn router(ops: Ops) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/healthz", get(ready))
        .route("/metrics", get(render))
        .with_state(ops)
}

async fn ready(State(ops): State<Ops>) -> impl IntoResponse {
    let mut state: Vec<(&str, bool)> = ops.checks.iter().map(|(name, check)| (*name, check())).collect();
    state.push(("database", ops.queue.depth().await.is_ok()));
    let ready = state.iter().all(|(_, ok)| *ok);
    let parts: serde_json::Map<String, Value> = state
        .into_iter()
        .map(|(name, ok)| (name.to_owned(), Value::Bool(ok)))
        .collect();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ready": ready, "parts": parts }).to_string() + "\n";
    (status, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn render(State(ops): State<Ops>) -> impl IntoResponse {
    if let Ok((depth, oldest)) = ops.queue.depth().await {
        crate::metrics::queue(depth, oldest);
    }
    if let Ok(census) = ops.census.census().await {
        crate::metrics::census(&census);
    }
    if let Some(tally) = &ops.stanzas {
        crate::metrics::stanzas(&tally());
    }
    for (name, check) in &ops.checks {
        if *name == "xmpp" {
            crate::metrics::connected(check());
        }
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        ops.metrics.render(),
    )
}
