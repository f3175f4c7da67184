//! `cargo xtask ci`: all checks in order, each timed; the same on a developer's machine and in CI.
//!
//! A phase that fails does not stop those after it, so that one run shows all that is wrong. Nothing here builds a
//! release: that would double the time and find nothing more.

use crate::test::{self, WHOLE_WORKSPACE};
use crate::{Outcome, bans, mapping, run, setup, term};
use std::time::{Duration, Instant};

/// A run above this fails even if every phase passed: slowness is a defect that creeps in.
const LIMIT: Duration = Duration::from_secs(30 * 60);

type Phase = (&'static str, fn() -> Outcome);

const PHASES: [Phase; 9] = [
    ("set-up", setup::run),
    ("format", format),
    ("lints", lints),
    ("one adapter only", one_adapter),
    ("dependency rules", bans::check),
    ("mapping pages", mapping::check),
    ("documentation", documentation),
    ("tests", tests),
    ("documentation tests", test::documentation),
];

/// Runs every phase, prints the table of times, and fails when one failed or all together took too long.
pub(crate) fn run() -> Outcome {
    let started = Instant::now();
    let results: Vec<(&str, Duration, Outcome)> = PHASES.iter().map(|(name, phase)| timed(name, *phase)).collect();
    let total = started.elapsed();
    print_table(&results, total);
    verdict(&results, total)
}

fn timed(name: &'static str, phase: fn() -> Outcome) -> (&'static str, Duration, Outcome) {
    println!("\n{}", term::bold(&format!("== {name}")));
    let started = Instant::now();
    let outcome = phase();
    if let Err(message) = &outcome {
        println!("{message}");
    }
    (name, started.elapsed(), outcome)
}

fn format() -> Outcome {
    run::shown(&mut run::cargo(&["fmt", "--all", "--check"])?)
}

fn lints() -> Outcome {
    let mut command = run::cargo(&["clippy", "--all-targets"])?;
    run::shown(command.args(WHOLE_WORKSPACE).args(["--", "-D", "warnings"]))
}

/// An adapter is a cargo feature: the product must build with one of them alone.
fn one_adapter() -> Outcome {
    let args = [
        "check",
        "-p",
        "causeway",
        "--no-default-features",
        "--features",
        "adapter-xmpp",
        "--locked",
    ];
    run::shown(&mut run::cargo(&args)?)
}

/// Links between documentation comments that lead nowhere are errors.
fn documentation() -> Outcome {
    let mut command = run::cargo(&["doc", "--no-deps"])?;
    run::shown(command.args(WHOLE_WORKSPACE).env("RUSTDOCFLAGS", "-D warnings"))
}

/// In CI nothing is left out: ignored tests run too, and a run without tests is an error.
fn tests() -> Outcome {
    test::unit_and_integration(&["--profile", "ci", "--run-ignored", "all", "--no-tests", "fail"])
}

fn print_table(results: &[(&str, Duration, Outcome)], total: Duration) {
    println!("\n{}", term::bold("phase                        time  result"));
    for (name, time, outcome) in results {
        let word = if outcome.is_ok() {
            term::green("ok")
        } else {
            term::red("failed")
        };
        println!("{name:<20} {:>12}  {word}", term::seconds(*time));
    }
    println!("{:<20} {:>12}", "in all", term::seconds(total));
}

fn verdict(results: &[(&str, Duration, Outcome)], total: Duration) -> Outcome {
    let failed: Vec<&str> = results
        .iter()
        .filter(|(_, _, outcome)| outcome.is_err())
        .map(|(name, ..)| *name)
        .collect();
    if !failed.is_empty() {
        return Err(format!("{}: {}", term::red("failed"), failed.join(", ")));
    }
    if total > LIMIT {
        return Err(format!(
            "too slow: {} is above the limit of {}",
            term::seconds(total),
            term::seconds(LIMIT)
        ));
    }
    println!("{}", term::green("all phases passed"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, verdict};
    use std::time::Duration;

    #[test]
    fn a_failed_phase_fails_the_run() {
        let results = [
            ("format", Duration::ZERO, Ok(())),
            ("lints", Duration::ZERO, Err("no".to_owned())),
        ];
        assert!(verdict(&results, Duration::ZERO).unwrap_err().ends_with("lints"));
    }

    #[test]
    fn a_run_above_the_limit_fails_although_all_passed() {
        let results = [("tests", LIMIT, Ok(()))];
        assert!(verdict(&results, LIMIT).is_ok());
        assert!(verdict(&results, LIMIT + Duration::from_secs(1)).is_err());
    }
}
