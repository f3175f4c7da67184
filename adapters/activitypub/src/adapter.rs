//! The adapter: pure translation on one side, sockets of the context on the other.

use std::sync::Arc;

use bytes::Bytes;
use causeway_core::adapter::{
    ActorFacts, Adapter, Arrival, Context, Delivered, Link, MintedActor, Need, ObjectFacts, Outgoing, ParseContext,
    Parsed, Raw, RenderContext, Rendered, ResolvesActors, Resource, Route, Target, Variant, Wire,
};
use causeway_core::capabilities::Capabilities;
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Attested, Reach};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use causeway_formats::http_signature::Site;
use futures_core::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::buckets::Buckets;
use crate::config::Config;
use crate::fetch::read_json;
use crate::remote_keys::RemoteKeys;
use crate::transport::Transport;
use crate::wire::out::MEDIA_TYPE;
use crate::{CAPABILITIES, document, forwarded, ids};

/// Translator between ActivityPub and the model. Everything it keeps in memory is bounded and may be lost.
pub struct ActivityPub {
    pub(crate) config: Config,
    /// The names under which we are reached; `None` only for a public URL without host.
    pub(crate) site: Option<Site>,
    pub(crate) transport: Transport,
    pub(crate) remote_keys: RemoteKeys,
    /// Activities taken from one owner's hosts.
    pub(crate) inbox_budget: Buckets,
    /// Actors fetched from one owner's hosts.
    newcomers: Buckets,
    pub(crate) forward_budget: Buckets,
    pub(crate) forwards: Arc<Semaphore>,
}

/// Activities from one owner's hosts at once, and in how many milliseconds one more is taken.
const INBOX: (u32, u64) = (20_000, 1);
/// Actors of one owner's hosts looked at at once, and in how many milliseconds one more is: a thousand in an hour.
// security.md row 57: a domain whose names are made up as they are asked for must not fill the store
const NEWCOMERS: (u32, u64) = (1_000, 3_600);

impl ActivityPub {
    /// An adapter that knows nobody yet.
    pub fn new(config: Config) -> Self {
        Self {
            site: Site::new(&config.public_url),
            config,
            transport: Transport::default(),
            remote_keys: RemoteKeys::default(),
            inbox_budget: Buckets::new(INBOX.0, INBOX.1),
            newcomers: Buckets::new(NEWCOMERS.0, NEWCOMERS.1),
            forward_budget: Buckets::new(forwarded::BUDGET.0, forwarded::BUDGET.1),
            forwards: Arc::new(Semaphore::new(forwarded::AT_ONCE)),
        }
    }
}

impl Adapter for ActivityPub {
    fn network(&self) -> Network {
        ids::NETWORK
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn authenticate<'a>(&'a self, raw: Raw, context: &'a Context) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(self.authenticated(raw, context))
    }

    fn vouches(&self, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
        ids::vouches(&self.config, origin, actor, object)
    }

    fn parse(&self, wire: &Wire, context: &ParseContext<'_>) -> Parsed {
        crate::parse(&self.config, wire, context)
    }

    fn render(&self, outgoing: &Outgoing, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
        crate::render(&self.config, outgoing, context)
    }

    fn variant(&self, _: &Outgoing, _: &Target) -> Variant {
        // signatures are made per target, over the same bytes
        Variant::Shared
    }

    fn deliver<'a>(
        &'a self,
        context: &'a Context,
        target: &'a Target,
        items: &'a [Arc<Rendered>],
    ) -> BoxFuture<'a, Vec<Result<Delivered, Refusal>>> {
        Box::pin(self.delivered(context, target, items))
    }

    fn fetch<'a>(&'a self, context: &'a Context, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async move {
            if let Need::Actor(id) = need {
                self.newcomers.take_of_owner(id, context.clock.now())?;
            }
            self.fetched(context, need).await
        })
    }

    fn run(self: Arc<Self>, context: Context) -> BoxFuture<'static, ()> {
        Box::pin(async move { context.shutdown.requested().await })
    }

    fn routes(self: Arc<Self>, context: &Context) -> Vec<Route> {
        crate::inbox::routes(&self, context)
    }

    fn mint_actor(&self, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
        ids::mint_actor(&self.config, facts, attempt)
    }

    fn suggested_handle(&self, actor: &ActorId) -> Option<String> {
        ids::guessed_handle(actor.as_str())
    }

    fn wire_of_file(&self, body: Bytes, received: Timestamp) -> Result<Wire, Refusal> {
        read_json(&body)?;
        Ok(Wire {
            network: ids::NETWORK,
            attested: Attested::Nobody,
            id: None,
            arrival: Arrival::Replay,
            media_type: MEDIA_TYPE.to_owned(),
            body,
            envelope: Vec::new(),
            received,
        })
    }

    fn mint_object(&self, facts: &ObjectFacts<'_>) -> Option<ObjectId> {
        ids::mint_object(&self.config, facts)
    }

    fn place_of(&self, _: &ObjectId) -> Option<PlaceId> {
        None
    }

    fn place_reach(&self, _: &PlaceId) -> Option<Reach> {
        None
    }

    fn links(&self, actor: &ActorId) -> Vec<Link> {
        vec![Link {
            rel: causeway_formats::webfinger::rel::SELF,
            media_type: Some(MEDIA_TYPE),
            href: Some(actor.as_str().to_owned()),
            template: None,
        }]
    }

    fn instance(&self) -> Option<ActorId> {
        Some(self.config.instance_actor())
    }

    fn protocols(&self) -> &'static [&'static str] {
        &["activitypub"]
    }

    fn representation(
        &self,
        resource: &Resource,
        accept: &[String],
        context: &RenderContext<'_>,
    ) -> Option<Result<Rendered, Refusal>> {
        document::representation(&self.config, resource, accept, context)
    }

    fn resolves_actors(&self) -> Option<&dyn ResolvesActors> {
        Some(self)
    }
}
