//! `cargo xtask`: set-up and checks, run the same way by a developer and by CI.
//!
//! It uses std and serde_json only, so that it builds in a moment and never waits for the product. One file per
//! subcommand; what they share is in `cache` (where things are kept), `run` (starting programs) and `term` (output).

mod bans;
mod bench;
mod cache;
mod ci;
mod demo;
mod mapping;
mod run;
mod setup;
mod term;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  bench [STEP...] build a release, measure it (convert, idle, inbound, fanout), print the figures
  demo [--exit]   play a conversation across the bridge, then stay up (or end)
  setup           install what the tests and the demo need; quick when all is there
  test [FILTER]   set up, then run every test, or those whose name contains FILTER
  mapping         write the pages of docs/mapping from its tables; with --check only compare
  ci              formatting, lints, dependency rules and all tests, as CI runs them

What is installed goes to $CAUSEWAY_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/causeway; nothing is put into the clone.";

/// What a subcommand ends with: nothing, or the sentence to show.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bench", steps @ ..] => bench::run(steps),
        ["demo"] => demo::run(false),
        ["demo", "--exit"] => demo::run(true),
        ["setup"] => setup::run(),
        ["test"] => test::run(None),
        ["test", filter] => test::run(Some(filter)),
        ["mapping"] => mapping::write(),
        ["mapping", "--check"] => mapping::check(),
        ["ci"] => ci::run(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
