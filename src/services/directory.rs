//! Finding actors by what people type.

use std::sync::{Arc, OnceLock};

use causeway_core::adapter::{Adapters, Context};
use causeway_core::id::{ActorId, Network};
use causeway_core::model::Payload;
use causeway_core::ports::{Directory, Ingest, Later, Reads, Resolved};
use causeway_core::refusal::{Reason, Refusal};

/// Tells whether an actor belongs to a server this bridge serves.
type Serves = Box<dyn Fn(&ActorId) -> bool + Send + Sync>;

/// The directory: our own users first, then each network in turn.
pub struct BridgeDirectory {
    adapters: Arc<Adapters>,
    ingest: Arc<dyn Ingest>,
    reads: Arc<dyn Reads>,
    serves: Serves,
    context: OnceLock<Context>,
}

impl BridgeDirectory {
    /// A directory over these parts; it resolves once it is connected.
    pub fn new(adapters: Arc<Adapters>, ingest: Arc<dyn Ingest>, reads: Arc<dyn Reads>, serves: Serves) -> Self {
        Self {
            adapters,
            ingest,
            reads,
            serves,
            context: OnceLock::new(),
        }
    }

    /// Hands over what adapters are given. The first time counts.
    pub fn connect(&self, context: Context) {
        // a second context would belong to another process
        let _ = self.context.set(context);
    }

    /// The actor of `address` on its own network; nothing is asked of who wants to know.
    ///
    /// # Errors
    /// As [`Directory::resolve`].
    pub async fn find(&self, address: &str, seen_on: &Network) -> Result<Resolved, Refusal> {
        let own = ActorId::new(seen_on.clone(), address);
        if (self.serves)(&own) {
            return Ok(Resolved::Local(own));
        }
        let context = self
            .context
            .get()
            .ok_or_else(|| Refusal::internal("the directory is not connected yet"))?;
        let mut last = not_found(address);
        for adapter in self.adapters.iter() {
            let Some(resolver) = adapter.resolves_actors() else {
                continue;
            };
            match resolver.resolve(context, address).await {
                Ok(wire) => {
                    let learnt = self.ingest.processed(wire).await;
                    return self.view(learnt, seen_on, address).await;
                }
                Err(refusal) if refusal.reason == Reason::NotFound => {}
                Err(refusal) => last = refusal,
            }
        }
        Err(last)
    }

    async fn view(
        &self,
        learnt: Result<causeway_core::adapter::Crossing, Refusal>,
        seen_on: &Network,
        address: &str,
    ) -> Result<Resolved, Refusal> {
        let crossing = learnt?;
        let actor = crossing
            .activities
            .iter()
            .find_map(|crossed| match &crossed.activity.payload {
                Payload::Profile(profile) => Some(profile.actor.clone()),
                _ => None,
            });
        let Some(actor) = actor else {
            return Err(crossing
                .refused
                .into_iter()
                .next()
                .unwrap_or_else(|| not_found(address)));
        };
        let view = self
            .reads
            .actor(&actor, seen_on)
            .await?
            .ok_or_else(|| not_found(address))?;
        if view.home.network() == seen_on && (self.serves)(&view.home) {
            return Ok(Resolved::Local(view.home));
        }
        Ok(Resolved::Remote(Box::new(view)))
    }
}

impl Directory for BridgeDirectory {
    fn resolve<'a>(&'a self, asker: &'a ActorId, address: &'a str) -> Later<'a, Resolved> {
        Box::pin(async move {
            // PRODUCT, Consent: only users of the domains served can cause a fetch
            if !(self.serves)(asker) {
                return Err(Refusal::reject(Reason::NotServed, "only users of this server may ask"));
            }
            self.find(address, asker.network()).await
        })
    }

    fn serves(&self, actor: &ActorId) -> bool {
        (self.serves)(actor)
    }
}

fn not_found(address: &str) -> Refusal {
    Refusal::reject(Reason::NotFound, format!("nobody answers to {address}"))
}
