//! Taking in what a tool has fetched, beside a bridge that runs.

use std::sync::Arc;

use causeway_core::adapter::{Crossing, Raw, Wire};
use causeway_core::bus::Bus;
use causeway_core::id::Network;
use causeway_core::ports::{Accepted, Ingest, Later};
use causeway_core::refusal::Refusal;

/// Takes in only what it is handed and waited for, at once: the queue of events is the running bridge's.
pub struct AtOnce(pub Arc<Bus>);

impl Ingest for AtOnce {
    fn arrived<'a>(&'a self, _: &'a Network, _: Raw) -> Later<'a, Accepted> {
        nothing_is_kept()
    }

    fn ingest(&self, _: Wire) -> Later<'_, Accepted> {
        nothing_is_kept()
    }

    fn processed(&self, wire: Wire) -> Later<'_, Crossing> {
        Box::pin(async move { self.0.at_once(&wire).await })
    }
}

fn nothing_is_kept<'a>() -> Later<'a, Accepted> {
    Box::pin(async { Err(Refusal::internal("a tool keeps nothing for later")) })
}
