//! Captures of real programs: each folder says where its files come from.

use super::{assert_none, files};
use std::collections::BTreeSet;

#[test]
fn every_capture_has_its_provenance() {
    let all = files("tests/captures");
    let folders: BTreeSet<&str> = all
        .iter()
        .filter_map(|file| file.name.strip_prefix("tests/captures/")?.split('/').next())
        .collect();
    let missing = folders.into_iter().filter(|folder| {
        let notes = ["PROVENANCE.md", "README.md"].map(|note| format!("tests/captures/{folder}/{note}"));
        !all.iter().any(|file| notes.contains(&file.name))
    });
    let found: Vec<String> = missing
        .map(|folder| format!("tests/captures/{folder}/PROVENANCE.md is missing"))
        .collect();
    assert_none("who made a capture, with what, when, and under which licence", &found);
}
