//! Namespaces the link itself speaks.

/// Stanzas inside the adapter, as clients have them.
pub(crate) const CLIENT: &str = "jabber:client";
/// Stanzas on a component's stream (XEP-0114 §3).
pub(crate) const COMPONENT: &str = "jabber:component:accept";
/// Stream header, stream errors (RFC 6120 §4.8.1).
pub(crate) const STREAM: &str = "http://etherx.jabber.org/streams";
/// Stanza error conditions (RFC 6120 §8.3.3).
pub(crate) const STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// Stream error conditions (RFC 6120 §4.9.3).
pub(crate) const STREAMS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
/// XEP-0199 ping.
pub(crate) const PING: &str = "urn:xmpp:ping";
