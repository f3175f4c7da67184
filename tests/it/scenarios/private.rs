//! What is not for everybody.

use causeway_harness::peer::{NewPost, Visibility};
use causeway_harness::user::MICROBLOG;

use super::stage::{Stage, XHOST, sees};

#[tokio::test]
async fn row_27_a_followers_only_post_reaches_followers_alone() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let mut romeo = stage.bridged("romeo").await;
    let alice = stage.follows(&mut juliet, "alice").await;
    stage
        .peer
        .post(&NewPost {
            visibility: Visibility::Followers,
            ..NewPost::text("<p>Only for you</p>")
        })
        .await;
    sees(&mut juliet, &alice, "Only for you").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);
    assert!(romeo.items(&alice, MICROBLOG).await.is_empty());
}

#[tokio::test]
async fn row_26_a_direct_post_is_refused_and_shown_to_nobody() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let actor = stage.bridge.actor(&stage.handle("juliet")).await;
    let secret = NewPost {
        visibility: Visibility::Direct,
        to: vec![actor],
        ..NewPost::text("<p>Secret</p>")
    };
    stage.peer.post(&secret).await;
    stage.peer.post(&NewPost::text("<p>Not secret</p>")).await;
    sees(&mut juliet, &alice, "Not secret").await;
    let items = juliet.items(&alice, MICROBLOG).await;
    assert!(
        items.iter().all(|(_, entry)| !String::from(entry).contains(">Secret")),
        "{items:?}"
    );
    let (_, traces) = stage.bridge.run(&["inspect", "--json", "list", "-n", "100"]);
    assert!(traces.contains("private-audience"), "{traces}");
    assert!(
        !traces.contains("<p>Secret"),
        "a trace says that it came, not what it said: {traces}"
    );
    assert!(juliet.says(XHOST, "status").await.contains("bridged"));
}

#[tokio::test]
async fn a_closed_node_leaves_nothing_and_says_how_to_open_it() {
    let stage = Stage::new().await;
    let mut romeo = causeway_harness::user::User::login(&stage.prosody, "romeo").await;
    romeo.has_blog("presence").await;
    let done = romeo.starts(XHOST).await;
    assert!(done.contains("node-closed"), "{done}");
    stage.followed("romeo", "alice").await;
    romeo.posts("hidden-post", "For friends").await;
    romeo.has_blog("open").await;
    let refreshed = romeo.says(XHOST, "refresh").await;
    assert!(refreshed.contains("leave from now on"), "{refreshed}");
    romeo.posts("shown-post", "For all").await;
    super::stage::object_with(&stage.peer, "Create", "For all").await;
    let log = stage.peer.log().await;
    assert!(
        log.iter()
            .all(|received| !received.raw.to_string().contains("For friends")),
        "what was there before is a baseline"
    );
}
