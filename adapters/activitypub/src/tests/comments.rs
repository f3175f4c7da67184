//! Comments, read and written.

use causeway_core::adapter::Verb;
use causeway_core::id::{Network, ObjectId};
use causeway_core::model::{Audience, Comment, Mention, Payload, Post, Scope};
use causeway_core::refusal::Reason;
use serde_json::json;

use super::{again, alice, juliet, object, post, read_value, render, written};

fn comment() -> Comment {
    let named = Mention {
        actor: alice(),
        name: Some("@alice@masto.example".to_owned()),
    };
    let audience = Audience::new(Scope::Public, [alice()]);
    let post = Post {
        audience,
        mentions: vec![named],
        ..post("<p>aye</p>")
    };
    Comment {
        parent: Some(object("https://masto.example/n/1")),
        root: None,
        place: None,
        post,
    }
}

fn sent(comment: Comment) -> Payload {
    Payload::Comment(Box::new(comment))
}

#[test]
fn a_comment_comes_back_as_it_went() {
    assert_eq!(again(Verb::Create, sent(comment())).activity.payload, sent(comment()));
}

#[test]
fn the_parents_author_is_mentioned_and_addressed() {
    let mut silent = comment();
    silent.post.mentions.clear();
    let value = written(Verb::Create, 1, sent(silent));
    assert_eq!(value["object"]["inReplyTo"], "https://masto.example/n/1");
    let mention =
        json!({"type": "Mention", "href": "https://masto.example/users/alice", "name": "@alice@masto.example"});
    assert_eq!(value["object"]["tag"], json!([mention]));
    assert_eq!(value["cc"][1], "https://masto.example/users/alice");
}

#[test]
fn what_it_answers_must_be_on_this_network() {
    for parent in [None, Some(ObjectId::new(Network::new("xmpp"), "x"))] {
        let lost = Comment { parent, ..comment() };
        assert_eq!(
            render(Verb::Create, 1, &juliet(), sent(lost)).unwrap_err().reason,
            Reason::ParentNotBridged
        );
    }
    let gone = Comment {
        parent: None,
        ..comment()
    };
    assert_eq!(
        written(Verb::Retract, 1, sent(gone))["type"],
        "Delete",
        "an end can always be told"
    );
}

#[test]
fn a_vote_is_no_comment() {
    let vote = json!({"id": "https://masto.example/v/1", "type": "Note", "attributedTo": alice().as_str(), "name": "yes",
        "inReplyTo": "https://social.example/users/k3v9/posts/p1", "to": juliet().as_str()});
    let create = json!({"id": "https://masto.example/a", "type": "Create", "actor": alice().as_str(), "object": vote});
    assert_eq!(read_value(&create).unwrap_err().reason, Reason::UnsupportedKind);
}
