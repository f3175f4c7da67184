//! `causeway lookup` and `causeway inspect`, on a bridge that carries something.

use std::time::Duration;

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::fedify::{Fedify, Options};
use causeway_harness::peer::NewPost;
use causeway_harness::process::{Process, eventually};
use causeway_harness::prosody::Prosody;
use causeway_harness::user::{MICROBLOG, User};
use serde_json::Value;

/// Limit for what should come at once.
const SOON: Duration = Duration::from_secs(15);

async fn bridge() -> (Prosody, Bridge) {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let setup = Setup::on(&prosody, "b00.localhost");
    let bridge = Bridge::start(env!("CARGO_BIN_EXE_causeway"), setup).await;
    (prosody, bridge)
}

/// Runs a command on the bridge's configuration and takes each line for JSON.
fn json_lines(bridge: &Bridge, arguments: &[&str]) -> Vec<Value> {
    let (ended_well, printed) = bridge.run(arguments);
    assert!(ended_well, "{printed}");
    printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn lookup_finds_a_person_by_handle_and_url_and_says_what_to_expect() {
    let ((_prosody, bridge), peer) = tokio::join!(bridge(), Fedify::start(Options::default()));
    let handle = peer.handle("alice");
    let jid = format!("{}@b00.localhost", handle.replace('@', "\\40").replace(':', "\\3a"));
    for address in [format!("@{handle}"), peer.actor("alice")] {
        let (ended_well, printed) = bridge.run(&["lookup", &address]);
        assert!(ended_well, "{printed}");
        for part in [
            handle.as_str(),
            &peer.actor("alice"),
            &jid,
            "activitypub",
            "can be followed",
        ] {
            assert!(printed.contains(part), "{part} in {printed}");
        }
        let found = &json_lines(&bridge, &["lookup", "--json", &address])[0];
        assert_eq!(found["actor"], Value::from(peer.actor("alice")));
        assert_eq!(found["jid"], Value::from(jid.as_str()));
        assert_eq!(
            (&found["network"], &found["verdict"]),
            (&"activitypub".into(), &"can be followed".into())
        );
    }
    let (ended_well, printed) = bridge.run(&["lookup", &format!("@nobody@{}", handle.split('@').nth(1).unwrap())]);
    assert!(!ended_well);
    assert!(printed.starts_with("error[not-found]: "), "{printed}");
    let local = &json_lines(&bridge, &["lookup", "--json", "juliet@localhost"])[0];
    assert_eq!(
        (&local["jid"], &local["verdict"]),
        (&"juliet@localhost".into(), &"local".into())
    );
}

#[tokio::test]
async fn inspect_shows_a_crossing_from_wire_to_wire() {
    let ((prosody, mut bridge), peer) = tokio::join!(bridge(), Fedify::start(Options::default()));
    let mut juliet = User::login(&prosody, "juliet").await;
    juliet.has_blog("open").await;
    juliet.starts(bridge.jid()).await;
    let actor = bridge.actor(&format!("juliet.localhost@{}", bridge.web_host())).await;
    peer.follow(&actor).await;
    peer.follow_is(&actor, "accepted", SOON).await;
    let mut tail = tail(&bridge);
    juliet.posts("seen-by-all", "Hello from XMPP").await;
    peer.received("the post", SOON, |received| received.kind == "Create")
        .await;

    // a delivery is written down after the peer has it
    let out = eventually("the delivery's trace", SOON, async || {
        let all = json_lines(&bridge, &["inspect", "--json", "list", "--about", "/posts/"]);
        all.into_iter().find(|trace| trace["direction"] == "out")
    })
    .await;
    assert_eq!(
        (&out["network"], &out["outcome"]),
        (&"activitypub".into(), &"done 202".into())
    );
    let wire: Value = serde_json::from_str(out["wire"].as_str().unwrap()).unwrap();
    assert_eq!(wire["object"]["content"], "<p>Hello from XMPP</p>");

    let came = json_lines(&bridge, &["inspect", "--json", "list", "--network", "xmpp"]);
    let came = came.iter().find(|trace| trace["kind"] == "post").unwrap();
    assert!(
        came["wire"]
            .as_str()
            .unwrap()
            .contains("<title>Hello from XMPP</title>"),
        "{came}"
    );
    assert_eq!(came["outcome"], "done");
    let id = came["id"].to_string();
    let shown = &json_lines(&bridge, &["inspect", "--json", "show", &id])[0];
    assert_eq!(shown, came);
    let (_, whole) = bridge.run(&["inspect", "show", &id]);
    for part in [
        "actor    juliet@localhost",
        "wire     ",
        "model    ",
        "losses   ",
        "Hello from XMPP",
    ] {
        assert!(whole.contains(part), "{part} in {whole}");
    }
    let (_, table) = bridge.run(&["inspect", "list"]);
    assert!(table.starts_with("ID "), "{table}");
    assert!(
        table
            .lines()
            .any(|line| line.contains("post") && line.contains("juliet@localhost")),
        "{table}"
    );
    tail.line("", SOON).await;
    eventually("tail shows it too", SOON, async || {
        tail.output().contains("Hello from XMPP").then_some(())
    })
    .await;

    // those of a bridge that does not run any more are there as well
    bridge.kill();
    assert_eq!(&json_lines(&bridge, &["inspect", "--json", "show", &id])[0], came);
    let (ended_well, printed) = bridge.run(&["inspect", "show", "4711"]);
    assert!(!ended_well);
    assert!(printed.contains("there is no trace 4711"), "{printed}");
}

fn tail(bridge: &Bridge) -> Process {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_causeway"));
    let arguments = ["inspect", "--json", "tail", "-n", "0"];
    command.args(arguments).env("CAUSEWAY_CONFIG", bridge.config());
    Process::spawn("causeway inspect tail", &mut command, tempfile::tempdir().unwrap())
}

#[tokio::test]
async fn a_crossing_can_be_followed_from_the_other_side() {
    let ((prosody, bridge), peer) = tokio::join!(bridge(), Fedify::start(Options::default()));
    let mut juliet = User::login(&prosody, "juliet").await;
    juliet.has_blog("open").await;
    juliet.starts(bridge.jid()).await;
    juliet
        .says(bridge.jid(), &format!("follow {}", peer.actor("alice")))
        .await;
    peer.received("the follow", SOON, |received| received.kind == "Follow")
        .await;
    peer.post(&NewPost::text("<p>Hello from Fedify</p>")).await;
    let alice = format!(
        "{}@b00.localhost",
        peer.handle("alice").replace('@', "\\40").replace(':', "\\3a")
    );
    juliet
        .event("the post", &alice, MICROBLOG, |item| {
            String::from(item).contains("Hello from Fedify")
        })
        .await;
    let came = json_lines(
        &bridge,
        &["inspect", "--json", "list", "--network", "activitypub", "-n", "100"],
    );
    let came = came.iter().find(|trace| trace["kind"] == "post").unwrap();
    assert_eq!(came["envelope"]["arrival"], "live");
    let with = came["envelope"]["with"].to_string();
    assert!(with.contains("signature-scheme") && with.contains("key-id"), "{with}");
    assert!(
        !with.contains("\"signature\""),
        "the signature itself is nobody's business: {with}"
    );
    let losses = came["losses"].as_array().unwrap();
    assert!(losses.iter().all(|loss| loss["rule"].is_string()), "{losses:?}");
}
