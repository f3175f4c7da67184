//! A private Prosody: own configuration, own data, free ports on loopback, stopped on drop.
//!
//! Written for Prosody 0.12.3 as Debian packages it.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::process::{Process, eventually, free_port};

/// The password of every user.
pub const PASSWORD: &str = "pw";
/// The secret of every component.
pub const SECRET: &str = "secret";
/// The one virtual host.
pub const HOST: &str = "localhost";

/// How long Prosody may take to answer on its ports.
const START: Duration = Duration::from_secs(20);

/// A running Prosody.
///
/// Hosts: [`HOST`] with PEP; components `b00.localhost` to `b31.localhost`; the pubsub services `pubsub.localhost`
/// (as it comes: readers are not told the publisher) and `comments.localhost` (`expose_publisher`). All users are
/// administrators of both, so that they may make nodes.
#[derive(Debug)]
pub struct Prosody {
    /// Client port, plain text.
    pub c2s_port: u16,
    /// XEP-0114 port.
    pub component_port: u16,
    process: Option<Process>,
    home: TempDir,
}

impl Prosody {
    /// Starts one that knows `users` (local parts, password [`PASSWORD`]) and, beside the standing components, those of
    /// the domains `components`. Returns when both ports answer.
    ///
    /// # Panics
    /// When there is no `prosody` on the path, or it does not come up.
    pub async fn start(users: &[&str], components: &[&str]) -> Self {
        Self::start_with(users, components, "").await
    }

    /// The same, with lines of Lua for the configuration's global section.
    ///
    /// # Panics
    /// As [`Prosody::start`].
    pub async fn start_with(users: &[&str], components: &[&str], global: &str) -> Self {
        let home = TempDir::new().expect("a folder for Prosody");
        let mut prosody = Self {
            c2s_port: free_port(),
            component_port: free_port(),
            process: None,
            home,
        };
        for user in users {
            prosody.add_user(user);
        }
        let text = configuration(&prosody, users, components, global);
        std::fs::write(prosody.config(), text).expect("the configuration can be written");
        prosody.launch().await;
        prosody
    }

    /// `host:port` of the component listener.
    #[must_use]
    pub fn component_address(&self) -> String {
        format!("{}:{}", Ipv4Addr::LOCALHOST, self.component_port)
    }

    /// Makes an account; works while Prosody runs.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn add_user(&self, user: &str) {
        let folder = self.home.path().join("data").join(HOST).join("accounts");
        std::fs::create_dir_all(&folder).expect("a folder for accounts");
        let account = format!("return {{ [\"password\"] = \"{PASSWORD}\" }};\n");
        std::fs::write(folder.join(format!("{user}.dat")), account).expect("the account can be written");
    }

    /// Kills Prosody without a word; ports and data stay.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts a stopped one again, on the same ports.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn launch(&mut self) {
        let mut command = Command::new("prosody");
        command
            .arg("--config")
            .arg(self.config())
            .arg("-F")
            .current_dir(self.home.path());
        let folder = TempDir::new().expect("a folder for Prosody's output");
        let mut process = Process::spawn("prosody", &mut command, folder);
        for port in [self.c2s_port, self.component_port] {
            eventually("Prosody answers on its ports", START, || {
                assert!(process.is_running(), "Prosody ended:\n{}", process.output());
                async move { TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok() }
            })
            .await;
        }
        self.process = Some(process);
    }

    /// What it has logged since its last start.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.as_ref().map(Process::output).unwrap_or_default()
    }

    fn config(&self) -> PathBuf {
        self.home.path().join("prosody.cfg.lua")
    }
}

fn configuration(prosody: &Prosody, users: &[&str], components: &[&str], global: &str) -> String {
    let Prosody {
        c2s_port,
        component_port,
        home,
        ..
    } = prosody;
    let home = home.path();
    let mut text = format!(
        r#"daemonize = false
run_as_root = true
pidfile = "{pid}"
data_path = "{data}"
log = {{ info = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s_port} }}
c2s_direct_tls_ports = {{ }}
component_interfaces = {{ "127.0.0.1" }}
component_ports = {{ {component_port} }}
http_ports = {{ }}
https_ports = {{ }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
component_stanza_size_limit = 10 * 1024 * 1024
modules_enabled = {{ "roster", "saslauth", "disco", "pep", "ping", "carbons" }}
modules_disabled = {{ "s2s", "tls", "offline" }}
{global}
VirtualHost "{HOST}"
"#,
        pid = path(home, "prosody.pid"),
        data = path(home, "data"),
    );
    let standing = (0..32).map(|number| format!("b{number:02}.{HOST}"));
    for domain in standing.chain(components.iter().map(|domain| (*domain).to_owned())) {
        writeln!(text, "Component \"{domain}\"\n  component_secret = \"{SECRET}\"").expect("a String grows");
    }
    let admins = users
        .iter()
        .map(|user| format!("\"{user}@{HOST}\""))
        .collect::<Vec<_>>()
        .join(", ");
    for (domain, more) in [("pubsub", ""), ("comments", "expose_publisher = true")] {
        writeln!(
            text,
            "Component \"{domain}.{HOST}\" \"pubsub\"\n  admins = {{ {admins} }}\n  {more}"
        )
        .expect("a String grows");
    }
    text
}

fn path(home: &Path, name: &str) -> String {
    home.join(name).display().to_string()
}
