//! Spec citations: each names a specification of `docs/specs/index.tsv`, in the one spelling that a search finds.
//!
//! A citation is an id of that table (`XEP-0277`, `RFC 4287`, `FEP-8fcf`, `AP`), followed where a paragraph is meant by
//! ` §` and its number. They stand in comments of Rust files and in the mapping tables. Where a comment of a file cites
//! a specification, those below it may begin with `§`, as the fields of a wire struct do.

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

/// A numbered series of specifications: how its citations are spelt.
struct Series {
    prefix: &'static str,
    separator: char,
    example: &'static str,
    is_number: fn(&str) -> bool,
}

const SERIES: [Series; 3] = [
    Series {
        prefix: "XEP",
        separator: '-',
        example: "XEP-0277",
        is_number: |text| is_four(text, "0123456789"),
    },
    Series {
        prefix: "FEP",
        separator: '-',
        example: "FEP-8fcf",
        is_number: |text| is_four(text, "0123456789abcdef"),
    },
    Series {
        prefix: "RFC",
        separator: ' ',
        example: "RFC 4287",
        is_number: |text| text.parse::<u16>().is_ok(),
    },
];

fn is_four(text: &str, digits: &str) -> bool {
    text.len() == 4 && text.chars().all(|digit| digits.contains(digit))
}

/// What is wrong with the citations of a comment. A comment that begins with a paragraph sign goes on with the
/// specification that comments above it cite: `cited` says whether there is one.
fn faults(comment: &str, cited: bool, ids: &BTreeSet<String>) -> Vec<String> {
    let mut found: Vec<String> = SERIES.iter().flat_map(|series| series.faults(comment, ids)).collect();
    found.extend(paragraphs(comment, cited, ids));
    found
}

impl Series {
    fn faults(&self, comment: &str, ids: &BTreeSet<String>) -> Vec<String> {
        comment
            .match_indices(self.prefix)
            .filter_map(|(at, _)| self.fault(&comment[..at], &comment[at..], ids))
            .collect()
    }

    /// What is wrong with what begins with the prefix. `the XEP says`, `XEPs` and `XEP_NAME` cite nothing; a number makes
    /// it a citation.
    fn fault(&self, before: &str, text: &str, ids: &BTreeSet<String>) -> Option<String> {
        let number = text[self.prefix.len()..].trim_start_matches(['-', ' ', '_']);
        let number = number.split(|end: char| !end.is_ascii_alphanumeric()).next()?;
        let cites = number.starts_with(|first: char| first.is_ascii_digit()) || (self.is_number)(number);
        if !cites || before.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
            return None;
        }
        let id = format!("{}{}{number}", self.prefix, self.separator);
        if !(self.is_number)(number) || !text.starts_with(&id) {
            return Some(format!("{} {number} is not written like {}", self.prefix, self.example));
        }
        (!ids.contains(&id)).then(|| format!("{id} has no row"))
    }
}

/// Each paragraph sign has a number, and stands behind an id of the table or behind another paragraph of the same.
fn paragraphs(comment: &str, cited: bool, ids: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut known = cited && comment.trim_start_matches(['/', '!', ' ']).starts_with('§');
    for (at, sign) in comment.match_indices('§') {
        known |= ends_with_id(&comment[..at], ids);
        if !known {
            found.push(format!("a paragraph of an unknown specification: {}", comment.trim()));
        }
        if !comment[at + sign.len()..].starts_with(|first: char| first.is_ascii_alphanumeric()) {
            found.push(format!("a paragraph sign without a number: {}", comment.trim()));
        }
        known = true;
    }
    found
}

/// Whether the text ends with an id and a space, or with an id, the version that was read and a space.
fn ends_with_id(text: &str, ids: &BTreeSet<String>) -> bool {
    let Some(text) = text.strip_suffix(' ') else {
        return false;
    };
    let is_version = |word: &str| word.contains('.') && word.chars().all(|one| one.is_ascii_digit() || one == '.');
    let unversioned = text
        .rsplit_once(' ')
        .filter(|(_, last)| is_version(last))
        .map(|(head, _)| head);
    [Some(text), unversioned].into_iter().flatten().any(|text| {
        ids.iter()
            .filter_map(|id| text.strip_suffix(id.as_str()))
            .any(|head| !head.ends_with(char::is_alphanumeric))
    })
}

fn faults_in(file: &Entry, ids: &BTreeSet<String>, part: impl Fn(&str) -> Option<&str>) -> Vec<String> {
    let text = file.text().unwrap();
    let mut found = Vec::new();
    let mut cited = false;
    for (number, line) in text.lines().enumerate() {
        let Some(comment) = part(line) else { continue };
        let faults = faults(comment, cited, ids);
        found.extend(
            faults
                .into_iter()
                .map(|fault| format!("{}:{}: {fault}", file.name, number + 1)),
        );
        cited |= ids.iter().any(|id| comment.contains(id.as_str()));
    }
    found
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
    found.extend(tables.flat_map(|file| faults_in(&file, &ids, |line| Some(line))));
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
    let none = |text: &str| assert_eq!(faults(text, false, &ids), [""; 0], "{text}");
    none("// XEP-0277 §2.1, §2.2");
    none("// (RFC 4287 §4.2.6): the id");
    none("// FEP-8fcf, WHATWG HTML §13.3");
    none("// XEP-0277 0.6.5 §2.1");
    none("// what the XEP says, XEPs, XEP_NAME, an RFC of old");
    let one = |text: &str| assert_eq!(faults(text, false, &ids).len(), 1, "{text}");
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
    one("/// §4.2.6");
    assert_eq!(faults("/// §4.2.6, §4.2.7", true, &ids), [""; 0]);
    assert_eq!(comment("let url = \"http://a\"; // AP §1"), Some("// AP §1"));
    assert_eq!(comment("let url = \"http://a\";"), None);
}
