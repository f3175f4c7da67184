//! A server of many actors, all with one key: serves their documents, accepts follows, counts what comes in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use causeway_formats::http_signature::{Outgoing, PrivateKey, sign_cavage};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::sender::{Sender, Signed};

/// How long an Accept is tried.
const PATIENCE: Duration = Duration::from_secs(60);
const AS2: &str = "application/activity+json";

/// A running crowd.
#[derive(Clone)]
pub(super) struct Crowd {
    shared: Arc<Shared>,
}

struct Shared {
    base: String,
    key: PrivateKey,
    taken: AtomicUsize,
    last: watch::Sender<Option<Instant>>,
}

impl Crowd {
    /// Starts a server on a free port.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let key = PrivateKey::generate().expect("a key");
        let (last, _) = watch::channel(None);
        let crowd = Self {
            shared: Arc::new(Shared {
                base,
                key,
                taken: AtomicUsize::new(0),
                last,
            }),
        };
        let router = Router::new()
            .route("/actor/{name}", get(document))
            .route("/inbox/{name}", post(inbox))
            .with_state(crowd.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        crowd
    }

    /// The id of an actor.
    pub(super) fn actor(&self, name: usize) -> String {
        format!("{}/actor/{name}", self.shared.base)
    }

    /// Deliveries that were taken, follows aside.
    pub(super) fn taken(&self) -> usize {
        self.shared.taken.load(Ordering::SeqCst)
    }

    /// When the last one was taken.
    pub(super) fn last(&self) -> Option<Instant> {
        *self.shared.last.borrow()
    }

    /// A request to `inbox` with `activity`, signed by the actor.
    #[expect(
        clippy::disallowed_methods,
        reason = "a signature is dated, and the bridge's clock is the machine's"
    )]
    pub(super) fn sign(&self, name: usize, inbox: &Url, activity: &Value) -> Signed {
        let body = activity.to_string();
        let content = [(header::CONTENT_TYPE, HeaderValue::from_static(AS2))];
        let outgoing = Outgoing {
            method: &Method::POST,
            url: inbox,
            body: Some(body.as_bytes()),
            headers: &content,
            now: SystemTime::now(),
        };
        let key_id = format!("{}#main-key", self.actor(name));
        let headers = sign_cavage(&self.shared.key, &key_id, &outgoing).expect("it can be signed");
        Signed::post(inbox, &headers, body.as_bytes())
    }

    /// The Create of a public note by an actor.
    pub(super) fn note(&self, name: usize, number: usize, text: &str) -> Value {
        let actor = self.actor(name);
        let object = format!("{actor}/notes/{number}");
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{object}#create"), "type": "Create", "actor": actor,
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "object": {
                "id": object, "type": "Note", "attributedTo": actor, "content": format!("<p>{text}</p>"),
                "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [format!("{actor}/followers")],
                "published": "2026-11-23T06:00:00Z"
            }
        })
    }

    /// The Follow of `target` by an actor.
    pub(super) fn follow(&self, name: usize, target: &str) -> Value {
        let actor = self.actor(name);
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{actor}/follows/1"), "type": "Follow", "actor": actor, "object": target
        })
    }
}

async fn document(State(crowd): State<Crowd>, Path(name): Path<usize>) -> impl IntoResponse {
    let actor = crowd.actor(name);
    let document = json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": actor, "type": "Person", "preferredUsername": format!("user{name}"), "name": format!("User {name}"),
        "inbox": format!("{}/inbox/{name}", crowd.shared.base), "outbox": format!("{actor}/outbox"),
        "publicKey": { "id": format!("{actor}#main-key"), "owner": actor, "publicKeyPem": crowd.shared.key.public_pem() }
    });
    ([(header::CONTENT_TYPE, AS2)], document.to_string())
}

/// Follows are accepted; everything else is counted.
async fn inbox(State(crowd): State<Crowd>, Path(name): Path<usize>, body: Bytes) -> StatusCode {
    let activity: Value = serde_json::from_slice(&body).unwrap_or_default();
    match activity["type"].as_str() {
        Some("Follow") => {
            let follower = activity["actor"].as_str().unwrap_or_default();
            let Ok(inbox) = Url::parse(&format!("{follower}/inbox")) else {
                return StatusCode::BAD_REQUEST;
            };
            let actor = crowd.actor(name);
            let accept = json!({
                "@context": "https://www.w3.org/ns/activitystreams",
                "id": format!("{actor}/accepts/1"), "type": "Accept", "actor": actor, "object": activity
            });
            let signed = crowd.sign(name, &inbox, &accept);
            tokio::spawn(async move { Sender::to(&inbox).accepted(&signed, PATIENCE).await });
        }
        Some("Accept") => {}
        _ => {
            crowd.shared.taken.fetch_add(1, Ordering::SeqCst);
            crowd.shared.last.send_replace(Some(Instant::now()));
        }
    }
    StatusCode::ACCEPTED
}
