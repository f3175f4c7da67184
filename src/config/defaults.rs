//! What a configuration says when it says nothing.

use std::net::{Ipv4Addr, SocketAddr};

/// The whole configuration with its defaults, commented: what `causeway config defaults` prints.
pub const DEFAULTS: &str = r#"# Causeway's configuration. Only xmpp.jid, xmpp.secret (or secret_file) and web.public_url must be set.
# Every key can come from the environment: CAUSEWAY_XMPP__SECRET, CAUSEWAY_WEB__LISTEN, …

[xmpp]
# jid = "bridge.example.org"            # the component's JID, as the XMPP server knows it
# server = "127.0.0.1:5347"             # where the XMPP server takes components
# secret = ""                           # the component's secret …
# secret_file = "/run/credentials/causeway.service/xmpp"   # … or a file that holds it
# serve_domains = ["example.org"]       # whose users may bridge; default: the parent domain of jid

[web]
# public_url = "https://bridge.example.org"   # how the social web reaches the bridge
# handle_domain = "example.org"         # domain of handles of users of that same domain; default: host of public_url
# listen = "127.0.0.1:8710"             # the public listener; put a TLS proxy before it

[ops]
# listen = "127.0.0.1:9464"             # /livez /readyz /metrics

[db]
# url = "sqlite://causeway.db"          # sqlite:///var/lib/causeway/causeway.db
# keep_days = 30                        # keep what came, word for word, and deliveries given up this long

[inspect]
# enabled = true                        # trace every crossing
# days = 7                              # keep traces this long

[log]
# level = "info"                        # or a filter: info,causeway_xmpp=debug
# format = "text"                       # or json

[testing]                               # refused unless web.listen is on loopback
# allow_http = false
# allow_loopback = false
# extra_ca = "/path/to/ca.pem"
# authorized_fetch = false
"#;

pub(super) fn xmpp_server() -> String {
    "127.0.0.1:5347".to_owned()
}

pub(super) fn web_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 8710))
}

pub(super) fn ops_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 9464))
}

pub(super) fn db_url() -> String {
    "sqlite://causeway.db".to_owned()
}

pub(super) fn db_keep_days() -> u32 {
    30
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn inspect_days() -> u32 {
    7
}

pub(super) fn log_level() -> String {
    "info".to_owned()
}

impl Default for super::Ops {
    fn default() -> Self {
        Self { listen: ops_listen() }
    }
}

impl Default for super::Db {
    fn default() -> Self {
        Self {
            url: db_url(),
            keep_days: db_keep_days(),
        }
    }
}

impl Default for super::Inspect {
    fn default() -> Self {
        Self {
            enabled: true,
            days: inspect_days(),
        }
    }
}

impl Default for super::Log {
    fn default() -> Self {
        Self {
            level: log_level(),
            format: super::LogFormat::Text,
        }
    }
}
