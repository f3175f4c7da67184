//! Keys: made when first needed, kept near, remote ones remembered.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::id::{ActorId, Network};
use causeway_core::ports::{KeyStore, Keys, Later, OwnKey, RemoteKey, Secret};
use causeway_core::refusal::Refusal;
use causeway_formats::http_signature::{PrivateKey, PublicKey};
use moka::future::Cache;

/// How many keys of each sort are kept in memory.
const KEPT: u64 = 10_000;
/// How long a remote key is believed without asking the store again.
const FRESH: Duration = Duration::from_secs(3600);

/// The keys of a process.
pub struct KeyRing {
    store: Arc<dyn KeyStore>,
    own: Cache<ActorId, Arc<OwnKey>>,
    remote: Cache<(Network, String), Arc<RemoteKey>>,
}

impl KeyRing {
    /// A ring over `store`.
    pub fn new(store: Arc<dyn KeyStore>) -> Self {
        Self {
            store,
            own: Cache::new(KEPT),
            remote: Cache::builder().max_capacity(KEPT).time_to_live(FRESH).build(),
        }
    }

    async fn load_or_make(&self, actor: &ActorId) -> Result<Arc<OwnKey>, Refusal> {
        if let Some(key) = self.store.load(actor).await? {
            return Ok(Arc::new(key));
        }
        let owner = actor.clone();
        let fresh = tokio::task::spawn_blocking(move || generate(owner))
            .await
            .map_err(Refusal::internal)??;
        self.store.insert(&fresh).await.map(Arc::new)
    }
}

impl Keys for KeyRing {
    fn own<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Arc<OwnKey>> {
        Box::pin(async move {
            // callers that come at once wait for one key to be made
            let made = self.own.try_get_with(actor.clone(), self.load_or_make(actor)).await;
            made.map_err(|refusal: Arc<Refusal>| Refusal::clone(&refusal))
        })
    }

    fn remote<'a>(&'a self, network: &'a Network, key_id: &'a str) -> Later<'a, Option<Arc<RemoteKey>>> {
        Box::pin(async move {
            let name = (network.clone(), key_id.to_owned());
            if let Some(key) = self.remote.get(&name).await {
                return Ok(Some(key));
            }
            let Some(key) = self.store.remote_key(network, key_id).await? else {
                return Ok(None);
            };
            let key = Arc::new(key);
            self.remote.insert(name, Arc::clone(&key)).await;
            Ok(Some(key))
        })
    }

    fn remember(&self, key: RemoteKey) -> Later<'_, ()> {
        Box::pin(async move {
            self.store.put_remote_key(&key, &fingerprint(&key)).await?;
            self.remote
                .insert((key.owner.network().clone(), key.id.clone()), Arc::new(key))
                .await;
            Ok(())
        })
    }
}

fn generate(actor: ActorId) -> Result<OwnKey, Refusal> {
    let private = PrivateKey::generate().map_err(Refusal::internal)?;
    let der = private.to_pkcs8_der().map_err(Refusal::internal)?;
    Ok(OwnKey {
        actor,
        public_pem: private.public_pem(),
        private: Secret::new(der),
    })
}

/// A name for a key that says when it was changed; for one that does not parse, of its text.
fn fingerprint(key: &RemoteKey) -> String {
    let bytes = PublicKey::from_pem(&key.public_pem).map(|public| public.fingerprint());
    let bytes = bytes.unwrap_or_else(|_| key.public_pem.clone().into_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
