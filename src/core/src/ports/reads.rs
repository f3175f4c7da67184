//! Reading what is stored. Every read has a viewer; what that viewer may not see is not there.

use super::{FollowState, Later};
use crate::adapter::Slice;
use crate::id::{ActorId, Network, ObjectId, PlaceId};
use crate::model::{Payload, Profile};
use crate::ports::{ActorState, Standing};
use crate::time::Timestamp;

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Anybody: sees what is public or unlisted.
    Anyone,
    /// This actor, by its id on any network: sees besides what it wrote, what is addressed to it, and what is for
    /// followers of those it follows.
    Actor(ActorId),
}

/// An actor as seen on one network. Ids are in that network's terms wherever they have such.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorView {
    /// Its id on the network looked from.
    pub id: ActorId,
    /// Its id at home.
    pub home: ActorId,
    /// Whose actor it is.
    pub state: ActorState,
    /// Whether it is active. `Gone` and `Stopped` actors have no profile.
    pub standing: Standing,
    /// The networks a local actor agreed to be seen on.
    pub consents: Vec<Network>,
    /// Its profile, with the handle it has on the network looked from.
    pub profile: Profile,
    /// Its public key on the network looked from, as SPKI PEM.
    pub public_key: Option<String>,
    /// A short stable opaque name, unique in this bridge.
    pub opaque: String,
    /// How many posts of it everybody may see.
    pub posts: u64,
    /// How many follow it.
    pub followers: u64,
    /// How many it follows.
    pub following: u64,
}

/// An object as seen on one network. Ids are in that network's terms wherever they have such.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectView {
    /// Its id on the network looked from.
    pub id: ObjectId,
    /// Its id at home.
    pub home: ObjectId,
    /// The object; `None` once it is gone.
    pub payload: Option<Payload>,
    /// Its version.
    pub version: u32,
    /// When it was retracted, if it was.
    pub gone: Option<Timestamp>,
    /// Its author, as seen on the network.
    pub author: Profile,
    /// When it became known here.
    pub stored: Timestamp,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// At most this many.
    pub max: usize,
    /// Those older than the object of this opaque position.
    pub before: Option<String>,
    /// Those newer than it.
    pub after: Option<String>,
    /// Those from this place in the list on, from 0.
    pub index: Option<u64>,
}

/// Reads. Positions in pages are the ids, on the network looked from, of the objects or actors.
pub trait Reads: Send + Sync {
    /// The actor known on any network by `id`, as seen on `on`. `None` when nobody is.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn actor<'a>(&'a self, id: &'a ActorId, on: &'a Network) -> Later<'a, Option<ActorView>>;

    /// The local actor with this public name or opaque id, as seen on `on`.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn actor_named<'a>(&'a self, name: &'a str, on: &'a Network) -> Later<'a, Option<ActorView>>;

    /// The object known on any network by `id`, if `viewer` may see it; a retracted one is there, without payload.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn object<'a>(&'a self, viewer: &'a Viewer, id: &'a ObjectId, on: &'a Network) -> Later<'a, Option<ObjectView>>;

    /// What `author` posted and reposted, newest first: no comments on others.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn timeline<'a>(
        &'a self,
        viewer: &'a Viewer,
        author: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>>;

    /// The comments that stand in `place`, and the reactions to the post it belongs to, oldest first.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn comments<'a>(
        &'a self,
        viewer: &'a Viewer,
        place: &'a PlaceId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>>;

    /// The comments that answer `object` itself, oldest first, as far as they have an id on `on`.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn replies<'a>(
        &'a self,
        viewer: &'a Viewer,
        object: &'a ObjectId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>>;

    /// The reactions to `object`, newest first.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn reactions<'a>(
        &'a self,
        viewer: &'a Viewer,
        object: &'a ObjectId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>>;

    /// Who follows `actor`, newest first. Only the actor sees anything but numbers unless it agreed to more.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn followers<'a>(
        &'a self,
        viewer: &'a Viewer,
        actor: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>>;

    /// Whom `actor` follows, newest first.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn following<'a>(
        &'a self,
        viewer: &'a Viewer,
        actor: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>>;

    /// How far `follower`'s follow of `followee` is; `None` when there is none.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    fn follow<'a>(&'a self, follower: &'a ActorId, followee: &'a ActorId) -> Later<'a, Option<FollowState>>;
}
