//! Reactions, read and written.

use causeway_core::adapter::Verb;
use causeway_core::id::{Network, ObjectId};
use causeway_core::model::{Audience, CustomEmoji, Payload, Reaction, Scope};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{again, alice, hers, juliet, object, read_value, render, rules, written};

fn like(emoji: Option<&str>) -> Reaction {
    Reaction {
        id: hers("likes/l1"),
        author: juliet(),
        object: object("https://masto.example/n/1"),
        emoji: emoji.map(str::to_owned),
        custom: None,
        audience: Audience::public(),
    }
}

fn read(value: &Value) -> (Reaction, Vec<String>) {
    let crossed = read_value(value).unwrap();
    let lost = rules(&crossed).into_iter().map(str::to_owned).collect();
    match crossed.activity.payload {
        Payload::Reaction(reaction) => (reaction, lost),
        other => panic!("{other:?}"),
    }
}

#[test]
fn likes_come_back_as_they_went() {
    let custom = CustomEmoji {
        name: ":cow:".to_owned(),
        url: "https://social.example/cow.png".parse().unwrap(),
        media_type: None,
    };
    for reaction in [
        like(None),
        like(Some("🐄")),
        Reaction {
            custom: Some(custom),
            ..like(Some(":cow:"))
        },
    ] {
        let crossed = again(Verb::Create, Payload::Reaction(reaction.clone()));
        assert_eq!(crossed.activity.payload, Payload::Reaction(reaction));
        assert_eq!(rules(&crossed), ["reaction-audience"]);
    }
}

#[test]
fn likes_of_other_programs() {
    let base = |kind: &str| json!({"id": "https://m.example/l/1", "type": kind, "actor": alice().as_str(), "object": {"id": hers("posts/p1").as_str()}});
    let mastodon = base("Like");
    assert_eq!(read(&mastodon).0.emoji, None);
    let mut misskey = base("Like");
    misskey["content"] = json!("👍");
    misskey["_misskey_reaction"] = json!(":cow:");
    misskey["tag"] = json!([{"type": "Emoji", "name": "cow", "icon": {"url": "https://m.example/cow.png"}}]);
    let (reaction, _) = read(&misskey);
    assert_eq!(
        (reaction.emoji.as_deref(), reaction.custom.unwrap().name.as_str()),
        (Some(":cow:"), ":cow:")
    );
    let mut pleroma = base("EmojiReact");
    pleroma["content"] = json!("☕");
    pleroma["to"] = json!([juliet().as_str()]);
    let (reaction, lost) = read(&pleroma);
    assert_eq!(
        (reaction.emoji.as_deref(), reaction.audience.scope),
        (Some("☕"), Scope::Public)
    );
    assert_eq!(
        (reaction.audience.recipients, lost),
        (vec![juliet()], vec!["reaction-audience".to_owned()])
    );
    pleroma["to"] = json!(["https://masto.example/users/alice/followers"]);
    assert_eq!(read(&pleroma).0.audience.scope, Scope::Followers);
    let mut long = base("Like");
    long["content"] = json!("x".repeat(200));
    assert_eq!(read(&long).1, ["reaction-emoji", "reaction-audience"]);
}

#[test]
fn a_like_is_addressed_to_people_and_never_to_everybody() {
    let reaction = Reaction {
        audience: Audience::new(Scope::Public, [alice()]),
        ..like(None)
    };
    let value = written(Verb::Create, 1, Payload::Reaction(reaction));
    assert_eq!((&value["to"], &value["cc"]), (&json!([alice().as_str()]), &Value::Null));
    let elsewhere = Reaction {
        object: ObjectId::new(Network::new("xmpp"), "x"),
        ..like(None)
    };
    assert_eq!(
        render(Verb::Create, 1, &juliet(), Payload::Reaction(elsewhere))
            .unwrap_err()
            .reason,
        Reason::NotFound
    );
}
