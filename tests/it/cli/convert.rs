//! `causeway convert`: no server, no configuration, no network.

use serde_json::{Value, json};

use super::causeway;
use crate::tidy::root;

const NOTE: &str = r#"{
    "type": "Note", "id": "https://masto.example/users/alice/1", "attributedTo": "https://masto.example/users/alice",
    "to": "https://www.w3.org/ns/activitystreams#Public", "content": "<p>Hello <b>XMPP</b></p>",
    "published": "2026-11-23T06:00:00Z", "shoeSize": 7
}"#;

const ITEM: &str = "<item xmlns='http://jabber.org/protocol/pubsub' id='hello-xmpp'>\
    <entry xmlns='http://www.w3.org/2005/Atom'><id>hello-xmpp</id><title>Hello XMPP</title>\
    <author><name>Juliet</name><uri>xmpp:juliet@example.org</uri></author>\
    <published>2026-11-23T06:00:00Z</published><updated>2026-11-23T06:00:00Z</updated></entry></item>";

fn convert(from: &str, to: &str, input: &str) -> String {
    causeway(&["convert", "--from", from, "--to", to, "-"], input).well()
}

/// The document that the README lets its reader write, and the command after it.
fn of_the_readme() -> (String, Vec<String>) {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("cat > entry.xml <<'END'\n").unwrap();
    let (document, rest) = rest.split_once("END\n").unwrap();
    let command = rest.lines().next().unwrap();
    let words = command.split_whitespace().map(str::to_owned).collect();
    (document.to_owned(), words)
}

#[test]
fn the_readme_example_prints_what_the_readme_says() {
    let (document, words) = of_the_readme();
    assert_eq!(words[0], "causeway");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(words.last().unwrap());
    std::fs::write(&path, document).unwrap();
    let mut arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    *arguments.last_mut().unwrap() = path.to_str().unwrap();
    let printed = causeway(&arguments, "").well();

    // first the document, then the losses
    let mut values = serde_json::Deserializer::from_str(&printed).into_iter::<Value>();
    let create = values.next().unwrap().unwrap();
    assert_eq!(create["type"], "Create");
    let content = create["object"]["content"].as_str().unwrap();
    assert!(
        content.contains("Sunset") && content.contains("All of it was orange."),
        "{content}"
    );
    let losses = values.next().unwrap().unwrap();
    assert!(losses.as_array().is_some_and(|losses| !losses.is_empty()), "{losses}");
    for loss in losses.as_array().unwrap() {
        for part in ["field", "class", "reason", "rule"] {
            assert!(
                loss[part].as_str().is_some_and(|text| !text.is_empty()),
                "{part} of {loss}"
            );
        }
    }
    assert!(values.next().is_none());
}

#[test]
fn every_pair_of_formats_converts() {
    let model = convert("activitypub", "model", NOTE);
    let sources = [("activitypub", NOTE), ("model", model.as_str()), ("xmpp", ITEM)];
    for (from, document) in sources {
        let activity: Value = serde_json::from_str(&convert(from, "activitypub", document)).unwrap();
        assert_eq!(activity["type"], "Create", "from {from}");
        let content = activity["object"]["content"].as_str().unwrap();
        assert!(
            content.contains("Hello") && content.contains("XMPP"),
            "from {from}: {content}"
        );

        let entry = convert(from, "xmpp", document);
        let item: minidom::Element = entry.trim().parse().unwrap();
        assert_eq!(item.name(), "item", "from {from}");
        assert!(entry.contains("Hello"), "from {from}: {entry}");

        let model: Value = serde_json::from_str(&convert(from, "model", document)).unwrap();
        assert_eq!(model["post"]["text"]["plain"], "Hello XMPP", "from {from}");
        assert_eq!(model["post"]["audience"]["scope"], "public", "from {from}");
    }
}

#[test]
fn the_model_goes_through_unchanged() {
    let once = convert("activitypub", "model", NOTE);
    assert_eq!(convert("model", "model", &once), once);
}

#[test]
fn what_the_bridge_wrote_is_not_taken_for_anothers() {
    let item = convert("activitypub", "xmpp", NOTE);
    causeway(&["convert", "--from", "xmpp", "--to", "activitypub", "-"], &item).badly(2, "error[loop]: ");
    let elsewhere = [
        "convert",
        "--from",
        "xmpp",
        "--to",
        "activitypub",
        "--bridge",
        "other.example",
        "-",
    ];
    let create: Value = serde_json::from_str(&causeway(&elsewhere, &item).well()).unwrap();
    assert_eq!(create["type"], "Create");
}

#[test]
fn names_are_made_for_the_bridge_that_is_named() {
    let named = [
        "convert",
        "--from",
        "activitypub",
        "--to",
        "xmpp",
        "--bridge",
        "b.example.net",
        "-",
    ];
    let item = causeway(&named, NOTE).well();
    assert!(item.contains(r"alice\40masto.example@b.example.net"), "{item}");
    let entry = "<entry xmlns='http://www.w3.org/2005/Atom'><id>a-bare-one</id><title>Hi</title>\
                 <author><uri>xmpp:juliet@example.net</uri></author><updated>2026-11-23T06:00:00Z</updated></entry>";
    let named = [
        "convert",
        "--from",
        "xmpp",
        "--to",
        "activitypub",
        "--bridge",
        "b.example.net",
        "-",
    ];
    let note: Value = serde_json::from_str(&causeway(&named, entry).well()).unwrap();
    assert!(
        note["actor"]
            .as_str()
            .unwrap()
            .starts_with("https://b.example.net/users/"),
        "{note}"
    );
}

#[test]
fn losses_go_to_the_file_that_is_named_and_name_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("losses.json");
    let arguments = [
        "convert",
        "--from",
        "activitypub",
        "--to",
        "xmpp",
        "--losses",
        path.to_str().unwrap(),
        "-",
    ];
    let printed = causeway(&arguments, NOTE).well();
    assert!(
        printed.starts_with("<item") && printed.trim_end().ends_with("</item>"),
        "{printed}"
    );
    let losses: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let of = |field: &str| {
        losses
            .as_array()
            .unwrap()
            .iter()
            .find(|loss| loss["field"].as_str().unwrap().contains(field))
    };
    assert_eq!(of("shoeSize").unwrap()["class"], json!("dropped"), "{losses}");
    assert_eq!(of("title").unwrap()["class"], json!("invented"), "{losses}");
}

#[test]
fn bad_input_ends_with_2_and_a_reason_code() {
    let of = |from: &str, to: &str, input: &str| causeway(&["convert", "--from", from, "--to", to, "-"], input);
    of("activitypub", "xmpp", "{\"type\":").badly(2, "error[malformed]: ");
    of("activitypub", "xmpp", "[]").badly(2, "error[");
    of(
        "activitypub",
        "xmpp",
        r#"{"type":"Frobnicate","id":"https://a.example/1","actor":"https://a.example/u"}"#,
    )
    .badly(2, "error[unsupported-kind]: ");
    of("xmpp", "activitypub", "<item><entry").badly(2, "error[malformed]: ");
    of("xmpp", "activitypub", "<message xmlns='jabber:client'/>").badly(2, "error[");
    of("model", "xmpp", "{}").badly(2, "error[malformed]: ");
    of("gopher", "xmpp", NOTE).badly(2, "error[unsupported-kind]: ");
    of("activitypub", "gopher", NOTE).badly(2, "error[unsupported-kind]: ");
    let to_nobody = NOTE.replace("https://www.w3.org/ns/activitystreams#Public", "");
    of("activitypub", "xmpp", &to_nobody).badly(2, "error[private-audience]: ");
    let missing = [
        "convert",
        "--from",
        "xmpp",
        "--to",
        "model",
        "there-is-no-such-file.xml",
    ];
    causeway(&missing, "").badly(2, "error[malformed]: there-is-no-such-file.xml cannot be read");
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!(
        "{{\"type\":\"Note\",\"x\":{}1{}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    causeway(&["convert", "--from", "activitypub", "--to", "model", "-"], &deep).badly(2, "error[");
    let nested = format!("<item>{}{}</item>", "<a>".repeat(20_000), "</a>".repeat(20_000));
    causeway(&["convert", "--from", "xmpp", "--to", "model", "-"], &nested).badly(2, "error[");
    let huge = " ".repeat(16 * 1024 * 1024 + 1);
    causeway(&["convert", "--from", "xmpp", "--to", "model", "-"], &huge).badly(2, "error[too-large]: ");
}
