//! `cargo xtask setup`: installs what tests and demo need, in a cache folder outside the clone.
//!
//! Each part is asked first whether it is there; a second run takes no time. The peer programs are installed from the
//! lists under `tests/peers`, and a copy of the list lying beside an installation says that it is complete.

use crate::{Outcome, cache, run, term};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs all parts, in order; stops at the first that fails.
pub(crate) fn run() -> Outcome {
    cache::clone_root()?;
    let _only_one = lock()?;
    println!("{}", term::bold("Setting up"));
    part("cargo-nextest", nextest_version, install_nextest)?;
    part(
        "prosody",
        || on_path("prosodyctl", prosody_version),
        || apt("prosody", &["prosody"]),
    )?;
    part(
        "npm",
        || on_path("npm", run::version),
        || apt("npm", &["nodejs", "npm"]),
    )?;
    part("python3 with venv", python_version, || {
        apt("python3", &["python3", "python3-venv"])
    })?;
    part("fedify", || installed("fedify", "package.json"), install_fedify)?;
    part("pubby", || installed("pubby", "requirements.txt"), install_pubby)
}

/// One line per part: what is there, or that it is being installed and how that ended.
fn part(name: &str, present: impl Fn() -> Option<String>, install: impl Fn() -> Outcome) -> Outcome {
    if let Some(version) = present() {
        println!("  {}", format!("{name}: {} {version}", term::green("ready")).trim_end());
        return Ok(());
    }
    println!("  {name}: missing");
    let started = std::time::Instant::now();
    install()?;
    let version = present().ok_or_else(|| format!("{name}: installed without an error, and yet it is not there"))?;
    println!(
        "\r  {name}: {} {version} ({})",
        term::green("installed"),
        term::seconds(started.elapsed())
    );
    Ok(())
}

/// Two set-ups at once would install over one another; the second waits for the first.
fn lock() -> Result<File, String> {
    let root = cache::root()?;
    fs::create_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    let path = root.join("setup.lock");
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.lock().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file)
}

fn on_path(program: &str, version: impl Fn(PathBuf) -> Option<String>) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    // System programs stand in sbin, which an ordinary user's PATH does not name.
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .and_then(version)
}

/// `prosody --version` starts a server; its control program says the version at the head of `about`.
fn prosody_version(control: PathBuf) -> Option<String> {
    let output = Command::new(control).arg("about").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(
        text.lines()
            .find(|line| line.starts_with("Prosody"))
            .unwrap_or("Prosody")
            .trim()
            .to_owned(),
    )
}

fn nextest_version() -> Option<String> {
    let text = run::captured(
        run::cargo(&["nextest", "--version"])
            .ok()?
            .stderr(std::process::Stdio::null()),
    );
    text.ok()?.lines().next().map(str::to_owned)
}

fn install_nextest() -> Outcome {
    run::logged(
        "cargo-nextest",
        &mut run::cargo(&["install", "--locked", "cargo-nextest"])?,
    )
}

fn python_version() -> Option<String> {
    let venv = Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .output()
        .ok()?;
    venv.status.success().then(|| run::version("python3"))?
}

/// Debian packages need root; without it the line to type is shown.
fn apt(name: &str, packages: &[&str]) -> Outcome {
    let line = format!("apt-get update && apt-get install -y {}", packages.join(" "));
    if run::version("apt-get").is_none() {
        return Err(format!(
            "{name} is missing and this system has no apt-get: install it with your own package tool"
        ));
    }
    if !is_root() {
        return Err(format!(
            "{name} is missing and only root may install it. Type this, then run again:\n\n  sudo sh -c '{line}'\n"
        ));
    }
    run::logged(
        name,
        Command::new("sh")
            .args(["-c", &line])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether a peer is installed from the list as it now stands in the clone.
fn installed(peer: &str, list: &str) -> Option<String> {
    let wanted = fs::read_to_string(wanted_list(peer, list).ok()?).ok()?;
    let there = fs::read_to_string(stamp(peer).ok()?).ok()?;
    (wanted == there).then(String::new)
}

fn wanted_list(peer: &str, list: &str) -> Result<PathBuf, String> {
    Ok(cache::clone_root()?.join("tests/peers").join(peer).join(list))
}

fn stamp(peer: &str) -> Result<PathBuf, String> {
    Ok(cache::peer(peer)?.join("installed-from"))
}

/// Node itself comes with the list: Debian's is too old for Fedify.
fn install_fedify() -> Outcome {
    let folder = emptied("fedify")?;
    let list = wanted_list("fedify", "package.json")?;
    copy(&list, &folder.join("package.json"))?;
    let flags = [
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ];
    run::logged("fedify", Command::new("npm").args(flags).current_dir(&folder))?;
    run::version(folder.join("node_modules/.bin/node")).ok_or_else(|| {
        format!(
            "npm was not allowed to fetch Node: see the log under {}",
            folder.display()
        )
    })?;
    copy(&list, &stamp("fedify")?)
}

fn install_pubby() -> Outcome {
    let folder = emptied("pubby")?;
    let list = wanted_list("pubby", "requirements.txt")?;
    run::logged(
        "pubby-venv",
        Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")),
    )?;
    let pip = folder.join("venv/bin/pip");
    run::logged(
        "pubby",
        Command::new(pip).args(["install", "--no-input", "-r"]).arg(&list),
    )?;
    copy(&list, &stamp("pubby")?)
}

/// A half-finished or outdated installation is thrown away rather than mended.
fn emptied(peer: &str) -> Result<PathBuf, String> {
    let folder = cache::peer(peer)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}
