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
    let private = |text: &str| NewPost {
        visibility: Visibility::Followers,
        ..NewPost::text(text)
    };
    // nothing private is shown to whoever did not agree to that
    stage.peer.post(&private("<p>Too early</p>")).await;
    stage.peer.post(&NewPost::text("<p>For all</p>")).await;
    sees(&mut juliet, &alice, "For all").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);
    let said = juliet.says(XHOST, "privacy receive-followers on").await;
    assert!(said.starts_with("Done."), "{said}");

    stage.peer.post(&private("<p>Only for you</p>")).await;
    sees(&mut juliet, &alice, "Only for you").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 3);
    assert_eq!(romeo.items(&alice, MICROBLOG).await.len(), 1);
    juliet.says(XHOST, "privacy receive-followers off").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);
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
