//! Accounts and watches go together: a crash between the two leaves one without the other.

use std::collections::HashSet;

use causeway_core::adapter::ManagesSubscriptions;
use causeway_core::id::{ActorId, Network};
use causeway_core::ports::Standing;
use causeway_core::refusal::Refusal;

use super::Upkeep;

impl Upkeep {
    /// Begins the watches that active accounts lack and ends those whose actor takes part no more. Returns how many
    /// could not be mended now.
    pub async fn reconcile(&self) -> usize {
        let mut left = 0;
        for adapter in self.adapters.iter() {
            let Some(subscriptions) = adapter.subscribes() else {
                continue;
            };
            left += match self.mend(&adapter.network(), subscriptions).await {
                Ok(left) => left,
                Err(refusal) => {
                    tracing::warn!(%refusal, network = %adapter.network(), "watches could not be compared");
                    1
                }
            };
        }
        left
    }

    async fn mend(&self, network: &Network, subscriptions: &dyn ManagesSubscriptions) -> Result<usize, Refusal> {
        let active = self.accounts.active(network).await?;
        // those that end by themselves are of threads
        let lasting = self.context.watches.watched(network).await?;
        let watched: HashSet<ActorId> = lasting
            .into_iter()
            .filter(|watch| watch.until.is_none())
            .map(|watch| watch.actor)
            .collect();
        let mut left = 0;
        for actor in active.iter().filter(|actor| !watched.contains(actor)) {
            tracing::info!("an account without a watch: watching begins");
            if let Err(refusal) = subscriptions.watch(&self.context, actor).await {
                tracing::info!(%refusal, "an account is not watched yet");
                left += usize::from(refusal.is_transient());
            }
        }
        for actor in watched.iter().filter(|actor| !active.contains(actor)) {
            if self.takes_part(actor).await? {
                continue;
            }
            tracing::info!("a watch without an account: watching ends");
            if let Err(refusal) = subscriptions.unwatch(&self.context, actor).await {
                tracing::info!(%refusal, "watching ended here; the other side could not be told");
            }
        }
        Ok(left)
    }

    /// Whoever pauses keeps everything.
    async fn takes_part(&self, actor: &ActorId) -> Result<bool, Refusal> {
        let account = self.accounts.account(actor).await?;
        Ok(account.is_some_and(|account| matches!(account.standing, Standing::Active | Standing::Paused)))
    }
}
