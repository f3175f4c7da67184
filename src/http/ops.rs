//! The operator's listener: is it alive, is it ready, what has it done.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use causeway_core::id::Network;
use causeway_core::ports::{Census, Queue};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::metrics;

/// One thing that must be so before the bridge is ready.
pub type Check = (&'static str, Arc<dyn Fn() -> bool + Send + Sync>);

/// Stanzas since the start: what became of them, whether somebody was served, how many.
pub type Stanzas = Arc<dyn Fn() -> Vec<(&'static str, bool, u64)> + Send + Sync>;

/// How long totals stay as they were read: whoever asks every second costs the database no more.
const FRESH: Duration = Duration::from_secs(60);

/// What the routes are made of.
pub struct Ops {
    /// The metrics recorder.
    pub metrics: PrometheusHandle,
    /// What must be so.
    pub checks: Vec<Check>,
    /// The delivery queue, for its depth.
    pub queue: Arc<dyn Queue>,
    /// How much there is.
    pub census: Arc<dyn Census>,
    /// The networks that numbers are given of.
    pub networks: Vec<Network>,
    /// Where stanzas are counted.
    pub stanzas: Option<Stanzas>,
}

struct Listening {
    ops: Ops,
    /// When totals were read last.
    read: Mutex<Option<Instant>>,
}

/// The router of the operator's listener.
pub fn router(ops: Ops) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/healthz", get(ready))
        .route("/metrics", get(render))
        .with_state(Arc::new(Listening {
            ops,
            read: Mutex::default(),
        }))
}

async fn ready(State(listening): State<Arc<Listening>>) -> impl IntoResponse {
    let ops = &listening.ops;
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

async fn render(State(listening): State<Arc<Listening>>) -> impl IntoResponse {
    let ops = &listening.ops;
    if let Ok((depth, oldest)) = ops.queue.depth().await {
        metrics::deliveries(depth, oldest);
    }
    if let Ok(depth) = ops.census.waiting().await {
        metrics::events(depth);
    }
    listening.totals().await;
    for (name, check) in &ops.checks {
        if *name == "xmpp" {
            metrics::connected(check());
        }
    }
    if let Some(stanzas) = &ops.stanzas {
        metrics::stanzas(&stanzas());
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        ops.metrics.render(),
    )
}

impl Listening {
    async fn totals(&self) {
        if self.is_fresh() {
            return;
        }
        match self.ops.census.totals().await {
            Ok(totals) => metrics::totals(&totals, &self.ops.networks),
            Err(_) => *self.read.lock().unwrap_or_else(PoisonError::into_inner) = None,
        }
    }

    /// Whether totals were read a moment ago. Whoever is told no reads them, and others need not.
    fn is_fresh(&self) -> bool {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = read.is_some_and(|at| at.elapsed() < FRESH);
        if !fresh {
            *read = Some(Instant::now());
        }
        fresh
    }
}
