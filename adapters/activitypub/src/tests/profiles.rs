//! Profiles, read and written.

use causeway_core::adapter::Verb;
use causeway_core::model::{
    ActorKind, CustomEmoji, Endpoints, Lang, Media, Payload, Profile, ProfileField, Reach, Text,
};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{again, alice, juliet, now, read_value, rules, written};

fn html(html: &str) -> Text {
    Text {
        html: Some(html.to_owned()),
        ..Text::plain(causeway_formats::html::to_plain(html))
    }
}

fn profile() -> Profile {
    let url = |text: &str| text.parse().unwrap();
    let picture = |text: &str| Media {
        media_type: Some("image/png".to_owned()),
        alt: Some("Juliet".to_owned()),
        width: Some(3),
        ..Media::at(url(text))
    };
    let reach = |path: &str| {
        Some(Reach {
            host: "social.example".to_owned(),
            address: format!("https://social.example{path}"),
        })
    };
    Profile {
        handle: Some("juliet@social.example".to_owned()),
        name: Some("Juliet".to_owned()),
        bio: Text {
            lang: Lang::parse("en"),
            ..html("<p>of Verona :cow:</p>")
        },
        fields: vec![ProfileField {
            name: "Pronouns".to_owned(),
            value: html("she/her"),
        }],
        avatar: Some(picture("https://social.example/a.png")),
        header: Some(picture("https://social.example/h.png")),
        emoji: vec![CustomEmoji {
            name: ":cow:".to_owned(),
            url: url("https://social.example/cow.png"),
            media_type: None,
        }],
        url: Some(url("https://social.example/users/k3v9")),
        locked: true,
        discoverable: Some(false),
        indexable: Some(true),
        moved_to: Some(alice()),
        also_known_as: vec![alice()],
        created: Some(now()),
        edited: Some(now()),
        reach: Endpoints {
            own: reach("/users/k3v9/inbox"),
            shared: reach("/inbox"),
        },
        ..Profile::of(juliet())
    }
}

fn person() -> Value {
    json!({"id": alice().as_str(), "type": "Person", "preferredUsername": "alice", "inbox": "https://masto.example/users/alice/inbox"})
}

fn read(value: &Value) -> Profile {
    match read_value(value).unwrap().activity.payload {
        Payload::Profile(profile) => *profile,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_profile_comes_back_as_it_went() {
    let crossed = again(Verb::Update, Payload::Profile(Box::new(profile())));
    assert_eq!(crossed.activity.payload, Payload::Profile(Box::new(profile())));
    assert!(crossed.losses.is_empty(), "{:?}", crossed.losses);
}

#[test]
fn nobody_is_found_who_did_not_say_so() {
    let quiet = Profile {
        discoverable: None,
        indexable: None,
        ..profile()
    };
    let update = written(Verb::Update, 2, Payload::Profile(Box::new(quiet)));
    assert_eq!(
        (&update["object"]["discoverable"], &update["object"]["indexable"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(update["id"], "https://social.example/users/k3v9#update-2");
    let end = written(Verb::Retract, 2, Payload::Profile(Box::new(profile())));
    assert_eq!(
        (&end["type"], &end["object"]),
        (&json!("Delete"), &json!(juliet().as_str()))
    );
}

#[test]
fn actors_need_an_id_and_an_inbox() {
    for missing in ["id", "inbox"] {
        let mut broken = person();
        broken[missing] = Value::Null;
        assert_eq!(read_value(&broken).unwrap_err().reason, Reason::Malformed, "{missing}");
    }
    for (kind, model) in [("Group", ActorKind::Group), ("Application", ActorKind::Application)] {
        let mut other = person();
        other["type"] = json!([kind]);
        assert_eq!(read(&other).kind, model);
    }
}

#[test]
fn row_9_nobody_changes_another() {
    let update = json!({"id": "https://masto.example/a", "type": "Update", "actor": "https://masto.example/users/bob", "object": person()});
    assert_eq!(read_value(&update).unwrap_err().reason, Reason::OriginMismatch);
}

#[test]
fn a_shared_inbox_is_of_the_actors_own_host() {
    let mut actor = person();
    actor["endpoints"] = json!({"sharedInbox": "https://victim.example/inbox"});
    assert_eq!(read(&actor).reach.shared, None);
    actor["endpoints"] = json!({"sharedInbox": "https://masto.example/inbox"});
    assert_eq!(
        read(&actor).reach.shared.unwrap().address,
        "https://masto.example/inbox"
    );
}

#[test]
fn opting_out_is_understood() {
    for (name, value) in [
        (
            "summary",
            json!(
                "<p>Hi <a class=\"mention hashtag\" href=\"https://masto.example/tags/nobridge\">#<span>NoBridge</span></a></p>"
            ),
        ),
        ("tag", json!({"type": "Hashtag", "name": "#nobot"})),
        ("bridgeable", json!(false)),
    ] {
        let mut actor = person();
        actor[name] = value;
        assert_eq!(read(&actor).bridgeable, Some(false), "{name}");
    }
    assert_eq!(read(&person()).bridgeable, None);
}

#[test]
fn fields_in_three_forms_and_said_twice() {
    let mut actor = person();
    actor["attachment"] = json!([
        {"type": "PropertyValue", "name": "Site", "value": "<a href=\"https://x.example/\">x</a><script>1</script>"},
        {"type": "Link", "name": "Site", "href": "https://x.example/"},
        {"type": "Note", "name": "Motto", "content": "<p>ay me</p>"},
        {"type": "Link", "name": "Blog", "href": "https://b.example/", "rel": ["me"]},
        {"type": "PropertyValue", "name": ""},
    ]);
    let crossed = read_value(&actor).unwrap();
    let Payload::Profile(profile) = &crossed.activity.payload else {
        panic!()
    };
    let fields: Vec<_> = profile
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.value.plain.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("Site", "x (https://x.example/)"),
            ("Motto", "ay me"),
            ("Blog", "https://b.example/")
        ]
    );
    assert!(rules(&crossed).iter().all(|rule| *rule == "profile-field"));
}
