//! Ids: opaque strings in a network's own terms.
//!
//! Only an adapter's `ids.rs` makes or reads the inside of one; everybody else compares and stores them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A network that an adapter speaks, by its short stable name such as `xmpp`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(Cow<'static, str>);

impl Network {
    /// A network known at compile time.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A network named at run time, as read from a store or a configuration.
    pub fn named(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name {
            network: Network,
            id: Arc<str>,
        }

        impl $name {
            /// An id as its network writes it. For an adapter's `ids.rs` and for stores that read back what was written.
            pub fn new(network: Network, id: impl Into<Arc<str>>) -> Self {
                Self { network, id: id.into() }
            }

            /// The network whose terms the id is in.
            pub fn network(&self) -> &Network {
                &self.network
            }

            /// The id itself, meaningful to its adapter only.
            pub fn as_str(&self) -> &str {
                &self.id
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:{}", self.network, self.id)
            }
        }
    };
}

id! {
    /// A person, group or program, in one network's terms.
    ActorId
}
id! {
    /// A post, comment, reaction, repost or follow, in one network's terms.
    ObjectId
}
id! {
    /// Where the comments of a thread are gathered, on networks that have such places.
    PlaceId
}
