//! Claims lanes and works on as many at once as it may.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapters, Context};
use causeway_core::ports::{Crossings, Queue};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::lane;
use super::render::Renderer;

/// How much is done at once.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Lanes (hosts) at once.
    pub lanes: usize,
    /// Deliveries to one host at once.
    pub per_host: usize,
    /// How long a lane is held without word, in milliseconds.
    pub lease_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lanes: 64,
            per_host: 8,
            lease_ms: 120_000,
        }
    }
}

/// How often the store is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(1);

/// The delivery worker.
pub struct Deliverer {
    pub(super) queue: Arc<dyn Queue>,
    pub(super) adapters: Arc<Adapters>,
    pub(super) context: Context,
    pub(super) tap: Arc<dyn Crossings>,
    pub(super) settings: Settings,
    pub(super) renderer: Renderer,
    planned: Arc<Notify>,
}

impl Deliverer {
    /// A worker that `planned` wakes.
    pub fn new(
        queue: Arc<dyn Queue>,
        adapters: Arc<Adapters>,
        context: Context,
        tap: Arc<dyn Crossings>,
        planned: Arc<Notify>,
        settings: Settings,
    ) -> Arc<Self> {
        let renderer = Renderer::new(Arc::clone(&queue), Arc::clone(&adapters));
        Arc::new(Self {
            queue,
            adapters,
            context,
            tap,
            settings,
            renderer,
            planned,
        })
    }

    /// Works until shutdown; lanes in work are finished first.
    pub async fn run(self: Arc<Self>) {
        let mut lanes = JoinSet::new();
        loop {
            self.start(&mut lanes).await;
            let full = lanes.len() >= self.settings.lanes;
            tokio::select! {
                () = self.context.shutdown.requested() => break,
                Some(_) = lanes.join_next() => {}
                () = self.planned.notified(), if !full => {}
                () = tokio::time::sleep(SWEEP), if !full => {}
            }
        }
        while lanes.join_next().await.is_some() {}
    }

    /// Works on whatever is due until nothing is; for tools and tests.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn drain(self: &Arc<Self>) -> Result<(), causeway_core::refusal::Refusal> {
        loop {
            let claims = self
                .queue
                .claim(self.context.clock.now(), self.settings.lease_ms, self.settings.lanes)
                .await?;
            if claims.is_empty() {
                return Ok(());
            }
            for claim in claims {
                lane::work(self, claim).await;
            }
        }
    }

    async fn start(self: &Arc<Self>, lanes: &mut JoinSet<()>) {
        let free = self.settings.lanes.saturating_sub(lanes.len());
        if free == 0 {
            return;
        }
        match self
            .queue
            .claim(self.context.clock.now(), self.settings.lease_ms, free)
            .await
        {
            Ok(claims) => {
                for claim in claims {
                    let worker = Arc::clone(self);
                    lanes.spawn(async move { lane::work(&worker, claim).await });
                }
            }
            Err(refusal) => tracing::warn!(%refusal, "deliveries cannot be claimed; trying again"),
        }
    }
}
