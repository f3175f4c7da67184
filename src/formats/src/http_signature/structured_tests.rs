//! The structured reader against the working group's own cases (tests/captures/structured-fields).

use proptest::prelude::*;
use serde_json::{Value, json};
use sfv::{BareItem, InnerList, Item, ListEntry, Parameters};

use super::structured::dictionary;

const FILES: [&str; 6] = ["dictionary", "param-dict", "item", "binary", "string", "number"];

fn cases(file: &str) -> Vec<Value> {
    let path = format!(
        "{}/../../tests/captures/structured-fields/{file}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn dictionaries_are_read_as_the_working_group_says_but_for_repetitions() {
    let (mut agreed, mut repeated) = (0, 0);
    for case in FILES[..2].iter().flat_map(|file| cases(file)) {
        let name = case["name"].as_str().unwrap();
        let lines: Vec<&str> = case["raw"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        match dictionary("test", &lines.join(", ")) {
            Ok(read) => {
                let read: Vec<Value> = read
                    .iter()
                    .map(|(key, value)| json!([key.as_str(), entry(value)]))
                    .collect();
                assert_eq!(Value::Array(read), case["expected"], "{name}");
                agreed += 1;
            }
            Err(error) if error.to_string().contains("more than once") => {
                assert!(
                    name.contains("duplicate") || name.contains("repeated"),
                    "{name}: {error}"
                );
                repeated += 1;
            }
            Err(error) => {
                let may_fail = case["must_fail"] == json!(true) || case["can_fail"] == json!(true);
                assert!(may_fail, "{name}: {error}");
                agreed += 1;
            }
        }
    }
    assert!(agreed >= 35 && repeated >= 1, "{agreed} agreed, {repeated} repeated");
}

#[test]
fn items_are_read_as_members() {
    let mut read = 0;
    for case in FILES[2..]
        .iter()
        .flat_map(|file| cases(file))
        .filter(|case| case["header_type"] == "item")
    {
        let name = case["name"].as_str().unwrap();
        let value = case["raw"][0].as_str().unwrap();
        // spaces around an item, or no item at all, mean something else behind `a=`
        if case["raw"].as_array().unwrap().len() != 1 || value.trim() != value || value.is_empty() {
            continue;
        }
        match dictionary("test", &format!("a={value}")) {
            Ok(read) => assert_eq!(entry(&read["a"]), case["expected"], "{name}"),
            Err(_) if case["can_fail"] == json!(true) => {}
            Err(error) => assert_eq!(case["must_fail"], json!(true), "{name}: {error}"),
        }
        read += 1;
    }
    assert!(read >= 60, "{read}");
}

#[test]
fn repetition_is_refused_in_every_scope() {
    for twice in ["a=1, a=2", "a;x;x", "a=(1;x;x)", "a=(1 2);x=1;x=2", "b, a=?1;y;z;y"] {
        assert!(
            dictionary("test", twice)
                .unwrap_err()
                .to_string()
                .contains("more than once"),
            "{twice}"
        );
    }
    for once in ["a;x, b;x", "a=(1;x 2;x);x", "a=(1 1)"] {
        assert!(dictionary("test", once).is_ok(), "{once}");
    }
}

proptest! {
    #[test]
    fn never_panics(value in "\\PC{0,80}|([a-z*]{1,2}=?[(:\"]?[-a-z0-9.;= ]{0,9}[):\"]?,? ?){0,12}") {
        let _ = dictionary("test", &value);
    }
}

fn entry(entry: &ListEntry) -> Value {
    match entry {
        ListEntry::Item(found) => item(found),
        ListEntry::InnerList(InnerList { items, params }) => {
            json!([items.iter().map(item).collect::<Vec<_>>(), parameters(params)])
        }
    }
}

fn item(item: &Item) -> Value {
    json!([bare(&item.bare_item), parameters(&item.params)])
}

fn parameters(params: &Parameters) -> Value {
    params
        .iter()
        .map(|(key, value)| json!([key.as_str(), bare(value)]))
        .collect()
}

/// A value in the notation of the cases.
fn bare(value: &BareItem) -> Value {
    match value {
        BareItem::Boolean(value) => json!(value),
        BareItem::Integer(value) => json!(i64::from(*value)),
        BareItem::Decimal(value) => json!(f64::from(*value)),
        BareItem::String(value) => json!(value.as_str()),
        BareItem::Token(value) => json!({"__type": "token", "value": value.as_str()}),
        BareItem::ByteSequence(value) => json!({"__type": "binary", "value": base32(value)}),
        BareItem::Date(value) => json!({"__type": "date", "value": i64::from(value.unix_seconds())}),
        BareItem::DisplayString(value) => json!({"__type": "displaystring", "value": value}),
    }
}

/// RFC 4648 §6
fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
        let letters = (group.len() * 8).div_ceil(5);
        for at in 0..8 {
            let letter = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> (35 - 5 * at)) as usize & 31];
            out.push(if at < letters { char::from(letter) } else { '=' });
        }
    }
    out
}
