//! Who may depend on whom: invariants 1 to 5 of the house, read from `cargo metadata`, and the features that must stay
//! off, read from `cargo tree`.

use super::{assert_none, root, rust_files};
use serde_json::Value;
use std::process::Command;

/// Core is the model, the bus and the contract: these and nothing that opens a file or a socket.
const CORE_MAY_USE: [&str; 9] = [
    "bytes",
    "chrono",
    "futures-core",
    "http",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "url",
];

/// Crates that do I/O, keep a database or bring their own chance: for the product, the harness and tests.
const FOR_THE_PRODUCT: [&str; 10] = [
    "axum",
    "reqwest",
    "hyper",
    "sqlx",
    "rand",
    "getrandom",
    "uuid",
    "hickory-resolver",
    "tokio-xmpp",
    "async-nats",
];

/// A dependency as a manifest states it.
struct Dependency {
    package: String,
    /// `normal`, `dev` or `build`.
    kind: String,
    name: String,
    features: Vec<String>,
    default_features: bool,
}

impl Dependency {
    fn said(&self) -> String {
        format!("{} depends on {} ({})", self.package, self.name, self.kind)
    }
}

/// A member of the workspace and the folder of its manifest below the root (empty for the root itself).
struct Package {
    name: String,
    folder: String,
    dependencies: Vec<Dependency>,
}

impl Package {
    fn is_adapter(&self) -> bool {
        self.folder.starts_with("adapters/")
    }
}

fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn packages() -> Vec<Package> {
    // Without resolving, so that nothing is fetched and nothing is waited for.
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let manifest = text(&value["manifest_path"]);
    let folder = manifest
        .strip_prefix(root().to_str().unwrap())
        .unwrap()
        .trim_end_matches("Cargo.toml")
        .trim_matches('/');
    let name = text(&value["name"]);
    let dependency = |one: &Value| Dependency {
        package: name.clone(),
        kind: one["kind"].as_str().unwrap_or("normal").to_owned(),
        name: text(&one["name"]),
        features: one["features"].as_array().unwrap().iter().map(text).collect(),
        default_features: one["uses_default_features"].as_bool().unwrap(),
    };
    let dependencies = value["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(dependency)
        .collect();
    Package {
        folder: folder.to_owned(),
        dependencies,
        name,
    }
}

fn named(name: &str) -> Package {
    packages()
        .into_iter()
        .find(|package| package.name == name)
        .unwrap_or_else(|| panic!("no package {name}"))
}

/// Dependencies of these packages that break a rule.
fn breaches<'a>(
    packages: impl IntoIterator<Item = &'a Package>,
    broken: impl Fn(&Package, &Dependency) -> bool,
) -> Vec<String> {
    let all = packages
        .into_iter()
        .flat_map(|package| package.dependencies.iter().map(move |one| (package, one)));
    all.filter(|(package, one)| broken(package, one))
        .map(|(_, one)| one.said())
        .collect()
}

fn is_ours(name: &str) -> bool {
    name == "causeway" || name.starts_with("causeway-")
}

#[test]
fn core_uses_only_what_does_no_io() {
    let core = named("causeway-core");
    let found = breaches([&core], |_, one| {
        one.kind != "dev" && !CORE_MAY_USE.contains(&one.name.as_str())
    });
    assert_none("invariant 1: core is allowed other crates than these nowhere", &found);
    let tokio = core
        .dependencies
        .iter()
        .find(|one| one.name == "tokio" && one.kind == "normal")
        .unwrap();
    assert!(
        !tokio.default_features && tokio.features == ["sync"],
        "invariant 1: of tokio, core uses `sync` only"
    );
}

#[test]
fn core_is_tested_without_io_too() {
    let core = named("causeway-core");
    let allowed =
        |name: &str| CORE_MAY_USE.contains(&name) || ["causeway-testkit", "proptest", "insta"].contains(&name);
    let found = breaches([&core], |_, one| one.kind == "dev" && !allowed(&one.name));
    assert_none("core's tests use the test kit, not servers", &found);
}

#[test]
fn formats_know_neither_core_nor_adapters() {
    let formats = named("causeway-formats");
    let found = breaches([&formats], |_, one| is_ours(&one.name));
    assert_none(
        "invariant 2: formats are grammars, they know nobody of the house",
        &found,
    );
    let io = breaches([&formats], |_, one| {
        one.name == "tokio" || FOR_THE_PRODUCT.contains(&one.name.as_str())
    });
    assert_none("invariant 2: formats parse and verify; they do no I/O", &io);
}

#[test]
fn an_adapter_knows_core_and_formats_only() {
    let allowed = ["causeway-core", "causeway-formats"];
    let broken = |_: &Package, one: &Dependency| {
        let in_tests = one.kind == "dev" && ["causeway-testkit", "causeway-harness"].contains(&one.name.as_str());
        is_ours(&one.name) && !allowed.contains(&one.name.as_str()) && !in_tests
    };
    let adapters: Vec<Package> = packages().into_iter().filter(Package::is_adapter).collect();
    assert!(adapters.len() >= 2, "there are adapters to look at");
    assert_none(
        "invariant 3: an adapter depends neither on another adapter nor on the root",
        &breaches(&adapters, broken),
    );
}

#[test]
fn an_adapter_is_handed_its_database_http_client_and_chance() {
    let adapters: Vec<Package> = packages().into_iter().filter(Package::is_adapter).collect();
    let found = breaches(&adapters, |_, one| {
        one.kind != "dev" && FOR_THE_PRODUCT.contains(&one.name.as_str())
    });
    assert_none(
        "invariant 5: what touches the world comes from the adapter's context",
        &found,
    );
}

#[test]
fn the_test_kit_is_light() {
    let kit = named("causeway-testkit");
    let heavy = |name: &str| FOR_THE_PRODUCT.contains(&name) || (is_ours(name) && name != "causeway-core");
    assert_none(
        "the test kit is core and std-like crates",
        &breaches([&kit], |_, one| heavy(&one.name)),
    );
    let shipped = packages();
    let found = breaches(&shipped, |package, one| {
        one.kind != "dev"
            && ["causeway-testkit", "causeway-harness"].contains(&one.name.as_str())
            && package.folder != "tests/harness"
    });
    assert_none("test kit and harness are for tests", &found);
}

#[test]
fn xtask_waits_for_nothing() {
    let found = breaches([&named("xtask")], |_, one| one.name != "serde_json");
    assert_none("xtask is built first and at once: std and serde_json only", &found);
}

#[test]
fn each_adapter_is_a_feature_of_the_product_and_on_by_default() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"])).unwrap();
    let product = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "causeway")
        .unwrap();
    let features = &product["features"];
    for adapter in packages().into_iter().filter(Package::is_adapter) {
        let feature = adapter.name.replacen("causeway-", "adapter-", 1);
        let default = features["default"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one == feature.as_str());
        let enables = features[&feature]
            .to_string()
            .contains(&format!("dep:{}", adapter.name));
        assert!(
            default && enables,
            "invariant 4: {} is behind the feature {feature}, on by default",
            adapter.name
        );
    }
}

#[test]
fn only_the_composition_root_names_adapters() {
    let crates: Vec<String> = packages()
        .into_iter()
        .filter(Package::is_adapter)
        .map(|adapter| adapter.name.replace('-', "_"))
        .collect();
    let nested = ["src/core/", "src/formats/", "src/testkit/"];
    let product = rust_files().into_iter().filter(|file| {
        file.name.starts_with("src/")
            && file.name != "src/app.rs"
            && !nested.iter().any(|one| file.name.starts_with(one))
    });
    let mut found = Vec::new();
    for file in product {
        for (number, line) in file.text().unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap();
            if crates.iter().any(|name| uses(code, name)) {
                found.push(format!("{}:{}: {}", file.name, number + 1, line.trim()));
            }
        }
    }
    assert_none("invariant 4: only src/app.rs names adapters", &found);
}

/// Whether a line takes something from a crate; a metric or a log target may well begin like its name.
fn uses(code: &str, name: &str) -> bool {
    [
        format!("use {name}"),
        format!("extern crate {name}"),
        format!("{name}::"),
    ]
    .iter()
    .any(|one| code.contains(one))
}

/// `component` of these crates changes the namespace of stanzas in the whole build, the test clients included.
#[test]
fn the_component_feature_of_the_xmpp_crates_is_off() {
    let args = [
        "tree",
        "--workspace",
        "--all-features",
        "--offline",
        "-e",
        "normal,build,dev",
        "--prefix",
        "none",
        "-f",
        "{p} {f}",
    ];
    let tree = cargo(&args);
    let lines: Vec<&str> = tree
        .lines()
        .filter(|line| line.starts_with("tokio-xmpp ") || line.starts_with("xmpp-parsers "))
        .collect();
    assert!(!lines.is_empty(), "the XMPP crates are in the tree");
    let on = |line: &str| line.split([' ', ',']).any(|word| word == "component");
    let found: Vec<String> = lines.into_iter().filter(|line| on(line)).map(str::to_owned).collect();
    assert_none(
        "the feature `component` stays off: our own link writes its namespace",
        &found,
    );
}

/// `ring` may be locked for platforms that have no other; that it is not built here is checked by `cargo xtask ci`.
#[test]
fn no_other_tls_or_rsa_library_is_locked() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let banned = ["openssl", "openssl-sys", "native-tls", "rsa", "boring", "boring-sys"];
    let named = |name: &&str| lock.contains(&format!("\nname = \"{name}\"\n"));
    assert!(named(&"aws-lc-rs"), "Cargo.lock is read as it is written");
    let found: Vec<String> = banned
        .iter()
        .filter(|name| named(name))
        .map(|name| (*name).to_owned())
        .collect();
    assert_none("rustls on aws-lc-rs is the one TLS and crypto library", &found);
}
