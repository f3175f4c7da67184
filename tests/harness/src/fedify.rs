//! The Fedify peer of `tests/peers/fedify`: an ActivityPub server of another family, driven by script.

use crate::peer::{Control, installed, ready};
use crate::process::Process;
use std::ops::Deref;
use std::process::Command;

/// The program, as it stood when this crate was built: a start needs no clone.
const PROGRAM: [(&str, &str); 5] = [
    ("peer.mjs", include_str!("../../peers/fedify/peer.mjs")),
    ("front.mjs", include_str!("../../peers/fedify/front.mjs")),
    ("federation.mjs", include_str!("../../peers/fedify/federation.mjs")),
    ("control.mjs", include_str!("../../peers/fedify/control.mjs")),
    ("keys.json", include_str!("../../peers/fedify/keys.json")),
];

/// How the peer is to behave.
#[derive(Debug, Clone)]
pub struct Options {
    /// A loopback address to listen on.
    pub bind: String,
    /// The host in URLs and handles: an address, or a name that resolves to `bind`.
    pub host: String,
    /// The port in URLs; 0 takes any free one.
    pub port: u16,
    /// Of alice, bob, carol, dave, erin, frank: those with keys.
    pub users: Vec<String>,
    /// The signature tried first; the other follows on a refusal.
    pub first_knock: Knock,
    /// What the inbox says to signatures.
    pub accept: Accept,
    /// Whether objects are given to signed requests only.
    pub secure: bool,
    /// Whether activities carry FEP-8b32 proofs.
    pub proofs: bool,
}

/// A signature scheme to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knock {
    /// draft-cavage-http-signatures.
    Cavage,
    /// RFC 9421.
    Rfc9421,
}

/// What an inbox takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// Either scheme.
    Both,
    /// 401 to anything but draft-cavage.
    OnlyCavage,
    /// 401 to anything but RFC 9421.
    OnlyRfc9421,
    /// 202 to RFC 9421, and nothing is done with it: the peer that queues first and cannot read it later.
    DropRfc9421,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 0,
            users: vec!["alice".to_owned()],
            first_knock: Knock::Cavage,
            accept: Accept::Both,
            secure: false,
            proofs: true,
        }
    }
}

impl Options {
    /// The usual behaviour with these users.
    #[must_use]
    pub fn users(names: &[&str]) -> Self {
        Self {
            users: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Self::default()
        }
    }
}

/// A running peer; calls on it are its first user's, those of others go through `by`. Dropping it ends it.
#[derive(Debug)]
pub struct Fedify {
    process: Process,
    base: String,
    control: Control,
}

impl Fedify {
    /// Starts a peer and waits until it listens.
    ///
    /// # Panics
    /// When Fedify is not installed or does not start.
    pub async fn start(options: Options) -> Self {
        let mut process = spawn(&options);
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

    /// The id of one of its users.
    #[must_use]
    pub fn actor(&self, name: &str) -> String {
        format!("{}/users/{name}", self.base)
    }

    /// The handle of one of its users, without a leading `@`.
    #[must_use]
    pub fn handle(&self, name: &str) -> String {
        format!("{name}@{}", self.base.trim_start_matches("http://"))
    }

    /// The child process, for its output.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }
}

impl Deref for Fedify {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
    }
}

fn spawn(options: &Options) -> Process {
    let modules = installed("fedify/node_modules");
    let folder = tempfile::tempdir().expect("a folder for the peer can be made");
    for (name, text) in PROGRAM {
        std::fs::write(folder.path().join(name), text).expect("the peer's program can be written");
    }
    // Node looks for packages beside the program.
    std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).expect("the packages can be linked");
    let mut command = Command::new(modules.join(".bin/node"));
    command.arg(folder.path().join("peer.mjs")).args(arguments(options));
    Process::spawn("fedify", &mut command, folder)
}

fn arguments(options: &Options) -> Vec<String> {
    let knock = match options.first_knock {
        Knock::Cavage => "cavage",
        Knock::Rfc9421 => "rfc9421",
    };
    let accept = match options.accept {
        Accept::Both => "both",
        Accept::OnlyCavage => "cavage",
        Accept::OnlyRfc9421 => "rfc9421",
        Accept::DropRfc9421 => "drop-rfc9421",
    };
    let mut arguments = vec![
        format!("--bind={}", options.bind),
        format!("--host={}", options.host),
        format!("--port={}", options.port),
        format!("--users={}", options.users.join(",")),
        format!("--first-knock={knock}"),
        format!("--accept={accept}"),
    ];
    arguments.extend(options.secure.then(|| "--secure".to_owned()));
    arguments.extend((!options.proofs).then(|| "--no-proof".to_owned()));
    arguments
}
