//! The peers against one another: what a scenario relies on must hold before the bridge comes into it.

use super::{Control, NewPost, OnFollow, Scheme, SignedRequest, Visibility};
use crate::fedify::{Accept, Fedify, Knock, Options};
use crate::pubby::Pubby;
use serde_json::json;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

/// Alice follows carol; both sides know it.
async fn follows(alice: &Fedify, carol: &Fedify) {
    alice.follow(&carol.actor("carol")).await;
    alice.follow_is(&carol.actor("carol"), "accepted", LIMIT).await;
    assert_eq!(carol.followers().await, [alice.actor("alice")]);
}

async fn note_arrives(at: &Control, object: &str) -> super::Received {
    let is_it = |entry: &super::Received| entry.kind == "Create" && entry.object.as_deref() == Some(object);
    at.received("the note's Create", LIMIT, is_it).await
}

/// Carol's server knocks as said first; alice's takes only what it says. The scheme that got through is returned.
async fn a_post_crosses(first_knock: Knock, accept: Accept) -> Scheme {
    let alice = Fedify::start(Options {
        accept,
        ..Options::users(&["alice"])
    })
    .await;
    let carol = Fedify::start(Options {
        first_knock,
        ..Options::users(&["carol"])
    })
    .await;
    follows(&alice, &carol).await;
    let posted = carol.post(&NewPost::text("<p>hello</p>")).await;
    let seen = note_arrives(&alice, &posted.object).await;
    assert_eq!(seen.raw["object"]["content"], "<p>hello</p>");
    assert_eq!(seen.actor, Some(carol.actor("carol")));
    seen.scheme
}

#[tokio::test]
async fn cavage_is_the_first_knock() {
    assert_eq!(a_post_crosses(Knock::Cavage, Accept::Both).await, Scheme::Cavage);
}

#[tokio::test]
async fn rfc9421_is_the_first_knock() {
    assert_eq!(a_post_crosses(Knock::Rfc9421, Accept::Both).await, Scheme::Rfc9421);
}

#[tokio::test]
async fn a_peer_that_takes_only_rfc9421_makes_the_other_knock_again() {
    assert_eq!(
        a_post_crosses(Knock::Cavage, Accept::OnlyRfc9421).await,
        Scheme::Rfc9421
    );
}

#[tokio::test]
async fn a_peer_that_drops_rfc9421_says_202_and_keeps_nothing() {
    let alice = Fedify::start(Options {
        accept: Accept::DropRfc9421,
        ..Options::users(&["alice"])
    })
    .await;
    let carol = Fedify::start(Options::users(&["carol"])).await;
    for (scheme, kept) in [(Scheme::Rfc9421, 0), (Scheme::Cavage, 1)] {
        let request = SignedRequest {
            scheme,
            ..like(&carol, &alice, "1")
        };
        assert_eq!(carol.signed(&request).await.status, 202);
        assert_eq!(alice.log().await.len(), kept, "{scheme:?}");
    }
}

/// A Like that carries no proof: the HTTP signature alone speaks for it.
fn like(from: &Fedify, to: &Fedify, id: &str) -> SignedRequest {
    let activity = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("{}/likes/{id}", from.base_url()),
        "type": "Like",
        "actor": from.actor("carol"),
        "object": format!("{}/1", to.base_url()),
    });
    SignedRequest::post(&format!("{}/inbox", to.base_url()), activity)
}

#[tokio::test]
async fn http_signatures_are_verified_in_both_schemes() {
    let alice = Fedify::start(Options::default()).await;
    let carol = Fedify::start(Options::users(&["carol", "dave"])).await;
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let request = SignedRequest {
            scheme,
            ..like(&carol, &alice, &format!("{scheme:?}"))
        };
        assert_eq!(carol.signed(&request).await.status, 202);
        assert_eq!(
            alice.log().await.last().map(|entry| (entry.scheme, entry.proof)),
            Some((scheme, false))
        );
        // Signed by dave, it says that carol liked: not hers to believe.
        carol
            .by("dave")
            .signed(&SignedRequest {
                scheme,
                ..like(&carol, &alice, &format!("forged-{scheme:?}"))
            })
            .await;
    }
    assert_eq!(alice.log().await.len(), 2);
}

#[tokio::test]
async fn edits_replies_reactions_and_deletions_arrive() {
    let alice = Fedify::start(Options::default()).await;
    let carol = Fedify::start(Options::users(&["carol"])).await;
    follows(&alice, &carol).await;
    let note = carol.post(&NewPost::text("<p>first</p>")).await.object;
    carol.update(&note, json!({ "content": "<p>second</p>" })).await;
    let edit = alice.received("the edit", LIMIT, |entry| entry.kind == "Update").await;
    assert_eq!(edit.raw["object"]["content"], "<p>second</p>");

    let reply = alice.reply(&note, "<p>re</p>").await.object;
    let seen = note_arrives(&carol, &reply).await;
    assert_eq!(seen.raw["object"]["inReplyTo"], note);
    assert_eq!(seen.raw["object"]["tag"]["href"], carol.actor("carol"));
    let like = alice.like(&note).await;
    carol
        .received("the like", LIMIT, |entry| entry.id.as_ref() == Some(&like))
        .await;
    alice.undo(&like).await;
    carol
        .received("the like's undo", LIMIT, |entry| entry.object.as_ref() == Some(&like))
        .await;
    let announce = alice.announce(&note).await;
    carol
        .received("the repost", LIMIT, |entry| entry.id.as_ref() == Some(&announce))
        .await;

    carol.profile(json!({ "name": "Carol C." })).await;
    alice
        .received("the profile", LIMIT, |entry| entry.raw["object"]["name"] == "Carol C.")
        .await;
    carol.delete(&note).await;
    alice
        .received("the deletion", LIMIT, |entry| entry.kind == "Delete")
        .await;
    assert_eq!(alice.signed(&SignedRequest::get(&note)).await.status, 410);
    alice.unfollow(&carol.actor("carol")).await;
    carol
        .received("the unfollow", LIMIT, |entry| {
            entry.raw["object"]["type"] == "Follow" && entry.kind == "Undo"
        })
        .await;
    assert!(carol.followers().await.is_empty());
}

#[tokio::test]
async fn a_follow_can_be_held_and_rejected() {
    let alice = Fedify::start(Options::default()).await;
    let carol = Fedify::start(Options::users(&["carol"])).await;
    carol.on_follow(OnFollow::Hold).await;
    alice.follow(&carol.handle("carol")).await;
    carol
        .received("the follow", LIMIT, |entry| entry.kind == "Follow")
        .await;
    assert_eq!(alice.following().await[&carol.actor("carol")], "pending");
    carol.answer(&alice.actor("alice"), false).await;
    alice.follow_is(&carol.actor("carol"), "rejected", LIMIT).await;
    assert!(carol.followers().await.is_empty());
}

#[tokio::test]
async fn a_followers_only_note_is_shown_to_followers_alone() {
    let alice = Fedify::start(Options::users(&["alice", "bob"])).await;
    let carol = Fedify::start(Options::users(&["carol"])).await;
    follows(&alice, &carol).await;
    let post = NewPost {
        visibility: Visibility::Followers,
        ..NewPost::text("among us")
    };
    let note = carol.post(&post).await.object;
    note_arrives(&alice, &note).await;
    assert_eq!(alice.signed(&SignedRequest::get(&note)).await.status, 200);
    assert_eq!(alice.by("bob").signed(&SignedRequest::get(&note)).await.status, 401);
}

#[tokio::test]
async fn pubby_and_fedify_follow_and_answer_each_other() {
    let carol = Fedify::start(Options {
        proofs: false,
        ..Options::users(&["carol"])
    })
    .await;
    let paul = Pubby::start().await;
    paul.follow(&carol.handle("carol")).await;
    paul.follow_is(&carol.actor("carol"), "accepted", LIMIT).await;
    carol.follow(&paul.handle()).await;
    carol.follow_is(&paul.actor(), "accepted", LIMIT).await;
    assert_eq!(carol.followers().await, [paul.actor()]);
    assert_eq!(paul.followers().await, [carol.actor("carol")]);

    let note = carol.post(&NewPost::text("<p>from Node</p>")).await.object;
    let seen = note_arrives(&paul, &note).await;
    assert_eq!(
        (seen.scheme, seen.raw["object"]["content"].as_str()),
        (Scheme::Cavage, Some("<p>from Node</p>"))
    );
    let reply = paul.reply(&note, "<p>from Python</p>").await.object;
    let seen = note_arrives(&carol, &reply).await;
    assert_eq!((seen.scheme, seen.proof), (Scheme::Cavage, false));
    assert_eq!(seen.raw["object"]["inReplyTo"], note);
    paul.update(&reply, json!({ "content": "<p>edited</p>" })).await;
    carol.received("the edit", LIMIT, |entry| entry.kind == "Update").await;
    paul.delete(&reply).await;
    carol
        .received("the deletion", LIMIT, |entry| entry.kind == "Delete")
        .await;
    assert_eq!(carol.signed(&SignedRequest::get(&reply)).await.status, 410);
    paul.unfollow(&carol.actor("carol")).await;
    carol
        .received("the unfollow", LIMIT, |entry| entry.kind == "Undo")
        .await;
    assert!(carol.followers().await.is_empty());
}
