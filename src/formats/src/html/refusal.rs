//! How much HTML is read, and why it is refused.

use crate::xml_limits::XmlRefusal;

/// The most HTML that [`sanitise`](super::sanitise) reads.
///
/// Both are checked by one linear scan before any tree is built: ammonia takes quadratic time in
/// the nesting depth (250 KB of nested `div` cost it seven seconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest input, in bytes of UTF-8.
    pub bytes: usize,
    /// Deepest nesting of elements.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            depth: 100,
        }
    }
}

/// Why a piece of HTML was not read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HtmlRefusal {
    /// The text is longer than [`Limits::bytes`].
    #[error("HTML of {bytes} bytes, more than {limit}")]
    TooLong {
        /// Length found, in bytes.
        bytes: usize,
        /// The limit in force.
        limit: usize,
    },
    /// Elements are nested deeper than [`Limits::depth`].
    #[error("HTML nested deeper than {limit} elements")]
    TooDeep {
        /// The limit in force.
        limit: usize,
    },
    /// What should be XHTML is not well-formed XML, or breaks a limit of [`crate::xml_limits`].
    #[error("XHTML: {0}")]
    Xhtml(#[from] XmlRefusal),
}

impl HtmlRefusal {
    /// The reason code: `html-too-long`, `html-too-deep`, or one of [`XmlRefusal::reason`].
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "html-too-long",
            Self::TooDeep { .. } => "html-too-deep",
            Self::Xhtml(refusal) => refusal.reason(),
        }
    }
}
