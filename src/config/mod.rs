//! The configuration: one TOML file, each key overridable from the environment.
//!
//! `CAUSEWAY_<SECTION>__<KEY>` overrides a key; for `xmpp.secret`, `CAUSEWAY_XMPP__SECRET_FILE` (or the key
//! `xmpp.secret_file`) names a file that holds it. Unknown keys are errors that name the nearest known one.

mod check;
mod defaults;
mod load;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

pub use check::check;
pub use defaults::DEFAULTS;
pub use load::{ConfigError, load, parse};

/// Everything that can be configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The XMPP side.
    pub xmpp: Xmpp,
    /// The public web side.
    pub web: Web,
    /// The operator's listener.
    #[serde(default)]
    pub ops: Ops,
    /// The database.
    #[serde(default)]
    pub db: Db,
    /// Traffic inspection.
    #[serde(default)]
    pub inspect: Inspect,
    /// Logging.
    #[serde(default)]
    pub log: Log,
    /// Switches for tests on loopback.
    #[serde(default)]
    pub testing: Testing,
}

/// `[xmpp]`: the component.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Xmpp {
    /// The component's JID, such as `bridge.example.org`: XHOST.
    pub jid: String,
    /// Where the XMPP server takes components.
    #[serde(default = "defaults::xmpp_server")]
    pub server: String,
    /// The component's secret.
    #[serde(default)]
    pub secret: Secret,
    /// A file that holds it.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// Whose users may bridge; empty is the parent domain of `jid`.
    #[serde(default)]
    pub serve_domains: Vec<String>,
}

/// `[web]`: what the social web sees.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// The URL under which the bridge is reached, such as `https://bridge.example.org`; its host is WHOST.
    pub public_url: Url,
    /// The domain of handles of users of that same domain; empty is WHOST.
    #[serde(default)]
    pub handle_domain: String,
    /// Where the public listener listens.
    #[serde(default = "defaults::web_listen")]
    pub listen: SocketAddr,
}

/// `[ops]`: health and metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ops {
    /// Where `/livez`, `/readyz` and `/metrics` listen.
    #[serde(default = "defaults::ops_listen")]
    pub listen: SocketAddr,
}

/// `[db]`: where everything is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Db {
    /// `sqlite:///path/to/causeway.db`.
    #[serde(default = "defaults::db_url")]
    pub url: String,
    /// Days that the bodies of what came, and deliveries that were given up, are kept.
    #[serde(default = "defaults::db_keep_days")]
    pub keep_days: u32,
}

/// `[inspect]`: traces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspect {
    /// Whether crossings are traced.
    #[serde(default = "defaults::yes")]
    pub enabled: bool,
    /// Days a trace is kept.
    #[serde(default = "defaults::inspect_days")]
    pub days: u32,
}

/// `[log]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level, or a filter such as `info,causeway_xmpp=debug`.
    #[serde(default = "defaults::log_level")]
    pub level: String,
    /// `text` or `json`.
    #[serde(default)]
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// `[testing]`: refused unless the public listener is on loopback.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Testing {
    /// Fetch and deliver over `http:` too.
    #[serde(default)]
    pub allow_http: bool,
    /// Fetch from and deliver to loopback addresses, on any port.
    #[serde(default)]
    pub allow_loopback: bool,
    /// A PEM file of certificates trusted besides the system's.
    #[serde(default)]
    pub extra_ca: Option<PathBuf>,
    /// Ask for a signature on every fetch of an actor or object, as a server with authorised fetch does.
    #[serde(default)]
    pub authorized_fetch: bool,
}

impl Testing {
    /// Whether any switch is on.
    pub fn any(&self) -> bool {
        self.allow_http || self.allow_loopback || self.extra_ca.is_some() || self.authorized_fetch
    }
}

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Shows it to whoever asks by this name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_empty() { "Secret(none)" } else { "Secret(…)" })
    }
}

impl Config {
    /// The domains whose users may bridge.
    pub fn serve_domains(&self) -> Vec<String> {
        if !self.xmpp.serve_domains.is_empty() {
            return self.xmpp.serve_domains.clone();
        }
        self.xmpp
            .jid
            .split_once('.')
            .map(|(_, parent)| parent.to_owned())
            .into_iter()
            .collect()
    }

    /// WHOST, with the port when the public URL names one.
    pub fn web_host(&self) -> String {
        let host = self.web.public_url.host_str().unwrap_or_default();
        self.web
            .public_url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The domain of handles.
    pub fn handle_domain(&self) -> String {
        if self.web.handle_domain.is_empty() {
            self.web_host()
        } else {
            self.web.handle_domain.clone()
        }
    }
}
