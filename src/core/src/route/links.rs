//! Which networks are linked.

use std::collections::BTreeMap;

use crate::adapter::Adapters;
use crate::capabilities::Capabilities;
use crate::id::Network;
use crate::model::{Kind, Scope};
use crate::ports::{ActorFact, ActorState};

/// Which networks are linked, and what each carries.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pairs: Vec<(Network, Network)>,
    carried: BTreeMap<Network, &'static Capabilities>,
}

impl Links {
    /// Links each of `pairs`, both ways, between `adapters`.
    pub fn new(adapters: &Adapters, pairs: Vec<(Network, Network)>) -> Self {
        let carried = adapters
            .iter()
            .map(|adapter| (adapter.network(), adapter.capabilities()))
            .collect();
        Self { pairs, carried }
    }

    /// The networks that something of this kind and scope by `author`, at home on `home`, may go to: linked, able to
    /// carry and to keep it, and agreed to by a local author. Its own network is never among them.
    pub fn targets(&self, home: &Network, author: &ActorFact, kind: Kind, scope: Option<Scope>) -> Vec<Network> {
        self.carried
            .iter()
            .filter(|(network, _)| *network != home && self.linked(home, network))
            .filter(|(network, _)| author.state != ActorState::Local || author.consents.contains(network))
            .filter(|(_, table)| table.gives(kind).carries() && scope.is_none_or(|scope| table.keeps(scope)))
            .map(|(network, _)| network.clone())
            .collect()
    }

    /// The networks where something of this kind, at home on `home`, may have been sent at any time: what was given must
    /// be taken back, whatever is agreed to now.
    pub fn reached(&self, home: &Network, kind: Kind) -> Vec<Network> {
        self.carried
            .iter()
            .filter(|(network, table)| *network != home && table.gives(kind).carries())
            .map(|(network, _)| network.clone())
            .collect()
    }

    fn linked(&self, a: &Network, b: &Network) -> bool {
        self.pairs.iter().any(|(x, y)| (x == a && y == b) || (x == b && y == a))
    }
}
