//! Load: a peer server of many actors with one key, requests signed beforehand, and what is measured of a bridge.

mod crowd;
mod fanout;
mod figures;
mod idle;
mod inbound;

use std::path::Path;

pub use figures::{Figure, Table};

use crate::prosody::Prosody;

/// Sizes of one run.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Activities sent to the inbox as fast as it takes them.
    pub inbound: usize,
    /// Actors that send them.
    pub actors: usize,
    /// Requests under way at once.
    pub at_once: usize,
    /// Activities sent at 100 a second, for the time until an XMPP subscriber sees them.
    pub paced: usize,
    /// Inboxes that one local post goes to.
    pub inboxes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            inbound: 20_000,
            actors: 50,
            at_once: 32,
            paced: 500,
            inboxes: 500,
        }
    }
}

/// Measures the bridge built at `program`, saying what is under way.
///
/// # Panics
/// When something that should work does not.
pub async fn measure(program: &Path, sizes: Sizes) -> Table {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    let mut table = Table::default();
    idle::measure(program, &prosody, &mut table).await;
    inbound::measure(program, &prosody, sizes, &mut table).await;
    fanout::measure(program, &prosody, sizes, &mut table).await;
    table
}
