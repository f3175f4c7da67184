//! Renders once per (object version, verb, network, variant), however many targets there are.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapters, Outgoing, RenderContext, Rendered, Target, Variant, Verb};
use causeway_core::id::Network;
use causeway_core::model::{Kind, Profile};
use causeway_core::ports::{Job, ObjectKey, Queue};
use causeway_core::refusal::{Reason, Refusal};
use moka::future::Cache;

/// Rendered wires and outgoing activities kept; a fan-out uses one for all its targets within seconds.
const KEPT: u64 = 512;
/// How long.
const FRESH: Duration = Duration::from_secs(60);

/// The object, its version, the verb, the network, and the version that the wire is named after.
type OutgoingKey = (ObjectKey, u32, Verb, Network, u32);

/// An outgoing activity with what rendering it may know.
struct Ready {
    outgoing: Outgoing,
    author: Option<Profile>,
    public_key: Option<String>,
}

/// Rendered wires, made once.
pub(super) struct Renderer {
    queue: Arc<dyn Queue>,
    adapters: Arc<Adapters>,
    ready: Cache<OutgoingKey, Arc<Ready>>,
    rendered: Cache<(OutgoingKey, Variant), Arc<Rendered>>,
}

impl Renderer {
    pub(super) fn new(queue: Arc<dyn Queue>, adapters: Arc<Adapters>) -> Self {
        let ready = Cache::builder().max_capacity(KEPT).time_to_live(FRESH).build();
        let rendered = Cache::builder().max_capacity(KEPT).time_to_live(FRESH).build();
        Self {
            queue,
            adapters,
            ready,
            rendered,
        }
    }

    /// The wire for `job` with `verb`, which says the latest and is named as of `version`; and whether nobody but its
    /// target may ever see it.
    ///
    /// # Errors
    /// The adapter's refusal; `Gone` when there is nothing left to render.
    pub(super) async fn rendered(&self, job: &Job, verb: Verb, version: u32) -> Result<(Arc<Rendered>, bool), Refusal> {
        let key = (job.object, job.version, verb, job.target.network.clone(), version);
        let ready = self
            .ready
            .try_get_with(key.clone(), self.load(&key))
            .await
            .map_err(unshare)?;
        let adapter = self
            .adapters
            .get(&job.target.network)
            .ok_or_else(|| Refusal::retry(Reason::UnsupportedKind, "no adapter for that network is running"))?;
        let variant = adapter.variant(&ready.outgoing, &job.target);
        let make = async {
            let context = RenderContext {
                author: ready.author.as_ref(),
                public_key: ready.public_key.as_deref(),
            };
            adapter.render(&ready.outgoing, &context).map(Arc::new)
        };
        let rendered = self
            .rendered
            .try_get_with((key, variant), make)
            .await
            .map_err(unshare)?;
        Ok((rendered, ready.outgoing.activity.payload.kind() == Kind::Direct))
    }

    async fn load(&self, key: &OutgoingKey) -> Result<Arc<Ready>, Refusal> {
        let (object, latest, verb, network, version) = key;
        let (outgoing, author, public_key) = self.queue.outgoing(*object, network, *verb).await?;
        let version = if version < latest { *version } else { outgoing.version };
        Ok(Arc::new(Ready {
            outgoing: Outgoing { version, ..outgoing },
            author,
            public_key,
        }))
    }
}

fn unshare(refusal: Arc<Refusal>) -> Refusal {
    Refusal::clone(&refusal)
}

/// For a log line: where a delivery goes.
pub(super) fn label(target: &Target) -> String {
    format!("{} at {}", target.network, target.host)
}
