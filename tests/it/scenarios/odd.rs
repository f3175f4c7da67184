//! Bad input at the inbox: the right status, a trace that says why, and nothing stored.

use causeway_harness::bridge::Bridge;
use causeway_harness::peer::{NewPost, SignedRequest};
use causeway_harness::user::MICROBLOG;
use serde_json::{Value, json};

use super::stage::{Stage, sees};
use super::traces::{came, trace, traces};

/// A POST to the bridge's inbox that no peer signs: the status and the reason code.
async fn post(bridge: &Bridge, headers: &[(&str, &str)], body: String) -> (u16, String) {
    let mut request = reqwest::Client::new()
        .post(format!("{}/inbox", bridge.url()))
        .body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

/// A Create of a note by Alice, who did not send it.
fn note_of(alice: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Create", "id": format!("{alice}/odd/1"),
        "actor": alice, "to": "https://www.w3.org/ns/activitystreams#Public",
        "object": {
            "type": "Note", "id": format!("{alice}/odd/note"), "attributedTo": alice, "content": "forged",
            "to": "https://www.w3.org/ns/activitystreams#Public",
        },
    })
}

const ACTIVITY: (&str, &str) = ("content-type", "application/activity+json");

#[tokio::test]
async fn what_is_not_signed_is_refused_and_traced() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let body = note_of(&stage.peer.actor("alice")).to_string();
    let bridge = &stage.bridge;

    let refused = post(bridge, &[ACTIVITY], body.clone()).await;
    assert_eq!(refused, (401, "signature-missing".to_owned()));
    trace(bridge, "the refusal", came("activitypub", "signature-missing")).await;

    let key = format!("{}#main-key", stage.peer.actor("alice"));
    let signature = format!(
        "keyId=\"{key}\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date digest\",signature=\"AAAA\""
    );
    let date = http_date(bridge).await;
    let signed = [
        ACTIVITY,
        ("date", date.as_str()),
        ("digest", "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("signature", signature.as_str()),
    ];
    let refused = post(bridge, &signed, body.clone()).await;
    assert_eq!(refused, (401, "signature-bad".to_owned()));
    trace(bridge, "the refusal", came("activitypub", "signature-bad")).await;

    assert_eq!(
        post(bridge, &[("content-type", "text/plain")], body.clone()).await,
        (415, "media-type".to_owned())
    );
    trace(bridge, "the refusal", came("activitypub", "media-type")).await;
    let huge = " ".repeat(2 * 1024 * 1024);
    assert_eq!(post(bridge, &[ACTIVITY], huge).await.0, 413);

    // all that was before has been worked on when what comes after it is seen
    stage.peer.post(&NewPost::text("<p>Mine</p>")).await;
    sees(&mut juliet, &alice, "Mine").await;
    assert_eq!(
        juliet.items(&alice, MICROBLOG).await.len(),
        1,
        "what was forged stands nowhere"
    );
}

/// The time as HTTP writes it, by the bridge's own clock.
// RFC 9110 §5.6.7
async fn http_date(bridge: &Bridge) -> String {
    let answer = reqwest::get(bridge.url()).await.unwrap();
    answer.headers()["date"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_signed_and_not_json_of_an_activity_is_refused() {
    let stage = Stage::new().await;
    let inbox = format!("{}/inbox", stage.bridge.url());
    let deep = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
    for body in [
        "{\"type\":\"Create\",".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{\"type\":\"Create\"}".to_owned(),
        format!(
            "{{\"type\":\"Like\",\"actor\":{:?},\"object\":{deep}}}",
            stage.peer.actor("alice")
        ),
    ] {
        let answer = stage
            .peer
            .signed(&SignedRequest::post(&inbox, Value::String(body.clone())))
            .await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, 400, "{shown}: {}", answer.body);
        assert!(answer.body.contains("malformed"), "{shown}: {}", answer.body);
    }
    trace(&stage.bridge, "the refusal", came("activitypub", "malformed")).await;
    let kinds: Vec<Value> = traces(&stage.bridge)
        .into_iter()
        .map(|trace| trace["kind"].clone())
        .collect();
    assert!(kinds.iter().all(|kind| kind == ""), "nothing was understood: {kinds:?}");
}

#[tokio::test]
async fn unknown_types_are_taken_traced_and_do_nothing() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let (actor, inbox) = (stage.peer.actor("alice"), format!("{}/inbox", stage.bridge.url()));
    let odd = [
        json!({ "type": "Frobnicate", "id": format!("{actor}/odd/1"), "actor": actor, "object": format!("{actor}/odd/x") }),
        json!({ "type": ["Create", 7, null], "id": format!("{actor}/odd/2"), "actor": actor, "object": [[], {}, 7] }),
        json!({ "type": "Create", "id": format!("{actor}/odd/3"), "actor": actor,
                "object": { "type": "Spaceship", "id": format!("{actor}/odd/ship"), "attributedTo": actor } }),
        json!({ "type": "Arrive", "id": format!("{actor}/odd/4"), "actor": actor, "location": { "type": "Place" } }),
    ];
    for document in odd {
        let answer = stage.peer.signed(&SignedRequest::post(&inbox, document.clone())).await;
        assert_eq!(answer.status, 202, "{document}: {}", answer.body);
    }
    trace(&stage.bridge, "the refusal", came("activitypub", "unsupported-kind")).await;
    stage.peer.post(&NewPost::text("<p>Something known</p>")).await;
    sees(&mut juliet, &alice, "Something known").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);
    let all = traces(&stage.bridge);
    let odd = all
        .iter()
        .filter(|trace| trace["wire"].as_str().unwrap().contains("/odd/"));
    let outcomes: Vec<&Value> = odd.map(|trace| &trace["outcome"]).collect();
    assert_eq!(outcomes.len(), 4, "each left a trace with its wire: {outcomes:?}");
    assert!(outcomes.iter().all(|outcome| *outcome != "done"), "{outcomes:?}");
}

#[tokio::test]
async fn what_another_signed_is_taken_and_not_believed() {
    let stage = Stage::new().await;
    let mut juliet = stage.juliet().await;
    let alice = stage.follows(&mut juliet, "alice").await;
    let inbox = format!("{}/inbox", stage.bridge.url());
    let forged = note_of(&stage.peer.actor("alice"));
    let answer = stage.peer.by("bob").signed(&SignedRequest::post(&inbox, forged)).await;
    assert_eq!(answer.status, 202);
    trace(&stage.bridge, "the refusal", came("activitypub", "signature-other")).await;
    stage.peer.post(&NewPost::text("<p>Mine</p>")).await;
    sees(&mut juliet, &alice, "Mine").await;
    assert_eq!(juliet.items(&alice, MICROBLOG).await.len(), 1);
}
