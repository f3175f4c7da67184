//! Reposts, read and written.

use causeway_core::adapter::Verb;
use causeway_core::model::{Audience, Payload, Repost, Scope};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{again, alice, hers, juliet, now, object, read_value, render, rules};

fn repost() -> Repost {
    let audience = Audience::new(Scope::Public, [alice()]);
    let object = object("https://masto.example/n/1");
    Repost {
        id: hers("reposts/r1"),
        author: juliet(),
        object,
        audience,
        published: Some(now()),
        shown: None,
    }
}

fn announce(object: Value) -> Value {
    json!({"id": "https://masto.example/b/1", "type": "Announce", "actor": alice().as_str(), "to": "as:Public", "object": object})
}

#[test]
fn a_repost_comes_back_as_it_went() {
    let crossed = again(Verb::Create, Payload::Repost(repost()));
    assert_eq!(crossed.activity.payload, Payload::Repost(repost()));
    assert!(crossed.losses.is_empty());
}

#[test]
fn row_10_only_the_id_of_what_is_passed_on_is_believed() {
    let forged = json!({"id": "https://good.example/n/1", "type": "Note", "content": "forged", "to": "as:Public"});
    for form in [
        forged,
        json!("https://good.example/n/1"),
        json!(["https://good.example/n/1"]),
    ] {
        let crossed = read_value(&announce(form)).unwrap();
        let Payload::Repost(repost) = crossed.activity.payload else {
            panic!()
        };
        assert_eq!(repost.object, object("https://good.example/n/1"));
    }
}

#[test]
fn a_community_passes_on_activities() {
    let inner = |kind: &str| {
        json!({"id": "https://l.example/a/1", "type": kind, "actor": "https://l.example/u/x",
            "object": {"id": "https://l.example/post/1", "type": "Page"}})
    };
    let crossed = read_value(&announce(inner("Create"))).unwrap();
    let Payload::Repost(repost) = &crossed.activity.payload else {
        panic!()
    };
    assert_eq!(repost.object, object("https://l.example/post/1"));
    assert_eq!(rules(&crossed), ["repost-activity"]);
    for other in ["Like", "Delete", "Update", "Undo", "Lock"] {
        assert_eq!(
            read_value(&announce(inner(other))).unwrap_err().reason,
            Reason::UnsupportedKind,
            "{other}"
        );
    }
}

#[test]
fn row_29_a_repost_never_widens() {
    let private = Repost {
        audience: Audience::new(Scope::Followers, []),
        ..repost()
    };
    let refused = render(Verb::Create, 1, &juliet(), Payload::Repost(private.clone())).unwrap_err();
    assert_eq!(refused.reason, Reason::PrivateAudience);
    assert!(
        render(Verb::Retract, 1, &juliet(), Payload::Repost(private)).is_ok(),
        "an end can always be told"
    );
    let mut unaddressed = announce(json!("https://good.example/n/1"));
    unaddressed["to"] = Value::Null;
    assert_eq!(read_value(&unaddressed).unwrap_err().reason, Reason::PrivateAudience);
}
