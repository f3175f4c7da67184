//! The instance actor: signs what the bridge fetches, and is readable unsigned, so that two servers which both ask for
//! signed fetches do not wait for each other.

use bytes::Bytes;
use causeway_core::adapter::Context;
use causeway_core::refusal::Refusal;
use http::{Response, StatusCode};
use serde::Serialize;

use crate::adapter::ActivityPub;
use crate::inbox::{document, refused};
use crate::wire::out::{Document, MEDIA_TYPE};
use crate::{document as documents, ids};

impl ActivityPub {
    /// `GET /actor`.
    // AP §4.1
    pub(crate) async fn instance_document(&self, context: &Context) -> Response<Bytes> {
        let made = match context.keys.own(&self.config.instance_actor()).await {
            Ok(key) => documents::instance_actor(&self.config, &key.public_pem),
            Err(refusal) => Err(refusal),
        };
        match made {
            Ok(rendered) => document(StatusCode::OK, rendered.media_type, rendered.body),
            Err(refusal) => refused(&refusal),
        }
    }

    /// `GET /actor/outbox`: it never says anything.
    pub(crate) fn instance_outbox(&self) -> Response<Bytes> {
        match self.empty_outbox() {
            Ok(body) => document(StatusCode::OK, MEDIA_TYPE, body),
            Err(refusal) => refused(&refusal),
        }
    }

    fn empty_outbox(&self) -> Result<Bytes, Refusal> {
        Document::bytes(Nothing {
            id: ids::outbox(&self.config.instance_actor()),
            kind: "OrderedCollection",
            total_items: 0,
            ordered_items: [],
        })
    }
}

/// A collection of nothing.
// AP §5.1
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Nothing {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    total_items: u64,
    ordered_items: [(); 0],
}
