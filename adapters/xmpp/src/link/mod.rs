//! The component link (XEP-0114): one stream to the server, kept up.
//!
//! Our own, because `tokio_xmpp::Component` ends the stream at one odd stanza of any remote user and its cargo feature
//! switches namespaces for the whole build. Here a stanza that breaks a limit or the grammar is skipped to its end and
//! reported, and the stream goes on; every token is counted before there is a tree.
//!
//! # Layout
//! * [`Link`] (handle): `send`, `barrier`, `deliver`, `iq`, `state`. [`LinkTask`] (task): connects, reconnects.
//! * `connection`: TCP and handshake. `session`: the reader and writer of one stream. `iq`: requests waiting.
//! * `framer` (bytes to stanzas), `reader` (stanzas to events), `builder` (tokens to a tree), `guard` (limits), `writer` (tree to bytes).
//! * `incoming`, `refused`, `fault`: what is handed out, and what is answered.
//!
//! # Not here
//! TLS: neither Prosody nor ejabberd offers it to components; run on loopback or in a tunnel. Stream management: none
//! for components, hence the barrier.

mod builder;
mod config;
mod connection;
mod error;
mod fault;
mod framer;
mod guard;
mod handle;
mod incoming;
mod iq;
mod ns;
mod reader;
mod refused;
mod session;
mod task;
mod writer;

#[cfg(test)]
mod tests;

pub use config::{LinkConfig, Random};
pub use error::{BarrierError, LinkError, SendError};
pub use fault::{Condition, Fault, FaultKind};
pub use guard::{Limits, Reason};
pub use handle::{DeliverError, Link, LinkState, Sent};
pub use incoming::{Incoming, Request, Stanza};
pub use iq::{IqError, Query};
pub use refused::{Refused, StanzaKind};
pub use task::LinkTask;
pub use writer::Unwritable;
