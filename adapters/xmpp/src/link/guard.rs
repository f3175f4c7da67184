//! The limits a stanza must keep, checked token by token before any tree is built.
//!
//! `minidom` clones, writes and drops recursively, so depth has to be bounded here: one message of 28 KB nested
//! 4,000 deep ends a process that only looks at it.

/// What one incoming stanza may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting, the stanza itself being level 1.
    pub depth: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes: usize,
    /// Child elements of one element.
    pub children: usize,
    /// Bytes of the stanza as it came over the wire.
    pub bytes: usize,
    /// Bytes of one namespace name: every element of a tree holds a copy of its own.
    pub namespace_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            attributes: 256,
            children: 4096,
            bytes: 512 * 1024,
            namespace_bytes: 256,
        }
    }
}

/// Why a stanza was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nested deeper than [`Limits::depth`].
    TooDeep,
    /// An element has more attributes than [`Limits::attributes`].
    TooManyAttributes,
    /// An element has more children than [`Limits::children`].
    TooManyChildren,
    /// More bytes than [`Limits::bytes`].
    TooBig,
    /// A namespace name is longer than [`Limits::namespace_bytes`], or a prefix is not declared.
    BadNamespace,
    /// One attribute stands twice on an element.
    DuplicateAttribute,
    /// `from` or `to` is missing or no JID.
    BadAddress,
    /// `to` is not inside our domain.
    NotForUs,
    /// Breaks RFC 6120 §8 or the stanza's own schema.
    Malformed,
    /// Neither `message`, `presence` nor `iq`.
    UnknownStanza,
}

impl Reason {
    /// The reason code, kebab-case, as it is logged and counted.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooDeep => "xml-too-deep",
            Self::TooManyAttributes => "xml-too-many-attributes",
            Self::TooManyChildren => "xml-too-many-children",
            Self::TooBig => "stanza-too-big",
            Self::BadNamespace => "xml-bad-namespace",
            Self::DuplicateAttribute => "xml-duplicate-attribute",
            Self::BadAddress => "address-malformed",
            Self::NotForUs => "not-for-us",
            Self::Malformed => "stanza-malformed",
            Self::UnknownStanza => "unknown-stanza",
        }
    }

    /// Whether a limit of ours was broken, rather than the protocol.
    #[must_use]
    pub fn is_limit(self) -> bool {
        match self {
            Self::TooDeep | Self::TooManyAttributes | Self::TooManyChildren | Self::TooBig => true,
            Self::BadNamespace
            | Self::DuplicateAttribute
            | Self::BadAddress
            | Self::NotForUs
            | Self::Malformed
            | Self::UnknownStanza => false,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// Counts one stanza against its [`Limits`].
#[derive(Debug)]
pub(crate) struct Guard {
    limits: Limits,
    bytes: usize,
    attributes: usize,
    /// Children seen so far, per open element.
    children: Vec<usize>,
}

impl Guard {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes: 0,
            attributes: 0,
            children: Vec::new(),
        }
    }

    pub(crate) fn bytes(&mut self, more: usize) -> Result<(), Reason> {
        self.bytes = self.bytes.saturating_add(more);
        within(self.bytes, self.limits.bytes, Reason::TooBig)
    }

    pub(crate) fn open(&mut self) -> Result<(), Reason> {
        if let Some(siblings) = self.children.last_mut() {
            *siblings += 1;
            within(*siblings, self.limits.children, Reason::TooManyChildren)?;
        }
        self.attributes = 0;
        self.children.push(0);
        within(self.children.len(), self.limits.depth, Reason::TooDeep)
    }

    pub(crate) fn attribute(&mut self) -> Result<(), Reason> {
        self.attributes += 1;
        within(self.attributes, self.limits.attributes, Reason::TooManyAttributes)
    }

    pub(crate) fn namespace(&self, name: &str) -> Result<(), Reason> {
        within(name.len(), self.limits.namespace_bytes, Reason::BadNamespace)
    }

    pub(crate) fn close(&mut self) {
        self.children.pop();
    }
}

fn within(count: usize, limit: usize, reason: Reason) -> Result<(), Reason> {
    if count > limit { Err(reason) } else { Ok(()) }
}
