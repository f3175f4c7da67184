//! Code and mapping table agree.

use std::collections::BTreeMap;

use crate::rules;

const TABLES: [&str; 8] = [
    include_str!("../../../../docs/mapping/post.toml"),
    include_str!("../../../../docs/mapping/comment.toml"),
    include_str!("../../../../docs/mapping/follow.toml"),
    include_str!("../../../../docs/mapping/profile.toml"),
    include_str!("../../../../docs/mapping/retraction.toml"),
    include_str!("../../../../docs/mapping/reaction.toml"),
    include_str!("../../../../docs/mapping/repost.toml"),
    include_str!("../../../../docs/mapping/direct.toml"),
];

/// Id and class of each row of ours.
fn rows() -> BTreeMap<&'static str, &'static str> {
    let mut rows = BTreeMap::new();
    for row in TABLES.iter().flat_map(|table| table.split("[[rule]]").skip(1)) {
        let value = |key: &str| {
            let line = row
                .lines()
                .find_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix('='));
            line.map(|value| value.trim().trim_matches('"'))
        };
        let id = value("id").expect("a row has an id");
        if value("side") == Some("xmpp") {
            assert!(
                rows.insert(id, value("class").expect("a row has a class")).is_none(),
                "{id} stands twice"
            );
            for key in ["field", "path", "direction", "spec", "note"] {
                assert!(value(key).is_some_and(|value| !value.is_empty()), "{id} has no {key}");
            }
        }
    }
    rows
}

#[test]
fn every_rule_is_a_row_of_its_class() {
    let rows = rows();
    for rule in rules::ALL {
        let class = serde_json::to_value(rule.class).unwrap();
        assert_eq!(rows.get(rule.id).copied(), class.as_str(), "{}", rule.id);
    }
}

#[test]
fn every_row_that_loses_something_is_a_rule() {
    for (id, class) in rows() {
        let known = rules::ALL.iter().any(|rule| rule.id == id);
        assert!(known || class == "kept", "{id} is {class} and no code names it");
    }
}
