//! Keys: our actors' own, and what is known of others'.

use std::fmt;
use std::sync::Arc;

use super::Later;
use crate::id::{ActorId, Network};
use crate::time::Timestamp;

/// Bytes that are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<[u8]>);

impl Secret {
    /// Takes the bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Shows the bytes to whoever asks for them by this name.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A key pair of one of our actors on one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKey {
    /// Whose, in the network's terms.
    pub actor: ActorId,
    /// The public half, SPKI PEM.
    pub public_pem: String,
    /// The private half, PKCS#8 DER.
    pub private: Secret,
}

/// A key of somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteKey {
    /// Its id as its network writes it.
    pub id: String,
    /// Who owns it, proven both ways.
    pub owner: ActorId,
    /// SPKI PEM.
    pub public_pem: String,
    /// When it was fetched.
    pub fetched: Timestamp,
}

/// Keys, for adapters. Own keys are made when first needed, off the async threads.
pub trait Keys: Send + Sync {
    /// The key of our actor, named in the terms of the network it signs on. The instance actor is asked for with the
    /// id its adapter gives it.
    ///
    /// # Errors
    /// `not-found` when it is not an actor of ours; `Gone` when it stopped and its key was destroyed.
    fn own<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Arc<OwnKey>>;

    /// What is known of a remote key; never fetches.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn remote<'a>(&'a self, network: &'a Network, key_id: &'a str) -> Later<'a, Option<Arc<RemoteKey>>>;

    /// Remembers a fetched key in place of what was known by its id.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn remember(&self, key: RemoteKey) -> Later<'_, ()>;
}

/// Keys, for the product: what [`Keys`] needs of a store.
pub trait KeyStore: Send + Sync {
    /// The key in use of this actor.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn load<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Option<OwnKey>>;

    /// Stores a new key unless there is one in use, and returns the one in use.
    ///
    /// # Errors
    /// `not-found` when the actor has no such id; `Retry` when it could not be written.
    fn insert<'a>(&'a self, key: &'a OwnKey) -> Later<'a, OwnKey>;

    /// What is known of a remote key.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn remote_key<'a>(&'a self, network: &'a Network, key_id: &'a str) -> Later<'a, Option<RemoteKey>>;

    /// Remembers a fetched key, and its fingerprint as seen.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn put_remote_key<'a>(&'a self, key: &'a RemoteKey, fingerprint: &'a str) -> Later<'a, ()>;
}
