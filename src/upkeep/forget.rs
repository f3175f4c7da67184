//! What had its time is forgotten, in steps small enough to delay nobody.

use causeway_core::ports::{Farewell, Swept};
use causeway_core::refusal::Refusal;

use super::Upkeep;
use crate::metrics;

/// How much of each sort in one transaction.
const STEP: usize = 500;

impl Upkeep {
    /// Forgets all that is old, and gives a last receipt to those of whom nothing is left to take back.
    pub async fn forget(&self) {
        if let Err(refusal) = self.sweep().await {
            tracing::warn!(%refusal, "what had its time is kept for now");
        }
        if let Err(refusal) = self.farewells().await {
            tracing::warn!(%refusal, "keys of former names are kept for now");
        }
    }

    async fn sweep(&self) -> Result<(), Refusal> {
        let old = self.context.clock.now().minus(self.keep);
        loop {
            let swept = self.retention.sweep(old, STEP).await?;
            count(&swept);
            if swept.most() < STEP as u64 || self.context.shutdown.is_requested() {
                return Ok(());
            }
        }
    }

    async fn farewells(&self) -> Result<(), Refusal> {
        for farewell in self.retention.farewells(STEP).await? {
            metrics::swept("identities", 1);
            self.tell(&farewell).await;
        }
        Ok(())
    }

    // PRODUCT, Consent: "then all is purged and a final receipt given"
    async fn tell(&self, farewell: &Farewell) {
        let Some(actor) = &farewell.actor else { return };
        let Some(adapter) = self.adapters.get(actor.network()) else {
            return;
        };
        let Some(subscriptions) = adapter.subscribes() else {
            return;
        };
        if let Err(refusal) = subscriptions.notify(&self.context, actor, &receipt(farewell)).await {
            tracing::info!(%refusal, "a last receipt could not be given");
        }
    }
}

fn receipt(farewell: &Farewell) -> String {
    let how = match farewell.undelivered {
        0 => "Every server that had something of yours has taken the deletion.".to_owned(),
        1 => {
            "All servers that had something of yours have taken the deletion but one, which did not answer or refused."
                .to_owned()
        }
        more => format!(
            "All servers that had something of yours have taken the deletion but {more}, which did not answer or refused."
        ),
    };
    format!("{how} Your keys here are destroyed, and so is the list of who had what. This is the last you hear of it.")
}

fn count(swept: &Swept) {
    for (what, count) in [
        ("wires", swept.wires),
        ("dead", swept.dead),
        ("tombstones", swept.tombstones),
        ("watches", swept.watches),
    ] {
        if count > 0 {
            metrics::swept(what, count);
        }
    }
}
