//! The main crossings once more, with another family of server: pubby, in Python, signing by draft-cavage only.

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::peer::{NewPost, Received};
use causeway_harness::process::eventually;
use causeway_harness::prosody::Prosody;
use causeway_harness::pubby::Pubby;
use causeway_harness::user::{MICROBLOG, User, note};
use serde_json::json;

use super::stage::{SOON, XHOST, object_with, sees, start_bridge};

/// Juliet on Prosody, Paul on pubby, and a bridge.
struct Stage {
    prosody: Prosody,
    bridge: Bridge,
    paul: Pubby,
}

impl Stage {
    async fn new() -> (Self, User) {
        let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
        let (bridge, paul) = tokio::join!(start_bridge(Setup::on(&prosody, XHOST)), Pubby::start());
        let mut juliet = User::login(&prosody, "juliet").await;
        juliet.has_blog("open").await;
        let done = juliet.starts(XHOST).await;
        assert!(done.contains("New public posts leave"), "{done}");
        (Self { prosody, bridge, paul }, juliet)
    }

    /// Paul follows Juliet; her actor's URL.
    async fn paul_follows_juliet(&self) -> String {
        let handle = format!("juliet.localhost@{}", self.bridge.web_host());
        // as a person does it: by the handle, which pubby looks up
        self.paul.follow(&handle).await;
        let actor = self.bridge.actor(&handle).await;
        self.paul.follow_is(&actor, "accepted", SOON).await;
        actor
    }

    /// Juliet follows Paul; his JID here.
    async fn juliet_follows_paul(&self, juliet: &mut User) -> String {
        let said = juliet.says(XHOST, &format!("follow @{}", self.paul.handle())).await;
        assert!(said.starts_with("You follow") || said.starts_with("Asked"), "{said}");
        let follow = |received: &Received| received.kind == "Follow";
        let received = self.paul.received("the follow", SOON, follow).await;
        self.paul.followed_by(received.actor.as_deref().unwrap(), SOON).await;
        let local = self.paul.handle().replace('@', "\\40").replace(':', "\\3a");
        format!("{local}@{XHOST}")
    }
}

fn comments(id: &str) -> String {
    format!("urn:xmpp:microblog:0:comments/{id}")
}

#[tokio::test]
async fn pubby_follows_and_gets_a_post_its_edit_and_its_deletion() {
    let (stage, mut juliet) = Stage::new().await;
    let actor = stage.paul_follows_juliet().await;
    juliet.posts("for-paul", "Hello Python").await;
    let created = object_with(&stage.paul, "Create", "Hello Python").await;
    assert_eq!(created["attributedTo"], json!(actor));

    let entry = note(juliet.jid(), "for-paul", "Hello again", "2026-11-23T07:00:00Z");
    juliet.publishes(None, MICROBLOG, "for-paul", &entry).await;
    let updated = object_with(&stage.paul, "Update", "Hello again").await;
    assert_eq!(updated["id"], created["id"]);

    juliet.retracts(None, MICROBLOG, "for-paul").await;
    let id = created["id"].as_str().unwrap();
    let deleted = |received: &Received| received.kind == "Delete" && received.object.as_deref() == Some(id);
    stage.paul.received("the deletion", SOON, deleted).await;

    stage.paul.unfollow(&actor).await;
    eventually("nobody follows Juliet", SOON, async || {
        juliet.says(XHOST, "followers").await.contains("nobody").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_post_of_pubby_is_seen_on_prosody_edited_and_deleted() {
    let (stage, mut juliet) = Stage::new().await;
    let paul = stage.juliet_follows_paul(&mut juliet).await;
    let posted = stage.paul.post(&NewPost::text("<p>Hello <b>XMPP</b></p>")).await;
    let id = sees(&mut juliet, &paul, "Hello").await;
    stage
        .paul
        .update(&posted.object, json!({ "content": "<p>Hello twice</p>" }))
        .await;
    assert_eq!(sees(&mut juliet, &paul, "Hello twice").await, id);
    stage.paul.delete(&posted.object).await;
    let gone = |child: &minidom::Element| child.name() == "retract" && child.attr("id") == Some(&id);
    juliet.event("the retraction", &paul, MICROBLOG, gone).await;
    assert!(juliet.items(&paul, MICROBLOG).await.is_empty());
}

#[tokio::test]
async fn juliet_answers_pubby() {
    let (stage, mut juliet) = Stage::new().await;
    let paul = stage.juliet_follows_paul(&mut juliet).await;
    let posted = stage.paul.post(&NewPost::text("<p>Anybody there?</p>")).await;
    let id = sees(&mut juliet, &paul, "Anybody there?").await;
    let entry = note(juliet.jid(), "my-answer", "I am", "2026-11-23T06:00:00Z");
    juliet.publishes(Some(&paul), &comments(&id), "my-answer", &entry).await;
    let object = object_with(&stage.paul, "Create", "I am").await;
    assert_eq!(object["inReplyTo"], json!(posted.object));
    assert!(object["tag"].to_string().contains(&stage.paul.actor()), "{object}");
}

#[tokio::test]
async fn pubby_answers_juliet() {
    let (stage, mut juliet) = Stage::new().await;
    stage.paul_follows_juliet().await;
    let node = comments("ask-paul");
    let open = [
        ("pubsub#access_model", "open"),
        ("pubsub#publish_model", "open"),
        ("pubsub#max_items", "100"),
    ];
    juliet.has_node(None, &node, &open).await;
    let link = format!(
        "<link rel='replies' href='xmpp:{}?;node={node}'/></entry>",
        juliet.jid()
    );
    let entry = note(juliet.jid(), "ask-paul", "Are you there?", "2026-11-23T06:00:00Z").replace("</entry>", &link);
    juliet.publishes(None, MICROBLOG, "ask-paul", &entry).await;
    let object = object_with(&stage.paul, "Create", "Are you there?").await;
    let question = object["id"].as_str().unwrap();
    stage.paul.reply(question, "<p>Here I am</p>").await;
    let mut nurse = User::login(&stage.prosody, "nurse").await;
    let (_, comment) = eventually("the comment in the node", SOON, async || {
        nurse.items(juliet.jid(), &node).await.into_iter().next()
    })
    .await;
    assert!(String::from(&comment).contains("Here I am"), "{comment:?}");
}
