//! Tests that read the tree instead of running it: the invariants of the house, kept executable.

mod captures;
mod citations;
mod dependencies;
mod fixtures;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what was built or installed, or what git keeps for itself.
const NOT_OURS: [&str; 6] = [".git", "target", "node_modules", ".venv", "__pycache__", ".idea"];

/// The root of the clone.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the clone: its path below the root, with `/` between the parts, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    path: PathBuf,
}

impl Entry {
    /// The text; none when the file is not UTF-8.
    pub(super) fn text(&self) -> Option<String> {
        String::from_utf8(fs::read(&self.path).unwrap()).ok()
    }

    /// Whether the name ends in this extension, given without its dot.
    pub(super) fn is(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|is| is == extension)
    }
}

/// All files of the clone below a folder (`""`: all), sorted by name. None when the folder is not there.
pub(super) fn files(below: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    collect(&root().join(below), &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The Rust files of the clone.
pub(super) fn rust_files() -> Vec<Entry> {
    files("").into_iter().filter(|file| file.is("rs")).collect()
}

fn collect(folder: &Path, found: &mut Vec<Entry>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        // in a linked worktree `.git` is a file
        if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            collect(&path, found);
        } else {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            found.push(Entry { name, path });
        }
    }
}

/// Fails with all that was found, one per line, under what the rule says.
#[track_caller]
pub(super) fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}\n  {}", found.join("\n  "));
}

/// A tree that is not found is not a tidy tree.
#[test]
fn the_tree_is_seen() {
    let names: Vec<String> = rust_files().into_iter().map(|file| file.name).collect();
    for expected in [
        "src/lib.rs",
        "src/core/src/lib.rs",
        "tests/it/tidy/mod.rs",
        "xtask/src/main.rs",
    ] {
        assert!(
            names.iter().any(|name| name == expected),
            "{expected} is not among {} files",
            names.len()
        );
    }
}
