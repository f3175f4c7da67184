//! `causeway config defaults` and `check`.

use serde_json::{Value, json};

use super::{Ended, causeway};

const LEAST: &str = "[xmpp]\njid = \"bridge.example.org\"\nsecret = \"sesame\"\n\
                     [web]\npublic_url = \"https://social.example.org\"\n";

fn check(text: &str, more: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("causeway.toml");
    std::fs::write(&path, text).unwrap();
    let arguments = [&["config", "check", "--config", path.to_str().unwrap()], more].concat();
    causeway(&arguments, "")
}

#[test]
fn the_defaults_are_a_configuration_once_the_three_mandatory_keys_are_set() {
    let defaults = causeway(&["config", "defaults"], "").well();
    let set = |text: String, key: &str, value: &str| -> String {
        let lines = text
            .lines()
            .map(|line| match line.trim_start_matches(['#', ' ']).split_once('=') {
                Some((name, _)) if name.trim() == key => format!("{key} = {value:?}"),
                _ => line.to_owned(),
            });
        lines.collect::<Vec<_>>().join("\n")
    };
    let text = set(defaults, "jid", "bridge.example.org");
    let text = set(text, "secret", "sesame");
    let text = set(text, "public_url", "https://social.example.org");
    let said = check(&text, &[]).well();
    assert!(
        said.starts_with("ok: bridge.example.org serves example.org at https://social.example.org"),
        "{said}"
    );
}

#[test]
fn three_keys_are_enough_and_json_says_what_follows_from_them() {
    let said: Value = serde_json::from_str(&check(LEAST, &["--json"]).well()).unwrap();
    assert_eq!(
        said,
        json!({ "ok": true, "jid": "bridge.example.org", "public_url": "https://social.example.org/",
                "serve_domains": ["example.org"] })
    );
}

#[test]
fn what_is_wrong_is_named_and_ends_with_2() {
    for (text, named) in [
        (LEAST.replace("secret = \"sesame\"\n", ""), "secret"),
        (LEAST.replace("jid =", "jidd ="), "jidd"),
        (LEAST.replace("https://social", "not a url"), "public_url"),
        (format!("{LEAST}[testing]\nallow_http = true\n[web]"), ""),
        (String::from("[xmpp"), ""),
    ] {
        let ended = check(&text, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{text}");
        assert!(
            ended.errors.contains(named) && !ended.errors.is_empty(),
            "{named:?} in {}",
            ended.errors
        );
    }
    let missing = causeway(&["config", "check", "--config", "there-is-no-such-file.toml"], "");
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.errors.contains("there-is-no-such-file.toml"),
        "{}",
        missing.errors
    );
}

#[test]
fn an_unknown_key_is_answered_with_what_was_probably_meant() {
    let ended = check(&LEAST.replace("public_url", "publik_url"), &[]);
    assert!(
        ended.errors.contains("publik_url") && ended.errors.contains("public_url"),
        "{}",
        ended.errors
    );
}

#[test]
fn test_switches_are_refused_where_the_public_listener_is_not_on_loopback() {
    let open = LEAST.replace("[web]\n", "[web]\nlisten = \"0.0.0.0:8080\"\n") + "[testing]\nallow_http = true\n";
    let ended = check(&open, &[]);
    assert_eq!(ended.code, Some(2), "{}", ended.out);
    assert!(ended.errors.contains("testing"), "{}", ended.errors);
}

#[test]
fn a_secret_is_never_shown() {
    for more in [&[][..], &["--json"]] {
        let ended = check(LEAST, more);
        assert!(!ended.out.contains("sesame") && !ended.errors.contains("sesame"));
    }
    let wrong = check(&LEAST.replace("https://social.example.org", "ftp://x"), &[]);
    assert!(!wrong.errors.contains("sesame"), "{}", wrong.errors);
}
