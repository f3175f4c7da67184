//! Servers that go and come back.

use causeway_harness::peer::{NewPost, Received};
use causeway_harness::user::{MICROBLOG, User};

use super::stage::{SOON, Stage, object_with, sees};

#[tokio::test]
async fn prosody_restarts_and_everything_goes_on() {
    let mut stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    stage.followed("juliet", "alice").await;
    juliet.posts("before-restart", "Before").await;
    object_with(&stage.peer, "Create", "Before").await;
    drop(juliet);
    stage.prosody.stop();
    stage.peer.post(&NewPost::text("<p>While it was down</p>")).await;
    stage.prosody.launch().await;
    stage.bridge.ready().await;
    let mut juliet = User::login(&stage.prosody, "juliet").await;
    juliet.posts("after-restart", "After").await;
    object_with(&stage.peer, "Create", "After").await;
    stage.peer.post(&NewPost::text("<p>And again</p>")).await;
    sees(&mut juliet, &alice, "And again").await;
    let texts: Vec<String> = juliet
        .items(&alice, MICROBLOG)
        .await
        .iter()
        .map(|(_, entry)| String::from(entry))
        .collect();
    assert!(
        texts.iter().any(|entry| entry.contains("While it was down")),
        "{texts:?}"
    );
}

#[tokio::test]
async fn what_was_posted_while_the_bridge_was_down_is_caught_up_and_nothing_is_deleted() {
    let mut stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    juliet
        .has_node(
            None,
            MICROBLOG,
            &[
                ("pubsub#access_model", "open"),
                ("pubsub#max_items", "3"),
                ("pubsub#notify_retract", "true"),
            ],
        )
        .await;
    for number in 0..3 {
        juliet
            .posts(&format!("early-post-{number}"), &format!("Early {number}"))
            .await;
        object_with(&stage.peer, "Create", &format!("Early {number}")).await;
    }
    stage.bridge.kill();
    for number in 0..3 {
        juliet
            .posts(&format!("late-post-{number}"), &format!("Late {number}"))
            .await;
    }
    juliet.retracts(None, MICROBLOG, "late-post-1").await;
    stage.bridge.launch().await;
    object_with(&stage.peer, "Create", "Late 0").await;
    object_with(&stage.peer, "Create", "Late 2").await;
    juliet.posts("last-post", "Last").await;
    object_with(&stage.peer, "Create", "Last").await;
    let log = stage.peer.log().await;
    let deletes = log.iter().filter(|received| received.kind == "Delete").count();
    assert_eq!(
        deletes, 0,
        "the node keeps three items: what it dropped was not deleted"
    );
}

#[tokio::test]
async fn what_was_retracted_while_the_bridge_was_down_is_deleted_once() {
    let mut stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    for number in 0..3 {
        juliet
            .posts(&format!("kept-post-{number}"), &format!("Kept {number}"))
            .await;
        object_with(&stage.peer, "Create", &format!("Kept {number}")).await;
    }
    stage.bridge.kill();
    juliet.retracts(None, MICROBLOG, "kept-post-1").await;
    stage.bridge.launch().await;
    let deleted = |received: &Received| received.kind == "Delete";
    stage.peer.received("the deletion", SOON, deleted).await;
    juliet.posts("last-post", "Last").await;
    object_with(&stage.peer, "Create", "Last").await;
    let deletes = stage
        .peer
        .log()
        .await
        .into_iter()
        .filter(|received| received.kind == "Delete")
        .count();
    assert_eq!(deletes, 1);
}
