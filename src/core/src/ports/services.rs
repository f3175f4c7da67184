//! Services of the product that adapters call, and the time and chance that nobody takes from elsewhere.

use futures_core::future::BoxFuture;

use super::{Accepted, ActorView, EventId, Later};
use crate::adapter::{Crossing, Raw, Rendered, Target, Wire};
use crate::id::{ActorId, Network};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Returns when it is `at` or later.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;
}

/// Chance.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable ones.
    fn fill(&self, bytes: &mut [u8]);

    /// An unguessable token of 26 lower-case letters and digits (128 bits).
    fn token(&self) -> String {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut bytes = [0u8; 16];
        self.fill(&mut bytes);
        let mut rest = u128::from_be_bytes(bytes);
        let mut token = String::with_capacity(26);
        for _ in 0..26 {
            let digit = usize::try_from(rest & 31).unwrap_or_default();
            token.push(DIGITS.get(digit).map_or('0', |byte| char::from(*byte)));
            rest >>= 5;
        }
        token
    }

    /// A number from 0 to 1, for jitter.
    fn unit(&self) -> f64 {
        let mut bytes = [0u8; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX)
    }
}

/// The way in.
pub trait Ingest: Send + Sync {
    /// Authenticates what arrived on `network` and stores it. Returns after the commit.
    ///
    /// # Errors
    /// What the peer is answered with.
    fn arrived<'a>(&'a self, network: &'a Network, raw: Raw) -> Later<'a, Accepted>;

    /// Stores a wire whose origin is known already.
    ///
    /// # Errors
    /// What the peer is answered with.
    fn ingest(&self, wire: Wire) -> Later<'_, Accepted>;

    /// Stores a wire and returns when it has been processed, with what came of it.
    ///
    /// # Errors
    /// As [`Ingest::ingest`], and `Retry` when processing is not done in time; it will still be.
    fn processed(&self, wire: Wire) -> Later<'_, Crossing>;
}

/// What was found by an address.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// One of our own users: here is the address to use, no bridge is needed.
    Local(ActorId),
    /// Somebody else, stored and named on the asker's network.
    Remote(Box<ActorView>),
}

/// Finding and learning actors.
pub trait Directory: Send + Sync {
    /// Who is meant by `address` (an address, a URL, a name), asked for by `asker`; learnt if need be. Which networks are
    /// tried, and in which order, is the product's decision.
    ///
    /// # Errors
    /// `not-served` when the asker may not cause fetches; `not-found`; others as fetching has them.
    fn resolve<'a>(&'a self, asker: &'a ActorId, address: &'a str) -> Later<'a, Resolved>;

    /// Whether `actor` belongs to a server this bridge serves.
    fn serves(&self, actor: &ActorId) -> bool;
}

/// The answer to a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Plain text for the user.
    pub text: String,
    /// What may be typed next, for clients that show buttons.
    pub choices: Vec<String>,
}

/// Commands, defined once for every front end.
pub trait Commands: Send + Sync {
    /// What `line`, typed by the local actor `from`, comes to. Errors are texts for the user too.
    fn run<'a>(&'a self, from: &'a ActorId, line: &'a str, via: &'static str) -> BoxFuture<'a, Reply>;
}

/// One crossing, for whoever inspects traffic.
#[derive(Clone, Debug)]
pub enum Trace {
    /// A wire was processed.
    Processed {
        /// Its event.
        event: Option<EventId>,
        /// The wire.
        wire: Wire,
        /// What it said.
        crossing: Crossing,
        /// The networks that each of its activities was handed on to, in their order.
        to: Vec<Vec<Network>>,
        /// When.
        at: Timestamp,
    },
    /// A wire was refused before it was stored.
    Refused {
        /// Where.
        network: Network,
        /// Why.
        refusal: Refusal,
        /// When.
        at: Timestamp,
    },
    /// A delivery was tried.
    Delivered(Box<TraceDelivery>),
}

/// One try of one delivery.
#[derive(Clone, Debug)]
pub struct TraceDelivery {
    /// What was sent.
    pub rendered: Option<std::sync::Arc<Rendered>>,
    /// Where to.
    pub target: Target,
    /// Whether its bytes are for its target alone and must not be kept.
    pub confidential: bool,
    /// The answer, or why there is none.
    pub result: Result<String, Refusal>,
    /// When.
    pub at: Timestamp,
}

/// Takes traces. Never waits, never fails: what cannot be kept is counted and dropped.
pub trait Crossings: Send + Sync {
    /// Takes one.
    fn record(&self, trace: Trace);
}
