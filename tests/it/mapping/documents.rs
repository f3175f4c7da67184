//! Documents that list what code defines list all of it, and nothing else.

use super::super::tidy::{assert_none, files, root};
use causeway::config::DEFAULTS;
use causeway_core::refusal::Reason;
use std::collections::BTreeSet;

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands on one side only.
fn difference(code: &BTreeSet<String>, document: &BTreeSet<String>) -> Vec<String> {
    let undocumented = code.difference(document).map(|one| format!("{one} is not documented"));
    let unknown = document
        .difference(code)
        .map(|one| format!("{one} is documented, and not in the code"));
    undocumented.chain(unknown).collect()
}

#[test]
fn every_reason_code_is_documented_in_order() {
    let document = read("docs/reasons.md");
    let headings: Vec<&str> = document.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    let set = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    assert_none(
        "docs/reasons.md has a heading for each reason code",
        &difference(&set(&codes), &set(&headings)),
    );
    assert_eq!(headings, codes, "in the order of Reason::ALL, each once");
}

/// The names that dashboards were promised, with their labels. A name that is not there yet stands in the page's list of
/// those: `` * `causeway_name`: not yet `` and why.
const PROMISED: [&str; 20] = [
    "causeway_up{}",
    "causeway_build_info{version}",
    "causeway_xmpp_connected{}",
    "causeway_users{state}",
    "causeway_remote_actors{network}",
    "causeway_follows{network,direction}",
    "causeway_events_total{from,to,kind,outcome}",
    "causeway_event_seconds{from,to,kind}",
    "causeway_fields_total{from,to,class}",
    "causeway_deliveries_total{network,outcome,reason}",
    "causeway_queue_depth{queue}",
    "causeway_queue_oldest_seconds{}",
    "causeway_http_requests_total{route,code}",
    "causeway_signature_checks_total{result}",
    "causeway_fetch_total{outcome}",
    "causeway_blocked_total{rule}",
    "causeway_stanzas_total{kind,useful}",
    "causeway_media_bytes{}",
    "causeway_db_seconds{}",
    "causeway_consent_changes_total{kind}",
];

#[test]
fn every_metric_is_documented() {
    let sources = files("src").into_iter().filter(|file| file.is("rs"));
    let mut code = BTreeSet::new();
    for text in sources.filter_map(|file| file.text()) {
        code.extend(metrics(&text));
    }
    assert!(code.contains("causeway_up{}"), "the metrics are found");
    let document = read("docs/operators/metrics.md");
    let documented = document.lines().filter_map(documented_metric).collect();
    assert_none(
        "docs/operators/metrics.md lists the metrics with their labels",
        &difference(&code, &documented),
    );
    let not_yet: BTreeSet<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("* `causeway_")?.split_once("`: not yet"))
        .map(|(name, _)| name)
        .collect();
    let missing = PROMISED.iter().filter(|one| {
        let name = one.split('{').next().and_then(|name| name.strip_prefix("causeway_"));
        code.contains(**one) == name.is_some_and(|name| not_yet.contains(name))
    });
    let missing = missing.map(|one| format!("{one} is neither there nor listed as not yet, or is both"));
    assert_none("the promised metrics are there", &missing.collect::<Vec<_>>());
}

/// The metrics that a source counts, sets or times, with their labels; describing one is not having it.
fn metrics(source: &str) -> impl Iterator<Item = String> + '_ {
    let macros = ["gauge!(", "counter!(", "histogram!("];
    let calls = macros
        .into_iter()
        .flat_map(|name| source.match_indices(name).map(move |(at, _)| (at, at + name.len())));
    calls.filter_map(|(at, after)| {
        if source[..at].ends_with('_') {
            return None;
        }
        let call = source[after..].trim_start().strip_prefix('"')?;
        let (name, rest) = call.split_once('"')?;
        let ends = [".set(", ".increment(", ".record(", ".absolute("];
        let end = ends.iter().filter_map(|end| rest.find(end)).min()?;
        let labels = rest[..end].split("\" =>").filter_map(|before| before.rsplit_once('"'));
        let mut labels: Vec<&str> = labels.map(|(_, label)| label).collect();
        // what stands behind the last arrow is a value
        if rest[..end]
            .rsplit("\" =>")
            .next()
            .is_some_and(|value| value.contains('"'))
        {
            labels.pop();
        }
        Some(format!("{name}{{{}}}", labels.join(",")))
    })
}

/// The metric of a row `` | `name` | type | `label`, `label` | ``.
fn documented_metric(line: &str) -> Option<String> {
    let mut cells = line.strip_prefix("| `causeway_")?.split('|').map(str::trim);
    let name = cells.next()?.trim_end_matches('`');
    let labels = cells.nth(1)?.replace(['`', ' '], "");
    Some(format!("causeway_{name}{{{labels}}}"))
}

#[test]
fn every_configuration_key_is_documented() {
    let printed = keys(
        DEFAULTS,
        |line| line.strip_prefix('[')?.split(']').next(),
        |line| {
            let (key, _) = line.trim_start_matches(['#', ' ']).split_once(" = ")?;
            is_key(key).then_some(key)
        },
    );
    assert!(printed.contains("xmpp.jid"), "the printed keys are found: {printed:?}");
    let document = read("docs/operators/configuration.md");
    let documented = keys(
        &document,
        |line| line.strip_prefix("## `[")?.split(']').next(),
        |line| line.strip_prefix("| `")?.split('`').next().filter(|cell| is_key(cell)),
    );
    assert_none(
        "docs/operators/configuration.md and `causeway config defaults` have the same keys",
        &difference(&printed, &documented),
    );
}

fn is_key(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Each key of a text, after the section that its lines stand in.
fn keys<'a>(
    text: &'a str,
    section: impl Fn(&'a str) -> Option<&'a str>,
    key: impl Fn(&'a str) -> Option<&'a str>,
) -> BTreeSet<String> {
    let mut within = None;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(name) = section(line) {
            within = Some(name);
        } else if let (Some(within), Some(key)) = (within, key(line)) {
            found.insert(format!("{within}.{key}"));
        }
    }
    found
}

/// Rows that `docs/security/threats.md` must have: identity, outgoing requests, denial of service.
const THREATS: [std::ops::RangeInclusive<u32>; 2] = [1..=25, 40..=66];

#[test]
fn every_threat_has_a_row_whose_tests_exist() {
    let document = read("docs/security/threats.md");
    let rows: Vec<(u32, &str)> = document.lines().filter_map(threat).collect();
    let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
    let wanted: Vec<u32> = THREATS.into_iter().flatten().collect();
    assert_eq!(numbers, wanted, "each row once, in order");
    let tests = tests_of_the_tree();
    let mut found = Vec::new();
    for (number, last) in rows {
        let named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        let missing = named.iter().filter(|name| !tests.contains(**name));
        found.extend(missing.map(|name| format!("row {number}: no test is called {name}")));
        let says_why = last.contains("*Not yet*") || last.contains("Concerns");
        if named.is_empty() && !says_why {
            found.push(format!("row {number}: neither a test nor a reason"));
        }
    }
    assert_none("docs/security/threats.md names tests of the tree", &found);
}

/// The number and the last cell of a row.
fn threat(line: &str) -> Option<(u32, &str)> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
    Some((cells.first()?.parse().ok()?, cells.last()?))
}

fn tests_of_the_tree() -> BTreeSet<String> {
    let sources = files("").into_iter().filter(|file| file.is("rs"));
    let mut tests = BTreeSet::new();
    for text in sources.filter_map(|file| file.text()) {
        let mut after_attribute = false;
        for line in text.lines().map(str::trim) {
            match line.split_once("fn ").filter(|_| after_attribute) {
                Some((_, name)) => {
                    tests.insert(name.split(['(', '<']).next().unwrap_or_default().to_owned());
                    after_attribute = false;
                }
                // between attribute and function stand other attributes and comments
                None => after_attribute |= line == "#[test]" || line.starts_with("#[tokio::test"),
            }
        }
    }
    tests
}

#[test]
fn every_link_and_path_of_our_pages_leads_somewhere() {
    let pages = files("")
        .into_iter()
        .filter(|file| file.is("md") && !file.name.starts_with("tests/captures/"));
    let mut found = Vec::new();
    for page in pages {
        let text = page.text().unwrap();
        let folder = root().join(&page.name).parent().unwrap().to_owned();
        let missing = links(&text).filter(|link| !folder.join(link).exists());
        found.extend(missing.map(|link| format!("{}: {link}", page.name)));
        let missing = paths(&text).filter(|path| !root().join(path).exists());
        found.extend(missing.map(|path| format!("{}: {path}", page.name)));
    }
    assert_none("links and paths in our pages exist", &found);
}

/// The files that `[words](file#part)` names.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains(':') && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap_or_default())
}

/// Paths from the root, in backquotes: `src/app.rs`. Those with a gap to fill in, as `<kind>` or `*`, are patterns.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let top = ["src/", "adapters/", "tests/", "docs/", "migrations/"];
    text.split('`').skip(1).step_by(2).filter(move |quoted| {
        top.iter().any(|folder| quoted.starts_with(folder)) && !quoted.contains(['<', '*', ' ', '\n', '{'])
    })
}
