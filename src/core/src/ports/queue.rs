//! The third stage's store: lanes of deliveries.
//!
//! A lane is one host on one network. It holds retry, breaker and lease; a worker claims a lane, reads its next rows and
//! settles them.

use super::Later;
use crate::adapter::{Delivered, Outgoing, Target};
use crate::model::Profile;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// A lane's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId(pub i64);
/// A delivery's number: later deliveries have larger ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(pub i64);
/// An object's or profile's number in a store: opaque, stable for a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(pub i64);
/// An actor's number in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorKey(pub i64);
/// A target's number in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetKey(pub i64);

/// A lane that a worker holds until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneClaim {
    /// Which.
    pub lane: LaneId,
    /// Its network.
    pub network: crate::id::Network,
    /// Its host.
    pub host: String,
    /// Failures in a row, for back-off and breaker.
    pub fails: u32,
    /// Until when it is held.
    pub lease_until: Timestamp,
}

/// One delivery to decide on and make.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Which.
    pub delivery: DeliveryId,
    /// What.
    pub object: ObjectKey,
    /// The latest version of that.
    pub version: u32,
    /// By whom: deliveries of one author to one target keep their order.
    pub author: ActorKey,
    /// Where to.
    pub target: Target,
    /// That target's number.
    pub target_key: TargetKey,
    /// The version the target holds for certain, if it holds any.
    pub held: Option<u32>,
    /// The first version that was sent to it and not answered: it may hold that, or a later one.
    pub tried: Option<u32>,
    /// Whether the object ended.
    pub gone: bool,
    /// Whether the target may see the object, as of now.
    pub in_audience: bool,
    /// Whether the target's network is the object's own.
    pub at_home: bool,
    /// How often this delivery was tried.
    pub attempts: u32,
    /// When it was first due.
    pub since: Timestamp,
}

/// How one delivery ended, or goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The target took it: it now holds `version`, or nothing after a retraction (`None`).
    Done {
        /// What the target holds now.
        holds: Option<u32>,
        /// What it answered.
        answer: Delivered,
    },
    /// There was nothing to send.
    Dropped(Refusal),
    /// To be tried again at this time; later deliveries of the same author to the same target wait with it.
    Again {
        /// When.
        at: Timestamp,
        /// Why.
        refusal: Refusal,
    },
    /// Will not be tried again: visible to the operator and the author.
    Dead(Refusal),
}

/// The delivery queue.
pub trait Queue: Send + Sync {
    /// Claims up to `lanes` lanes that have something due and are not held, for `lease_ms` from `now`.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn claim(&self, now: Timestamp, lease_ms: u64, lanes: usize) -> Later<'_, Vec<LaneClaim>>;

    /// Holds a lane until `until`, if the claim's lease is still the lane's; else it is somebody else's by now: `false`.
    ///
    /// # Errors
    /// `Retry` when it could not be written: it is held as long as before.
    fn renew<'a>(&'a self, claim: &'a LaneClaim, until: Timestamp) -> Later<'a, bool>;

    /// The lane's next open deliveries in order, at most `limit`; of several of one object to one target only the first,
    /// since it is sent in its latest version and its outcome decides on the others. The attempt is counted here, in the same transaction,
    /// before anything is sent.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn next(&self, lane: LaneId, now: Timestamp, limit: usize) -> Later<'_, Vec<Job>>;

    /// What a job is about, in its latest version, ids in the target network's terms wherever they have such (made now
    /// and stored where they have not), with its author's profile and public key there.
    ///
    /// # Errors
    /// `Gone` when the object is not there any more; `Retry` when the store does not answer.
    fn outgoing<'a>(
        &'a self,
        object: ObjectKey,
        network: &'a crate::id::Network,
        verb: crate::adapter::Verb,
    ) -> Later<'a, (Outgoing, Option<Profile>, Option<String>)>;

    /// Writes how deliveries ended. `claim.fails` is written as given; with `release`, the lane is free for others and
    /// due again at `due`.
    ///
    /// # Errors
    /// `Retry` when it could not be written: the deliveries stay open and are made again.
    fn settle<'a>(
        &'a self,
        claim: &'a LaneClaim,
        outcomes: Vec<(DeliveryId, Outcome)>,
        release: Option<Timestamp>,
    ) -> Later<'a, ()>;

    /// Frees every lane, whoever holds it: at the start of the only process that delivers, so that what an earlier run
    /// left when it was killed does not wait for its leases.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    fn free(&self) -> Later<'_, ()>;

    /// How many deliveries are open, and since when the oldest is due.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn depth(&self) -> Later<'_, (u64, Option<Timestamp>)>;
}
