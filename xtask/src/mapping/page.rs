//! A mapping table as a page for people.

use super::table::Row;

/// The page of one kind.
pub(crate) fn write(kind: &str, rows: &[Row]) -> String {
    let mut page = format!(
        "<!-- written by `cargo xtask mapping` from {kind}.toml: change that file -->\n\n# {}\n\n\
         How each field crosses. [README.md](README.md) says what the columns mean.\n",
        title(kind)
    );
    for side in sides(rows) {
        page.push_str(&format!("\n## {side}\n\n{HEAD}"));
        for row in rows.iter().filter(|row| row.side == side) {
            page.push_str(&line(row));
        }
    }
    page
}

const HEAD: &str = "| rule | field of the model | on the wire | direction | class | specification | remark |\n\
                    |---|---|---|---|---|---|---|\n";

/// Each side once, in the order of its first row.
fn sides(rows: &[Row]) -> Vec<&str> {
    let mut sides: Vec<&str> = Vec::new();
    for row in rows {
        if !sides.contains(&row.side.as_str()) {
            sides.push(&row.side);
        }
    }
    sides
}

fn line(row: &Row) -> String {
    let cells = [
        code(&row.id),
        cell(&row.field),
        code(&row.path),
        cell(&row.direction),
        cell(&row.class),
        cell(&row.spec),
        cell(&row.note),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Text in a cell: a bar would end it, and remote markup is shown as it is written.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn title(kind: &str) -> String {
    let mut letters = kind.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
