//! Likes and emoji, both ways.

use causeway_harness::peer::{NewPost, Received};
use causeway_harness::process::eventually;
use causeway_harness::user::{MICROBLOG, User, note};

use super::stage::{SOON, Stage, object_with, sees};

#[tokio::test]
async fn a_like_of_fedify_is_a_heart_among_the_comments_of_prosody() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    stage.followed("juliet", "alice").await;
    let node = "urn:xmpp:microblog:0:comments/like-me";
    let open = [
        ("pubsub#access_model", "open"),
        ("pubsub#publish_model", "open"),
        ("pubsub#max_items", "100"),
    ];
    juliet.has_node(None, node, &open).await;
    let link = format!(
        "<link rel='replies' title='comments' href='xmpp:{}?;node={node}'/></entry>",
        juliet.jid()
    );
    let entry = note(juliet.jid(), "like-me", "Like me", "2026-11-23T06:00:00Z").replace("</entry>", &link);
    juliet.publishes(None, MICROBLOG, "like-me", &entry).await;
    let object = object_with(&stage.peer, "Create", "Like me").await;
    let like = stage.peer.like(object["id"].as_str().unwrap()).await;

    let jid = juliet.jid().to_owned();
    let shown = |wanted: &'static str| {
        let (stage, jid) = (&stage, &jid);
        async move {
            let mut nurse = User::login(&stage.prosody, "nurse").await;
            let items = nurse.items(jid, node).await;
            items
                .into_iter()
                .map(|(_, item)| String::from(&item))
                .find(|item| item.contains(wanted))
        }
    };
    let heart = eventually("the heart in the node", SOON, || shown("♥")).await;
    assert!(heart.contains(&stage.virtual_jid("alice")), "{heart}");
    // the node lets the bridge publish and not retract
    stage.peer.undo(&like).await;
    eventually("the heart taken back", SOON, || shown("[deleted]")).await;
}

#[tokio::test]
async fn what_prosody_attaches_is_a_like_at_fedify_and_only_one() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let posted = stage.peer.post(&NewPost::text("<p>What do you feel?</p>")).await;
    let id = sees(&mut juliet, &alice, "What do you feel?").await;
    let node = format!("urn:xmpp:pubsub-attachments:1/xmpp:{alice}?;node=urn%3Axmpp%3Amicroblog%3A0;item={id}");
    let attached = |inner: &str| format!("<attachments xmlns='urn:xmpp:pubsub-attachments:1'>{inner}</attachments>");
    let jid = juliet.jid().to_owned();
    juliet
        .publishes(Some(&alice), &node, &jid, &attached("<noticed/>"))
        .await;
    let about = |kind: &'static str| {
        let object = posted.object.clone();
        move |received: &Received| received.kind == kind && received.object.as_deref() == Some(&object)
    };
    stage.peer.received("the like", SOON, about("Like")).await;

    // Movim's way to say the same
    let heart = note(&jid, "my-heart", "♥", "2026-11-23T06:00:00Z");
    let comments = format!("urn:xmpp:microblog:0:comments/{id}");
    juliet.publishes(Some(&alice), &comments, "my-heart", &heart).await;
    // and something else in place of it
    let party = "<reactions><reaction>🎉</reaction></reactions>";
    juliet.publishes(Some(&alice), &node, &jid, &attached(party)).await;
    let undone = |received: &Received| received.kind == "Undo";
    stage.peer.received("the end of the like", SOON, undone).await;
    let likes = |number: usize| {
        let stage = &stage;
        async move {
            let log = stage.peer.log().await;
            let likes: Vec<Received> = log.into_iter().filter(|received| received.kind == "Like").collect();
            (likes.len() >= number).then_some(likes)
        }
    };
    let two = eventually("the emoji", SOON, || likes(2)).await;
    assert_eq!(two.len(), 2, "the heart is no second like: {two:?}");

    let shown = juliet.items(&alice, &node).await;
    assert_eq!(shown.len(), 1);
    assert!(
        String::from(&shown[0].1).contains("🎉"),
        "{}",
        String::from(&shown[0].1)
    );

    // what was taken back may be said again
    let both = format!("<noticed/>{party}");
    juliet.publishes(Some(&alice), &node, &jid, &attached(&both)).await;
    let three = eventually("the like, again", SOON, || likes(3)).await;
    let ids: std::collections::BTreeSet<_> = three.iter().map(|like| like.id.clone()).collect();
    assert_eq!(ids.len(), 3, "each under its own id: {three:?}");
}
