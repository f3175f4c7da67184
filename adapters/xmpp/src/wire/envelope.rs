//! What came with an item: the entries of a [`Wire`]'s envelope that [`crate::parse()`] reads.
//!
//! | entry | value |
//! |---|---|
//! | `how` | `event`, `iq`, `read`, or `file` (also when there is none) |
//! | `service` | JID of the service the node is at |
//! | `node` | name of the node |
//! | `publisher` | JID that the server put on a live event; of a retraction, the author that was stored |
//! | `from` | JID of the sender of an IQ or a presence, by our server's word |
//! | `to` | JID it was sent to |
//! | `open` | `yes` if the bytes are the answer to a probe ([`crate::ids::Wanted::Probe`]) |

use causeway_core::adapter::Wire;

/// How an item came to us, which decides who can have written it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// In an event that the service sent when it was published.
    Event,
    /// In an IQ to a node that this bridge keeps.
    Iq,
    /// Read from a node, later.
    Read,
    /// From a file: nobody vouches for anything, nothing comes of it but a conversion.
    #[default]
    File,
}

/// What came with an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table above")]
pub struct Envelope {
    pub how: How,
    pub service: Option<String>,
    pub node: Option<String>,
    pub publisher: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub open: bool,
}

impl Envelope {
    /// Reads that of a wire.
    pub fn of(wire: &Wire) -> Self {
        let entry = |name| wire.header(name).map(str::to_owned);
        Self {
            how: wire.header("how").map_or(How::File, How::named),
            service: entry("service"),
            node: entry("node"),
            publisher: entry("publisher"),
            from: entry("from"),
            to: entry("to"),
            open: wire.header("open") == Some("yes"),
        }
    }

    /// The entries for a wire.
    pub fn entries(&self) -> Vec<(String, String)> {
        let how = Some(self.how.as_str().to_owned());
        let open = self.open.then(|| "yes".to_owned());
        let parts = [
            ("how", how),
            ("service", self.service.clone()),
            ("node", self.node.clone()),
            ("publisher", self.publisher.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("open", open),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

impl How {
    /// Its name in an envelope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Iq => "iq",
            Self::Read => "read",
            Self::File => "file",
        }
    }

    fn named(name: &str) -> Self {
        [Self::Event, Self::Iq, Self::Read]
            .into_iter()
            .find(|how| how.as_str() == name)
            .unwrap_or_default()
    }
}
