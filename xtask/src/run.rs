//! Starting programs: cargo with its output in sight, installers with theirs in a log.

use crate::{cache, term};
use std::fs::{self, File};
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How many lines of an installer's log are shown when it failed.
const LOG_TAIL: usize = 25;

/// The cargo that runs us, in the root of the clone, without a stdin to wait on.
pub(crate) fn cargo(args: &[&str]) -> Result<Command, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(args)
        .current_dir(cache::clone_root()?)
        .stdin(Stdio::null());
    Ok(command)
}

/// Runs a command with its output in sight.
pub(crate) fn shown(command: &mut Command) -> Result<(), String> {
    let line = line_of(command);
    println!("{} {line}", term::bold("$"));
    let status = command.status().map_err(|error| format!("{line}: {error}"))?;
    ended_well(&line, status)
}

/// Runs a command and returns what it wrote on stdout; its stderr stays in sight.
pub(crate) fn captured(command: &mut Command) -> Result<String, String> {
    let line = line_of(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{line}: {error}"))?;
    ended_well(&line, output.status)?;
    String::from_utf8(output.stdout).map_err(|_| format!("{line}: its output is not UTF-8"))
}

/// Runs an installer with its output in `logs/<name>.log` of the cache; shows how long it takes, and the end of the log
/// when it fails.
pub(crate) fn logged(name: &str, command: &mut Command) -> Result<(), String> {
    let line = line_of(command);
    let path = log_path(name)?;
    let log = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let errors = log
        .try_clone()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
    let status = wait_with_clock(name, child.map_err(|error| format!("{line}: {error}"))?)?;
    ended_well(&line, status).map_err(|message| format!("{message}\n{}\n(all of it: {})", tail(&path), path.display()))
}

/// Whether a program answers `--version`, and what it says: the first line.
pub(crate) fn version(program: impl AsRef<Path>) -> Option<String> {
    let output = Command::new(program.as_ref())
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

fn wait_with_clock(name: &str, mut child: Child) -> Result<ExitStatus, String> {
    let started = Instant::now();
    loop {
        match child.try_wait().map_err(|error| format!("{name}: {error}"))? {
            Some(status) => return Ok(status),
            None => std::thread::sleep(Duration::from_millis(200)),
        }
        if stdout().is_terminal() {
            print!("\r  {name}: installing, {}   ", term::seconds(started.elapsed()));
            let _ = stdout().flush();
        }
    }
}

fn log_path(name: &str) -> Result<PathBuf, String> {
    let folder = cache::root()?.join("logs");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(format!("{name}.log")))
}

fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(LOG_TAIL).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

fn ended_well(line: &str, status: ExitStatus) -> Result<(), String> {
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed ({status}): {line}"))
    }
}

fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
