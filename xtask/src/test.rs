//! `cargo xtask test`: sets up, then runs every test of the workspace.

use crate::{Outcome, cache, run, setup};
use std::process::Command;

/// All cargo calls that build share these, so that nothing is built twice with other features.
pub(crate) const WHOLE_WORKSPACE: [&str; 3] = ["--workspace", "--all-features", "--locked"];

/// Runs all tests, or those whose name contains the filter (documentation tests only without one).
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    setup::run()?;
    unit_and_integration(&filter.into_iter().collect::<Vec<_>>())?;
    if filter.is_none() { documentation() } else { Ok(()) }
}

/// Unit and integration tests by nextest; `.config/nextest.toml` says how many at once and for how long.
pub(crate) fn unit_and_integration(extra: &[&str]) -> Outcome {
    run::shown(with_environment(
        run::cargo(&["nextest", "run"])?.args(WHOLE_WORKSPACE).args(extra),
    )?)
}

/// The examples in documentation comments: nextest does not run those.
pub(crate) fn documentation() -> Outcome {
    run::shown(with_environment(run::cargo(&["test", "--doc"])?.args(WHOLE_WORKSPACE))?)
}

/// Tests find the peers through the cache folder, whatever they do to HOME.
fn with_environment(command: &mut Command) -> Result<&mut Command, String> {
    Ok(command.env("CAUSEWAY_CACHE", cache::root()?))
}
