//! A private Causeway: the built program, its own configuration and database, stopped on drop.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, eventually, free_port};
use crate::prosody::{HOST, Prosody, SECRET};

/// How long it may take to be ready.
const START: Duration = Duration::from_secs(20);

/// How a bridge is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The component's JID: XHOST.
    pub jid: String,
    /// `host:port` of the component listener.
    pub server: String,
    /// Whose users it serves.
    pub serve_domains: Vec<String>,
    /// The domain of handles; empty is the web host.
    pub handle_domain: String,
    /// The host in its URL: a loopback address, on which it listens.
    pub web_host: String,
    /// Whether every fetch must be signed.
    pub authorized_fetch: bool,
    /// The log filter.
    pub log: String,
}

impl Setup {
    /// A bridge on `prosody` under the component `jid`, serving Prosody's users.
    #[must_use]
    pub fn on(prosody: &Prosody, jid: &str) -> Self {
        Self {
            jid: jid.to_owned(),
            server: prosody.component_address(),
            serve_domains: vec![HOST.to_owned()],
            handle_domain: String::new(),
            web_host: "127.0.0.1".to_owned(),
            authorized_fetch: false,
            log: "info,causeway=debug,causeway_xmpp=debug,causeway_activitypub=debug".to_owned(),
        }
    }
}

/// A running bridge.
#[derive(Debug)]
pub struct Bridge {
    program: PathBuf,
    setup: Setup,
    web_port: u16,
    ops_port: u16,
    folder: TempDir,
    process: Option<Process>,
}

impl Bridge {
    /// Starts `program` and waits until it is ready.
    ///
    /// # Panics
    /// When it does not start or is not ready in time.
    pub async fn start(program: impl AsRef<Path>, setup: Setup) -> Self {
        let folder = TempDir::new().expect("a folder for the bridge");
        let mut bridge = Self {
            program: program.as_ref().to_owned(),
            setup,
            web_port: free_port(),
            ops_port: free_port(),
            folder,
            process: None,
        };
        std::fs::write(bridge.config(), bridge.configuration()).expect("the configuration can be written");
        bridge.launch().await;
        bridge
    }

    /// Starts it again after [`Bridge::kill`], and waits until it is ready.
    ///
    /// # Panics
    /// As [`Bridge::start`].
    pub async fn launch(&mut self) {
        self.spawn();
        self.ready().await;
    }

    /// Starts it and does not wait.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("serve").arg("--config").arg(self.config());
        let folder = TempDir::new().expect("a folder for its output");
        self.process = Some(Process::spawn("causeway", &mut command, folder));
    }

    /// Waits until `/readyz` says so.
    ///
    /// # Panics
    /// When it ends, or is not ready in time.
    pub async fn ready(&mut self) {
        let url = format!("http://127.0.0.1:{}/readyz", self.ops_port);
        let process = self.process.as_mut().expect("it was started");
        let started = std::time::Instant::now();
        loop {
            assert!(process.is_running(), "the bridge ended:\n{}", process.output());
            if let Ok(answer) = reqwest::get(&url).await
                && answer.status().is_success()
            {
                return;
            }
            assert!(
                started.elapsed() < START,
                "the bridge is not ready:\n{}",
                process.output()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Ends it at once (SIGKILL). Its database stays.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// The process id; 0 when it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.as_ref().map_or(0, Process::pid)
    }

    /// XHOST.
    #[must_use]
    pub fn jid(&self) -> &str {
        &self.setup.jid
    }

    /// Its public URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:{}", self.setup.web_host, self.web_port)
    }

    /// WHOST with its port.
    #[must_use]
    pub fn web_host(&self) -> String {
        format!("{}:{}", self.setup.web_host, self.web_port)
    }

    /// What it has logged since it was last started.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.as_ref().map(Process::output).unwrap_or_default()
    }

    /// Its metrics.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn metrics(&self) -> String {
        let url = format!("http://127.0.0.1:{}/metrics", self.ops_port);
        reqwest::get(url)
            .await
            .expect("metrics answer")
            .text()
            .await
            .expect("metrics are text")
    }

    /// What `url` answers to a server that asks for ActivityPub: the status and the document.
    ///
    /// # Panics
    /// When there is no answer at all.
    pub async fn document(&self, url: &str) -> (u16, Value) {
        let client = reqwest::Client::new();
        let answer = client
            .get(url)
            .header("accept", "application/activity+json")
            .send()
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_default();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The actor URL of the user with this handle, by WebFinger.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn actor(&self, handle: &str) -> String {
        let url = format!("{}/.well-known/webfinger?resource=acct:{handle}", self.url());
        eventually("the actor in WebFinger", Duration::from_secs(5), || async {
            let text = reqwest::get(&url).await.ok()?.text().await.ok()?;
            let jrd: Value = serde_json::from_str(&text).ok()?;
            let link = jrd["links"].as_array()?.iter().find(|link| link["rel"] == "self")?;
            link["href"].as_str().map(str::to_owned)
        })
        .await
    }

    /// Runs the program with these arguments, the configuration named, and returns what it printed and whether it
    /// ended well.
    ///
    /// # Panics
    /// When the program cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("CAUSEWAY_CONFIG", self.config());
        let output = command.output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    }

    /// The file of its database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("causeway.db")
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("causeway.toml")
    }

    fn configuration(&self) -> String {
        let setup = &self.setup;
        let domains: Vec<String> = setup.serve_domains.iter().map(|domain| format!("{domain:?}")).collect();
        format!(
            "[xmpp]\njid = {:?}\nserver = {:?}\nsecret = {SECRET:?}\nserve_domains = [{}]\n\
             [web]\npublic_url = \"{}\"\nhandle_domain = {:?}\nlisten = \"{}:{}\"\n\
             [ops]\nlisten = \"127.0.0.1:{}\"\n\
             [db]\nurl = \"sqlite://{}\"\n\
             [log]\nlevel = {:?}\n\
             [testing]\nallow_http = true\nallow_loopback = true\nauthorized_fetch = {}\n",
            setup.jid,
            setup.server,
            domains.join(", "),
            self.url(),
            setup.handle_domain,
            setup.web_host,
            self.web_port,
            self.ops_port,
            self.database().display(),
            setup.log,
            setup.authorized_fetch,
        )
    }
}

impl Drop for Bridge {
    /// After a failure the traces say what crossed and what did not.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "--- traces:\n{}--- end of traces",
                self.run(&["inspect", "list", "-n", "60"]).1
            );
        }
    }
}
