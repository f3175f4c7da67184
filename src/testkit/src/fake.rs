//! A fake network: a whole tiny adapter with in-memory peers.
//!
//! Its wire is the model's JSON, its ids are `name@host` for actors and `host/name` for objects, its addresses are
//! `name@host` (one actor) and `*@host` (a whole host). What it delivers lands in [`Fake::taken`]; a test makes hosts
//! refuse with [`Fake::refuse`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use causeway_core::adapter::{
    ActorFacts, Adapter, Answer, Arrival, Claim, Context, Crossed, Crossing, Delivered, Link, ManagesSubscriptions,
    MintedActor, Need, ObjectFacts, Outgoing, ParseContext, Parsed, Raw, RawSource, RenderContext, Rendered, Resource,
    Route, Target, Variant, Verb, Wire,
};
use causeway_core::capabilities::{Capabilities, Limits, Support};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{
    Activity, Attested, Audience, Endpoints, Kind, Payload, Post, Profile, Reach, Scope, Text, TextFormat,
};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use futures_core::future::BoxFuture;
use tokio::sync::Notify;

/// What the id of an activity begins with that claims to make something new. On a network with places an object stands
/// under its id until it is taken away.
pub const CREATE: &str = "create";

/// The media type of its wire.
pub const MEDIA_TYPE: &str = "application/fake+json";

const ALL: &[(Kind, Support)] = &[
    (Kind::Profile, Support::Full),
    (Kind::Post, Support::Full),
    (Kind::Comment, Support::Full),
    (Kind::Reaction, Support::Full),
    (Kind::Repost, Support::Full),
    (Kind::Follow, Support::Full),
    (Kind::Retraction, Support::Full),
];

static CAPABILITIES: Capabilities = Capabilities {
    inbound: ALL,
    outbound: ALL,
    formats: &[TextFormat::Plain],
    limits: Limits {
        wire_bytes: None,
        title_chars: None,
        text_bytes: None,
        media: None,
    },
    edits: true,
    audiences: &[Scope::Public, Scope::Unlisted, Scope::Followers, Scope::Limited],
};

/// One thing a peer took.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// At which address.
    pub address: String,
    /// What was to be done.
    pub verb: Verb,
    /// The wire id of the activity.
    pub id: Option<String>,
    /// The activity, in this network's terms.
    pub activity: Activity,
}

/// The fake network.
pub struct Fake {
    network: Network,
    places: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    refusals: BTreeMap<String, Refusal>,
    silent: Option<String>,
    slow: Option<Arc<Notify>>,
    told: Vec<(String, String)>,
    documents: BTreeMap<String, Wire>,
    rendered: usize,
}

impl Fake {
    /// A network of this name; with `places`, threads are gathered in places there, and its people are local users.
    pub fn new(network: &'static str, places: bool) -> Arc<Self> {
        Arc::new(Self {
            network: Network::new(network),
            places,
            state: Mutex::default(),
        })
    }

    /// An actor's id.
    pub fn actor(&self, id: &str) -> ActorId {
        ActorId::new(self.network.clone(), id)
    }

    /// An object's id.
    pub fn object(&self, id: &str) -> ObjectId {
        ObjectId::new(self.network.clone(), id)
    }

    /// A profile of `name@host`, reached alone and by its host.
    pub fn profile(&self, id: &str) -> Profile {
        let mut profile = Profile::of(self.actor(id));
        let host = host_of_actor(id).to_owned();
        profile.handle = Some(id.to_owned());
        profile.reach = Endpoints {
            own: Some(Reach {
                host: host.clone(),
                address: id.to_owned(),
            }),
            shared: Some(Reach {
                host: host.clone(),
                address: format!("*@{host}"),
            }),
        };
        profile
    }

    /// A public post by `author` saying `text`.
    pub fn post(&self, id: &str, author: &str, text: &str) -> Post {
        Post::note(self.object(id), self.actor(author), Text::plain(text))
    }

    /// The wire of `payload` by `actor`, attested by the actor.
    pub fn wire(&self, actor: &str, payload: Payload) -> Wire {
        let activity = Activity {
            id: None,
            actor: self.actor(actor),
            at: None,
            payload,
        };
        self.wire_of(Attested::Actor(self.actor(actor)), &activity)
    }

    /// The wire of `activity` with any attestation.
    pub fn wire_of(&self, attested: Attested, activity: &Activity) -> Wire {
        Wire {
            network: self.network.clone(),
            attested,
            id: activity.id.clone(),
            arrival: Arrival::Live,
            media_type: MEDIA_TYPE.to_owned(),
            body: Bytes::from(serde_json::to_vec(activity).unwrap()),
            envelope: Vec::new(),
            received: Timestamp::from_millis(0),
        }
    }

    /// What peers took so far, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// How often anything was rendered.
    pub fn rendered(&self) -> usize {
        self.state.lock().unwrap().rendered
    }

    /// Makes `host` refuse everything, or no more.
    pub fn refuse(&self, host: &str, refusal: Option<Refusal>) {
        let mut state = self.state.lock().unwrap();
        match refusal {
            Some(refusal) => state.refusals.insert(host.to_owned(), refusal),
            None => state.refusals.remove(host),
        };
    }

    /// Makes peers take what they are sent only when the one returned says so.
    pub fn slow(&self) -> Arc<Notify> {
        let slow = Arc::new(Notify::new());
        self.state.lock().unwrap().slow = Some(Arc::clone(&slow));
        slow
    }

    /// Whom it told what, in order.
    pub fn told(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().told.clone()
    }

    /// The source that is watched for an actor.
    pub fn posts_of(&self, actor: &ActorId) -> PlaceId {
        PlaceId::new(self.network.clone(), format!("{}/posts", actor.as_str()))
    }

    /// Makes `host` take what it is sent and say nothing, or answer again.
    pub fn silence(&self, host: Option<&str>) {
        self.state.lock().unwrap().silent = host.map(str::to_owned);
    }

    /// Puts a document where [`Adapter::fetch`] finds it.
    pub fn publish(&self, id: &str, wire: Wire) {
        self.state.lock().unwrap().documents.insert(id.to_owned(), wire);
    }
}

impl Adapter for Fake {
    fn network(&self) -> Network {
        self.network.clone()
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn authenticate<'a>(&'a self, raw: Raw, _: &'a Context) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async move {
            let RawSource::Stream { from } = raw.source else {
                return Err(Refusal::reject(Reason::SignatureMissing, "not from a peer"));
            };
            Ok(Wire {
                network: self.network.clone(),
                attested: Attested::Actor(self.actor(&from)),
                id: None,
                arrival: Arrival::Live,
                media_type: MEDIA_TYPE.to_owned(),
                body: raw.body,
                envelope: Vec::new(),
                received: raw.received,
            })
        })
    }

    fn vouches(&self, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
        let host = match origin {
            Attested::Actor(attested) if attested == actor => host_of_actor(actor.as_str()),
            Attested::Host(host) if host == host_of_actor(actor.as_str()) => host,
            Attested::Actor(_) | Attested::Host(_) | Attested::Nobody => return false,
        };
        object.is_none_or(|object| host_of_object(object.as_str()) == host)
    }

    fn parse(&self, wire: &Wire, context: &ParseContext<'_>) -> Parsed {
        let activity: Activity = match serde_json::from_slice(&wire.body) {
            Ok(activity) => activity,
            Err(error) => return Parsed::refused(Refusal::reject(Reason::Malformed, error.to_string())),
        };
        assert!(
            activity.payload.post().is_none_or(|post| post.text.plain != "panic"),
            "asked to panic"
        );
        // a repost is understood only with what it passes on
        if let Payload::Repost(repost) = &activity.payload {
            let need = Need::Object(repost.object.as_str().to_owned());
            match context.lookup.lookup(&need) {
                Answer::NotAsked => return Parsed::Needs(vec![need]),
                Answer::Failed(refusal) => return Parsed::refused(refusal.clone()),
                Answer::Found(_) => {}
            }
        }
        let claim = match activity.id.as_deref() {
            _ if self.places => Claim::Stands,
            Some(id) if id.starts_with(CREATE) => Claim::New,
            _ => Claim::State,
        };
        Parsed::Done(Crossing {
            activities: vec![Crossed::new(activity, Vec::new()).claiming(claim)],
            refused: Vec::new(),
        })
    }

    fn render(&self, outgoing: &Outgoing, _: &RenderContext<'_>) -> Result<Rendered, Refusal> {
        self.state.lock().unwrap().rendered += 1;
        if outgoing
            .activity
            .payload
            .audience()
            .is_some_and(|audience| audience.scope == Scope::Direct)
        {
            return Err(Refusal::reject(Reason::PrivateAudience, "direct"));
        }
        if outgoing
            .activity
            .payload
            .post()
            .is_some_and(|post| post.text.plain == "poison")
        {
            return Err(Refusal::reject(Reason::Malformed, "poison"));
        }
        let object = outgoing.activity.payload.object().cloned();
        let id = object
            .as_ref()
            .map(|object| format!("{}#{:?}-{}", object.as_str(), outgoing.verb, outgoing.version));
        Ok(Rendered {
            media_type: MEDIA_TYPE,
            body: Bytes::from(serde_json::to_vec(&outgoing.activity).map_err(Refusal::internal)?),
            actor: outgoing.activity.actor.clone(),
            object,
            verb: outgoing.verb,
            id,
            losses: Vec::new(),
        })
    }

    fn variant(&self, _: &Outgoing, _: &Target) -> Variant {
        Variant::Shared
    }

    fn deliver<'a>(
        &'a self,
        _: &'a Context,
        target: &'a Target,
        items: &'a [Arc<Rendered>],
    ) -> BoxFuture<'a, Vec<Result<Delivered, Refusal>>> {
        Box::pin(async move {
            let slow = self.state.lock().unwrap().slow.clone();
            if let Some(slow) = slow {
                slow.notified().await;
            }
            let mut state = self.state.lock().unwrap();
            if let Some(refusal) = state.refusals.get(&target.host) {
                return vec![Err(refusal.clone()); items.len()];
            }
            for item in items {
                state.taken.push(Taken {
                    address: target.address.clone(),
                    verb: item.verb,
                    id: item.id.clone(),
                    activity: serde_json::from_slice(&item.body).unwrap(),
                });
            }
            if state.silent.as_deref() == Some(&target.host) {
                return vec![Err(Refusal::retry(Reason::HostUnreachable, "no answer")); items.len()];
            }
            vec![
                Ok(Delivered {
                    remote_id: None,
                    answer: "taken".to_owned()
                });
                items.len()
            ]
        })
    }

    fn fetch<'a>(&'a self, _: &'a Context, need: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async move {
            let (Need::Object(id) | Need::Actor(id) | Need::Key(id)) = need;
            let state = self.state.lock().unwrap();
            if let Some(refusal) = state.refusals.get(host_of_object(id)) {
                return Err(refusal.clone());
            }
            let found = state.documents.get(id).cloned();
            found.ok_or_else(|| Refusal::reject(Reason::NotFound, "no such document"))
        })
    }

    fn run(self: Arc<Self>, context: Context) -> BoxFuture<'static, ()> {
        Box::pin(async move { context.shutdown.requested().await })
    }

    fn routes(self: Arc<Self>, _: &Context) -> Vec<Route> {
        Vec::new()
    }

    fn mint_actor(&self, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
        let name = facts.handle.unwrap_or(facts.home.as_str()).replace('@', "_");
        let suffix = if attempt == 0 {
            String::new()
        } else {
            format!(".{}", attempt + 1)
        };
        let id = format!("{name}{suffix}@bridge.{}", self.network);
        Some(MintedActor {
            id: self.actor(&id),
            handle: Some(id),
        })
    }

    fn suggested_handle(&self, actor: &ActorId) -> Option<String> {
        Some(actor.as_str().to_owned())
    }

    fn wire_of_file(&self, body: Bytes, received: Timestamp) -> Result<Wire, Refusal> {
        Ok(Wire {
            network: self.network.clone(),
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
        Some(self.object(&format!("{}/{}", host_of_actor(facts.author.as_str()), facts.opaque)))
    }

    fn place_of(&self, object: &ObjectId) -> Option<PlaceId> {
        self.places.then(|| {
            PlaceId::new(
                self.network.clone(),
                format!("bridge.{}/comments/{object}", self.network),
            )
        })
    }

    fn place_reach(&self, place: &PlaceId) -> Option<Reach> {
        let host = host_of_object(place.as_str());
        (host != format!("bridge.{}", self.network)).then(|| Reach {
            host: host.to_owned(),
            address: place.as_str().to_owned(),
        })
    }

    fn links(&self, _: &ActorId) -> Vec<Link> {
        Vec::new()
    }

    fn protocols(&self) -> &'static [&'static str] {
        &["fake"]
    }

    fn subscribes(&self) -> Option<&dyn ManagesSubscriptions> {
        self.places.then_some(self as &dyn ManagesSubscriptions)
    }

    fn representation(&self, _: &Resource, _: &[String], _: &RenderContext<'_>) -> Option<Result<Rendered, Refusal>> {
        None
    }
}

impl ManagesSubscriptions for Fake {
    fn watch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { context.watches.want(&self.posts_of(actor), actor, None).await })
    }

    fn unwatch<'a>(&'a self, context: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { context.watches.end(&self.posts_of(actor)).await })
    }

    fn profile<'a>(&'a self, _: &'a Context, actor: &'a ActorId) -> BoxFuture<'a, Result<Profile, Refusal>> {
        Box::pin(async { Ok(self.profile(actor.as_str())) })
    }

    fn notify<'a>(&'a self, _: &'a Context, actor: &'a ActorId, text: &'a str) -> BoxFuture<'a, Result<(), Refusal>> {
        let told = (actor.as_str().to_owned(), text.to_owned());
        self.state.lock().unwrap().told.push(told);
        Box::pin(async { Ok(()) })
    }
}

/// The audience of `scope` with these recipients on `network`.
pub fn audience(network: &Fake, scope: Scope, recipients: &[&str]) -> Audience {
    Audience::new(scope, recipients.iter().map(|id| network.actor(id)))
}

fn host_of_actor(id: &str) -> &str {
    id.rsplit_once('@').map_or(id, |(_, host)| host)
}

fn host_of_object(id: &str) -> &str {
    id.split_once('/').map_or(id, |(host, _)| host)
}
