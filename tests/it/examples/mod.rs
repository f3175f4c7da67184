//! The programs of `examples/`, run as a newcomer runs them: the built binaries, by themselves.

use std::path::PathBuf;
use std::process::Command;

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::prosody::Prosody;
use causeway_harness::user::User;

/// Where cargo put a built example: the folder beside that of this test.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap();
    let path = built.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --examples`",
        path.display()
    );
    path
}

/// Runs an example to its good end and returns what it printed.
fn printed(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(example(name)).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{errors}", output.status);
    assert_eq!(errors, "", "{name} complains");
    String::from_utf8(output.stdout).unwrap()
}

/// That `text` holds these, in this order.
#[track_caller]
fn tells(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is not there, or not in this place:\n{text}");
        };
        rest = after;
    }
}

#[test]
fn minimal_adapter_reads_a_line_writes_a_line_and_refuses_what_is_none() {
    tells(
        &printed("minimal_adapter", &[]),
        &[
            "a line of ours:  ann@quay.example: Ships ahoy",
            "as an item on XMPP:",
            "<title type='text'>Ships ahoy</title>",
            r"<uri>xmpp:ann\40quay.example@bridge.example</uri>",
            "as a line:  alice.masto.example@bridge.example: Land ho",
            "what is no line:  malformed:",
        ],
    );
}

#[test]
fn convert_one_post_shows_the_model_the_document_and_what_was_lost() {
    tells(
        &printed("convert_one_post", &[]),
        &[
            "understood: a post by xmpp:juliet@example.org",
            r#""plain": "All of it was orange.""#,
            "as ActivityPub, inside a Create:",
            "<p><strong>Sunset</strong></p><p>All of it was orange.</p>",
            r##""name": "#verona""##,
            "what changed on the way",
            "Dropped entry/rights",
            "Transformed title",
        ],
    );
}

#[test]
fn two_bridges_on_loopback_carry_a_post_from_one_to_the_other() {
    tells(
        &printed("two_bridges_on_loopback", &[]),
        &[
            "juliet@localhost agrees; b00.localhost says: Done.",
            "romeo@localhost agrees; b01.localhost says: Done.",
            "romeo follows @juliet.localhost@127.0.0.1:",
            "juliet posts",
            r"romeo sees, from juliet.localhost\40127.0.0.1\3a",
            "sweet sorrow",
        ],
    );
}

#[tokio::test]
async fn watch_traffic_shows_what_crossed_and_counts_it() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let bridge = Bridge::start(env!("CARGO_BIN_EXE_causeway"), Setup::on(&prosody, "b00.localhost")).await;
    let mut juliet = User::login(&prosody, "juliet").await;
    juliet.has_blog("open").await;
    juliet.starts(bridge.jid()).await;
    juliet.posts("seen-by-all", "Hello").await;
    let config = bridge.config();
    let watched = printed("watch_traffic", &[config.to_str().unwrap(), "2"]);
    tells(
        &watched,
        &["xmpp", "-> post", "done", "juliet@localhost", "in all:", "1  in  xmpp"],
    );
    let missing = Command::new(example("watch_traffic")).output().unwrap();
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("usage: watch_traffic CONFIG"));
}
