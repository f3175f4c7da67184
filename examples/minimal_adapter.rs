//! The smallest useful adapter: a network of our own, whose posts are lines such as `ann@quay.example: Ships ahoy`.
//!
//! ```sh
//! cargo run --example minimal_adapter
//! ```
//!
//! An adapter fills one trait of `causeway-core` and changes no line of it. The heart is `parse` and `render`, two pure
//! functions that mirror each other. The rest says who vouches for what, which names its network gives to others, and
//! how things are sent. This one listens to nobody and sends to the terminal; `src/testkit/src/fake.rs` is the next step.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use causeway::app;
use causeway::convert::Converter;
use causeway::services::SystemClock;
use causeway_core::adapter::*;
use causeway_core::capabilities::{Capabilities, Limits, Support};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::loss::{Loss, LossClass};
use causeway_core::model::{Activity, Attested, Kind, Payload, Post, Reach, Scope, Text, TextFormat};
use causeway_core::ports::Clock;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use futures_core::future::BoxFuture;

/// The network's name: each id carries it.
const QUAY: Network = Network::new("quay");

/// What it can carry: the router asks before it sends anything here.
static CAPABILITIES: Capabilities = Capabilities {
    inbound: &[(Kind::Post, Support::Full)],
    outbound: &[(Kind::Post, Support::Lossy("a line has nothing but text"))],
    formats: &[TextFormat::Plain],
    limits: Limits {
        wire_bytes: Some(500),
        title_chars: None,
        text_bytes: None,
        media: None,
    },
    edits: false,
    audiences: &[Scope::Public],
};

struct Quay;

impl Adapter for Quay {
    fn network(&self) -> Network {
        QUAY
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// Bytes in, what they say out. Anything odd is a refusal with a reason code, never a panic.
    fn parse(&self, wire: &Wire, _: &ParseContext<'_>) -> Parsed {
        let text = String::from_utf8_lossy(&wire.body);
        let Some((who, said)) = text.trim().split_once(": ") else {
            return Parsed::refused(Refusal::reject(Reason::Malformed, "a line is `name@host: text`"));
        };
        let author = ActorId::new(QUAY, who);
        let id = ObjectId::new(QUAY, format!("{who}/{}", wire.received.millis()));
        let mut post = Post::note(id, author.clone(), Text::plain(said));
        post.published = Some(wire.received);
        let payload = Payload::Post(Box::new(post));
        Parsed::one(
            Activity {
                id: None,
                actor: author,
                at: None,
                payload,
            },
            Vec::new(),
        )
    }

    /// The mirror image. What the line cannot say is said to be lost.
    fn render(&self, outgoing: &Outgoing, _: &RenderContext<'_>) -> Result<Rendered, Refusal> {
        let Payload::Post(post) = &outgoing.activity.payload else {
            return Err(Refusal::reject(Reason::UnsupportedKind, "only posts fit on a line"));
        };
        let mut losses = Vec::new();
        if post.title.is_some() {
            losses.push(Loss::new(
                "quay.title",
                LossClass::Dropped,
                "title",
                "a line has no title",
            ));
        }
        let line = format!(
            "{}: {}",
            outgoing.activity.actor.as_str(),
            post.text.plain.replace('\n', " ")
        );
        Ok(Rendered {
            media_type: "text/plain",
            body: line.into(),
            actor: outgoing.activity.actor.clone(),
            object: Some(post.id.clone()),
            verb: outgoing.verb,
            id: None,
            losses,
        })
    }

    /// Everybody gets the same bytes, so they are rendered once.
    fn variant(&self, _: &Outgoing, _: &Target) -> Variant {
        Variant::Shared
    }

    /// A host speaks for its people: `ann@quay.example` for what begins with her name.
    fn vouches(&self, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
        let own = |object: &ObjectId| object.as_str().starts_with(&format!("{}/", actor.as_str()));
        *origin == Attested::Actor(actor.clone()) && object.is_none_or(own)
    }

    /// The name that somebody of another network gets here.
    fn mint_actor(&self, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
        let name = facts.handle.unwrap_or(facts.opaque).replace('@', ".");
        let again = if attempt == 0 {
            String::new()
        } else {
            attempt.to_string()
        };
        let id = ActorId::new(QUAY, format!("{name}{again}@bridge.example"));
        Some(MintedActor { id, handle: None })
    }

    fn mint_object(&self, facts: &ObjectFacts<'_>) -> Option<ObjectId> {
        Some(ObjectId::new(
            QUAY,
            format!("{}/{}", facts.author.as_str(), facts.opaque),
        ))
    }

    fn suggested_handle(&self, actor: &ActorId) -> Option<String> {
        Some(actor.as_str().to_owned())
    }

    fn wire_of_file(&self, body: Bytes, received: Timestamp) -> Result<Wire, Refusal> {
        let (media_type, envelope) = ("text/plain".to_owned(), Vec::new());
        let (attested, arrival) = (Attested::Nobody, Arrival::Replay);
        Ok(Wire {
            network: QUAY,
            attested,
            id: None,
            arrival,
            media_type,
            body,
            envelope,
            received,
        })
    }

    // From here on: the world outside. This network has no servers, so nobody comes and nothing can be fetched.

    fn authenticate<'a>(&'a self, _: Raw, _: &'a Context) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async { Err(Refusal::reject(Reason::SignatureMissing, "nobody comes here")) })
    }

    fn deliver<'a>(
        &'a self,
        _: &'a Context,
        _: &'a Target,
        items: &'a [Arc<Rendered>],
    ) -> BoxFuture<'a, Vec<Result<Delivered, Refusal>>> {
        items
            .iter()
            .for_each(|item| println!("{}", String::from_utf8_lossy(&item.body)));
        Box::pin(async move { vec![Ok(Delivered::default()); items.len()] })
    }

    fn fetch<'a>(&'a self, _: &'a Context, _: &'a Need) -> BoxFuture<'a, Result<Wire, Refusal>> {
        Box::pin(async { Err(Refusal::reject(Reason::NotFound, "nothing can be fetched")) })
    }

    fn run(self: Arc<Self>, context: Context) -> BoxFuture<'static, ()> {
        Box::pin(async move { context.shutdown.requested().await })
    }

    fn routes(self: Arc<Self>, _: &Context) -> Vec<Route> {
        Vec::new()
    }

    fn place_of(&self, _: &ObjectId) -> Option<PlaceId> {
        None
    }

    fn place_reach(&self, _: &PlaceId) -> Option<Reach> {
        None
    }

    fn links(&self, _: &ActorId) -> Vec<Link> {
        Vec::new()
    }

    fn protocols(&self) -> &'static [&'static str] {
        &[]
    }

    fn representation(&self, _: &Resource, _: &[String], _: &RenderContext<'_>) -> Option<Result<Rendered, Refusal>> {
        None
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Beside the adapters that Causeway has, as `src/app.rs` would put it there.
    let others = app::adapters_for_files("bridge.example", "example.org")?;
    let quay: Arc<dyn Adapter> = Arc::new(Quay);
    let adapters = Adapters::new(others.iter().cloned().chain([quay]));
    let converter = Converter::new(&adapters, SystemClock.now());

    let line = "ann@quay.example: Ships ahoy";
    println!("a line of ours:  {line}");
    for crossed in converter.read(&QUAY, line.into())? {
        let converted = converter.write(&Network::new("xmpp"), crossed)?;
        println!(
            "\nas an item on XMPP:\n{}",
            String::from_utf8_lossy(&converted.document)
        );
    }

    let note = r#"{"type":"Note","id":"https://masto.example/1","attributedTo":"https://masto.example/users/alice",
        "to":"https://www.w3.org/ns/activitystreams#Public","content":"<p>Land <b>ho</b></p>"}"#;
    for crossed in converter.read(&Network::new("activitypub"), note.into())? {
        let converted = converter.write(&QUAY, crossed)?;
        println!(
            "\na note of ActivityPub, as a line:  {}",
            String::from_utf8_lossy(&converted.document)
        );
    }

    if let Err(refusal) = converter.read(&QUAY, "no colon".into()) {
        println!("\nwhat is no line:  {refusal}");
    }
    Ok(())
}
