//! `cargo xtask bench`: builds a release and measures it. Nothing here asserts a figure.

use crate::{Outcome, cache, demo, run, setup};
use std::process::Command;

/// What needs no server.
const CONVERT: &str = "convert";
/// What needs one.
const STEPS: [&str; 3] = ["idle", "inbound", "fanout"];

/// Measures `chosen` steps (all, when none is chosen), prints a table, and leaves the figures as JSON beside what was
/// built.
pub(crate) fn run(chosen: &[&str]) -> Outcome {
    if let Some(unknown) = chosen.iter().find(|name| **name != CONVERT && !STEPS.contains(name)) {
        return Err(format!("no step is called {unknown}: {CONVERT}, {}", STEPS.join(", ")));
    }
    let wants = |name: &str| chosen.is_empty() || chosen.contains(&name);
    setup::run()?;
    let packages = ["-p", "causeway", "-p", "causeway-harness"];
    run::shown(run::cargo(&["build", "--release", "--locked", "--bins"])?.args(packages))?;
    let built = demo::target()?.join("release");
    let (figures, converted) = (built.join("bench.json"), built.join("bench-convert.json"));
    if wants(CONVERT) {
        let mut convert = run::cargo(&["bench", "--locked", "-p", "causeway", "--bench", CONVERT])?;
        run::shown(convert.env("CONVERT_JSON", &converted))?;
    }
    let steps: Vec<&str> = STEPS.into_iter().filter(|name| wants(name)).collect();
    let mut bench = Command::new(built.join("bench"));
    bench.arg(built.join("causeway")).arg(&figures).arg(steps.join(","));
    if wants(CONVERT) {
        bench.arg(&converted);
    }
    run::shown(bench.env("CAUSEWAY_CACHE", cache::root()?))?;
    println!("as JSON: {}", figures.display());
    Ok(())
}
