//! Paired fixtures: every case below `tests/fixtures`, through the same code as `causeway convert`.
//!
//! With `CAUSEWAY_BLESS=1` results that are missing are written; then they are read with care, and kept.

mod convert;
mod lab;
mod xml;

use super::tidy::{assert_none, root};
use causeway_testkit::fixtures::{cases, check};
use lab::Bench;

#[test]
fn every_fixture_is_what_the_code_makes_of_it() {
    let bless = std::env::var_os("CAUSEWAY_BLESS").is_some_and(|value| value == "1");
    let bench = Bench::new();
    let all = cases(&root().join("tests/fixtures"));
    assert!(!all.is_empty(), "the fixtures are found");
    let faults: Vec<String> = all.iter().flat_map(|case| check(&bench, case, bless)).collect();
    assert_none("fixtures and code say the same", &faults);
}

#[test]
fn a_fixture_that_differs_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let kind = folder.path().join("post");
    std::fs::create_dir(&kind).unwrap();
    let from = root().join("tests/fixtures/post");
    for tail in [
        "model.json",
        "activitypub.json",
        "xmpp-from-model.xml",
        "xmpp-from-model.losses.json",
    ] {
        std::fs::copy(from.join(format!("note_plain.{tail}")), kind.join(format!("a.{tail}"))).unwrap();
    }
    let faults = || -> Vec<String> {
        let all = cases(folder.path());
        all.iter().flat_map(|case| check(&Bench::new(), case, false)).collect()
    };
    assert_eq!(faults(), [""; 0]);
    for (tail, from, to) in [
        ("activitypub.json", "Note", "Article"),
        ("xmpp-from-model.xml", "<title", "<titel"),
        ("xmpp-from-model.losses.json", "invented", "dropped"),
        ("model.json", "\"published\"", "\"pubished\""),
    ] {
        let file = kind.join(format!("a.{tail}"));
        let whole = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, whole.replace(from, to).replace("</title>", "</titel>")).unwrap();
        assert_ne!(faults(), [""; 0], "{tail}");
        std::fs::write(&file, whole).unwrap();
    }
    for tail in ["activitypub.json", "xmpp-from-model.losses.json"] {
        let file = kind.join(format!("a.{tail}"));
        let whole = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_ne!(faults(), [""; 0], "without {tail}");
        std::fs::write(&file, whole).unwrap();
    }
}
