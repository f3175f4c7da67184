//! The live side on a real Prosody, with ports in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    reason = "tests"
)]

mod chatting;
mod delivering;
mod peer;
mod scripted;
mod serving;
mod watching;
mod world;

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapter as _, Context, Shutdown};
use causeway_core::id::ActorId;
use causeway_core::model::{Audience, Comment, Payload, Post, Reaction, Text};
use causeway_core::ports::{ActorState, ObjectView, Standing};
use causeway_harness::client::Client;
use causeway_harness::prosody::{PASSWORD, Prosody, SECRET};
use causeway_testkit::chance::TestRandom;
use causeway_xmpp::ids::{self, Item, MICROBLOG, Place};
use causeway_xmpp::link::LinkState;
use causeway_xmpp::{Settings, Xmpp};
use minidom::Element;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use world::World;

const LIMIT: Duration = Duration::from_secs(20);
const BRIDGE: &str = "b00.localhost";
const PUBSUB: &str = "http://jabber.org/protocol/pubsub";

/// An adapter that runs until it is stopped or dropped.
struct Bridge {
    xmpp: Arc<Xmpp>,
    context: Context,
    switch: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Bridge {
    /// Starts one and waits for its stream.
    async fn start(prosody: &Prosody, world: &Arc<World>) -> Self {
        Self::start_at(&prosody.component_address(), world).await
    }

    /// The same, at any server's component listener.
    async fn start_at(server: &str, world: &Arc<World>) -> Self {
        let settings = Settings {
            jid: BRIDGE.into(),
            server: server.into(),
            secret: SECRET.into(),
            serve_domains: vec!["localhost".into()],
            media_base: "https://bridge.example/".parse().unwrap(),
            gateways: vec!["activitypub".into()],
        };
        let seed = u64::from(std::process::id()) ^ (world.lock().wires.len() as u64) << 32;
        let xmpp = Arc::new(Xmpp::new(settings, Arc::new(TestRandom::new(seed))).unwrap());
        world.connect(xmpp.clone());
        let (switch, shutdown) = Shutdown::new();
        let context = world.context(shutdown);
        let task = tokio::spawn(xmpp.clone().run(context.clone()));
        let mut state = xmpp.state();
        let up = state.wait_for(|state| matches!(state, LinkState::Connected { .. }));
        timeout(LIMIT, up).await.expect("connected in time").unwrap();
        assert!(xmpp.connected());
        Self {
            xmpp,
            context,
            switch,
            task,
        }
    }

    /// Ends it in good order.
    async fn stop(self) {
        self.switch.send_replace(true);
        timeout(LIMIT, self.task).await.expect("it ends in time").unwrap();
        assert!(!self.xmpp.connected());
    }
}

fn alice() -> String {
    format!(r"alice\40masto.example@{BRIDGE}")
}

fn juliet() -> ActorId {
    ids::actor("juliet@localhost").unwrap()
}

/// A world that knows Alice, elsewhere, and Juliet, who agreed.
fn world() -> Arc<World> {
    let world = World::new();
    world.change(|state| {
        let home = ActorId::new(causeway_core::id::Network::new("fake"), "alice@masto.example");
        let mut alice = world::view(&alice(), home, ActorState::Remote, Standing::Known);
        alice.profile.name = Some("Alice".into());
        alice.profile.bio = Text::plain("Hello from afar");
        let juliet = world::view("juliet@localhost", juliet(), ActorState::Local, Standing::Active);
        for view in [alice, juliet] {
            state.actors.insert(view.id.clone(), view);
        }
    });
    world
}

/// A post of Alice's, as it is stored.
fn post(world: &World, id: &str, text: &str) -> ObjectView {
    let author = world.lock().actors[&ids::actor(&alice()).unwrap()].profile.clone();
    let object = Item::new(&alice(), MICROBLOG, id).unwrap().object();
    let mut post = Post::note(object.clone(), author.actor.clone(), Text::plain(text));
    post.published = Some(causeway_core::ports::Clock::now(world));
    stored(world, object, Payload::Post(Box::new(post)), author)
}

/// A comment in the place below one of her posts.
fn comment(world: &World, below: &str, id: &str, author: &str, text: &str) -> ObjectView {
    let place = Place::new(&alice(), &format!("{}{below}", ids::COMMENTS)).unwrap();
    let object = place.item(id).unwrap().object();
    let parent = Item::new(&alice(), MICROBLOG, below).unwrap().object();
    let profile = causeway_core::model::Profile::of(ids::actor(author).unwrap());
    let post = Post {
        audience: Audience::public(),
        ..Post::note(object.clone(), profile.actor.clone(), Text::plain(text))
    };
    let comment = Comment {
        parent: Some(parent.clone()),
        root: Some(parent),
        place: Some(place.id()),
        post,
    };
    stored(world, object, Payload::Comment(Box::new(comment)), profile)
}

/// What somebody feels about a post.
fn reaction(world: &World, to: &ObjectView, id: &str, author: &str, emoji: Option<&str>) -> ObjectView {
    let place = Place::new(&alice(), &format!("{}first-post", ids::COMMENTS)).unwrap();
    let object = place.item(id).unwrap().object();
    let profile = causeway_core::model::Profile::of(ids::actor(author).unwrap());
    let reaction = Reaction {
        id: object.clone(),
        author: profile.actor.clone(),
        object: to.id.clone(),
        emoji: emoji.map(str::to_owned),
        custom: None,
        audience: Audience::public(),
    };
    stored(world, object, Payload::Reaction(reaction), profile)
}

fn stored(
    world: &World,
    id: causeway_core::id::ObjectId,
    payload: Payload,
    author: causeway_core::model::Profile,
) -> ObjectView {
    let now = causeway_core::ports::Clock::now(world);
    ObjectView {
        id: id.clone(),
        home: id,
        payload: Some(payload),
        version: 1,
        gone: None,
        author,
        stored: now,
    }
}

async fn login(prosody: &Prosody, user: &str) -> Client {
    Client::connect(&format!("{user}@localhost"), PASSWORD, prosody.c2s_port).await
}

fn element(xml: &str) -> Element {
    xml.parse().unwrap()
}

/// The name of the condition in an error, or `None` for a result.
fn condition(iq: &Element) -> Option<String> {
    let error = iq.get_child("error", "jabber:client")?;
    Some(error.children().next()?.name().to_owned())
}

/// Makes the user's microblog, open, for `max` items.
async fn open_blog(client: &mut Client, max: u32) {
    let create = element(&format!(
        "<pubsub xmlns='{PUBSUB}'><create node='{MICROBLOG}'/><configure><x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE' type='hidden'><value>{PUBSUB}#node_config</value></field>\
         <field var='pubsub#access_model'><value>open</value></field>\
         <field var='pubsub#max_items'><value>{max}</value></field>\
         <field var='pubsub#persist_items'><value>1</value></field>\
         <field var='pubsub#notify_retract'><value>1</value></field>\
         <field var='pubsub#send_last_published_item'><value>never</value></field></x></configure></pubsub>"
    ));
    let answer = client.iq(None, "set", create).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
}

/// Publishes a post to the user's own microblog.
async fn blog(client: &mut Client, id: &str, text: &str) {
    let publish = element(&format!(
        "<pubsub xmlns='{PUBSUB}'><publish node='{MICROBLOG}'><item id='{id}'>{}</item></publish></pubsub>",
        entry(text)
    ));
    let answer = client.iq(None, "set", publish).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
}

async fn unblog(client: &mut Client, id: &str) {
    let retract = element(&format!(
        "<pubsub xmlns='{PUBSUB}'><retract node='{MICROBLOG}' notify='true'><item id='{id}'/></retract></pubsub>"
    ));
    let answer = client.iq(None, "set", retract).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
}

fn entry(text: &str) -> String {
    format!(
        "<entry xmlns='http://www.w3.org/2005/Atom'><title>{text}</title><id>tag:{text}</id>\
         <updated>2026-11-22T10:00:00Z</updated><published>2026-11-22T10:00:00Z</published></entry>"
    )
}
