//! NodeInfo: which program this is and what it speaks.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use causeway_formats::nodeinfo::{self, NodeInfo, Schema, Software, Usage};

use super::{Site, respond};

/// `GET /.well-known/nodeinfo`.
pub(super) async fn discovery(State(site): State<Site>) -> Response<Body> {
    let base = site.public_url.as_str().trim_end_matches('/');
    let instance = site.instances().next();
    let links = nodeinfo::discovery(base, instance.as_ref().map(|actor| actor.as_str()));
    respond::json_document("application/json", &links)
}

/// `GET /nodeinfo/2.0`.
pub(super) async fn v2_0(State(site): State<Site>) -> Response<Body> {
    document(&site, Schema::V2_0)
}

/// `GET /nodeinfo/2.1`.
pub(super) async fn v2_1(State(site): State<Site>) -> Response<Body> {
    document(&site, Schema::V2_1)
}

fn document(site: &Site, schema: Schema) -> Response<Body> {
    let mut protocols: Vec<String> = site
        .adapters
        .iter()
        .flat_map(|adapter| adapter.protocols())
        .map(|name| (*name).to_owned())
        .collect();
    protocols.sort();
    protocols.dedup();
    let info = NodeInfo {
        software: Software {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            repository: None,
            homepage: None,
        },
        protocols,
        services_inbound: Vec::new(),
        services_outbound: Vec::new(),
        open_registrations: false,
        // counts are the operator's to publish
        usage: Usage::default(),
        metadata: serde_json::Map::new(),
    };
    respond::json_document(&schema.media_type(), &info.to_json(schema))
}
