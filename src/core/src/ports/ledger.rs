//! The second stage: who and what is known, and the one transaction that a decision becomes.

use super::{EventId, EventOutcome, Later, Standing};
use crate::adapter::Arrival;
use crate::id::{ActorId, Network, ObjectId, PlaceId};
use crate::model::{Activity, Attested, Kind, Payload, Profile, Scope};
use crate::time::Timestamp;

/// What is known that a decision about one activity needs. Ids are home ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The acting actor.
    pub actor: Option<ActorFact>,
    /// The object the activity makes, changes or ends.
    pub object: Option<ObjectFact>,
    /// Whether the attested origin has buried an object of that id.
    pub buried: bool,
    /// What it is about: the parent of a comment (the first post of the place it stands in, when it names no parent), the
    /// object of a reaction or repost, the follow that is answered.
    pub about: Option<ObjectFact>,
    /// The first post of the thread it belongs to.
    pub root: Option<ObjectFact>,
    /// The other actor: who is followed, who asked to follow, who is blocked, where one moves.
    pub other: Option<ActorFact>,
    /// The follow between the two, for follows and their ends.
    pub follow: Option<FollowFact>,
    /// Of a reaction or repost: whether another one says the same, by the same actor about the same object.
    pub said_already: bool,
    /// Further objects that the activity may end: the reactions that stand in one thing.
    pub within: Vec<ObjectFact>,
    /// Whether anybody here follows the acting actor.
    pub followed: bool,
    /// Whether either of actor and other, or actor and author of what it is about, blocked the other.
    pub blocked: bool,
    /// Of what is for named people alone: whether somebody here who agreed is among them.
    pub addressed: bool,
    /// Whether it quotes something that is known here and not for everybody.
    pub quotes_private: bool,
}

/// An actor, as far as decisions need it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorFact {
    /// The home id.
    pub id: ActorId,
    /// Whether it is one of ours.
    pub state: ActorState,
    /// Whether it is active here.
    pub standing: Standing,
    /// Of a local actor: the networks it agreed to be seen on.
    pub consents: Vec<Network>,
    /// Whether its followers are confirmed by hand.
    pub locked: bool,
    /// The profile held.
    pub profile: Option<Profile>,
}

/// Whose actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorState {
    /// A user of a server this bridge serves.
    Local,
    /// Of elsewhere.
    Remote,
    /// Of elsewhere, with a keyed identity on a third network.
    Puppet,
}

/// An object, as far as decisions need it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectFact {
    /// The home id.
    pub id: ObjectId,
    /// What it is.
    pub kind: Kind,
    /// Its author.
    pub author: ActorFact,
    /// How wide its audience is.
    pub scope: Scope,
    /// The actors it is addressed to by name.
    pub recipients: Vec<ActorId>,
    /// The version held; 1 is the first.
    pub version: u32,
    /// Whether it was retracted.
    pub gone: bool,
    /// When it was last edited, by its own word.
    pub edited: Option<Timestamp>,
    /// The payload held.
    pub payload: Payload,
    /// The first post of its thread, when it is not that itself.
    pub root: Option<ObjectId>,
    /// Where its comments are gathered: at home, and wherever it has an id on a network with such places.
    pub places: Vec<PlaceFact>,
}

/// A place where a thread's comments are gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFact {
    /// The place.
    pub place: PlaceId,
    /// Whether this bridge keeps it.
    pub hosted: bool,
}

/// A follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowFact {
    /// Who follows.
    pub follower: ActorId,
    /// Who is followed.
    pub followee: ActorId,
    /// How far it is.
    pub state: FollowState,
    /// The id of the request.
    pub request: ObjectId,
}

/// How far a follow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FollowState {
    /// Asked.
    Pending,
    /// Agreed.
    Accepted,
    /// Refused, or ended by the followee.
    Rejected,
}

/// Everything one activity changes, and who hears of it. Applied in one transaction with its event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// An actor is known or known better. Makes the actor, its addresses and targets when it is new; an unchanged
    /// profile changes nothing.
    PutActor(Box<Profile>),
    /// What is put next under this id is another object than the one that ended: that one keeps its row, its names
    /// elsewhere and its copies. Nothing, unless one of this id ended.
    Renew(ObjectId),
    /// An object is new or edited. The version grows by one; actors and objects it names are made known, as yet empty.
    PutObject {
        /// The object.
        payload: Box<Payload>,
        /// What it is about, as in [`Facts::about`].
        about: Option<ObjectId>,
        /// The first post of its thread.
        root: Option<ObjectId>,
    },
    /// An object ends: its payload shrinks to [`Payload::skeleton`], a tombstone stays, deliveries of it that never began
    /// are dropped.
    EndObject(ObjectId),
    /// An object that is not known must not come later from this origin: a tombstone for 30 days.
    Bury {
        /// Who said so.
        origin: Attested,
        /// Of what.
        object: ObjectId,
    },
    /// A follow begins or goes further.
    PutFollow(FollowFact),
    /// A follow ends without trace.
    EndFollow {
        /// Who followed.
        follower: ActorId,
        /// Whom.
        followee: ActorId,
    },
    /// An actor is gone, with all they said and all follows to and from them.
    EndActor(ActorId),
    /// Deliver an object.
    Send(Send),
}

/// Who must hear of an object: delivery rows, one per distinct target.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// What. Of a profile: see `profile`.
    pub object: Sent,
    /// Whom. A target that several name gets one row.
    pub to: Vec<Recipients>,
    /// Only targets on these networks.
    pub networks: Vec<Network>,
}

/// What is delivered.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// An object in its latest version.
    Object(ObjectId),
    /// An actor's profile in its latest version.
    Profile(ActorId),
}

/// Sorts of recipients, resolved to targets by the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Recipients {
    /// The confirmed followers of this actor, by the shared address of their host where the object is public or for
    /// followers.
    Followers(ActorId),
    /// This actor, by the shared address of its host where the object is public, by its own otherwise.
    Actor(ActorId),
    /// Every target that holds a copy or may have got one.
    Holders,
    /// A place that others keep.
    Place(PlaceId),
    /// The subscribers of a place that this bridge keeps.
    Watchers(PlaceId),
}

/// The second stage's store.
pub trait Ledger: std::marker::Send + Sync {
    /// What is known about `activity`, attested by `origin`. One read.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn facts<'a>(&'a self, origin: &'a Attested, activity: &'a Activity) -> Later<'a, Facts>;

    /// Applies the plans of one event and ends it, all in one transaction. With any [`Arrival`] but live, sends are left
    /// out.
    ///
    /// # Errors
    /// `Retry` when it could not be written: nothing was changed. `Quarantine` when it never can be.
    fn commit(
        &self,
        event: Option<EventId>,
        arrival: Arrival,
        plans: Vec<Plan>,
        outcome: EventOutcome,
    ) -> Later<'_, ()>;
}
