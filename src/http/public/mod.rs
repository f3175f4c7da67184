//! The public listener: what other servers and people with a browser see.
//!
//! Routes that every network shares are here; each adapter contributes its own.

mod accept;
mod hostmeta;
mod media;
mod nodeinfo;
mod pages;
mod respond;
mod users;
mod webfinger;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::routing::{MethodFilter, get, on};
use causeway_core::adapter::{Adapters, Context, Handler, Route};
use causeway_core::id::ActorId;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use crate::metrics;

/// What the public routes are made of.
#[derive(Clone)]
pub struct Site {
    /// The adapters.
    pub adapters: Arc<Adapters>,
    /// What adapters are given.
    pub context: Context,
    /// The URL under which the bridge is reached.
    pub public_url: Url,
    /// WHOST, with a port when the URL names one.
    pub host: String,
    /// The domain of handles.
    pub handle_domain: String,
    /// The address that XMPP users add: XHOST.
    pub bridge: String,
    /// Whether every fetch must be signed.
    pub authorized_fetch: bool,
}

/// Longest time a request may take in all, body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// The router of the public listener.
pub fn router(site: Site) -> Router {
    let mut router = Router::new()
        .route("/", get(pages::front))
        .route("/.well-known/webfinger", get(webfinger::webfinger))
        .route("/.well-known/host-meta", get(hostmeta::xrd))
        .route("/.well-known/host-meta.json", get(hostmeta::json))
        .route("/.well-known/nodeinfo", get(nodeinfo::discovery))
        .route("/nodeinfo/2.0", get(nodeinfo::v2_0))
        .route("/nodeinfo/2.1", get(nodeinfo::v2_1))
        .route("/users/{id}", get(users::actor))
        .route("/@{name}", get(users::named))
        .route("/users/{id}/outbox", get(users::outbox))
        .route("/users/{id}/followers", get(users::followers))
        .route("/users/{id}/following", get(users::following))
        .route("/users/{id}/{sort}/{object}", get(users::object))
        .route("/users/{id}/{sort}/{object}/replies", get(users::replies))
        .route("/media/avatar/{name}", get(media::avatar));
    for adapter in site.adapters.iter() {
        for route in Arc::clone(adapter).routes(&site.context) {
            router = add(router, route);
        }
    }
    router
        .fallback(respond::not_found)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(middleware::from_fn(counted))
        .with_state(site)
}

/// Counts a request by the pattern of its route: what strangers write into URLs names no series.
async fn counted(request: Request, next: Next) -> http::Response<Body> {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    metrics::request(route, response.status());
    response
}

fn add(router: Router<Site>, route: Route) -> Router<Site> {
    let Ok(method) = MethodFilter::try_from(route.method.clone()) else {
        return router;
    };
    let Route {
        path,
        body_limit,
        handler,
        ..
    } = route;
    let answer = move |OriginalUri(uri): OriginalUri, request: Request| answer(handler, body_limit, uri, request);
    router.route(path, on(method, answer))
}

/// Reads the body within the route's limit and hands the request to the adapter.
async fn answer(handler: Handler, limit: usize, uri: http::Uri, request: Request) -> http::Response<Body> {
    let (mut parts, body) = request.into_parts();
    parts.uri = uri;
    match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => handler(http::Request::from_parts(parts, bytes)).await.map(Body::from),
        Err(_) => respond::refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the body is larger than this route takes",
        ),
    }
}

impl Site {
    /// An absolute URL of ours.
    fn url(&self, path: &str) -> String {
        self.public_url
            .join(path)
            .map_or_else(|_| path.to_owned(), String::from)
    }

    /// The instance actors of all networks.
    fn instances(&self) -> impl Iterator<Item = ActorId> + '_ {
        self.adapters.iter().filter_map(|adapter| adapter.instance())
    }
}
