//! What an adapter is told when it makes names for others' actors and objects.

use crate::id::{ActorId, ObjectId, PlaceId};
use crate::model::Kind;

/// An actor that needs a name on another network.
#[derive(Clone, Copy, Debug)]
pub struct ActorFacts<'a> {
    /// Its id at home.
    pub home: &'a ActorId,
    /// Its handle at home, such as `alice@masto.example`, when known.
    pub handle: Option<&'a str>,
    /// A short stable opaque name, unique in this bridge: lower-case letters and digits.
    pub opaque: &'a str,
}

/// A name made for an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintedActor {
    /// The id on the adapter's network.
    pub id: ActorId,
    /// The handle there.
    pub handle: Option<String>,
}

/// An object that needs an id on another network.
#[derive(Clone, Copy, Debug)]
pub struct ObjectFacts<'a> {
    /// What it is.
    pub kind: Kind,
    /// A short stable opaque name, unique in this bridge: lower-case letters and digits.
    pub opaque: &'a str,
    /// Its author, in the adapter's network's terms.
    pub author: &'a ActorId,
    /// Of a comment: the place it goes to, in the adapter's network's terms, when its thread has one.
    pub place: Option<&'a PlaceId>,
    /// Of a reaction, repost or follow: what it is about, in the adapter's network's terms, when that is an object.
    pub about: Option<&'a ObjectId>,
}
