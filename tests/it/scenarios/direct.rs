//! Messages between two people: as chat on XMPP, as direct posts elsewhere, and on no node.

use causeway_harness::peer::{NewPost, Visibility};
use causeway_harness::user::{MICROBLOG, User};
use minidom::Element;
use serde_json::{Value, json};

use super::stage::{SOON, Stage, XHOST, object_with};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A message with an id, and whatever else is in it.
async fn writes(user: &mut User, to: &str, id: &str, inner: &str) {
    let message = format!("<message xmlns='jabber:client' type='chat' to='{to}' id='{id}'>{inner}</message>");
    user.client().send(message.parse().expect("xml")).await;
}

/// The next message from `from` whose body says `text`.
async fn hears(user: &mut User, from: &str, text: &str) -> Element {
    let fits = |stanza: &Element| {
        stanza.name() == "message"
            && stanza
                .attr("from")
                .is_some_and(|sender| sender.split('/').next() == Some(from))
            && String::from(stanza).contains(text)
    };
    user.client().wait_for(text, SOON, fits).await
}

async fn secret(stage: &Stage, text: &str, reply_to: Option<&str>) -> String {
    let actor = stage.bridge.actor(&stage.handle("juliet")).await;
    let post = NewPost {
        visibility: Visibility::Direct,
        to: vec![actor],
        in_reply_to: reply_to.map(str::to_owned),
        ..NewPost::text(&format!("<p>{text}</p>"))
    };
    stage.peer.post(&post).await.object
}

fn addressed(activity: &Value) -> Vec<&str> {
    ["to", "cc"]
        .iter()
        .flat_map(|field| match &activity[field] {
            Value::String(one) => vec![one.as_str()],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        })
        .collect()
}

#[tokio::test]
async fn a_conversation_crosses_both_ways_and_stands_on_no_node() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let mut romeo = stage.bridged("romeo").await;
    let alice = stage.virtual_jid("alice");

    let first = secret(&stage, "Meet me at nine", None).await;
    let heard = hears(&mut juliet, &alice, "Meet me at nine").await;
    assert_eq!(heard.attr("type"), Some("chat"));
    let heard_id = heard.attr("id").expect("an id to answer to").to_owned();

    let reply = format!(
        "<body>&gt; Meet me at nine\nWhere?</body><reply xmlns='urn:xmpp:reply:0' to='{alice}' id='{heard_id}'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='18'/></fallback>"
    );
    writes(&mut juliet, &alice, "where-0001", &reply).await;
    hears(&mut juliet, XHOST, "not encrypted").await;
    let note = object_with(&stage.peer, "Create", "Where?").await;
    let alices = stage.peer.actor("alice");
    assert_eq!(addressed(&note), [alices.as_str()]);
    assert!(!note.to_string().contains(PUBLIC), "{note}");
    assert!(
        !note["content"].as_str().unwrap_or_default().contains("Meet me"),
        "{note}"
    );
    assert_eq!(note["inReplyTo"], json!(first));
    let tags = note["tag"].to_string();
    assert!(tags.contains("Mention") && tags.contains(&alices), "{tags}");

    // XEP-0308 §3, XEP-0424 §3
    writes(
        &mut juliet,
        &alice,
        "where-0002",
        "<body>Where exactly?</body><replace xmlns='urn:xmpp:message-correct:0' id='where-0001'/>",
    )
    .await;
    let edited = object_with(&stage.peer, "Update", "Where exactly?").await;
    assert_eq!(edited["id"], note["id"]);
    writes(
        &mut juliet,
        &alice,
        "where-0003",
        "<retract xmlns='urn:xmpp:message-retract:1' id='where-0001'/><body>gone</body>",
    )
    .await;
    let deleted = |received: &causeway_harness::peer::Received| {
        received.kind == "Delete" && received.raw.to_string().contains(note["id"].as_str().unwrap_or("-"))
    };
    stage.peer.received("the Delete", SOON, deleted).await;

    stage
        .peer
        .update(&first, json!({ "content": "<p>Meet me at ten</p>" }))
        .await;
    let corrected = hears(&mut juliet, &alice, "Meet me at ten").await;
    let replace = corrected
        .get_child("replace", "urn:xmpp:message-correct:0")
        .expect("a correction");
    assert_eq!(replace.attr("id"), Some(heard_id.as_str()));
    stage.peer.delete(&first).await;
    let gone = hears(&mut juliet, &alice, "urn:xmpp:message-retract:1").await;
    let retract = gone
        .get_child("retract", "urn:xmpp:message-retract:1")
        .expect("a retraction");
    assert_eq!(retract.attr("id"), Some(heard_id.as_str()));

    assert!(juliet.items(&alice, MICROBLOG).await.is_empty());
    assert!(romeo.items(&alice, MICROBLOG).await.is_empty());
}

/// How many rows of the database hold one of these words.
async fn rows_with(stage: &Stage, words: [&str; 2]) -> i64 {
    let url = format!("sqlite:{}?mode=ro", stage.bridge.database().display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("the bridge's database");
    let mut rows = 0;
    for words in words {
        let found: i64 = sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM event WHERE instr(CAST(body AS TEXT), $1) > 0)
                  + (SELECT COUNT(*) FROM object WHERE instr(payload, $1) > 0)",
        )
        .bind(words)
        .fetch_one(&pool)
        .await
        .expect("a count");
        rows += found;
    }
    rows
}

#[tokio::test]
async fn what_people_say_to_one_another_is_kept_nowhere() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.virtual_jid("alice");
    secret(&stage, "The owl sat there", None).await;
    hears(&mut juliet, &alice, "The owl sat there").await;
    writes(&mut juliet, &alice, "stair-0001", "<body>On the seventh stair</body>").await;
    object_with(&stage.peer, "Create", "On the seventh stair").await;
    causeway_harness::process::eventually("both crossings traced and forgotten", SOON, || async {
        let (_, traces) = stage.bridge.run(&["inspect", "--json", "list", "-n", "100"]);
        let traced = traces.matches("\"direct\"").count() >= 2;
        let words = ["The owl sat there", "On the seventh stair"];
        assert!(words.iter().all(|words| !traces.contains(words)), "{traces}");
        (traced && rows_with(&stage, words).await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_without_having_agreed_and_nothing_encrypted_crosses() {
    let stage = Stage::new().await;
    let alice = stage.virtual_jid("alice");
    let mut nurse = User::login(&stage.prosody, "nurse").await;
    writes(&mut nurse, &alice, "nurse-0001", "<body>Psst</body>").await;
    let refused = hears(&mut nurse, &alice, "not-opted-in").await;
    assert_eq!(refused.attr("type"), Some("error"));
    let mut juliet = stage.juliet().await;
    let encrypted = "<body>This is encrypted</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>";
    writes(&mut juliet, &alice, "omemo-0001", encrypted).await;
    let refused = hears(&mut juliet, &alice, "encrypted").await;
    assert_eq!(refused.attr("type"), Some("error"));
    writes(&mut juliet, &alice, "plain-0001", "<body>In plain words</body>").await;
    object_with(&stage.peer, "Create", "In plain words").await;
    let log = stage.peer.log().await;
    assert!(
        log.iter().all(|received| {
            let raw = received.raw.to_string();
            !raw.contains("Psst") && !raw.contains("This is encrypted")
        }),
        "neither came"
    );
}
