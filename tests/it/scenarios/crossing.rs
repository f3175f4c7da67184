//! Follow both ways, post, edit, delete, unfollow.

use causeway_harness::peer::{NewPost, Received};
use causeway_harness::user::{MICROBLOG, note};
use serde_json::json;

use super::stage::{SOON, Stage, XHOST, object_with, sees};

#[tokio::test]
async fn a_note_of_fedify_is_seen_on_prosody_edited_and_deleted() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let posted = stage.peer.post(&NewPost::text("<p>Hello <b>XMPP</b></p>")).await;
    let id = sees(&mut juliet, &alice, "Hello").await;
    assert!((6..=128).contains(&id.len()), "{id}");

    stage
        .peer
        .update(&posted.object, json!({ "content": "<p>Hello again</p>" }))
        .await;
    assert_eq!(
        sees(&mut juliet, &alice, "Hello again").await,
        id,
        "an edit keeps the item"
    );
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);

    stage.peer.delete(&posted.object).await;
    let gone = |child: &minidom::Element| child.name() == "retract" && child.attr("id") == Some(&id);
    juliet.event("the retraction", &alice, MICROBLOG, gone).await;
    assert!(juliet.items(&alice, MICROBLOG).await.is_empty());
}

#[tokio::test]
async fn a_post_of_prosody_is_seen_by_fedify_edited_and_deleted() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let actor = stage.followed("juliet", "alice").await;
    juliet.posts("first-post", "Hello fediverse").await;
    let note_seen = object_with(&stage.peer, "Create", "Hello fediverse").await;
    assert_eq!(note_seen["attributedTo"], json!(actor));
    assert_eq!(note_seen["type"], "Note");

    let entry = note(juliet.jid(), "first-post", "Hello again", "2026-11-23T07:00:00Z");
    juliet.publishes(None, MICROBLOG, "first-post", &entry).await;
    let edited = object_with(&stage.peer, "Update", "Hello again").await;
    assert_eq!(edited["id"], note_seen["id"]);

    juliet.retracts(None, MICROBLOG, "first-post").await;
    let id = note_seen["id"].as_str().unwrap().to_owned();
    let deleted = |received: &Received| received.kind == "Delete" && received.object.as_deref() == Some(&id);
    stage.peer.received("the deletion", SOON, deleted).await;
    assert_eq!(stage.bridge.document(&id).await.0, 410);
}

#[tokio::test]
async fn a_titled_post_of_movim_arrives_whole() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    let text = "All of the text, and the end of it.";
    let entry = format!(
        "<entry xmlns='http://www.w3.org/2005/Atom'><id>titled</id><title>A title</title>\
         <author><name>Juliet</name><uri>xmpp:{}</uri></author>\
         <link rel='enclosure' href='https://files.example/a.png' type='image/png' title='A picture'/>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>All of the <em>text</em>, and the end of it.</p></div></content>\
         <content type='text'>All of the *text*, and the end of it.</content>\
         <published>2026-11-23T06:00:00+00:00</published><updated>2026-11-23T06:00:00+00:00</updated></entry>",
        juliet.jid()
    );
    juliet.publishes(None, MICROBLOG, "titled-post", &entry).await;
    let object = object_with(&stage.peer, "Create", "the end of it.").await;
    let content = object["content"].as_str().unwrap();
    assert!(content.contains("A title"), "{content}");
    assert!(
        content.replace("<em>", "").replace("</em>", "").contains(text),
        "{content}"
    );
    let picture = object["attachment"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![object["attachment"].clone()]);
    assert_eq!(
        (picture[0]["url"].as_str(), picture[0]["name"].as_str()),
        (Some("https://files.example/a.png"), Some("A picture"))
    );
}

#[tokio::test]
async fn a_subscription_is_a_follow_and_its_end_an_unfollow() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let looked_up = juliet
        .says(XHOST, &format!("lookup {}", stage.peer.actor("alice")))
        .await;
    let alice = stage.virtual_jid("alice");
    assert!(looked_up.contains(&alice), "{looked_up} has {alice}");
    let state = juliet.subscribes(&alice, MICROBLOG).await;
    assert!(state == "pending" || state == "subscribed", "{state}");
    let mine = |received: &Received| received.kind == "Follow";
    stage.peer.received("the follow", SOON, mine).await;
    let said = juliet
        .says(XHOST, &format!("unfollow {}", stage.peer.actor("alice")))
        .await;
    assert!(said.contains("no more"), "{said}");
    let undone = |received: &Received| received.kind == "Undo";
    stage.peer.received("the undo", SOON, undone).await;
    assert!(stage.peer.followers().await.is_empty());
}

#[tokio::test]
async fn nothing_happens_for_those_who_have_not_agreed() {
    let stage = Stage::new().await;
    let mut romeo = causeway_harness::user::User::login(&stage.prosody, "romeo").await;
    romeo.has_blog("open").await;
    let alice = stage.virtual_jid("alice");
    assert_eq!(romeo.subscribes(&alice, MICROBLOG).await, "registration-required");
    assert!(romeo.hears(XHOST).await.contains("start"));
    let (status, _) = stage
        .bridge
        .document(&format!(
            "{}/.well-known/webfinger?resource=acct:{}",
            stage.bridge.url(),
            stage.handle("romeo")
        ))
        .await;
    assert_eq!(status, 404);
    assert!(stage.peer.log().await.is_empty());
}

#[tokio::test]
async fn an_unfollow_from_elsewhere_ends_the_deliveries() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let actor = stage.followed("juliet", "alice").await;
    stage.followed("juliet", "bob").await;
    stage.peer.by("alice").unfollow(&actor).await;
    stage.peer.by("bob").unfollow(&actor).await;
    let mut said = juliet.says(XHOST, "followers").await;
    for _ in 0..100 {
        if said.contains("nobody") {
            break;
        }
        said = juliet.says(XHOST, "followers").await;
    }
    assert!(said.contains("nobody"), "{said}");
    juliet.posts("unheard-post", "to nobody").await;
    // a follow after it is answered after it: had the post been sent, it would have come first
    stage.followed("juliet", "bob").await;
    assert!(stage.peer.log().await.iter().all(|received| received.kind != "Create"));
}

#[tokio::test]
async fn whoever_unfollowed_hears_of_no_edit() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let mut romeo = stage.bridged("romeo").await;
    let alice = stage.follows(&mut juliet, "alice").await;
    stage.follows(&mut romeo, "alice").await;
    let posted = stage.peer.post(&NewPost::text("<p>First words</p>")).await;
    sees(&mut juliet, &alice, "First words").await;
    sees(&mut romeo, &alice, "First words").await;
    let said = juliet
        .says(XHOST, &format!("unfollow {}", stage.peer.actor("alice")))
        .await;
    assert!(said.contains("no more"), "{said}");
    stage
        .peer
        .update(&posted.object, serde_json::json!({ "content": "<p>Second words</p>" }))
        .await;
    sees(&mut romeo, &alice, "Second words").await;
    // whatever was sent to her is behind this
    juliet.says(XHOST, "status").await;
    let seen = juliet.client().take_seen();
    assert!(
        seen.iter().all(|stanza| !String::from(stanza).contains("Second words")),
        "{seen:?}"
    );
}
