//! Retractions, read and written.

use causeway_core::adapter::Verb;
use causeway_core::model::{Payload, Reaction, Retracted, Retraction};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{again, alice, hers, juliet, object, post, read_value, rules, written};

fn by_alice(kind: &str, object: Value) -> Value {
    json!({"id": "https://masto.example/a/9", "type": kind, "actor": alice().as_str(), "object": object})
}

fn target(value: &Value) -> Retracted {
    match read_value(value).unwrap().activity.payload {
        Payload::Retraction(retraction) => retraction.target,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deletion_in_the_three_forms() {
    let note =
        json!({"id": "https://masto.example/n/1", "type": "Note", "attributedTo": alice().as_str(), "content": "x"});
    for form in [
        json!("https://masto.example/n/1"),
        json!({"id": "https://masto.example/n/1", "type": "Tombstone"}),
        note,
    ] {
        assert_eq!(
            target(&by_alice("Delete", form)),
            Retracted::Object(object("https://masto.example/n/1"))
        );
    }
    for actor in [
        json!(alice().as_str()),
        json!({"id": alice().as_str(), "type": "Person"}),
    ] {
        assert_eq!(target(&by_alice("Delete", actor)), Retracted::Actor(alice()));
    }
    assert_eq!(
        read_value(&by_alice("Delete", json!({"type": "Tombstone"})))
            .unwrap_err()
            .reason,
        Reason::Malformed
    );
}

#[test]
fn an_undo_in_its_forms() {
    let followed = json!({"id": "https://masto.example/f/1", "type": "Follow", "actor": alice().as_str(), "object": juliet().as_str()});
    assert_eq!(
        target(&by_alice("Undo", followed)),
        Retracted::Follow {
            follower: alice(),
            followee: juliet()
        }
    );
    assert_eq!(
        target(&by_alice("Undo", json!("https://masto.example/f/1"))),
        Retracted::Object(object("https://masto.example/f/1"))
    );
    for kind in ["Like", "EmojiReact", "Announce", "Block"] {
        let embedded = json!({"id": "https://masto.example/x/1", "type": kind, "object": hers("posts/p1").as_str()});
        assert_eq!(
            target(&by_alice("Undo", embedded)),
            Retracted::Object(object("https://masto.example/x/1")),
            "{kind}"
        );
    }
    let nameless = by_alice(
        "Undo",
        json!({"type": "Like", "object": hers("posts/p1").as_str(), "content": "🐄"}),
    );
    let reaction = Retracted::Reaction {
        author: alice(),
        object: hers("posts/p1"),
        emoji: Some("🐄".to_owned()),
    };
    assert_eq!(target(&nameless), reaction);
    assert_eq!(rules(&read_value(&nameless).unwrap()), ["retraction-target"]);
}

#[test]
fn nobody_takes_back_what_another_did() {
    let theirs = json!({"id": "https://masto.example/x/1", "type": "Like", "actor": "https://masto.example/users/bob", "object": "https://x.example/"});
    assert_eq!(
        read_value(&by_alice("Undo", theirs)).unwrap_err().reason,
        Reason::OriginMismatch
    );
    let odd = json!({"id": "https://masto.example/x/1", "type": "Accept", "object": "https://x.example/"});
    assert_eq!(
        read_value(&by_alice("Undo", odd)).unwrap_err().reason,
        Reason::UnsupportedKind
    );
}

#[test]
fn what_we_take_back_is_read_as_that() {
    let retract = |target| Payload::Retraction(Retraction { target });
    let follow = Retracted::Follow {
        follower: juliet(),
        followee: alice(),
    };
    let like = Retracted::Reaction {
        author: juliet(),
        object: object("https://masto.example/n/1"),
        emoji: Some("♥".to_owned()),
    };
    for target in [
        Retracted::Object(hers("posts/p1")),
        Retracted::Object(hers("likes/l1")),
        Retracted::Object(hers("reposts/r1")),
        follow,
        Retracted::Actor(juliet()),
    ] {
        assert_eq!(
            again(Verb::Create, retract(target.clone())).activity.payload,
            retract(target)
        );
    }
    let undo = written(Verb::Create, 1, retract(like));
    assert_eq!(
        (&undo["type"], &undo["object"]["object"]),
        (&json!("Undo"), &json!("https://masto.example/n/1"))
    );
    assert_eq!(
        written(Verb::Create, 1, retract(Retracted::Object(hers("likes/l1"))))["type"],
        "Undo"
    );
    assert_eq!(
        written(Verb::Create, 1, retract(Retracted::Object(hers("posts/p1"))))["object"]["type"],
        "Tombstone"
    );
}

#[test]
fn the_end_of_a_post_goes_to_whom_it_went() {
    let delete = written(Verb::Retract, 3, Payload::Post(Box::new(post("<p>x</p>"))));
    let create = written(Verb::Create, 3, Payload::Post(Box::new(post("<p>x</p>"))));
    assert_eq!((&delete["to"], &delete["cc"]), (&create["to"], &create["cc"]));
    assert_eq!(
        delete["object"],
        json!({"id": "https://social.example/users/k3v9/posts/p1", "type": "Tombstone"})
    );
}

#[test]
fn the_end_of_a_like_names_it() {
    let like = Reaction {
        id: hers("likes/l1"),
        author: juliet(),
        object: object("https://masto.example/n/1"),
        emoji: None,
        custom: None,
        audience: causeway_core::model::Audience::public(),
    };
    let crossed = again(Verb::Retract, Payload::Reaction(like));
    assert_eq!(
        crossed.activity.payload,
        Payload::Retraction(Retraction {
            target: Retracted::Object(hers("likes/l1"))
        })
    );
}
