//! A Prosody, a bridge and a Fedify peer, and the words that scenarios are told in.

use std::time::Duration;

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::fedify::{Fedify, Options};
use causeway_harness::peer::{Control, Received};
use causeway_harness::prosody::Prosody;
use causeway_harness::user::{MICROBLOG, User};
use minidom::Element;
use serde_json::Value;

/// Limit for what should cross at once.
pub(crate) const SOON: Duration = Duration::from_secs(15);
/// The bridge's component.
pub(crate) const XHOST: &str = "b00.localhost";

/// The stage.
pub(crate) struct Stage {
    pub(crate) prosody: Prosody,
    pub(crate) bridge: Bridge,
    pub(crate) peer: Fedify,
}

impl Stage {
    /// Juliet, Romeo and the nurse on Prosody; Alice and Bob on Fedify.
    pub(crate) async fn new() -> Self {
        Self::with(Options::users(&["alice", "bob"])).await
    }

    /// The same with a peer of this kind.
    pub(crate) async fn with(options: Options) -> Self {
        let prosody = Prosody::start(&["juliet", "romeo", "nurse"], &[]).await;
        let (bridge, peer) = tokio::join!(start_bridge(Setup::on(&prosody, XHOST)), Fedify::start(options));
        Self { prosody, bridge, peer }
    }

    /// Juliet, online, with an open blog, bridged.
    pub(crate) async fn juliet(&self) -> User {
        self.bridged("juliet").await
    }

    /// A user, online, with an open blog, bridged.
    pub(crate) async fn bridged(&self, name: &str) -> User {
        let mut user = User::login(&self.prosody, name).await;
        user.has_blog("open").await;
        let done = user.starts(XHOST).await;
        assert!(done.starts_with("Done."), "{done}");
        assert!(done.contains("New public posts leave"), "{done}");
        user
    }

    /// The handle of a Prosody user on the social web.
    pub(crate) fn handle(&self, name: &str) -> String {
        format!("{name}.localhost@{}", self.bridge.web_host())
    }

    /// The virtual JID of a Fedify user.
    pub(crate) fn virtual_jid(&self, name: &str) -> String {
        let handle = self.peer.handle(name);
        let handle = handle.trim_start_matches('@').replace('@', "\\40").replace(':', "\\3a");
        format!("{handle}@{XHOST}")
    }

    /// The Fedify user `follower` follows the Prosody user `name`, whose actor URL is returned.
    pub(crate) async fn followed(&self, name: &str, follower: &str) -> String {
        let actor = self.bridge.actor(&self.handle(name)).await;
        let control = self.peer.by(follower);
        control.follow(&actor).await;
        control.follow_is(&actor, "accepted", SOON).await;
        actor
    }

    /// `user` follows the Fedify user `name` by chat, whose virtual JID is returned.
    pub(crate) async fn follows(&self, user: &mut User, name: &str) -> String {
        let said = user.says(XHOST, &format!("follow {}", self.peer.actor(name))).await;
        assert!(said.starts_with("You follow") || said.starts_with("Asked"), "{said}");
        let who = format!("http://{}/users/", self.bridge.web_host());
        let followed = |received: &Received| {
            received.kind == "Follow" && received.actor.as_deref().is_some_and(|it| it.starts_with(&who))
        };
        self.peer.received("the follow", SOON, followed).await;
        self.virtual_jid(name)
    }
}

/// Starts the built program.
pub(crate) async fn start_bridge(setup: Setup) -> Bridge {
    Bridge::start(env!("CARGO_BIN_EXE_causeway"), setup).await
}

/// Waits until a peer has an activity of this type whose object says `text`; returns the object.
pub(crate) async fn object_with(peer: &Control, kind: &str, text: &str) -> Value {
    let says = |received: &Received| {
        received.kind == kind
            && received.raw["object"]["content"]
                .as_str()
                .is_some_and(|content| content.contains(text))
    };
    peer.received(&format!("{kind} with {text:?}"), SOON, says).await.raw["object"].clone()
}

/// Whether an item holds an entry with `text` in it.
pub(crate) fn says(text: &str) -> impl Fn(&Element) -> bool + '_ {
    move |child| child.name() == "item" && String::from(child).contains(text)
}

/// Waits for an event of somebody's microblog with `text` in it, and returns the item's id.
pub(crate) async fn sees(user: &mut User, jid: &str, text: &str) -> String {
    let item = user
        .event(&format!("{text:?} of {jid}"), jid, MICROBLOG, says(text))
        .await;
    item.attr("id").unwrap().to_owned()
}
