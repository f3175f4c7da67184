//! `cargo xtask demo`: sets up, builds, and plays a conversation between a real Prosody and a real ActivityPub server.

use crate::{Outcome, cache, run, setup};
use std::path::PathBuf;
use std::process::Command;

/// Plays the demo; with `exit`, ends after the conversation, else stays up until Ctrl-C.
pub(crate) fn run(exit: bool) -> Outcome {
    setup::run()?;
    run::shown(run::cargo(&["build", "--locked", "-p", "causeway", "-p", "causeway-harness"])?.arg("--bins"))?;
    let built = target()?.join("debug");
    let mut demo = Command::new(built.join("demo"));
    demo.arg(built.join("causeway")).env("CAUSEWAY_CACHE", cache::root()?);
    if exit {
        demo.arg("--exit");
    }
    run::shown(&mut demo)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf, String> {
    let text = run::captured(&mut run::cargo(&["metadata", "--no-deps", "--format-version", "1"])?)?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder
        .map(PathBuf::from)
        .ok_or_else(|| "cargo metadata names no target directory".to_owned())
}
