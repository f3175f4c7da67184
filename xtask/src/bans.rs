//! The dependency rules: no crate of `deny.toml`'s list in the tree that is built.
//!
//! The list is read line by line: an entry is `{ crate = "name" … }` or `{ crate = "name:<1.2.3" … }`, the second a
//! floor. Cargo.lock alone cannot answer: it also names what only other platforms would build.

use crate::{Outcome, cache, run};
use std::fs;

/// One entry of the list.
#[derive(Debug, PartialEq)]
struct Ban {
    name: String,
    /// Versions from here on are welcome; none means that no version is.
    floor: Option<Version>,
}

/// Major, minor, patch; a pre-release counts as its release.
type Version = [u64; 3];

/// Fails with every banned package that stands in the tree.
pub(crate) fn check() -> Outcome {
    let path = cache::clone_root()?.join("deny.toml");
    let bans = read_list(&fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?)?;
    let args = [
        "tree",
        "--workspace",
        "--all-features",
        "--locked",
        "-e",
        "normal,build,dev",
        "--prefix",
        "none",
    ];
    let tree = run::captured(&mut run::cargo(&args)?)?;
    let found = breaches(&bans, &tree);
    println!(
        "{} rules of deny.toml, {} packages built",
        bans.len(),
        packages(&tree).len()
    );
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("deny.toml forbids: {}", found.join(", ")))
    }
}

fn breaches(bans: &[Ban], tree: &str) -> Vec<String> {
    let banned = |name: &str, version: Version| {
        bans.iter()
            .any(|ban| ban.name == name && ban.floor.is_none_or(|floor| version < floor))
    };
    let found = packages(tree)
        .into_iter()
        .filter(|(name, version)| banned(name, *version));
    found
        .map(|(name, [major, minor, patch])| format!("{name} {major}.{minor}.{patch}"))
        .collect()
}

/// The packages of `cargo tree --prefix none`, each once: lines are `name v1.2.3 (…)`.
fn packages(tree: &str) -> Vec<(String, Version)> {
    let mut all: Vec<(String, Version)> = tree.lines().filter_map(package).collect();
    all.sort();
    all.dedup();
    all
}

fn package(line: &str) -> Option<(String, Version)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?;
    Some((name.to_owned(), parse_version(version)?))
}

fn read_list(text: &str) -> Result<Vec<Ban>, String> {
    let entries = text.lines().filter_map(|line| line.trim().strip_prefix("{ crate = \""));
    let bans = entries.map(entry).collect::<Result<Vec<Ban>, String>>()?;
    if bans.is_empty() {
        Err("deny.toml lists nothing under [bans]".to_owned())
    } else {
        Ok(bans)
    }
}

fn entry(rest: &str) -> Result<Ban, String> {
    let odd = || format!("deny.toml: only `name` and `name:<1.2.3` are understood, not: {rest}");
    let (spec, _) = rest.split_once('"').ok_or_else(odd)?;
    match spec.split_once(':') {
        None => Ok(Ban {
            name: spec.to_owned(),
            floor: None,
        }),
        Some((name, bound)) => {
            let floor = bound.strip_prefix('<').and_then(parse_version).ok_or_else(odd)?;
            Ok(Ban {
                name: name.to_owned(),
                floor: Some(floor),
            })
        }
    }
}

fn parse_version(text: &str) -> Option<Version> {
    let release = text.split(['-', '+']).next()?;
    let mut numbers = release.split('.').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

#[cfg(test)]
mod tests {
    use super::{breaches, read_list};

    const LIST: &str =
        "deny = [\n  { crate = \"ring\", reason = \"x\" },\n  { crate = \"h2:<0.4.4\", reason = \"x\" },\n]";

    #[test]
    fn a_banned_name_is_found_at_any_version() {
        let bans = read_list(LIST).unwrap();
        assert_eq!(breaches(&bans, "tokio v1.54.1\nring v0.17.14 (*)\n"), ["ring 0.17.14"]);
    }

    #[test]
    fn a_floor_stops_only_what_lies_below_it() {
        let bans = read_list(LIST).unwrap();
        assert_eq!(breaches(&bans, "h2 v0.4.4\nh2 v0.3.26\nh2 v0.10.0\n"), ["h2 0.3.26"]);
    }

    #[test]
    fn an_entry_of_another_shape_is_an_error() {
        assert!(read_list("{ crate = \"h2@0.4\", reason = \"x\" },\n{ crate = \"h2:>=1\" },").is_err());
        assert!(read_list("deny = []").is_err());
    }
}
