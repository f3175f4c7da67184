//! Child processes of tests: started with their output in a file, waited for by condition, never left behind.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(20);

/// A child process with a folder of its own. Dropping it kills it, waits for its end and removes the folder; in a test
/// that failed, its output is shown first.
///
/// Its stdin is a pipe that we hold: a child that ends when stdin does will not outlive us, however we end.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Starts the command with stdout and stderr going to one file. `folder` is the child's: whatever it was given to
    /// read or write.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn(name: &str, command: &mut Command, folder: TempDir) -> Self {
        let log = File::create(log_path(&folder)).expect("the log file can be made");
        let errors = log.try_clone().expect("the log file can be shared");
        let child = command.stdin(Stdio::piped()).stdout(log).stderr(errors).spawn();
        let child = child.unwrap_or_else(|error| panic!("{name} does not start ({command:?}): {error}"));
        Self {
            name: name.to_owned(),
            child,
            folder,
        }
    }

    /// The process id, for a test that sends signals.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The folder that was handed over at the start.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All that it has written so far, stdout and stderr together.
    #[must_use]
    pub fn output(&self) -> String {
        let bytes = std::fs::read(log_path(&self.folder)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for a whole line that begins with `prefix`, and returns what follows the prefix.
    ///
    /// # Panics
    /// When the process ends first, or the limit passes.
    pub async fn line(&mut self, prefix: &str, limit: Duration) -> String {
        let started = Instant::now();
        loop {
            // Asked before reading, so that the last words of a process that just ended are not missed.
            let running = self.is_running();
            let output = self.output();
            let whole = output.rsplit_once('\n').map_or("", |(lines, _)| lines);
            if let Some(rest) = whole.lines().find_map(|line| line.strip_prefix(prefix)) {
                return rest.to_owned();
            }
            assert!(running, "{} ended before it said {prefix:?}:\n{output}", self.name);
            assert!(
                started.elapsed() < limit,
                "{} did not say {prefix:?} within {limit:?}:\n{output}",
                self.name
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// Ends it at once (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        // An error means that it had ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- {} said:\n{}--- end of {}", self.name, self.output(), self.name);
        }
    }
}

fn log_path(folder: &TempDir) -> PathBuf {
    folder.path().join("output.log")
}

/// Asks the condition again and again until it gives a value; `what` says in the failure what was waited for.
///
/// # Panics
/// When the limit passes first.
pub async fn eventually<T>(what: &str, limit: Duration, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(started.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(POLL).await;
    }
}

/// A TCP port of 127.0.0.1 on which nothing listens, for servers that must be told their port. Each process searches
/// from a place of its own below the system's ephemeral ports, so that tests running at once do not meet.
///
/// # Panics
/// When no port is free.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    /// Ports 10000 to 31999, in windows of 100.
    const WINDOWS: u32 = 220;
    let window = u16::try_from(std::process::id() % WINDOWS).unwrap_or_default();
    let free = |port| TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), port)).is_ok();
    let candidates = std::iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed)).take(22_000);
    let ports = candidates.map(|step| 10_000 + (window * 100 + step % 22_000) % 22_000);
    ports
        .into_iter()
        .find(|port| free(*port))
        .expect("one of 22,000 ports is free")
}

#[cfg(test)]
mod tests {
    use super::{Process, eventually, free_port};
    use std::process::Command;
    use std::time::Duration;

    fn shell(script: &str) -> Process {
        let folder = tempfile::tempdir().unwrap();
        Process::spawn("shell", Command::new("sh").args(["-c", script]), folder)
    }

    #[tokio::test]
    async fn a_line_is_waited_for() {
        let mut process = shell("echo noise; echo 'ready 42'; read forever");
        assert_eq!(process.line("ready ", Duration::from_secs(10)).await, "42");
        assert!(process.is_running());
    }

    #[tokio::test]
    #[should_panic(expected = "ended before it said")]
    async fn a_process_that_ends_is_not_waited_for() {
        shell("echo last words >&2")
            .line("ready", Duration::from_secs(10))
            .await;
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let process = shell("read forever");
        let pid = process.pid();
        drop(process);
        let alive = Command::new("sh")
            .args(["-c", &format!("kill -0 {pid} 2>/dev/null")])
            .status()
            .unwrap();
        assert!(!alive.success());
    }

    #[tokio::test]
    #[should_panic(expected = "not within 50ms: the moon")]
    async fn waiting_ends_at_the_limit() {
        eventually("the moon", Duration::from_millis(50), async || None::<()>).await;
    }

    #[test]
    fn free_ports_differ() {
        assert_ne!(free_port(), free_port());
    }
}
