//! host-meta: where WebFinger is.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use causeway_formats::webfinger::{Jrd, Link, rel};

use super::{Site, respond};

/// `GET /.well-known/host-meta`.
// RFC 6415 §2
pub(super) async fn xrd(State(site): State<Site>) -> Response<Body> {
    respond::shared("application/xrd+xml; charset=utf-8", meta(&site).to_xrd())
}

/// `GET /.well-known/host-meta.json`.
pub(super) async fn json(State(site): State<Site>) -> Response<Body> {
    respond::json_document("application/json", &meta(&site).to_json())
}

fn meta(site: &Site) -> Jrd {
    let template = site.url("/.well-known/webfinger") + "?resource={uri}";
    Jrd {
        links: vec![Link::template(rel::LRDD, Some("application/jrd+json"), &template)],
        ..Jrd::default()
    }
}
