//! The pubby peer of `tests/peers/pubby`: a second implementation, in Python, that signs by draft-cavage only.

use crate::peer::{Control, installed, ready};
use crate::process::Process;
use std::ops::Deref;
use std::process::Command;

/// The program, as it stood when this crate was built.
const PROGRAM: [(&str, &str); 3] = [
    ("peer.py", include_str!("../../peers/pubby/peer.py")),
    ("recorder.py", include_str!("../../peers/pubby/recorder.py")),
    ("key.pem", include_str!("../../peers/pubby/key.pem")),
];

/// A running peer with the one user paul. Dropping it ends it.
#[derive(Debug)]
pub struct Pubby {
    process: Process,
    base: String,
    control: Control,
}

impl Pubby {
    /// Starts a peer on 127.0.0.1 and waits until it listens.
    ///
    /// # Panics
    /// When pubby is not installed or does not start.
    pub async fn start() -> Self {
        let mut process = spawn();
        let ready = ready(&mut process).await;
        Self {
            process,
            base: ready.base,
            control: Control::new(&ready.control),
        }
    }

    /// Scheme, host and port of its URLs.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Paul's id.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("{}/ap/actor", self.base)
    }

    /// Paul's handle, without a leading `@`.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("paul@{}", self.base.trim_start_matches("http://"))
    }

    /// The child process, for its output.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }
}

impl Deref for Pubby {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}

fn spawn() -> Process {
    let python = installed("pubby/venv/bin/python");
    let folder = tempfile::tempdir().expect("a folder for the peer can be made");
    for (name, text) in PROGRAM {
        std::fs::write(folder.path().join(name), text).expect("the peer's program can be written");
    }
    let mut command = Command::new(python);
    command
        .arg(folder.path().join("peer.py"))
        .arg("--folder")
        .arg(folder.path());
    Process::spawn("pubby", &mut command, folder)
}
