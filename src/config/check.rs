//! What a configuration must satisfy beyond its grammar.

use super::Config;

/// Whether `config` can be run with.
///
/// # Errors
/// The first thing that is wrong, and how to mend it.
pub fn check(config: &Config) -> Result<(), String> {
    if config.xmpp.secret.is_empty() {
        return Err(
            "xmpp.secret is missing: set it, or xmpp.secret_file, to the component_secret of the XMPP server".into(),
        );
    }
    if config.xmpp.jid.is_empty() || config.xmpp.jid.contains(['@', '/', ' ']) {
        return Err(format!(
            "xmpp.jid is a host name such as bridge.example.org, not {:?}",
            config.xmpp.jid
        ));
    }
    if config.serve_domains().is_empty() {
        return Err("xmpp.serve_domains is missing: name the domains whose users may bridge".into());
    }
    let url = &config.web.public_url;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(format!("web.public_url is an https: URL, not {url}"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("web.public_url ends with its host: {url} has more"));
    }
    if url.scheme() == "http" && !config.testing.allow_http {
        return Err("web.public_url is http: other servers only take https".into());
    }
    if config.testing.any() && !config.web.listen.ip().is_loopback() {
        return Err("[testing] switches are refused unless web.listen is on loopback".into());
    }
    Ok(())
}
