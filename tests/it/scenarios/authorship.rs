//! Who wrote it: what an entry says of its author is never evidence.

use causeway_harness::process::eventually;
use causeway_harness::user::{MICROBLOG, User, note};

use super::stage::{SOON, Stage, XHOST, object_with};
use super::traces::{came, traces};

const NODE: &str = "urn:xmpp:microblog:0:comments/talk-to-me";

/// Juliet's post with an open comments node of her own, followed by Alice, who follows Romeo as well.
async fn staged(stage: &Stage) -> (User, User, User, String) {
    let (mut juliet, romeo) = (stage.juliet().await, stage.bridged("romeo").await);
    stage.followed("juliet", "alice").await;
    let as_romeo = stage.followed("romeo", "alice").await;
    let open = [
        ("pubsub#access_model", "open"),
        ("pubsub#publish_model", "open"),
        ("pubsub#max_items", "100"),
    ];
    juliet.has_node(None, NODE, &open).await;
    let link = format!(
        "<link rel='replies' href='xmpp:{}?;node={NODE}'/></entry>",
        juliet.jid()
    );
    let entry = note(juliet.jid(), "talk-to-me", "Talk to me", "2026-11-23T06:00:00Z").replace("</entry>", &link);
    juliet.publishes(None, MICROBLOG, "talk-to-me", &entry).await;
    object_with(&stage.peer, "Create", "Talk to me").await;
    // what the bridge does not read it cannot get wrong
    eventually("the bridge reads the comments", SOON, async || {
        subscribers(&mut juliet).await.contains(XHOST).then_some(())
    })
    .await;
    let mallory = User::login(&stage.prosody, "nurse").await;
    (juliet, romeo, mallory, as_romeo)
}

/// Who has subscribed to the comments, as the server tells the node's owner.
async fn subscribers(juliet: &mut User) -> String {
    let asked =
        format!("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><subscriptions node='{NODE}'/></pubsub>");
    String::from(&juliet.client().iq(None, "get", asked.parse().unwrap()).await)
}

/// What Alice got as Romeo's: type and text.
async fn as_romeos(stage: &Stage, actor: &str) -> Vec<(String, String)> {
    let log = stage.peer.log().await;
    let his = log
        .iter()
        .filter(|received| received.actor.as_deref() == Some(actor) || received.raw["object"]["attributedTo"] == actor);
    his.filter(|received| received.kind != "Accept")
        .map(|received| {
            let text = received.raw["object"]["content"].as_str().unwrap_or_default();
            (received.kind.clone(), text.to_owned())
        })
        .collect()
}

#[tokio::test]
async fn row_8_9_whoever_writes_as_romeo_into_an_open_node_is_not_romeo() {
    let stage = Stage::new().await;
    let (juliet, mut romeo, mut mallory, as_romeo) = staged(&stage).await;
    let owner = juliet.jid().to_owned();
    let forged = note(romeo.jid(), "forged-comment", "I am Romeo", "2026-11-23T06:00:00Z");
    mallory.publishes(Some(&owner), NODE, "forged-comment", &forged).await;
    let real = note(romeo.jid(), "romeos-comment", "I talk", "2026-11-23T06:01:00Z");
    romeo.publishes(Some(&owner), NODE, "romeos-comment", &real).await;
    object_with(&stage.peer, "Create", "I talk").await;

    let over = note(romeo.jid(), "romeos-comment", "I take it back", "2026-11-23T06:02:00Z");
    mallory.publishes(Some(&owner), NODE, "romeos-comment", &over).await;
    let next = note(romeo.jid(), "romeos-second", "And on", "2026-11-23T06:03:00Z");
    romeo.publishes(Some(&owner), NODE, "romeos-second", &next).await;
    object_with(&stage.peer, "Create", "And on").await;
    let his: Vec<_> = as_romeos(&stage, &as_romeo).await;
    assert_eq!(his.len(), 2, "two comments are his: {his:?}");
    assert!(
        his.iter()
            .all(|(kind, text)| kind == "Create" && !text.contains("I am Romeo"))
    );
    // it was the nurse who wrote, and she has not agreed
    eventually("both refusals are told", SOON, async || {
        let all = traces(&stage.bridge);
        let refused = all.iter().filter(|trace| came("xmpp", "not-opted-in")(trace));
        (refused.count() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn row_9_whoever_is_bridged_too_writes_in_their_own_name_and_changes_nothing_of_romeos() {
    let stage = Stage::new().await;
    let (juliet, mut romeo, mut mallory, as_romeo) = staged(&stage).await;
    let owner = juliet.jid().to_owned();
    mallory.has_blog("open").await;
    mallory.starts(XHOST).await;
    let as_mallory = stage.followed("nurse", "alice").await;
    let real = note(romeo.jid(), "romeos-comment", "I talk", "2026-11-23T06:01:00Z");
    romeo.publishes(Some(&owner), NODE, "romeos-comment", &real).await;
    object_with(&stage.peer, "Create", "I talk").await;

    let over = note(romeo.jid(), "romeos-comment", "I take it back", "2026-11-23T06:02:00Z");
    mallory.publishes(Some(&owner), NODE, "romeos-comment", &over).await;
    let forged = note(romeo.jid(), "forged-comment", "I am Romeo", "2026-11-23T06:03:00Z");
    mallory.publishes(Some(&owner), NODE, "forged-comment", &forged).await;
    let created = object_with(&stage.peer, "Create", "I am Romeo").await;
    assert_eq!(created["attributedTo"], as_mallory);
    let his = as_romeos(&stage, &as_romeo).await;
    assert_eq!(his.len(), 1, "one comment is his: {his:?}");
    let log = stage.peer.log().await;
    assert!(
        log.iter()
            .all(|received| !received.raw.to_string().contains("I take it back"))
    );
}

#[tokio::test]
async fn row_8_what_was_written_as_romeo_while_the_bridge_was_down_leaves_as_nobodys() {
    let mut stage = Stage::new().await;
    let (mut juliet, mut romeo, mut mallory, as_romeo) = staged(&stage).await;
    let owner = juliet.jid().to_owned();
    let real = note(romeo.jid(), "romeos-comment", "I talk", "2026-11-23T06:01:00Z");
    romeo.publishes(Some(&owner), NODE, "romeos-comment", &real).await;
    object_with(&stage.peer, "Create", "I talk").await;

    stage.bridge.kill();
    let forged = note(romeo.jid(), "forged-comment", "I am Romeo", "2026-11-23T06:02:00Z");
    mallory.publishes(Some(&owner), NODE, "forged-comment", &forged).await;
    let over = note(romeo.jid(), "romeos-comment", "I take it back", "2026-11-23T06:03:00Z");
    mallory.publishes(Some(&owner), NODE, "romeos-comment", &over).await;
    stage.bridge.launch().await;
    eventually("both are refused", SOON, async || {
        let refused = stage.bridge.log().matches("author-unproven").count();
        (refused >= 2).then_some(())
    })
    .await;

    juliet.posts("last-post", "The end").await;
    object_with(&stage.peer, "Create", "The end").await;
    let his: Vec<_> = as_romeos(&stage, &as_romeo).await;
    assert_eq!(his.len(), 1, "one comment is his: {his:?}");
    assert!(his[0].1.contains("I talk"), "{his:?}");
}
