//! `cargo xtask mapping`: the pages `docs/mapping/<kind>.md`, written from the tables `docs/mapping/<kind>.toml`.
//!
//! With `--check` nothing is written: a page that differs from what its table says is an error. `table` and `page` are
//! also compiled into the integration tests, which compare the tables with the code.

pub(crate) mod page;
pub(crate) mod table;

use crate::{Outcome, cache};
use std::fs;
use std::path::{Path, PathBuf};

/// Writes every page.
pub(crate) fn write() -> Outcome {
    let mut written = 0;
    for page in pages()? {
        if fs::read_to_string(&page.path).is_ok_and(|old| old == page.text) {
            continue;
        }
        fs::write(&page.path, &page.text).map_err(|error| format!("{}: {error}", page.path.display()))?;
        println!("{}", page.path.display());
        written += 1;
    }
    println!("{written} pages written");
    Ok(())
}

/// Fails with every page that is not what its table says.
pub(crate) fn check() -> Outcome {
    let all = pages()?;
    let is_stale = |page: &&Page| !fs::read_to_string(&page.path).is_ok_and(|old| old == page.text);
    let stale: Vec<String> = all
        .iter()
        .filter(is_stale)
        .map(|page| page.path.display().to_string())
        .collect();
    if !stale.is_empty() {
        return Err(format!("run `cargo xtask mapping`; stale: {}", stale.join(", ")));
    }
    println!("{} pages agree with their tables", all.len());
    Ok(())
}

/// A page as it should be.
struct Page {
    path: PathBuf,
    text: String,
}

fn pages() -> Result<Vec<Page>, String> {
    let folder = cache::clone_root()?.join("docs/mapping");
    let mut tables = tables(&folder)?;
    tables.sort();
    if tables.is_empty() {
        return Err(format!("{} holds no table", folder.display()));
    }
    tables.iter().map(|path| page_of(path)).collect()
}

fn tables(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let paths = paths.map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_table = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    Ok(paths.into_iter().filter(is_table).collect())
}

fn page_of(path: &Path) -> Result<Page, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = table::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let kind = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Page {
        path: path.with_extension("md"),
        text: page::write(&kind, &rows),
    })
}

#[cfg(test)]
mod tests {
    use super::{page, table};

    const ROW: &str = "# a remark\n\n[[rule]]\nid = \"post-title\"\nfield = \"title\"\nside = \"xmpp\"\n\
        path = \"entry/title\"\ndirection = \"both\"\nclass = \"kept\"\nspec = \"RFC 4287 §4.2.14\"\nnote = \"a | \\\"b\\\"\"\n";

    #[test]
    fn a_row_is_read_and_shown_under_its_side() {
        let rows = table::read(ROW).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].note, "a | \"b\"");
        let page = page::write("post", &rows);
        assert!(page.contains("\n## xmpp\n"), "{page}");
        assert!(
            page.contains("| `post-title` | title | `entry/title` | both | kept | RFC 4287 §4.2.14 | a \\| \"b\" |"),
            "{page}"
        );
    }

    #[test]
    fn every_other_shape_is_an_error_that_names_its_line() {
        for (from, to, said) in [
            ("class = \"kept\"", "class = \"lost\"", "lost"),
            ("direction = \"both\"", "direction = \"up\"", "up"),
            ("side = \"xmpp\"", "side = \"\"", "side"),
            ("note = ", "remark = ", "remark"),
            ("spec = ", "id = ", "twice"),
            ("[[rule]]\n", "", "outside"),
            ("[[rule]]", "[rule]", "line 3"),
            ("field = \"title\"", "field = title", "line 5"),
            ("field = \"title\"", "field = \"ti\"tle\"", "line 5"),
            ("path = \"entry/title\"\n", "", "path"),
        ] {
            assert!(ROW.contains(from), "{from}");
            let error = table::read(&ROW.replace(from, to)).unwrap_err();
            assert!(error.contains(said) && error.contains("line "), "{to}: {error}");
        }
    }

    #[test]
    fn an_id_stands_once() {
        let error = table::read(&format!("{ROW}\n{ROW}")).unwrap_err();
        assert!(error.contains("post-title"), "{error}");
    }
}
