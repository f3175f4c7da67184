//! Causeway's XMPP adapter: PubSub and Atom over a component link.
//!
//! # Layout
//! * [`link`]: the XEP-0114 stream.

pub mod ids;
pub mod link;
pub mod rules;
pub mod wire;
mod config;
mod xml;

pub use config::Config;
