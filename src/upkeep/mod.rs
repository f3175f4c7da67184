//! What is looked after by and by: watches that a crash left out, and what had its time.

mod forget;
mod watches;

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapters, Context};
use causeway_core::ports::{Accounts, Retention};

/// How often what had its time is forgotten.
const SWEEP: Duration = Duration::from_secs(3600);
/// How often accounts and watches are compared.
const COMPARE: Duration = Duration::from_secs(24 * 3600);
/// How soon again, when something could not be mended: at the start the stream may not be up yet.
const SOON: Duration = Duration::from_secs(60);

/// What upkeep works on.
pub struct Upkeep {
    /// The adapters, some of which watch sources.
    pub adapters: Arc<Adapters>,
    /// What they are handed.
    pub context: Context,
    /// Who takes part.
    pub accounts: Arc<dyn Accounts>,
    /// What is kept for a time only.
    pub retention: Arc<dyn Retention>,
    /// For how long wires and deliveries that were given up are kept.
    pub keep: Duration,
}

impl Upkeep {
    /// Works until shutdown.
    pub async fn run(self) {
        let clock = Arc::clone(&self.context.clock);
        let (mut compare, mut sweep) = (clock.now(), clock.now());
        while !self.context.shutdown.is_requested() {
            if clock.now() >= compare {
                let wait = if self.reconcile().await == 0 { COMPARE } else { SOON };
                compare = clock.now().plus(wait);
            }
            if clock.now() >= sweep {
                self.forget().await;
                sweep = clock.now().plus(SWEEP);
            }
            tokio::select! {
                () = self.context.shutdown.requested() => return,
                () = clock.sleep_until(compare.min(sweep)) => {}
            }
        }
    }
}
