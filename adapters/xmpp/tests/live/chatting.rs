//! Plain text with people.

use super::*;

fn message(to: &str, inner: &str) -> Element {
    element(&format!(
        "<message xmlns='jabber:client' type='chat' id='m1' to='{to}'>{inner}</message>"
    ))
}

fn is_chat(stanza: &Element) -> bool {
    stanza.name() == "message" && stanza.attr("type") == Some("chat")
}

fn body(stanza: &Element) -> String {
    stanza.get_child("body", "jabber:client").unwrap().text()
}

#[tokio::test]
async fn a_line_is_a_command_and_noise_is_not() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    for noise in [
        "<active xmlns='http://jabber.org/protocol/chatstates'/>",
        "<received xmlns='urn:xmpp:receipts' id='1'/>",
        "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></received><body>stop</body>",
        "<body>stop</body><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>",
    ] {
        juliet.send(message(BRIDGE, noise)).await;
    }
    let error = "<message xmlns='jabber:client' type='error' to='b00.localhost'><body>stop</body><error type='cancel'>\
                 <gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    juliet.send(element(error)).await;
    juliet
        .send(message(BRIDGE, "<thread>t1</thread><body>help</body>"))
        .await;
    let answer = juliet.wait_for("an answer", LIMIT, is_chat).await;
    assert_eq!(body(&answer), "you wrote help\n[help]");
    assert_eq!(answer.get_child("thread", "jabber:client").unwrap().text(), "t1");
    // lines of one person are run in order
    for line in ["start", "YES", "status"] {
        juliet.send(message(BRIDGE, &format!("<body>{line}</body>"))).await;
    }
    for line in ["start", "YES", "status"] {
        let answer = juliet.wait_for("an answer", LIMIT, is_chat).await;
        assert_eq!(body(&answer), format!("you wrote {line}\n[help]"));
    }
    let lines: Vec<_> = world
        .lock()
        .commands
        .iter()
        .map(|(who, line)| (who.as_str().to_owned(), line.clone()))
        .collect();
    assert!(
        lines
            .iter()
            .all(|(who, line)| who == "juliet@localhost" && line != "stop"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 4);
}

#[tokio::test]
async fn encrypted_messages_are_refused_with_one_notice() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let is_error = |stanza: &Element| stanza.name() == "message" && stanza.attr("type") == Some("error");
    let omemo = "<encrypted xmlns='eu.siacs.conversations.axolotl'/><body>a secret</body>";
    for to in [alice(), BRIDGE.to_owned()] {
        juliet.send(message(&to, omemo)).await;
        let error = juliet.wait_for("an error", LIMIT, is_error).await;
        assert_eq!(
            (condition(&error).as_deref(), error.attr("id")),
            (Some("not-acceptable"), Some("m1"))
        );
    }
    // the notice follows its error, so that one more exchange is behind it
    juliet
        .iq(Some(BRIDGE), "get", element("<ping xmlns='urn:xmpp:ping'/>"))
        .await;
    let notice = juliet.wait_for("a notice", LIMIT, is_chat).await;
    assert!(!body(&notice).contains("secret"));
    assert!(
        juliet.take_seen().iter().all(|stanza| !is_chat(stanza)),
        "one notice only"
    );
    let state = world.lock();
    assert!(
        state.commands.is_empty() && state.wires.is_empty(),
        "nothing of it is kept"
    );
}

#[tokio::test]
async fn a_message_to_a_person_is_handed_on_behind_one_warning() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let retract = "<retract xmlns='urn:xmpp:message-retract:1' id='m-00000001'/>";
    for inner in ["<body>psst</body>", "<body>psst</body>", retract] {
        juliet.send(message(&alice(), inner)).await;
    }
    let warning = juliet.wait_for("a warning", LIMIT, is_chat).await;
    assert!(body(&warning).contains("not encrypted end to end"));
    causeway_harness::process::eventually("all three are stored", LIMIT, || async {
        (world.lock().wires.len() == 3).then_some(())
    })
    .await;
    assert!(
        juliet.take_seen().iter().all(|stanza| !is_chat(stanza)),
        "one warning only"
    );
    let state = world.lock();
    let ids: std::collections::BTreeSet<_> = state.wires.iter().map(|wire| wire.id.clone()).collect();
    assert_eq!(
        ids.len(),
        3,
        "a counter for an id is none: each message is one of its own"
    );
    assert!(
        state
            .wires
            .iter()
            .all(|wire| wire.header("from") == Some("juliet@localhost"))
    );
}
