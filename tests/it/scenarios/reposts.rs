//! What somebody passes on.

use causeway_harness::peer::NewPost;
use causeway_harness::user::MICROBLOG;

use super::stage::{Stage, says};

#[tokio::test]
async fn what_fedify_passes_on_of_somebody_unknown_is_read_and_shown() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let posted = stage
        .peer
        .by("bob")
        .post(&NewPost::text("<p>Nobody there knows me</p>"))
        .await;
    stage.peer.announce(&posted.object).await;
    let item = juliet
        .event("the boost", &alice, MICROBLOG, says("Nobody there knows me"))
        .await;
    let entry = String::from(&item);
    assert!(entry.contains("rel='via'") || entry.contains("rel=\"via\""), "{entry}");
    let bob = stage.virtual_jid("bob");
    let original = juliet.items(&bob, MICROBLOG).await;
    assert_eq!(original.len(), 1, "the original stands at its author's");
}
