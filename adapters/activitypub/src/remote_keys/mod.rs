//! Whose key signed a request.
//!
//! A key counts when both ways are proven: the document at its id lists it and names its owner, and the owner's own
//! document, on the same host, lists it too. Where the document at the key's id *is* the owner's, both are one.
//! A key that is known and does not fit is fetched anew once, since keys are changed; then not again for a while. What a
//! fetch came to is kept for a while whether it went well or not, so that bad signatures cost one fetch and no more.
//! A key that fits is asked for again after a day, so that one that its owner took away ends; while the host cannot be
//! reached it holds on for a week.

mod gate;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use causeway_core::adapter::{Context, Need};
use causeway_core::id::ActorId;
use causeway_core::ports::RemoteKey;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::http_signature::{Claim, PublicKey};
use moka::future::Cache;
use moka::policy::EvictionPolicy;

use crate::adapter::ActivityPub;
use crate::fetch::Fetched;
use crate::ids;
use crate::keys::{self, KeyClaim};
use crate::transport::within;
use crate::wire::Ref;
use gate::Gate;

/// Fetches remembered at most.
const FETCHES: u64 = 10_000;
/// Keys kept ready to verify with at most.
const READY: u64 = 4_000;
/// How long one fetch of a key may take in all, since a sender waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what was found is not looked for again.
const FOUND: Duration = Duration::from_secs(60);
/// How long what is not there is not looked for again.
const ABSENT: Duration = Duration::from_secs(300);
/// How long a host that did not answer is left alone.
const FAILED: Duration = Duration::from_secs(10);

/// How long a key that fits holds before its owner is asked again.
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// How long it holds in all while its owner cannot be asked.
const UNASKED: Duration = Duration::from_secs(7 * 24 * 3600);

/// What is remembered of fetching keys.
pub(crate) struct RemoteKeys {
    fetches: Cache<String, Arc<Fetch>>,
    /// By their PEM: reading one takes as long as a verification.
    ready: Cache<String, PublicKey>,
    gate: Gate,
}

/// One fetch, and until when nobody repeats it.
struct Fetch {
    keys: Result<Vec<RemoteKey>, Refusal>,
    until: Timestamp,
    /// Whether it has proven no signature yet, and so counts against its host.
    counts: AtomicBool,
}

impl Default for RemoteKeys {
    fn default() -> Self {
        // the newest are kept: a flood of key ids must not keep the key of the day out
        let fetches = Cache::builder()
            .max_capacity(FETCHES)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self {
            fetches,
            ready: Cache::new(READY),
            gate: Gate::default(),
        }
    }
}

impl RemoteKeys {
    async fn first_that_holds<'a>(&self, claim: &Claim, keys: &'a [RemoteKey]) -> Option<&'a RemoteKey> {
        for key in keys {
            if self.holds(claim, key).await {
                return Some(key);
            }
        }
        None
    }

    async fn holds(&self, claim: &Claim, key: &RemoteKey) -> bool {
        let ready = match self.ready.get(&key.public_pem).await {
            Some(ready) => ready,
            None => {
                let Ok(ready) = PublicKey::from_pem(&key.public_pem) else {
                    return false;
                };
                self.ready.insert(key.public_pem.clone(), ready.clone()).await;
                ready
            }
        };
        claim.verify(&ready).is_ok()
    }
}

impl ActivityPub {
    /// Who signed: the owner of the claim's key, once the claim holds under that key.
    ///
    /// # Errors
    /// `signature-bad` when it does not, or nobody can be shown to own the key; `key-gone` when the key or its owner
    /// are no more; `Retry` when the key cannot be had now.
    pub(crate) async fn signer(&self, context: &Context, claim: &Claim) -> Result<ActorId, Refusal> {
        let id = claim.key_id();
        if ids::actor(id).is_none() || self.config.is_ours(id) {
            return Err(bad("the key id is no address of another host"));
        }
        let known = context.keys.remote(&ids::NETWORK, id).await?;
        let now = context.clock.now();
        if let Some(known) = &known
            && self.remote_keys.holds(claim, known).await
            && self.still_holds(context, known, now).await
        {
            return Ok(known.owner.clone());
        }
        let fetch = match &known {
            Some(known) if now.since(known.fetched) < FOUND => self.remote_keys.fetches.get(id).await,
            Some(_) | None => Some(self.fetch_keys(context, id).await),
        };
        let fetch = fetch.ok_or_else(|| bad("the signature does not fit the key fetched a moment ago"))?;
        let keys = fetch.keys.as_ref().map_err(Refusal::clone)?;
        let key = self.remote_keys.first_that_holds(claim, keys).await;
        let key = key.ok_or_else(|| bad("the signature does not fit the key"))?;
        if fetch.counts.swap(false, Ordering::Relaxed) {
            self.remote_keys.gate.give_back(&ids::host(id).unwrap_or_default());
        }
        if let Some(known) = known.filter(|known| known.public_pem != key.public_pem || known.owner != key.owner) {
            // security.md fault R4: another key under a known id is a rotation, or another owner of the host
            tracing::warn!(key = id, owner = %key.owner, before = %known.owner, since = %known.fetched, "remote key changed");
        }
        context.keys.remember(key.clone()).await?;
        Ok(key.owner.clone())
    }

    /// Whether a key that fits need not be looked for anew: it is fresh, or its host cannot be asked now.
    async fn still_holds(&self, context: &Context, known: &RemoteKey, now: Timestamp) -> bool {
        let age = now.since(known.fetched);
        if age < FRESH {
            return true;
        }
        // what this fetch came to is kept: the caller that goes on with it does not fetch again
        let fetch = self.fetch_keys(context, &known.id).await;
        age < UNASKED && fetch.keys.as_ref().is_err_and(Refusal::is_transient)
    }

    /// Whether the document at `id`, an actor's, is gone by the word of its own host.
    ///
    /// # Errors
    /// `Retry` when that cannot be found out now.
    pub(crate) async fn is_gone(&self, context: &Context, id: &str) -> Result<bool, Refusal> {
        // asked within the limits that keys are asked for; a mere 404 is not believed, it may mean that we are blocked
        match &self.fetch_keys(context, id).await.keys {
            Err(refusal) if refusal.is_transient() => return Err(refusal.clone()),
            Err(refusal) if refusal.reason == Reason::KeyGone => {}
            Err(_) | Ok(_) => return Ok(false),
        }
        match self.fetched(context, &Need::Actor(id.to_owned())).await {
            Err(refusal) if refusal.is_transient() => Err(refusal),
            Err(refusal) => Ok(refusal.reason == Reason::Gone),
            Ok(_) => Ok(false),
        }
    }

    /// The keys that `id` names, fetched unless that was done a moment ago. Callers that come at once share one fetch.
    async fn fetch_keys(&self, context: &Context, id: &str) -> Arc<Fetch> {
        let now = context.clock.now();
        let fetch = async {
            let (keys, rest) = match self.remote_keys.gate.enter(&ids::host(id).unwrap_or_default(), now) {
                // not the key's fault: the next caller tries again
                Err(busy) => (Err(busy), Duration::ZERO),
                Ok(_pass) => match within(context, PATIENCE, self.find_keys(context, id)).await {
                    Ok(keys) => (Ok(keys), FOUND),
                    Err(refusal) if refusal.is_transient() => (Err(refusal), FAILED),
                    Err(refusal) => (Err(unproven(refusal)), ABSENT),
                },
            };
            let until = context.clock.now().plus(rest);
            let counts = AtomicBool::new(keys.is_ok());
            Arc::new(Fetch { keys, until, counts })
        };
        let entry = self.remote_keys.fetches.entry_by_ref(id);
        entry
            .or_insert_with_if(fetch, |old| old.until <= now)
            .await
            .into_value()
    }

    /// Fetches the keys that `id` names and proves them both ways.
    // security.md rows 1 and 3
    async fn find_keys(&self, context: &Context, id: &str) -> Result<Vec<RemoteKey>, Refusal> {
        let found = self.document(context, id).await?;
        let claims = named(&found, id)?;
        let owner = match claims.first() {
            Some(claim) if ids::same_host(&claim.owner, id) => claim.owner.clone(),
            Some(_) => return Err(bad("the key's owner is on another host")),
            None => return Err(bad("the document at the key's id does not list it")),
        };
        let mut claims: Vec<KeyClaim> = claims.into_iter().filter(|claim| claim.owner == owner).collect();
        if found.id != owner || !found.is_at(id) {
            let actor = self.document(context, &owner).await?;
            if actor.id != owner {
                return Err(bad("the key's owner is not whom the document says"));
            }
            claims = listed(&actor, claims)?;
        }
        let actor = ids::actor(&owner).ok_or_else(|| bad("the key's owner is not an actor"))?;
        let fetched = context.clock.now();
        let remote = |claim: KeyClaim| RemoteKey {
            id: id.to_owned(),
            owner: actor.clone(),
            public_pem: claim.pem,
            fetched,
        };
        Ok(claims.into_iter().map(remote).collect())
    }
}

/// The keys of a document that `id` names: those of that id; all of an actor's, when it is the actor's own id.
fn named(found: &Fetched, id: &str) -> Result<Vec<KeyClaim>, Refusal> {
    let all = keys::keys(&found.body)?;
    let exact: Vec<KeyClaim> = all.iter().filter(|claim| claim.id == id).cloned().collect();
    if !exact.is_empty() || found.id != id {
        return Ok(exact);
    }
    Ok(all.into_iter().filter(|claim| claim.owner == id).collect())
}

/// Those of `claims` that the owner's own document lists: the same key under the same id, or the id alone.
fn listed(actor: &Fetched, claims: Vec<KeyClaim>) -> Result<Vec<KeyClaim>, Refusal> {
    let own = keys::keys(&actor.body)?;
    let by_id = |id: &str| {
        let mut refs = actor.doc().into_iter().flat_map(|doc| doc.refs("publicKey"));
        refs.any(|each| matches!(each, Ref::Id(listed) if listed == id))
    };
    let agrees = |claim: &KeyClaim| match own.iter().find(|own| own.id == claim.id) {
        Some(own) => own.owner == claim.owner && same_key(&own.pem, &claim.pem),
        None => by_id(&claim.id),
    };
    let claims: Vec<KeyClaim> = claims.into_iter().filter(agrees).collect();
    if claims.is_empty() {
        return Err(bad("the key's owner does not list it"));
    }
    Ok(claims)
}

fn same_key(one: &str, other: &str) -> bool {
    PublicKey::from_pem(one).is_ok_and(|one| PublicKey::from_pem(other).is_ok_and(|other| one == other))
}

/// Why a fetch that will not go better proves nothing.
fn unproven(refusal: Refusal) -> Refusal {
    match refusal.reason {
        Reason::Gone | Reason::NotFound => Refusal::reject(Reason::KeyGone, "the key is not there any more"),
        _ => bad(&format!("the key cannot be had: {refusal}")),
    }
}

fn bad(detail: &str) -> Refusal {
    Refusal::reject(Reason::SignatureBad, detail)
}
