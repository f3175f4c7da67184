//! What the mapping must know of this installation.

/// The part of the configuration that [`crate::parse()`] and [`crate::render()`] rest on. Hosts are in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The bridge's own JID, a bare domain: remote actors are `escaped\40handle@bridge`.
    pub bridge: String,
    /// The domains whose users this bridge serves.
    pub serve_domains: Vec<String>,
}
