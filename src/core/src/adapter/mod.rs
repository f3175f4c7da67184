//! The contract an adapter fills.
//!
//! `parse` and `render` are pure: bytes and a context in, a value with losses out. They open no socket, read no clock,
//! ask no database; whatever they lack they name as a [`Need`], and core asks again when it has been fetched.

mod adapters;
mod context;
mod crossing;
mod identity;
mod need;
mod resource;
mod wire;

use futures_core::future::BoxFuture;

pub use adapters::Adapters;
pub use context::{Context, ParseContext, RenderContext, Shutdown};
pub use crossing::{Claim, Crossed, Crossing, Delivered, Outgoing, Parsed, Rendered, Target, Variant, Verb};
pub use identity::{ActorFacts, MintedActor, ObjectFacts};
pub use need::{Answer, Lookup, Need, NothingKnown};
pub use resource::{Handler, Link, Resource, Route, Slice};
pub use wire::{Arrival, MODEL_MEDIA_TYPE, Raw, RawSource, Wire};

use crate::capabilities::Capabilities;
use crate::id::{ActorId, Network, ObjectId, PlaceId};
use crate::model::{Attested, Reach};
use crate::refusal::Refusal;

/// A network's translator.
pub trait Adapter: Send + Sync {
    /// The network it speaks.
    fn network(&self) -> Network;

    /// What it carries, as a constant table.
    fn capabilities(&self) -> &'static Capabilities;

    /// Finds out who vouches for `raw`. The only maker of attestations. May read the envelope and fetch one key; acts on
    /// nothing in the payload.
    ///
    /// # Errors
    /// A refusal that the peer is answered with: `Reject` for a bad signature, `Retry` when the proof cannot be had now.
    fn authenticate<'a>(&'a self, raw: Raw, context: &'a Context) -> BoxFuture<'a, Result<Wire, Refusal>>;

    /// Whether whoever attested a wire may speak for `actor` and make or end `object`: the actor itself, or the host
    /// that both ids belong to. A pure function; never true for ids that this bridge makes.
    fn vouches(&self, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool;

    /// What the wire says, or what is needed to tell. Pure. One bad entry never fails a feed or a page.
    fn parse(&self, wire: &Wire, context: &ParseContext<'_>) -> Parsed;

    /// The wire for an activity whose ids are in this network's terms wherever they have such. Pure.
    ///
    /// # Errors
    /// A refusal when the wire cannot say it at all, or must not: `private-audience`, `unsupported-kind`.
    fn render(&self, outgoing: &Outgoing, context: &RenderContext<'_>) -> Result<Rendered, Refusal>;

    /// Which targets get the same bytes as `target`: all, or those of one actor.
    fn variant(&self, outgoing: &Outgoing, target: &Target) -> Variant;

    /// Sends in order to one target, sealing each for it. One result per item; after the first that must be retried the
    /// rest are not tried and get that same refusal.
    fn deliver<'a>(
        &'a self,
        context: &'a Context,
        target: &'a Target,
        items: &'a [std::sync::Arc<Rendered>],
    ) -> BoxFuture<'a, Vec<Result<Delivered, Refusal>>>;

    /// Gets what [`Adapter::parse`] needs, within the limits of the guarded client.
    ///
    /// # Errors
    /// A refusal that says why it could not be had.
    fn fetch<'a>(&'a self, context: &'a Context, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>>;

    /// Listens until shutdown, handing what comes to [`crate::ports::Ingest`]. An adapter that only answers requests
    /// returns at shutdown.
    fn run(self: std::sync::Arc<Self>, context: Context) -> BoxFuture<'static, ()>;

    /// The requests it answers on the public listener.
    fn routes(self: std::sync::Arc<Self>, context: &Context) -> Vec<Route>;

    /// The `attempt`th name on this network for an actor of another; `None` when actors of others get none here.
    /// A pure function: attempt 0 is the natural name, later ones differ and are asked for when an earlier one is taken.
    fn mint_actor(&self, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor>;

    /// The handle that an actor's id suggests, for tools that cannot ask its host.
    fn suggested_handle(&self, actor: &ActorId) -> Option<String>;

    /// The wire of a document of this network from a file, which nobody vouches for.
    ///
    /// # Errors
    /// `malformed`, `too-large`: when it is not even a document of the format.
    fn wire_of_file(&self, body: bytes::Bytes, received: crate::time::Timestamp) -> Result<Wire, Refusal>;

    /// The id on this network for an object of another. A pure function, so that a retry makes the same id.
    fn mint_object(&self, facts: &ObjectFacts<'_>) -> Option<ObjectId>;

    /// Where the bridge gathers the comments on `object`, a post whose author names no place of their own; `None` on
    /// networks without such places. A pure function.
    fn place_of(&self, object: &ObjectId) -> Option<PlaceId>;

    /// Where to deliver to `place`; `None` when this bridge keeps it itself, so that its subscribers hear from us.
    fn place_reach(&self, place: &PlaceId) -> Option<Reach>;

    /// Links to an actor of another network that has a name here, for WebFinger and pages.
    fn links(&self, actor: &ActorId) -> Vec<Link>;

    /// The actor as which the bridge itself acts on this network, where there is such.
    fn instance(&self) -> Option<ActorId> {
        None
    }

    /// Protocol names for NodeInfo.
    fn protocols(&self) -> &'static [&'static str];

    /// The document for `resource` in the first of `accept` it can make; `None` when it can make none of them.
    fn representation(
        &self,
        resource: &Resource,
        accept: &[String],
        context: &RenderContext<'_>,
    ) -> Option<Result<Rendered, Refusal>>;

    /// Finding actors by what people type.
    fn resolves_actors(&self) -> Option<&dyn ResolvesActors> {
        None
    }

    /// Fetching what was said before.
    fn backfills(&self) -> Option<&dyn Backfills> {
        None
    }

    /// Subscribing to places and nodes of its own network.
    fn subscribes(&self) -> Option<&dyn ManagesSubscriptions> {
        None
    }
}

/// Finding an actor by what a person types: an address, a URL, a name.
pub trait ResolvesActors: Send + Sync {
    /// The actor's own document, attested by its host, handle proven both ways.
    ///
    /// # Errors
    /// `not-found` when this network has nobody of that name; others as fetching has them.
    fn resolve<'a>(&'a self, context: &'a Context, address: &'a str) -> BoxFuture<'a, Result<Wire, Refusal>>;
}

/// Fetching what an actor said before.
pub trait Backfills: Send + Sync {
    /// At most `limit` wires, newest first, arrival [`Arrival::Backfill`].
    ///
    /// # Errors
    /// As fetching has them.
    fn backfill<'a>(
        &'a self,
        context: &'a Context,
        actor: &'a ActorId,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Wire>, Refusal>>;
}

/// Subscriptions of the bridge to sources on the adapter's own network.
pub trait ManagesSubscriptions: Send + Sync {
    /// Begins or renews watching everything of `actor`, a local actor who agreed.
    ///
    /// # Errors
    /// `node-closed` when the source is there but not open; the adapter goes on trying as its network demands.
    fn watch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>>;

    /// Ends watching `actor`.
    ///
    /// # Errors
    /// When the other side could not be told; watching has ended here all the same.
    fn unwatch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>>;

    /// The profile that `actor`'s own network shows of it now, with where it is reached.
    ///
    /// # Errors
    /// When it cannot be had now; what is not public there is left out and is no error.
    fn profile<'a>(
        &'a self,
        context: &'a Context,
        actor: &'a ActorId,
    ) -> BoxFuture<'a, Result<crate::model::Profile, Refusal>>;

    /// A short text to a local actor, such as a command's late answer.
    ///
    /// # Errors
    /// When it cannot be sent now.
    fn notify<'a>(
        &'a self,
        context: &'a Context,
        actor: &'a ActorId,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), Refusal>>;
}
