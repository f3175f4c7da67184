//! Counting what came of signatures, on the way in.

use std::sync::Arc;

use causeway_core::adapter::{Crossing, Raw, RawSource, Wire};
use causeway_core::id::Network;
use causeway_core::ports::{Accepted, Ingest, Later};

use crate::metrics;

/// Hands everything on, and counts what became of signed requests.
pub struct SignaturesCounted(pub Arc<dyn Ingest>);

impl Ingest for SignaturesCounted {
    fn arrived<'a>(&'a self, network: &'a Network, raw: Raw) -> Later<'a, Accepted> {
        let request = matches!(raw.source, RawSource::Request(_));
        Box::pin(async move {
            let taken = self.0.arrived(network, raw).await;
            if request {
                metrics::signature(taken.as_ref().err().map(|refusal| refusal.reason));
            }
            taken
        })
    }

    fn ingest(&self, wire: Wire) -> Later<'_, Accepted> {
        self.0.ingest(wire)
    }

    fn processed(&self, wire: Wire) -> Later<'_, Crossing> {
        self.0.processed(wire)
    }
}
