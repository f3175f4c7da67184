//! Exact wires, before and after it is known who vouches for them.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::id::Network;
use crate::model::Attested;
use crate::time::Timestamp;

/// The media type of a wire that holds an [`crate::model::Activity`] as JSON: what the bridge does by itself, on a command.
pub const MODEL_MEDIA_TYPE: &str = "application/vnd.causeway.activity+json";

/// Something that arrived and is not attested yet.
#[derive(Debug)]
pub struct Raw {
    /// How it came.
    pub source: RawSource,
    /// Its exact bytes.
    pub body: Bytes,
    /// When it came.
    pub received: Timestamp,
}

/// How a raw wire came.
#[derive(Debug)]
pub enum RawSource {
    /// A request to our listener.
    Request(Box<http::request::Parts>),
    /// An element of a stream that a trusted server routes to us; `from` is the address that server vouches for.
    Stream {
        /// Who sent it, by the server's word.
        from: String,
    },
}

/// Exact bytes whose origin is known: what is stored before anything is acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// The network whose adapter parses it.
    pub network: Network,
    /// Who vouches for it.
    pub attested: Attested,
    /// The wire's own id, if it has one: with the attested origin it says whether this is a duplicate. Without, the hash
    /// of the bytes does.
    pub id: Option<String>,
    /// Whether it just happened.
    pub arrival: Arrival,
    /// The media type of `body`.
    pub media_type: String,
    /// The exact bytes.
    pub body: Bytes,
    /// What came with it and is needed to understand it or to show it: header or attribute names and values. No secrets.
    pub envelope: Vec<(String, String)>,
    /// When it came.
    pub received: Timestamp,
}

/// Whether a wire tells of something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrival {
    /// It just happened: subscribers are told.
    Live,
    /// It happened before and was fetched: stored and shown, nobody is told.
    Backfill,
    /// A stored wire run again: never leaves the process.
    Replay,
}

impl Wire {
    /// The value of the envelope entry `name`, names compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.envelope
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}
