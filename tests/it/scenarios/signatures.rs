//! Which signatures are taken, and which are sent.

use causeway_harness::fedify::{Accept, Knock, Options};
use causeway_harness::peer::{NewPost, Scheme};

use super::stage::{Stage, object_with, sees};

async fn both_ways(options: Options) -> Stage {
    let stage = Stage::with(options).await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    stage.followed("juliet", "alice").await;
    stage.peer.post(&NewPost::text("<p>From there</p>")).await;
    sees(&mut juliet, &alice, "From there").await;
    juliet.posts("from-here", "From here").await;
    object_with(&stage.peer, "Create", "From here").await;
    stage
}

fn users(first_knock: Knock, accept: Accept) -> Options {
    Options {
        first_knock,
        accept,
        ..Options::users(&["alice", "bob"])
    }
}

#[tokio::test]
async fn a_peer_that_knocks_with_draft_cavage() {
    both_ways(users(Knock::Cavage, Accept::Both)).await;
}

#[tokio::test]
async fn a_peer_that_knocks_with_rfc_9421() {
    both_ways(users(Knock::Rfc9421, Accept::Both)).await;
}

#[tokio::test]
async fn a_peer_that_takes_only_rfc_9421_gets_everything() {
    let stage = both_ways(users(Knock::Rfc9421, Accept::OnlyRfc9421)).await;
    assert!(
        stage
            .peer
            .log()
            .await
            .iter()
            .all(|received| received.scheme == Scheme::Rfc9421)
    );
}

#[tokio::test]
async fn a_peer_that_answers_202_and_drops_rfc_9421_gets_everything() {
    let stage = both_ways(users(Knock::Cavage, Accept::DropRfc9421)).await;
    assert!(
        stage
            .peer
            .log()
            .await
            .iter()
            .all(|received| received.scheme == Scheme::Cavage)
    );
}

#[tokio::test]
async fn a_peer_with_authorised_fetch() {
    both_ways(Options {
        secure: true,
        ..Options::users(&["alice", "bob"])
    })
    .await;
}
