//! Our own keys at work.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::Signer;
use causeway_core::refusal::Refusal;
use causeway_formats::http_signature::{Outgoing, PrivateKey, Scheme, sign_cavage, sign_rfc9421};
use http::{HeaderMap, Method, header};
use moka::future::Cache;
use url::Url;

use crate::ids;

/// Keys kept ready at most.
const KEYS: u64 = 1_000;
/// How long one is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(3600);

/// Our actors' keys, read from their stored form.
pub(crate) struct OwnKeys(Cache<ActorId, Arc<SigningKey>>);

/// A key of ours, ready to sign.
pub(crate) struct SigningKey {
    id: String,
    public_pem: String,
    private: PrivateKey,
}

impl Default for OwnKeys {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(KEYS).time_to_idle(IDLE).build())
    }
}

impl OwnKeys {
    /// The key of `actor`.
    ///
    /// # Errors
    /// As [`causeway_core::ports::Keys::own`]; `internal` for a key that cannot be read.
    pub(crate) async fn of(&self, context: &Context, actor: &ActorId) -> Result<Arc<SigningKey>, Refusal> {
        // asked every time: a key that was destroyed must not sign any more
        let own = context.keys.own(actor).await?;
        let ready = self.0.get(actor).await;
        if let Some(key) = ready.filter(|key| key.public_pem == own.public_pem) {
            return Ok(key);
        }
        let key = Arc::new(SigningKey {
            id: ids::key(actor),
            public_pem: own.public_pem.clone(),
            private: PrivateKey::from_pkcs8_der(own.private.expose()).map_err(Refusal::internal)?,
        });
        self.0.insert(actor.clone(), Arc::clone(&key)).await;
        Ok(key)
    }
}

/// Signs the hops of one request by one scheme.
pub(crate) struct Knock<'a> {
    pub key: &'a SigningKey,
    pub scheme: Scheme,
    /// The host that was asked. A redirect to another one goes on without our signature.
    pub host: &'a str,
    pub now: SystemTime,
}

impl Signer for Knock<'_> {
    // security.md row 20: never to another origin with our signature
    fn sign(&self, method: &Method, url: &Url, body: Option<&[u8]>) -> Result<HeaderMap, Refusal> {
        if ids::host(url.as_str()).as_deref() != Some(self.host) {
            return Ok(HeaderMap::new());
        }
        let request = Outgoing {
            method,
            url,
            body,
            headers: &[],
            now: self.now,
        };
        let signed = match self.scheme {
            Scheme::Cavage => sign_cavage(&self.key.private, &self.key.id, &request),
            Scheme::Rfc9421 => sign_rfc9421(&self.key.private, &self.key.id, &request),
        };
        let headers = signed.map_err(Refusal::internal)?;
        // the client writes the same `Host` itself
        Ok(headers.into_iter().filter(|(name, _)| *name != header::HOST).collect())
    }
}
