//! Which hosts must be signed to by RFC 9421.

use std::time::Duration;

use causeway_core::time::Timestamp;
use causeway_formats::http_signature::Scheme;
use moka::future::Cache;
use moka::policy::EvictionPolicy;

/// Hosts remembered at most.
const HOSTS: u64 = 10_000;
/// After this they are asked anew: programs are updated, hosts change hands.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);

/// The hosts that refused draft-cavage and took RFC 9421 in the same attempt, and since when. What is forgotten costs
/// one more request.
pub(crate) struct Schemes(Cache<String, Timestamp>);

impl Default for Schemes {
    fn default() -> Self {
        let hosts = Cache::builder()
            .max_capacity(HOSTS)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self(hosts)
    }
}

impl Schemes {
    /// The scheme to try first.
    pub(crate) async fn first(&self, host: &str, now: Timestamp) -> Scheme {
        match self.0.get(host).await {
            Some(learnt) if now.since(learnt) < REMEMBERED => Scheme::Rfc9421,
            Some(_) | None => Scheme::Cavage,
        }
    }

    /// Notes that `host` took `scheme` after it had refused the other.
    pub(crate) async fn took(&self, host: &str, scheme: Scheme, now: Timestamp) {
        match scheme {
            Scheme::Rfc9421 => self.0.insert(host.to_owned(), now).await,
            Scheme::Cavage => self.0.invalidate(host).await,
        }
    }
}
