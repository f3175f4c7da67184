//! The demo: a conversation between Juliet on XMPP and Alice on ActivityPub, told as each side sees it.

use std::path::Path;
use std::time::{Duration, Instant};

use minidom::Element;
use serde_json::json;

use crate::bridge::{Bridge, Setup};
use crate::fedify::{Fedify, Options};
use crate::peer::{NewPost, Received};
use crate::prosody::{PASSWORD, Prosody};
use crate::user::{MICROBLOG, User, note};

const XHOST: &str = "b00.localhost";
const SOON: Duration = Duration::from_secs(20);
const POST: &str = "sunset-over-verona";

/// Everything the demo runs; dropping it ends all of it.
pub struct Demo {
    prosody: Prosody,
    bridge: Bridge,
    peer: Fedify,
    began: Instant,
    colours: bool,
}

impl Demo {
    /// Starts Prosody, the bridge `program` on SQLite, and a Fedify peer, saying so.
    ///
    /// # Panics
    /// When one of them does not start.
    pub async fn start(program: &Path, colours: bool) -> Self {
        println!("starting Prosody …");
        let prosody = Prosody::start(&["juliet", "romeo"], &[]).await;
        println!("starting the bridge and a Fedify server …");
        let setup = Setup::on(&prosody, XHOST);
        let (bridge, peer) = tokio::join!(
            Bridge::start(program, setup),
            Fedify::start(Options::users(&["alice", "bob"]))
        );
        println!("  Prosody   {}  component {XHOST}", prosody.component_address());
        println!("  bridge    {}", bridge.url());
        println!("  Fedify    {}\n", peer.base_url());
        Self {
            prosody,
            bridge,
            peer,
            began: Instant::now(),
            colours,
        }
    }

    /// Plays the conversation.
    ///
    /// # Panics
    /// When anything that should cross does not cross in time.
    pub async fn play(&mut self) {
        let mut juliet = User::login(&self.prosody, "juliet").await;
        juliet.has_blog("open").await;
        self.agree(&mut juliet).await;
        let alice = self.follow_both_ways(&mut juliet).await;
        let object = self.post(&mut juliet).await;
        self.answer(&mut juliet, &object).await;
        self.edit_and_delete(&mut juliet, &object).await;
        self.other_way(&mut juliet, &alice).await;
        println!("\nDone: every step above went through a real Prosody and a real ActivityPub server.");
    }

    /// Prints how to take part.
    pub fn invite(&self) {
        println!(
            "\nLog in with a client of your own (no TLS, loopback only):\n  JID       romeo@localhost\n  password  \
             {PASSWORD}\n  server    127.0.0.1 port {}\nThen write `help` to {XHOST}, and `start` to be bridged. Alice is {}\n\
             Everything that crossed: causeway inspect --config {} list\nCtrl-C ends all of it.",
            self.prosody.c2s_port,
            self.peer.actor("alice"),
            self.bridge.config().display(),
        );
    }

    async fn agree(&self, juliet: &mut User) {
        self.tell("Juliet", "writes to the bridge: start");
        let shown = juliet.says(XHOST, "start").await;
        self.tell("bridge", &shown);
        self.tell("Juliet", "writes: YES");
        let done = juliet.says(XHOST, "YES").await;
        self.tell("bridge", &done);
    }

    async fn follow_both_ways(&self, juliet: &mut User) -> String {
        let handle = format!("juliet.localhost@{}", self.bridge.web_host());
        let actor = self.bridge.actor(&handle).await;
        self.peer.follow(&actor).await;
        self.peer.follow_is(&actor, "accepted", SOON).await;
        self.tell("Alice", &format!("follows @{handle}, and is accepted at once"));
        let command = format!("follow {}", self.peer.actor("alice"));
        self.tell("Juliet", &format!("writes to the bridge: {command}"));
        let said = juliet.says(XHOST, &command).await;
        self.tell("bridge", &said);
        self.peer
            .received("the follow", SOON, |received: &Received| received.kind == "Follow")
            .await;
        let handle = self.peer.handle("alice");
        format!(
            "{}@{XHOST}",
            handle.trim_start_matches('@').replace('@', "\\40").replace(':', "\\3a")
        )
    }

    /// Returns the URL of the post at Alice's.
    async fn post(&self, juliet: &mut User) -> String {
        let node = comments();
        let options = [
            ("pubsub#access_model", "open"),
            ("pubsub#publish_model", "open"),
            ("pubsub#max_items", "100"),
        ];
        juliet.has_node(None, &node, &options).await;
        self.tell("Juliet", "posts “Sunset over Verona” with a picture");
        juliet
            .publishes(
                None,
                MICROBLOG,
                POST,
                &entry(juliet.jid(), "Sunset over Verona", "2026-11-23T18:00:00Z"),
            )
            .await;
        let create = |received: &Received| received.kind == "Create";
        let received = self.peer.received("the post", SOON, create).await;
        let object = &received.raw["object"];
        self.tell(
            "Alice",
            &format!("sees {}\n{}", object["type"], pretty(&object["content"])),
        );
        self.tell("Alice", &format!("sees the picture {}", pretty(&object["attachment"])));
        object["id"].as_str().expect("an id").to_owned()
    }

    async fn answer(&self, juliet: &mut User, object: &str) {
        self.tell("Alice", "answers “How lovely”");
        self.peer.reply(object, "<p>How lovely</p>").await;
        let jid = juliet.jid().to_owned();
        let (node, started) = (comments(), Instant::now());
        loop {
            let items = juliet.items(&jid, &node).await;
            if let Some((_, comment)) = items.first() {
                self.tell("Juliet", &format!("reads below her post:\n{}", text_of(comment)));
                return;
            }
            assert!(started.elapsed() < SOON, "the answer did not arrive");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn edit_and_delete(&self, juliet: &mut User, object: &str) {
        self.tell("Juliet", "edits the post");
        let edited = entry(juliet.jid(), "Sunset over Verona, at last", "2026-11-23T18:05:00Z");
        juliet.publishes(None, MICROBLOG, POST, &edited).await;
        let update = |received: &Received| received.kind == "Update" && received.object.as_deref() == Some(object);
        let received = self.peer.received("the edit", SOON, update).await;
        self.tell(
            "Alice",
            &format!("sees it changed\n{}", pretty(&received.raw["object"]["content"])),
        );
        self.tell("Juliet", "deletes the post");
        juliet.retracts(None, MICROBLOG, POST).await;
        let delete = |received: &Received| received.kind == "Delete" && received.object.as_deref() == Some(object);
        self.peer.received("the deletion", SOON, delete).await;
        self.tell(
            "Alice",
            &format!("sees it gone; its URL answers {}", self.bridge.document(object).await.0),
        );
    }

    async fn other_way(&self, juliet: &mut User, alice: &str) {
        self.tell("Alice", "posts “Good night from the fediverse”");
        let posted = self
            .peer
            .post(&NewPost::text("<p>Good night from the <b>fediverse</b></p>"))
            .await;
        let seen = |child: &Element| child.name() == "item";
        let item = juliet.event("Alice's post", alice, MICROBLOG, seen).await;
        self.tell("Juliet", &format!("sees in {alice}:\n{}", text_of(&item)));
        self.peer
            .update(&posted.object, json!({ "content": "<p>Good night, all of you</p>" }))
            .await;
        let item = juliet
            .event("the edit", alice, MICROBLOG, |child| {
                String::from(child).contains("all of you")
            })
            .await;
        self.tell("Juliet", &format!("sees it changed:\n{}", text_of(&item)));
        self.peer.delete(&posted.object).await;
        juliet
            .event("the retraction", alice, MICROBLOG, |child| child.name() == "retract")
            .await;
        self.tell("Juliet", "sees it gone");
    }

    fn tell(&self, who: &str, what: &str) {
        let at = self.began.elapsed().as_secs_f64();
        let (start, end) = if self.colours {
            (colour(who), "\x1b[0m")
        } else {
            ("", "")
        };
        let mut lines = what.lines();
        println!("{at:7.2}s  {start}{who:<7}{end} {}", lines.next().unwrap_or_default());
        for line in lines {
            println!("                  {line}");
        }
    }
}

fn colour(who: &str) -> &'static str {
    match who {
        "Juliet" => "\x1b[35m",
        "Alice" => "\x1b[36m",
        _ => "\x1b[33m",
    }
}

fn comments() -> String {
    format!("urn:xmpp:microblog:0:comments/{POST}")
}

/// A post as Movim writes it: both contents, a picture, a link to the comments.
fn entry(jid: &str, text: &str, updated: &str) -> String {
    let links = format!(
        "<link rel='replies' title='comments' href='xmpp:{jid}?;node={}'/>\
         <link rel='enclosure' href='https://files.example/sunset.png' type='image/png' title='The sun, going down'/>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{text}</p></div></content>\
         <content type='text'>{text}</content></entry>",
        comments()
    );
    note(jid, POST, text, updated).replace("</entry>", &links)
}

fn pretty(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The title of an entry, wherever in `element` it stands.
fn text_of(element: &Element) -> String {
    if element.name() == "title" {
        return element.text();
    }
    element
        .children()
        .map(text_of)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
