//! Whatever comes, it is answered, and nothing panics.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{alice, read};

/// Names that the parsers look for, and values that they expect elsewhere.
const NAMES: &[&str] = &[
    "@context",
    "id",
    "type",
    "actor",
    "object",
    "attributedTo",
    "to",
    "cc",
    "bto",
    "content",
    "contentMap",
    "name",
    "summary",
    "tag",
    "attachment",
    "url",
    "href",
    "icon",
    "image",
    "inReplyTo",
    "quote",
    "oneOf",
    "anyOf",
    "replies",
    "totalItems",
    "endTime",
    "startTime",
    "published",
    "updated",
    "location",
    "latitude",
    "longitude",
    "duration",
    "focalPoint",
    "width",
    "mediaType",
    "source",
    "endpoints",
    "sharedInbox",
    "inbox",
    "preferredUsername",
    "publicKey",
    "target",
    "language",
    "rel",
];
const WORDS: &[&str] = &[
    "Create",
    "Update",
    "Delete",
    "Undo",
    "Accept",
    "Follow",
    "Like",
    "Announce",
    "Flag",
    "Move",
    "Note",
    "Person",
    "Question",
    "Event",
    "Video",
    "Image",
    "Mention",
    "Hashtag",
    "Emoji",
    "Link",
    "as:Public",
    "https://masto.example/users/alice",
    "https://masto.example/n/1",
    "https://social.example/users/k3v9/follows/f",
    "PT1.5S",
    "2026-11-22T18:42:51Z",
    "en",
    "text/markdown",
    "image/png",
    "<p>x</p>",
    "<script>",
    "@a",
    "#t",
    ":e:",
    "é\u{202e}\u{0}",
    "",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 10, |inner| {
        let name = proptest::sample::select(NAMES).prop_map(str::to_owned);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..10)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    let name = proptest::sample::select(NAMES).prop_map(str::to_owned);
    proptest::collection::vec((name, value()), 0..15).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_answered(value in value()) {
        let _ = read(value.to_string());
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(bytes);
    }

    #[test]
    fn any_note_and_actor_are_answered(mut members in members(), kind in proptest::sample::select(WORDS)) {
        members.insert("id".to_owned(), json!("https://masto.example/n/1"));
        members.insert("attributedTo".to_owned(), json!(alice().as_str()));
        members.insert("to".to_owned(), json!("as:Public"));
        members.insert("type".to_owned(), json!(kind));
        members.remove("actor");
        let _ = read(Value::Object(members.clone()).to_string());
        let create = json!({"type": "Create", "actor": alice().as_str(), "id": "https://masto.example/a", "object": members});
        if let Ok(crossed) = read(create.to_string()) {
            prop_assert_eq!(crossed.activity.actor, alice());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is linked for readers is the same text, whatever names say and wherever they stand.
    #[test]
    fn any_name_is_linked_and_unlinked(
        text in "(@alice@masto\\.example|@|[a-zé.< ]|&|\\(){0,20}",
        name in prop_oneof![Just("@alice@masto.example".to_owned()), "\\PC{0,12}", "@[a-z<\"&]{0,4}@[a-z.]{0,6}"],
    ) {
        let mention = causeway_core::model::Mention { actor: alice(), name: Some(name) };
        let html = causeway_formats::html::from_plain(&text);
        let linked = crate::tags::link_typed(&html, &[mention]);
        prop_assert_eq!(crate::tags::unlink_typed(&linked), html);
    }
}

#[test]
fn nesting_is_refused_before_it_costs() {
    let deep = format!("{{\"object\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(read(deep).unwrap_err().reason.code(), "malformed");
}

#[test]
fn many_members_leave_few_losses() {
    let mut note = json!({"id": "https://masto.example/n/1", "type": "Note", "attributedTo": alice().as_str(), "to": "as:Public", "content": "x"});
    for number in 0..5_000 {
        note[format!("x{number}")] = json!(1);
    }
    assert_eq!(read(note.to_string()).unwrap().losses.len(), 100);
}
