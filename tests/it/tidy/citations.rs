//! Spec citations: each names a specification of `docs/specs/index.tsv`, in the one spelling that a search finds.
//!
//! A citation is an id of that table (`XEP-0277`, `RFC 4287`, `FEP-8fcf`, `AP`), followed where a paragraph is meant by
//! ` §` and its number. They stand in comments of Rust files and in the mapping tables.

use super::{Entry, assert_none, files, root, rust_files};
use std::collections::BTreeSet;

const HEADER: &str = "id\ttitle\tversion\tstatus\tadapters";

/// Who may be named in the last column: adapters, built or planned, and the layers below them.
const SPEAKERS: [&str; 8] = [
    "activitypub",
    "core",
    "diaspora",
    "feeds",
    "formats",
    "http",
    "ostatus",
    "xmpp",
];

fn index() -> String {
    std::fs::read_to_string(root().join("docs/specs/index.tsv")).unwrap()
}

fn ids() -> BTreeSet<String> {
    index()
        .lines()
        .skip(1)
        .map(|row| row.split('\t').next().unwrap().to_owned())
        .collect()
}

/// A line's comment, from its slashes on; none when the slashes stand in a string or a URL.
fn comment(line: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = line[from..].find("//").map(|found| from + found) {
        let before = &line[..at];
        let in_string = before.replace("\\\"", "").replace("'\"'", "").matches('"').count() % 2 == 1;
        if !in_string && !before.ends_with(':') {
            return Some(&line[at..]);
        }
        from = at + 2;
    }
    None
}

/// What is wrong with the citations of a comment.
fn faults(comment: &str, ids: &BTreeSet<String>) -> Vec<String> {
    let mut found = series(
        comment,
        "XEP",
        '-',
        "XEP-0277",
        |id| id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_digit()),
        ids,
    );
    found.extend(series(
        comment,
        "RFC",
        ' ',
        "RFC 4287",
        |id| id.bytes().all(|byte| byte.is_ascii_digit()),
        ids,
    ));
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    found.extend(series(
        comment,
        "FEP",
        '-',
        "FEP-8fcf",
        |id| id.len() == 4 && id.bytes().all(hex),
        ids,
    ));
    found.extend(paragraphs(comment, ids));
    found
}

/// Citations of a numbered series: prefix, separator and number, none of them spelt otherwise.
fn series(
    comment: &str,
    prefix: &str,
    separator: char,
    example: &str,
    well_formed: impl Fn(&str) -> bool,
    ids: &BTreeSet<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in comment.match_indices(prefix) {
        let begins_word = !comment[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let rest = &comment[at + prefix.len()..];
        let number: String = rest
            .trim_start_matches(['-', ' ', '_'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        // `the XEP says`, `XEPs` and `XEP_NAME` cite nothing; a number makes it a citation.
        if !begins_word || !number.starts_with(|first: char| first.is_ascii_digit()) && !well_formed(&number) {
            continue;
        }
        let id = format!("{prefix}{separator}{number}");
        if !well_formed(&number) || !comment[at..].starts_with(&id) {
            found.push(format!(
                "{prefix}{}… is not written like {example}",
                &rest[..rest.len().min(8)]
            ));
        } else if !ids.contains(&id) {
            found.push(format!("{id} has no row"));
        }
    }
    found
}

/// Each paragraph sign has a number, and stands behind an id of the table or behind another paragraph of the same.
fn paragraphs(comment: &str, ids: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut cited = false;
    for (at, sign) in comment.match_indices('§') {
        let before = &comment[..at];
        let behind_id = ids.iter().any(|id| {
            let head = before.strip_suffix(&format!("{id} "));
            head.is_some_and(|head| !head.ends_with(|last: char| last.is_alphanumeric()))
        });
        if !(behind_id || cited) {
            found.push(format!("a paragraph of an unknown specification: {}", comment.trim()));
        }
        if !comment[at + sign.len()..].starts_with(|first: char| first.is_ascii_alphanumeric()) {
            found.push(format!("a paragraph sign without a number: {}", comment.trim()));
        }
        cited = true;
    }
    found
}

fn faults_in(file: &Entry, ids: &BTreeSet<String>, part: impl Fn(&str) -> Option<&str>) -> Vec<String> {
    let text = file.text().unwrap();
    let lines = text
        .lines()
        .enumerate()
        .filter_map(|(number, line)| Some((number + 1, part(line)?)));
    let faults = lines.flat_map(|(number, comment)| faults(comment, ids).into_iter().map(move |fault| (number, fault)));
    faults
        .map(|(number, fault)| format!("{}:{number}: {fault}", file.name))
        .collect()
}

#[test]
fn every_citation_is_in_the_index() {
    let ids = ids();
    // This file is about spelling and holds wrong ones.
    let others = rust_files()
        .into_iter()
        .filter(|file| file.name != "tests/it/tidy/citations.rs");
    let mut found: Vec<String> = others.flat_map(|file| faults_in(&file, &ids, comment)).collect();
    let tables = files("docs/mapping").into_iter().filter(|file| file.is("toml"));
    found.extend(tables.flat_map(|file| faults_in(&file, &ids, Some)));
    assert_none(
        "citations name a row of docs/specs/index.tsv, as `XEP-0277 §2.1`, `RFC 4287 §4.2.6`, `FEP-8fcf`",
        &found,
    );
}

#[test]
fn the_index_is_well_formed() {
    let index = index();
    let mut lines = index.lines();
    assert_eq!(lines.next(), Some(HEADER));
    let rows: Vec<Vec<&str>> = lines.map(|row| row.split('\t').collect()).collect();
    for row in &rows {
        assert!(
            row.len() == 5 && row.iter().all(|cell| !cell.is_empty() && cell.trim() == *cell),
            "{row:?}"
        );
        assert!(row[4].split(',').all(|speaker| SPEAKERS.contains(&speaker)), "{row:?}");
    }
    assert!(
        rows.is_sorted_by(|a, b| a[0] < b[0]),
        "rows are sorted by id and no id stands twice"
    );
}

#[test]
fn citations_are_recognised() {
    let ids: BTreeSet<String> = ["XEP-0277", "RFC 4287", "FEP-8fcf", "AP", "WHATWG HTML"]
        .map(str::to_owned)
        .into();
    let none = |text: &str| assert_eq!(faults(text, &ids), [""; 0], "{text}");
    none("// XEP-0277 §2.1, §2.2");
    none("// (RFC 4287 §4.2.6): the id");
    none("// FEP-8fcf, WHATWG HTML §13.3");
    none("// what the XEP says, XEPs, XEP_NAME, an RFC of old");
    let one = |text: &str| assert_eq!(faults(text, &ids).len(), 1, "{text}: {:?}", faults(text, &ids));
    one("// XEP-0001");
    one("// RFC 1");
    one("// FEP-ffff");
    one("// XEP 0277");
    one("// XEP-277");
    one("// RFC4287");
    one("// RFC-4287");
    one("// FEP-8FCF");
    one("// MAP §7.5");
    one("// AP § 7.5");
    assert_eq!(comment("let url = \"http://a\"; // AP §1"), Some("// AP §1"));
    assert_eq!(comment("let url = \"http://a\";"), None);
}
