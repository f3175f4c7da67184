//! `cargo xtask bench`: builds a release and measures it. Nothing here asserts a figure.

use crate::{Outcome, cache, demo, run, setup};
use std::process::Command;

/// Measures, prints a table, and leaves the figures as JSON beside what was built.
pub(crate) fn run() -> Outcome {
    setup::run()?;
    run::shown(
        run::cargo(&[
            "build",
            "--release",
            "--locked",
            "-p",
            "causeway",
            "-p",
            "causeway-harness",
        ])?
        .arg("--bins"),
    )?;
    run::shown(&mut run::cargo(&[
        "bench", "--locked", "-p", "causeway", "--bench", "convert",
    ])?)?;
    let built = demo::target()?.join("release");
    let mut bench = Command::new(built.join("bench"));
    bench
        .arg(built.join("causeway"))
        .arg(built.join("bench.json"))
        .env("CAUSEWAY_CACHE", cache::root()?);
    run::shown(&mut bench)?;
    println!("as JSON: {}", built.join("bench.json").display());
    Ok(())
}
