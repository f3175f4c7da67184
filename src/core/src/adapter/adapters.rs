//! All adapters of a process, by network.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Adapter;
use crate::id::Network;

/// The adapters of a process. Fixed once made.
#[derive(Clone, Default)]
pub struct Adapters(BTreeMap<Network, Arc<dyn Adapter>>);

impl Adapters {
    /// These adapters; of two with one network the later counts.
    pub fn new(adapters: impl IntoIterator<Item = Arc<dyn Adapter>>) -> Self {
        Self(
            adapters
                .into_iter()
                .map(|adapter| (adapter.network(), adapter))
                .collect(),
        )
    }

    /// The adapter of `network`.
    pub fn get(&self, network: &Network) -> Option<&Arc<dyn Adapter>> {
        self.0.get(network)
    }

    /// All of them, in the order of their networks' names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Adapter>> {
        self.0.values()
    }
}

impl std::fmt::Debug for Adapters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
