//! The mapping table and the code name the same rules.

use std::collections::BTreeSet;
use std::path::Path;

use crate::rules;

const KINDS: [&str; 7] = [
    "post",
    "comment",
    "follow",
    "profile",
    "retraction",
    "reaction",
    "repost",
];

/// The rows of this side: their ids and classes.
fn rows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mapping");
    let text: String = KINDS
        .iter()
        .map(|kind| std::fs::read_to_string(folder.join(format!("{kind}.toml"))).unwrap())
        .collect();
    let value = |row: &str, key: &str| {
        let line = row.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or_else(|| panic!("{key} is missing in {row}"))
            .to_owned()
    };
    text.split("[[rule]]")
        .skip(1)
        .filter(|row| value(row, "side") == "activitypub")
        .map(|row| {
            for key in ["field", "path", "direction", "spec", "note"] {
                value(row, key);
            }
            (value(row, "id"), value(row, "class"))
        })
        .collect()
}

#[test]
fn every_rule_of_the_code_is_a_row_and_every_row_that_loses_is_a_rule() {
    let rows = rows();
    let ids: BTreeSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "an id stands once");
    let lossy: BTreeSet<&str> = rows
        .iter()
        .filter(|(_, class)| class != "kept")
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(lossy, rules::ALL.iter().copied().collect());
    for (id, class) in &rows {
        assert!(
            ["kept", "transformed", "degraded", "dropped", "invented"].contains(&class.as_str()),
            "{id}: {class}"
        );
        assert!(KINDS.iter().any(|kind| id.starts_with(&format!("{kind}-"))), "{id}");
    }
}
