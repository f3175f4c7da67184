//! Answers, both ways.

use causeway_harness::peer::{NewPost, Received};
use causeway_harness::user::{MICROBLOG, note};
use serde_json::json;

use super::stage::{SOON, Stage, object_with, says, sees};

/// The node of the comments on the item `id`.
fn comments(id: &str) -> String {
    format!("urn:xmpp:microblog:0:comments/{id}")
}

#[tokio::test]
async fn a_reply_of_fedify_stands_in_the_comments_node_that_the_post_names() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    let node = comments("talk-to-me");
    juliet
        .has_node(
            None,
            &node,
            &[
                ("pubsub#access_model", "open"),
                ("pubsub#publish_model", "open"),
                ("pubsub#max_items", "100"),
            ],
        )
        .await;
    let entry = note(juliet.jid(), "talk-to-me", "Talk to me", "2026-11-23T06:00:00Z").replace(
        "</entry>",
        &format!(
            "<link rel='replies' title='comments' href='xmpp:{}?;node={node}'/></entry>",
            juliet.jid()
        ),
    );
    juliet.publishes(None, MICROBLOG, "talk-to-me", &entry).await;
    let object = object_with(&stage.peer, "Create", "Talk to me").await;
    let reply = stage.peer.reply(object["id"].as_str().unwrap(), "<p>I do</p>").await;

    let jid = juliet.jid().to_owned();
    let item = causeway_harness::process::eventually("the comment in the node", SOON, || async {
        let mut nurse = causeway_harness::user::User::login(&stage.prosody, "nurse").await;
        let items = nurse.items(&jid, &node).await;
        items.into_iter().next()
    })
    .await;
    let entry = String::from(&item.1);
    assert!(entry.contains("I do"), "{entry}");
    assert!(
        entry.contains(&stage.virtual_jid("alice")),
        "by her own address: {entry}"
    );
    assert!(entry.contains("in-reply-to"), "{entry}");

    // whoever finds the post finds what was answered
    let url = object["replies"].as_str().unwrap();
    let (status, whole) = stage.bridge.document(url).await;
    assert_eq!(
        (status, &whole["type"], &whole["totalItems"]),
        (200, &json!("Collection"), &json!(1))
    );
    let (_, page) = stage.bridge.document(whole["first"].as_str().unwrap()).await;
    assert_eq!(page["items"], json!([reply.object]), "{page}");
}

#[tokio::test]
async fn a_comment_of_prosody_reaches_the_author_as_a_reply() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let posted = stage.peer.post(&NewPost::text("<p>What do you think?</p>")).await;
    let id = sees(&mut juliet, &alice, "What do you think?").await;
    let node = comments(&id);
    juliet.subscribes(&alice, &node).await;
    let entry = note(juliet.jid(), "my-comment", "I think so", "2026-11-23T06:00:00Z");
    juliet.publishes(Some(&alice), &node, "my-comment", &entry).await;

    let object = object_with(&stage.peer, "Create", "I think so").await;
    assert_eq!(object["inReplyTo"], json!(posted.object));
    let tags = object["tag"].to_string();
    assert!(
        tags.contains(&stage.peer.actor("alice")),
        "the author is mentioned: {tags}"
    );
    let comment = juliet
        .event("the comment, passed on", &alice, &node, says("I think so"))
        .await;
    assert_eq!(
        comment.attr("publisher").map(|it| it.split('/').next().unwrap()),
        Some(juliet.jid())
    );

    juliet.retracts(Some(&alice), &node, "my-comment").await;
    let id = object["id"].as_str().unwrap().to_owned();
    let deleted = |received: &Received| received.kind == "Delete" && received.object.as_deref() == Some(&id);
    stage.peer.received("the deletion", SOON, deleted).await;
}

#[tokio::test]
async fn others_answers_to_what_one_follows_are_read_in_the_thread() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    stage.follows(&mut juliet, "bob").await;
    let posted = stage.peer.post(&NewPost::text("<p>A question</p>")).await;
    let id = sees(&mut juliet, &alice, "A question").await;
    let node = comments(&id);
    juliet.subscribes(&alice, &node).await;
    stage.peer.by("bob").reply(&posted.object, "<p>An answer</p>").await;
    let item = juliet.event("bob's answer", &alice, &node, says("An answer")).await;
    assert!(String::from(&item).contains(&stage.virtual_jid("bob")));
    let bobs = juliet.items(&stage.virtual_jid("bob"), MICROBLOG).await;
    assert!(bobs.is_empty(), "an answer does not stand in its author's own node");
}
