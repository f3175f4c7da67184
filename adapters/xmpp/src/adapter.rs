//! The adapter: the live side joined to the mapping.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use causeway_core::adapter::{
    ActorFacts, Adapter, Arrival, Context, Delivered, Link as WebLink, ManagesSubscriptions, MintedActor, Need,
    ObjectFacts, Outgoing, ParseContext, Parsed, Raw, RenderContext, Rendered, Resource, Route, Target, Variant, Wire,
};
use causeway_core::capabilities::Capabilities;
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Attested, Profile, Reach};
use causeway_core::ports::Random;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use futures_core::future::BoxFuture;
use jid::Jid;
use tokio::sync::mpsc;
use url::Url;

use crate::barrier::Barriers;
use crate::counters::{Counters, Stanzas};
use crate::link::{Incoming, Link, LinkConfig, LinkState, LinkTask};
use crate::notices::Notices;
use crate::service::avatar::Avatars;
use crate::watch::Keeper;
use crate::wire::envelope::Envelope;
use crate::wire::item::ITEM_MEDIA_TYPE;
use crate::{Config, chat, deliver, fetch, ids, inbound, profile_read, watch};

/// What the adapter is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The component's JID, a domain: XHOST.
    pub jid: String,
    /// `host:port` of the server's component listener.
    pub server: String,
    /// The secret shared with the server.
    pub secret: String,
    /// The domains whose users this bridge serves.
    pub serve_domains: Vec<String>,
    /// The public URL, under which `media/avatar/{sha1}.{ext}` serves pictures.
    pub media_base: Url,
    /// The names of the networks that this bridge leads to, such as `activitypub`: one gateway identity each.
    // XEP-0100 §3.2, XEP-0030 §3.1
    pub gateways: Vec<String>,
}

/// Why there is no adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// `xmpp.jid` is no domain.
    #[error("xmpp.jid {0:?} is not a host name")]
    Jid(String),
    /// One of `xmpp.serve_domains` is no domain.
    #[error("xmpp.serve_domains: {0:?} is not a host name")]
    Domain(String),
}

/// The XMPP adapter.
pub struct Xmpp {
    pub(crate) config: Config,
    pub(crate) gateways: Vec<String>,
    pub(crate) media_base: Url,
    pub(crate) link: Link,
    pub(crate) barriers: Barriers,
    pub(crate) notices: Notices,
    pub(crate) counters: Counters,
    pub(crate) avatars: Avatars,
    pub(crate) keeper: Keeper,
    work: Mutex<Option<Work>>,
}

/// What [`Adapter::run`] needs once.
struct Work {
    task: LinkTask,
    incoming: mpsc::Receiver<Incoming>,
}

impl Xmpp {
    /// An adapter of these settings. Nothing is connected before [`Adapter::run`].
    ///
    /// # Errors
    /// [`SettingsError`] when a name is none.
    pub fn new(settings: Settings, random: Arc<dyn Random>) -> Result<Self, SettingsError> {
        let domain = |name: &String| ids::canonical_jid(name).filter(|jid| !ids::has_local_part(jid));
        let bridge = domain(&settings.jid).ok_or_else(|| SettingsError::Jid(settings.jid.clone()))?;
        let jid: Jid = bridge.parse().map_err(|_| SettingsError::Jid(settings.jid.clone()))?;
        let served = settings.serve_domains.iter();
        let served = served.map(|name| domain(name).ok_or_else(|| SettingsError::Domain(name.clone())));
        let config = Config {
            bridge,
            serve_domains: served.collect::<Result<_, _>>()?,
        };
        let chance = Arc::new(move |bytes: &mut [u8]| random.fill(bytes));
        let counters = Counters::default();
        let (link, task, incoming) = Link::new(LinkConfig::new(settings.server, jid, settings.secret, chance));
        Ok(Self {
            config,
            gateways: settings.gateways,
            media_base: settings.media_base,
            barriers: Barriers::new(link.clone(), counters.barriers.clone()),
            link,
            notices: Notices::default(),
            counters,
            avatars: Avatars::default(),
            keeper: Keeper::default(),
            work: Mutex::new(Some(Work { task, incoming })),
        })
    }

    /// Whether there is a stream to the server now.
    pub fn connected(&self) -> bool {
        matches!(*self.link.state().borrow(), LinkState::Connected { .. })
    }

    /// Watches the stream come and go.
    pub fn state(&self) -> tokio::sync::watch::Receiver<LinkState> {
        self.link.state()
    }

    /// How many stanzas came and went, by what became of them.
    pub fn counts(&self) -> Vec<Stanzas> {
        self.counters.all()
    }

    /// Whether somebody belongs to a server this bridge serves.
    pub(crate) fn serves(&self, actor: &ActorId) -> bool {
        let domain = ids::domain_of(actor.as_str());
        ids::has_local_part(actor.as_str()) && self.config.serve_domains.iter().any(|served| served == domain)
    }

    /// Whether a JID is this bridge's own or stands under it.
    // security.md row 7
    pub(crate) fn is_ours(&self, jid: &str) -> bool {
        ids::domain_of(jid) == self.config.bridge
    }
}

impl Adapter for Xmpp {
    fn network(&self) -> Network {
        ids::NETWORK
    }

    fn capabilities(&self) -> &'static Capabilities {
        &crate::CAPABILITIES
    }

    fn authenticate<'a>(&'a self, raw: Raw, _: &'a Context) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async move { inbound::authenticate(self, raw) })
    }

    fn vouches(&self, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
        crate::vouches(&self.config, origin, actor, object)
    }

    fn parse(&self, wire: &Wire, context: &ParseContext<'_>) -> Parsed {
        crate::parse(&self.config, wire, context)
    }

    fn render(&self, outgoing: &Outgoing, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
        crate::render(&self.config, outgoing, context)
    }

    fn variant(&self, _: &Outgoing, _: &Target) -> Variant {
        Variant::Shared
    }

    fn deliver<'a>(
        &'a self,
        context: &'a Context,
        target: &'a Target,
        items: &'a [Arc<Rendered>],
    ) -> BoxFuture<'a, Vec<Result<Delivered, Refusal>>> {
        Box::pin(deliver::deliver(self, context, target, items))
    }

    fn fetch<'a>(&'a self, context: &'a Context, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(fetch::fetch(self, context, need))
    }

    fn run(self: Arc<Self>, context: Context) -> BoxFuture<'static, ()> {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            match work {
                Some(Work { task, incoming }) => inbound::run(self, context, task, incoming).await,
                None => tracing::error!("the XMPP adapter runs already"),
            }
        })
    }

    fn routes(self: Arc<Self>, _: &Context) -> Vec<Route> {
        Vec::new()
    }

    fn mint_actor(&self, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
        ids::mint_actor(&self.config, facts, attempt)
    }

    fn suggested_handle(&self, actor: &ActorId) -> Option<String> {
        ids::jid_of(actor).map(str::to_owned)
    }

    fn wire_of_file(&self, body: Bytes, received: Timestamp) -> Result<Wire, Refusal> {
        crate::wire::document::read(&body)?;
        Ok(Wire {
            network: ids::NETWORK,
            attested: Attested::Nobody,
            id: None,
            arrival: Arrival::Backfill,
            media_type: ITEM_MEDIA_TYPE.to_owned(),
            body,
            envelope: Envelope::default().entries(),
            received,
        })
    }

    fn mint_object(&self, facts: &ObjectFacts<'_>) -> Option<ObjectId> {
        ids::mint_object(&self.config, facts)
    }

    fn place_of(&self, object: &ObjectId) -> Option<PlaceId> {
        ids::place_of(&self.config, object)
    }

    fn place_reach(&self, place: &PlaceId) -> Option<Reach> {
        ids::place_reach(&self.config, place)
    }

    fn links(&self, _: &ActorId) -> Vec<WebLink> {
        Vec::new()
    }

    fn instance(&self) -> Option<ActorId> {
        ids::actor(&self.config.bridge)
    }

    fn protocols(&self) -> &'static [&'static str] {
        &["xmpp"]
    }

    fn representation(&self, _: &Resource, _: &[String], _: &RenderContext<'_>) -> Option<Result<Rendered, Refusal>> {
        None
    }

    fn subscribes(&self) -> Option<&dyn ManagesSubscriptions> {
        Some(self)
    }
}

impl ManagesSubscriptions for Xmpp {
    fn watch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(watch::begin(self, context, actor))
    }

    fn unwatch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(watch::end(self, context, actor))
    }

    fn profile<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<Profile, Refusal>> {
        Box::pin(profile_read::profile(self, context, actor))
    }

    fn notify<'a>(&'a self, _: &'a Context, actor: &'a ActorId, text: &'a str) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(chat::tell(self, actor, text))
    }
}
