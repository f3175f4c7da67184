//! A bridge at `https://bridge.example`, a web around it, and people who sign.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use causeway_activitypub::{ActivityPub, Config};
use causeway_core::adapter::{Adapter, Context, Raw, RawSource, Shutdown, Wire};
use causeway_core::ports::Clock;
use causeway_core::refusal::Refusal;
use causeway_formats::http_signature::{Outgoing, PrivateKey, Scheme, sign_cavage, sign_rfc9421};
use causeway_testkit::chance::TestRandom;
use causeway_testkit::clock::TestClock;
use causeway_testkit::stubs::Nothing;
use http::{HeaderName, HeaderValue, Method, Request};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

use crate::ports::{Idle, Inbox, KnownActors, KnownKeys};
use crate::web::{Page, Web};

pub(crate) const BRIDGE: &str = "https://bridge.example";

/// Keys take long to make: three for all tests of a process.
static KEYS: LazyLock<[PrivateKey; 3]> = LazyLock::new(|| std::array::from_fn(|_| PrivateKey::generate().unwrap()));

/// The `n`th key.
pub(crate) fn key(n: usize) -> &'static PrivateKey {
    &KEYS[n]
}

pub(crate) struct World {
    pub adapter: Arc<ActivityPub>,
    pub context: Context,
    pub web: Arc<Web>,
    pub keys: Arc<KnownKeys>,
    pub actors: Arc<KnownActors>,
    pub inbox: Arc<Inbox>,
    pub clock: TestClock,
    _switch: watch::Sender<bool>,
}

/// Somebody elsewhere who signs with key 1.
#[derive(Clone)]
pub(crate) struct Peer {
    pub id: String,
    pub key_id: String,
    pub key: &'static PrivateKey,
    pub scheme: Scheme,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(BRIDGE, "2026-11-22T19:00:00Z")
    }

    pub(crate) fn at(site: &str, now: &str) -> Self {
        let (switch, shutdown) = Shutdown::new();
        let (web, clock) = (Arc::new(Web::default()), TestClock::at(now));
        let keys = Arc::new(KnownKeys {
            own: key(0).clone(),
            site: site.to_owned(),
            remote: std::sync::Mutex::default(),
        });
        let (actors, inbox) = (Arc::new(KnownActors::default()), Arc::new(Inbox::default()));
        let context = Context {
            ingest: inbox.clone(),
            reads: actors.clone(),
            directory: Arc::new(Nothing),
            commands: Arc::new(Nothing),
            watches: Arc::new(Idle),
            places: Arc::new(Idle),
            media: Arc::new(Nothing),
            http: web.clone(),
            keys: keys.clone(),
            clock: Arc::new(clock.clone()),
            random: Arc::new(TestRandom::new(1)),
            shutdown,
        };
        let adapter = Arc::new(ActivityPub::new(Config::new(site.parse().unwrap(), None)));
        let _ = inbox.adapter.set((adapter.clone(), context.clone()));
        Self {
            adapter,
            context,
            web,
            keys,
            actors,
            inbox,
            clock,
            _switch: switch,
        }
    }

    /// Makes `actor` known.
    pub(crate) fn knows(&self, actor: &str) {
        self.actors.0.lock().unwrap().insert(actor.to_owned());
    }

    pub(crate) async fn authenticate(&self, request: Request<Bytes>) -> Result<Wire, Refusal> {
        let (parts, body) = request.into_parts();
        let raw = Raw {
            source: RawSource::Request(Box::new(parts)),
            body,
            received: self.clock.now(),
        };
        self.adapter.authenticate(raw, &self.context).await
    }

    pub(crate) fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.clock.now().millis()).unwrap())
    }

    /// `activity` posted to our inbox by `peer`.
    pub(crate) fn post(&self, peer: &Peer, activity: &Value) -> Request<Bytes> {
        self.signed(peer, Method::POST, "/inbox", Bytes::from(activity.to_string()))
    }

    pub(crate) fn signed(&self, peer: &Peer, method: Method, path: &str, body: Bytes) -> Request<Bytes> {
        let url = format!("{BRIDGE}{path}").parse().unwrap();
        let outgoing = Outgoing {
            method: &method,
            url: &url,
            body: (method == Method::POST).then_some(&body[..]),
            headers: &[],
            now: self.now(),
        };
        let sign = match peer.scheme {
            Scheme::Cavage => sign_cavage,
            Scheme::Rfc9421 => sign_rfc9421,
        };
        let signed: Vec<(HeaderName, HeaderValue)> = sign(peer.key, &peer.key_id, &outgoing).unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in signed {
            request = request.header(name, value);
        }
        request
            .header("content-type", "application/activity+json")
            .body(body)
            .unwrap()
    }
}

impl Peer {
    /// The actor at `id`, whose key is in its document.
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key_id: format!("{id}#main-key"),
            key: key(1),
            scheme: Scheme::Cavage,
        }
    }

    /// The actor's document.
    pub(crate) fn document(&self) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.id,
            "type": "Person",
            "preferredUsername": self.id.rsplit('/').next().unwrap(),
            "inbox": format!("{}/inbox", self.id),
            "publicKey": self.public_key()
        })
    }

    pub(crate) fn public_key(&self) -> Value {
        json!({"id": self.key_id, "owner": self.id, "publicKeyPem": self.key.public_pem()})
    }

    /// The actor's document stands where its id says.
    pub(crate) fn published(self, web: &Web) -> Self {
        web.put(&self.id, Page::document(&self.document()));
        self
    }

    pub(crate) fn like(&self, n: u32) -> Value {
        let id = format!("{}/likes/{n}", self.id);
        json!({"id": id, "type": "Like", "actor": self.id, "object": format!("{BRIDGE}/users/k/posts/p")})
    }

    pub(crate) fn farewell(&self) -> Value {
        json!({"id": format!("{}#delete", self.id), "type": "Delete", "actor": self.id, "object": self.id})
    }
}
