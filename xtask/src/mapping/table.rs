//! A mapping table: the small part of TOML that `docs/mapping/*.toml` is written in.
//!
//! Empty lines, lines that begin with `#`, `[[rule]]`, and `key = "text"` with `\"` and `\\`. Each rule has every key of
//! [`KEYS`] once; only the note may be empty. Anything else is an error that says its line.

use std::collections::BTreeSet;

/// The keys of a rule, in the order they are written.
pub(crate) const KEYS: [&str; 8] = ["id", "field", "side", "path", "direction", "class", "spec", "note"];

/// What a mapping can do to a field.
pub(crate) const CLASSES: [&str; 5] = ["kept", "transformed", "degraded", "dropped", "invented"];

const DIRECTIONS: [&str; 3] = ["in", "out", "both"];

/// One rule.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Its name, unique over all tables: what a loss carries.
    pub(crate) id: String,
    /// The field of the model.
    pub(crate) field: String,
    /// The network whose wire `path` lies in.
    pub(crate) side: String,
    /// Where the field stands on that wire.
    pub(crate) path: String,
    /// `in`: from that wire to the model; `out`: the other way; `both`.
    pub(crate) direction: String,
    /// One of [`CLASSES`].
    pub(crate) class: String,
    /// The specification and paragraph that says so; `-` where none does.
    pub(crate) spec: String,
    /// What a reader should know besides; may be empty.
    pub(crate) note: String,
}

impl Row {
    fn slot(&mut self, key: &str) -> Option<&mut String> {
        Some(match key {
            "id" => &mut self.id,
            "field" => &mut self.field,
            "side" => &mut self.side,
            "path" => &mut self.path,
            "direction" => &mut self.direction,
            "class" => &mut self.class,
            "spec" => &mut self.spec,
            "note" => &mut self.note,
            _ => return None,
        })
    }
}

/// The rules of a table, in its order.
///
/// # Errors
/// What is wrong, with the number of the line; for a rule as a whole, the line it begins at.
pub(crate) fn read(text: &str) -> Result<Vec<Row>, String> {
    let mut rows: Vec<(usize, Row)> = Vec::new();
    for (at, line) in (1..).zip(text.lines().map(str::trim)) {
        match line {
            "" => {}
            "[[rule]]" => rows.push((at, Row::default())),
            _ if line.starts_with('#') => {}
            _ => set(rows.last_mut().map(|(_, row)| row), line).map_err(|error| format!("line {at}: {error}"))?,
        }
    }
    let mut seen = BTreeSet::new();
    for (at, row) in &mut rows {
        whole(row).map_err(|error| format!("rule of line {at}: {error}"))?;
        if !seen.insert(row.id.clone()) {
            return Err(format!("rule of line {at}: {} stands twice", row.id));
        }
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn set(row: Option<&mut Row>, line: &str) -> Result<(), String> {
    let (key, value) = line
        .split_once('=')
        .ok_or_else(|| format!("neither [[rule]] nor key = \"text\": {line}"))?;
    let key = key.trim();
    let row = row.ok_or_else(|| format!("{key} stands outside a [[rule]]"))?;
    let slot = row
        .slot(key)
        .ok_or_else(|| format!("a rule has no key {key}; it has {}", KEYS.join(", ")))?;
    if !slot.is_empty() {
        return Err(format!("{key} stands twice"));
    }
    *slot = string(value.trim())?;
    Ok(())
}

/// A basic string of TOML on one line.
fn string(value: &str) -> Result<String, String> {
    let odd = || format!("not a text in double quotes: {value}");
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or_else(odd)?;
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            ('"', _) => return Err(odd()),
            (_, false) => text.push(letter),
            (_, true) => text.push(
                letters
                    .next()
                    .filter(|next| matches!(next, '"' | '\\'))
                    .ok_or_else(odd)?,
            ),
        }
    }
    Ok(text)
}

fn whole(row: &mut Row) -> Result<(), String> {
    for key in KEYS {
        if key != "note" && row.slot(key).is_none_or(|value| value.trim().is_empty()) {
            return Err(format!("{key} is missing"));
        }
    }
    if !CLASSES.contains(&row.class.as_str()) {
        return Err(format!(
            "{}: class {} is none of {}",
            row.id,
            row.class,
            CLASSES.join(", ")
        ));
    }
    if !DIRECTIONS.contains(&row.direction.as_str()) {
        return Err(format!(
            "{}: direction {} is none of {}",
            row.id,
            row.direction,
            DIRECTIONS.join(", ")
        ));
    }
    Ok(())
}
