//! The mapping tables and the rules that adapters name: each loss has its row, each lossy row its code, each page is
//! what its table says.
//!
//! An adapter's rules are the constants of its `rules.rs`: `NAME = "rule-id"`, which may be followed by the class.

use super::super::tidy::{Entry, assert_none, files};
use std::collections::BTreeMap;

#[path = "../../../xtask/src/mapping/page.rs"]
mod page;
#[path = "../../../xtask/src/mapping/table.rs"]
mod table;

use table::Row;

/// Each kind with its rows.
fn tables() -> Vec<(String, Vec<Row>)> {
    let all = files("docs/mapping").into_iter().filter(|file| file.is("toml"));
    let read = |file: Entry| {
        let rows = table::read(&file.text().unwrap()).unwrap_or_else(|error| panic!("{}: {error}", file.name));
        let kind = file.name.trim_start_matches("docs/mapping/").trim_end_matches(".toml");
        (kind.to_owned(), rows)
    };
    all.map(read).collect()
}

/// A rule as an adapter names it.
#[derive(Debug, PartialEq)]
struct Named {
    id: String,
    side: String,
    /// Only where the adapter writes it beside the id.
    class: Option<String>,
}

fn named(side: &str, source: &str) -> Vec<Named> {
    let constant = |line: &str| {
        let (name, value) = line.trim().split_once(" = \"")?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let (id, rest) = value.split_once('"')?;
        let class = rest.trim_matches([',', ';', ' ']).to_lowercase();
        is_name.then(|| Named {
            id: id.to_owned(),
            side: side.to_owned(),
            class: (!class.is_empty()).then_some(class),
        })
    };
    source.lines().filter_map(constant).collect()
}

fn named_in_code() -> Vec<Named> {
    let sources = files("adapters").into_iter().filter_map(|file| {
        let side = file
            .name
            .strip_prefix("adapters/")?
            .strip_suffix("/src/rules.rs")?
            .to_owned();
        Some(named(&side, &file.text().unwrap()))
    });
    sources.flatten().collect()
}

/// What is wrong between the two.
fn faults(rows: &[Row], named: &[Named]) -> Vec<String> {
    let by_id: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut found = Vec::new();
    for rule in named {
        match by_id.get(rule.id.as_str()) {
            None => found.push(format!("{}: {} has no row in docs/mapping", rule.id, rule.side)),
            Some(row) if row.side != rule.side => {
                found.push(format!("{}: {} names a row of {}", rule.id, rule.side, row.side));
            }
            Some(row) if row.class == "kept" => {
                found.push(format!("{}: code loses what the table calls kept", rule.id));
            }
            Some(row) if rule.class.as_ref().is_some_and(|class| *class != row.class) => {
                let class = rule.class.as_deref().unwrap_or_default();
                found.push(format!("{}: {class} in code, {} in the table", rule.id, row.class));
            }
            Some(_) => {}
        }
    }
    for row in rows.iter().filter(|row| row.class != "kept") {
        if !named.iter().any(|rule| rule.id == row.id) {
            found.push(format!("{}: {} in the table, and no code names it", row.id, row.class));
        }
    }
    found
}

#[test]
fn code_and_tables_name_the_same_rules() {
    let rows: Vec<Row> = tables().into_iter().flat_map(|(_, rows)| rows).collect();
    let named = named_in_code();
    assert!(!named.is_empty(), "the adapters' rules are found");
    assert_none(
        "docs/mapping/*.toml and adapters/*/src/rules.rs",
        &faults(&rows, &named),
    );
}

#[test]
fn an_id_stands_in_one_table() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (kind, row) in tables()
        .into_iter()
        .flat_map(|(kind, rows)| rows.into_iter().map(move |row| (kind.clone(), row)))
    {
        if let Some(before) = seen.insert(row.id.clone(), kind.clone()) {
            found.push(format!("{}: in {before} and in {kind}", row.id));
        }
    }
    assert_none("a rule's id is unique over all tables", &found);
}

#[test]
fn every_page_is_what_its_table_says() {
    let pages: BTreeMap<String, String> = files("docs/mapping")
        .into_iter()
        .filter(|file| file.is("md") && !file.name.ends_with("/README.md"))
        .map(|file| (file.name.clone(), file.text().unwrap()))
        .collect();
    let wanted: BTreeMap<String, String> = tables()
        .into_iter()
        .map(|(kind, rows)| (format!("docs/mapping/{kind}.md"), page::write(&kind, &rows)))
        .collect();
    let stale = wanted.iter().filter(|(name, text)| pages.get(*name) != Some(text));
    let mut found: Vec<String> = stale.map(|(name, _)| format!("{name} is stale")).collect();
    let orphans = pages.keys().filter(|name| !wanted.contains_key(*name));
    found.extend(orphans.map(|name| format!("{name} has no table")));
    assert_none("`cargo xtask mapping` writes the pages", &found);
}

#[test]
fn every_difference_is_noticed() {
    let row = |id: &str, class: &str| {
        let text = table::KEYS.map(|key| match key {
            "id" => format!("id = \"{id}\"\n"),
            "class" => format!("class = \"{class}\"\n"),
            "direction" => "direction = \"in\"\n".to_owned(),
            "side" => "side = \"xmpp\"\n".to_owned(),
            key => format!("{key} = \"x\"\n"),
        });
        table::read(&format!("[[rule]]\n{}", text.concat())).unwrap().remove(0)
    };
    let code = named(
        "xmpp",
        "macro = 1\n    /// Doc.\n    A_RULE = \"a-rule\", Dropped;\n    OTHER = \"other\",\n",
    );
    assert_eq!(code.len(), 2);
    assert_eq!(code[0].class.as_deref(), Some("dropped"));
    assert_eq!(code[1].class, None);
    let good = [row("a-rule", "dropped"), row("other", "degraded"), row("third", "kept")];
    assert_eq!(faults(&good, &code), [""; 0]);
    let no_row = [row("a-rule", "dropped")];
    assert_eq!(faults(&no_row, &code).len(), 1);
    let no_code = [
        row("a-rule", "dropped"),
        row("other", "degraded"),
        row("third", "dropped"),
    ];
    assert_eq!(faults(&no_code, &code).len(), 1);
    let other_class = [row("a-rule", "degraded"), row("other", "degraded")];
    assert_eq!(faults(&other_class, &code).len(), 1);
    let not_kept = [row("a-rule", "dropped"), row("other", "kept")];
    assert_eq!(faults(&not_kept, &code).len(), 1);
    let elsewhere = named("activitypub", "OTHER = \"other\",");
    assert_eq!(faults(&[row("other", "degraded")], &elsewhere).len(), 1);
}
