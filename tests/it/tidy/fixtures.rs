//! Paired fixtures: `tests/fixtures/<kind>/<case>.<side>.<ext>`, none without its partner.
//!
//! A side is a form (`model`, `xmpp`, `activitypub` …), whose files mirror each other, or a one-way result
//! `<form>-from-<form>`, which stands beside the file it was made from and has `.losses.json` beside itself.

use super::{assert_none, files};
use std::collections::BTreeMap;

/// A form and the extension of its files.
const FORMS: [(&str, &str); 6] = [
    ("model", "json"),
    ("xmpp", "xml"),
    ("activitypub", "json"),
    ("diaspora", "xml"),
    ("ostatus", "xml"),
    ("feed", "xml"),
];

/// The sides of one case, by their middle names, with the rest of the file name.
type Sides = BTreeMap<String, Vec<String>>;

/// What is wrong with the file names below tests/fixtures, given without that prefix.
fn faults(names: &[&str]) -> Vec<String> {
    let mut cases: BTreeMap<(&str, &str), Sides> = BTreeMap::new();
    let mut found = Vec::new();
    for name in names {
        match parts(name) {
            Some((kind, case, side, rest)) => {
                cases
                    .entry((kind, case))
                    .or_default()
                    .entry(side.to_owned())
                    .or_default()
                    .push(rest.to_owned());
            }
            None => found.push(format!("{name}: not <kind>/<case>.<side>.<ext>")),
        }
    }
    for ((kind, case), sides) in &cases {
        found.extend(
            case_faults(sides)
                .into_iter()
                .map(|fault| format!("{kind}/{case}: {fault}")),
        );
    }
    found
}

/// Kind, case, side and what follows: `comment/reply.xmpp.xml`.
fn parts(name: &str) -> Option<(&str, &str, &str, &str)> {
    let (kind, file) = name.split_once('/')?;
    let (case, tail) = file.split_once('.')?;
    let (side, rest) = tail.split_once('.')?;
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    (plain(kind) && plain(case)).then_some((kind, case, side, rest))
}

fn case_faults(sides: &Sides) -> Vec<String> {
    let mut found = Vec::new();
    for (side, rests) in sides {
        match side.split_once("-from-") {
            None => found.extend(form_faults(side, rests, sides)),
            Some((to, from)) => found.extend(one_way_faults(side, to, from, rests, sides)),
        }
    }
    found
}

fn form_faults(form: &str, rests: &[String], sides: &Sides) -> Vec<String> {
    let Some(extension) = extension(form) else {
        return vec![format!("no form is called {form}")];
    };
    let mut found: Vec<String> = rests
        .iter()
        .filter(|rest| *rest != extension)
        .map(|rest| format!("{form}.{rest} is not {form}.{extension}"))
        .collect();
    if sides.len() == 1 {
        found.push(format!("{form} stands alone: there is nothing to compare it with"));
    }
    found
}

fn one_way_faults(side: &str, to: &str, from: &str, rests: &[String], sides: &Sides) -> Vec<String> {
    let (Some(extension), Some(_)) = (extension(to), extension(from)) else {
        return vec![format!("{side}: no such form")];
    };
    let mut found = Vec::new();
    let has = |rest: &str| rests.iter().any(|one| one == rest);
    if !sides.contains_key(from) {
        found.push(format!("{side} has no {from} that it was made from"));
    }
    if !has(extension) {
        found.push(format!("{side}.{extension} is missing"));
    }
    if !has("losses.json") {
        found.push(format!(
            "{side}.losses.json is missing: a one-way result says what was lost"
        ));
    }
    let odd = rests.iter().filter(|rest| *rest != extension && *rest != "losses.json");
    found.extend(odd.map(|rest| format!("{side}.{rest} is nothing that is read")));
    found
}

fn extension(form: &str) -> Option<&'static str> {
    FORMS
        .iter()
        .find(|(name, _)| *name == form)
        .map(|(_, extension)| *extension)
}

#[test]
fn no_fixture_is_an_orphan() {
    let all = files("tests/fixtures");
    let names: Vec<&str> = all
        .iter()
        .map(|file| file.name.trim_start_matches("tests/fixtures/"))
        .filter(|name| !name.ends_with(".md"))
        .collect();
    assert_none(
        "tests/fixtures/<kind>/<case>.<side>.<ext>, each with its partner",
        &faults(&names),
    );
}

#[test]
fn orphans_are_recognised() {
    let whole = [
        "comment/reply.model.json",
        "comment/reply.xmpp.xml",
        "comment/reply.diaspora-from-model.xml",
        "comment/reply.diaspora-from-model.losses.json",
    ];
    assert_eq!(faults(&whole), [""; 0]);
    for missing in [1, 2, 3] {
        let mut rest = whole.to_vec();
        rest.remove(missing);
        if missing == 1 {
            rest.truncate(1);
        }
        assert_eq!(faults(&rest).len(), 1, "without {}", whole[missing]);
    }
    assert_eq!(faults(&["reply.model.json"]).len(), 1);
    assert_eq!(faults(&["post/a.model.json", "post/a.xmpp.json"]).len(), 1);
    assert_eq!(faults(&["post/a.model.json", "post/a.gopher.xml"]).len(), 1);
}
