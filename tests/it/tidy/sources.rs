//! What every source file keeps to: its opening line, no ignored test without a reason, one HTTP client, and nothing
//! that is true on one machine only.

use super::{Entry, assert_none, files, rust_files};

/// Lines of these files that a rule catches, as `name:line: text`.
fn lines_with(files: impl IntoIterator<Item = Entry>, caught: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let Some(text) = file.text() else { continue };
        let lines = text.lines().enumerate().filter(|(_, line)| caught(line));
        found.extend(lines.map(|(number, line)| format!("{}:{}: {}", file.name, number + 1, line.trim())));
    }
    found
}

fn code(line: &str) -> &str {
    line.split("//").next().unwrap()
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let silent = rust_files()
        .into_iter()
        .filter(|file| !file.text().unwrap().starts_with("//! "));
    assert_none(
        "a Rust file begins with a //! line",
        &silent.map(|file| file.name).collect::<Vec<_>>(),
    );
}

#[test]
fn an_ignored_test_says_why() {
    let attribute = concat!("#[", "ignore]");
    let found = lines_with(rust_files(), |line| code(line).contains(attribute));
    assert_none("an ignored test gives its reason: ignore = \"…\"", &found);
}

#[test]
fn only_the_guarded_client_speaks_http() {
    let other = rust_files().into_iter().filter(|file| {
        !file.name.starts_with("src/http/") && !file.name.starts_with("tests/") && !file.name.starts_with("xtask/")
    });
    let found = lines_with(other, |line| code(line).contains(concat!("reqwest", "::")));
    assert_none(
        "invariant 6: remote bytes come through the guarded client of src/http",
        &found,
    );
}

#[test]
fn core_names_no_protocol() {
    let words = [
        "xmpp",
        "activitypub",
        "diaspora",
        "ostatus",
        "webfinger",
        "jabber",
        "mastodon",
    ];
    let core = rust_files()
        .into_iter()
        .filter(|file| file.name.starts_with("src/core/src/"));
    let mut found = Vec::new();
    for file in core {
        let text = file.text().unwrap();
        let tests_at = text
            .lines()
            .position(|line| line.trim() == "#[cfg(test)]")
            .unwrap_or(usize::MAX);
        for (number, line) in text.lines().enumerate().take(tests_at) {
            if words.iter().any(|word| code(line).to_lowercase().contains(word)) {
                found.push(format!("{}:{}: {}", file.name, number + 1, line.trim()));
            }
        }
    }
    assert_none("invariant 1: core's code names no protocol", &found);
}

#[test]
fn nothing_is_true_on_one_machine_only() {
    // Written in halves, or this file would be the first to be caught.
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    let hosts = [
        concat!("registry.npm", "js.org"),
        concat!("py", "pi.org"),
        concat!("files.python", "hosted.org"),
        concat!("static.crates", ".io"),
        concat!("index.crates", ".io"),
        concat!("deb.debian", ".org"),
    ];
    let ours = files("")
        .into_iter()
        .filter(|file| file.name != "Cargo.lock" && !is_foreign(&file.name));
    let found = lines_with(ours, |line| paths.iter().chain(&hosts).any(|one| line.contains(one)));
    assert_none("a path or a registry of one machine is of no use on another", &found);
}

/// Captures are what other programs wrote; our notes beside them are ours.
fn is_foreign(name: &str) -> bool {
    name.starts_with("tests/captures/") && !name.ends_with(".md")
}

#[test]
fn no_lock_file_of_another_ecosystem_is_kept() {
    let names = [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "Pipfile.lock",
    ];
    let kept = files("")
        .into_iter()
        .filter(|file| names.iter().any(|name| file.name.ends_with(name)));
    assert_none(
        "those name the registry they were made from",
        &kept.map(|file| file.name).collect::<Vec<_>>(),
    );
}
