//! What can go wrong with the link itself.

use minidom::Element;

use super::ns;
use super::writer::Unwritable;

/// Why there is no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No TCP connection.
    #[error("cannot connect to {server}: {detail}")]
    Unreachable {
        /// `host:port` as configured.
        server: String,
        /// The system's words.
        detail: String,
    },
    /// The server did not answer while the stream was set up.
    #[error("the server did not answer in time ({stage})")]
    Timeout {
        /// What was waited for.
        stage: &'static str,
    },
    /// `not-authorized`: the secret is wrong.
    #[error("the server does not accept the component secret (xmpp.secret)")]
    WrongSecret,
    /// `conflict`: another connection holds this domain.
    #[error("another connection already serves this component domain")]
    Conflict,
    /// `host-unknown`: the server has no such component.
    #[error("the server has no component of this domain (xmpp.jid)")]
    HostUnknown,
    /// Any other stream error (RFC 6120 §4.9.3).
    #[error("stream error {condition}: {text}")]
    Stream {
        /// The defined condition.
        condition: String,
        /// The server's words, maybe empty.
        text: String,
    },
    /// The server closed the stream, or the connection.
    #[error("the server closed the stream")]
    Closed,
    /// No sign of life, and no answer to a ping.
    #[error("the server went silent")]
    Silent,
    /// The stream is no XML we read.
    #[error("broken stream: {0}")]
    Broken(String),
    /// The connection failed.
    #[error("connection lost: {0}")]
    Io(String),
    /// We are shutting down.
    #[error("shut down")]
    Shutdown,
}

impl LinkError {
    /// The reason code, kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "link-unreachable",
            Self::Timeout { .. } => "link-timeout",
            Self::WrongSecret => "link-wrong-secret",
            Self::Conflict => "link-conflict",
            Self::HostUnknown => "link-host-unknown",
            Self::Stream { .. } => "link-stream-error",
            Self::Closed => "link-closed",
            Self::Silent => "link-silent",
            Self::Broken(_) => "link-broken-xml",
            Self::Io(_) => "link-lost",
            Self::Shutdown => "shutdown",
        }
    }

    pub(crate) fn io(error: &std::io::Error) -> Self {
        Self::Io(error.to_string())
    }

    /// Reads a `<stream:error/>`.
    pub(crate) fn of_stream(error: &Element) -> Self {
        let conditions = || error.children().filter(|child| child.has_ns(ns::STREAMS));
        let condition = conditions()
            .map(Element::name)
            .find(|name| *name != "text")
            .unwrap_or("undefined-condition");
        match condition {
            "not-authorized" => Self::WrongSecret,
            "conflict" => Self::Conflict,
            "host-unknown" => Self::HostUnknown,
            _ => Self::Stream {
                condition: condition.to_owned(),
                text: conditions()
                    .find(|child| child.name() == "text")
                    .map(Element::text)
                    .unwrap_or_default(),
            },
        }
    }
}

/// Why a batch was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// There is no stream, or it broke before the whole batch was queued: send all of it again after reconnect.
    #[error("not connected")]
    Disconnected,
    /// One stanza cannot be written; nothing of the batch was sent.
    #[error("stanza {index} of the batch: {reason}")]
    Unwritable {
        /// Its place in the batch, from 0.
        index: usize,
        /// Why.
        reason: Unwritable,
    },
}

/// Why a barrier did not come back; the batch before it may have arrived or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BarrierError {
    /// The stream the batch went out on has broken.
    #[error("the stream broke")]
    Disconnected,
    /// No answer in time, the stream is still there.
    #[error("no answer in time")]
    Timeout,
}
