//! Causeway's XMPP adapter: PubSub and Atom over a component link.
//!
//! # Layout
//! * [`link`]: the XEP-0114 stream.

pub mod link;
mod xml;
