//! What adapters are handed.

use std::sync::Arc;

use tokio::sync::watch;

use super::Lookup;
use crate::model::Profile;
use crate::ports::{Clock, Commands, Directory, HttpClient, Ingest, Keys, MediaStore, Places, Random, Reads, Watches};
use crate::time::Timestamp;

/// Everything an adapter may touch outside itself. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// Hands in what arrived.
    pub ingest: Arc<dyn Ingest>,
    /// Reads what is stored, as a given viewer.
    pub reads: Arc<dyn Reads>,
    /// Finds and learns actors by address.
    pub directory: Arc<dyn Directory>,
    /// Commands of local actors.
    pub commands: Arc<dyn Commands>,
    /// The sources it watches, and how far it has read them.
    pub watches: Arc<dyn Watches>,
    /// The subscribers of places kept here.
    pub places: Arc<dyn Places>,
    /// Pictures served under our own URL.
    pub media: Arc<dyn MediaStore>,
    /// The guarded HTTP client.
    pub http: Arc<dyn HttpClient>,
    /// Own keys, and what is known of others'.
    pub keys: Arc<dyn Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// The end.
    pub shutdown: Shutdown,
}

/// Becomes known to all at once when the process is asked to end.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// A switch and what it ends. Dropping the switch ends it too.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (switch, receiver) = watch::channel(false);
        (switch, Self(receiver))
    }

    /// Returns when the end was asked for.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        // an error means that the switch is gone, which is the end as well
        let _ = receiver.wait_for(|end| *end).await;
    }

    /// Whether the end was asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

/// What `parse` may know.
#[derive(Clone, Copy)]
pub struct ParseContext<'a> {
    /// The time of the crossing.
    pub now: Timestamp,
    /// What was fetched for it so far.
    pub lookup: &'a dyn Lookup,
}

/// What `render` may know.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderContext<'a> {
    /// The profile of the acting actor, ids in the target network's terms where they have such.
    pub author: Option<&'a Profile>,
    /// The acting actor's public key on the target network, as SPKI PEM, where it has one.
    pub public_key: Option<&'a str>,
}
