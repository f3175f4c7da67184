//! The guard over a sequence of events.

use rxml::Event;

/// The most that one XML element (a stanza, a document) may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting, the root included.
    pub depth: usize,
    /// Attributes of one element, namespace declarations not counted (they count as `token`).
    pub attributes: usize,
    /// Child elements of one element.
    pub children: usize,
    /// Longest start tag, in bytes: its name, attributes and namespace declarations together.
    /// Text is not a token: it may be as long as the whole.
    pub token: usize,
    /// The whole, in bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            attributes: 256,
            children: 4_096,
            token: 64 * 1024,
            bytes: 512 * 1024,
        }
    }
}

/// Which limit broke, or what else is wrong with the XML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlRefusal {
    /// Nested deeper than [`Limits::depth`].
    #[error("nested deeper than {0} elements")]
    TooDeep(usize),
    /// An element has more attributes than [`Limits::attributes`].
    #[error("more than {0} attributes on one element")]
    TooManyAttributes(usize),
    /// An element has more children than [`Limits::children`].
    #[error("more than {0} children of one element")]
    TooManyChildren(usize),
    /// A start tag is longer than [`Limits::token`].
    #[error("a start tag of more than {0} bytes")]
    TokenTooLong(usize),
    /// The whole is longer than [`Limits::bytes`].
    #[error("more than {0} bytes")]
    TooLarge(usize),
    /// There is a document type declaration.
    #[error("document type declarations are not read")]
    Doctype,
    /// An entity is used that XML itself does not define.
    #[error("an undeclared entity")]
    Entity,
    /// The document is not in UTF-8, or says it is not.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not well-formed, or a construct that is not read (processing instructions in content).
    #[error("not well-formed: {0}")]
    Malformed(String),
}

impl XmlRefusal {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooDeep(_) => "xml-too-deep",
            Self::TooManyAttributes(_) => "xml-too-many-attributes",
            Self::TooManyChildren(_) => "xml-too-many-children",
            Self::TokenTooLong(_) => "xml-token-too-long",
            Self::TooLarge(_) => "xml-too-large",
            Self::Doctype => "xml-doctype",
            Self::Entity => "xml-entity",
            Self::NotUtf8 => "xml-not-utf8",
            Self::Malformed(_) => "xml-malformed",
        }
    }
}

/// Counts the events of one element and says which limit broke first.
///
/// A stream reader makes a guard for each stanza, feeds it every event *before* it builds anything
/// from it, and on an error goes on feeding until [`Guard::is_complete`]: the stanza is skipped and
/// the stream lives on. For that the reader's own `max_token_length` must be larger than what the
/// server lets through, or rxml ends the stream first.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    /// Children seen so far of each open element, as deep as the limit goes.
    children: Vec<usize>,
    depth: usize,
    bytes: usize,
    started: bool,
    broken: Option<XmlRefusal>,
}

impl Guard {
    /// A guard for one element.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            children: Vec::new(),
            depth: 0,
            bytes: 0,
            started: false,
            broken: None,
        }
    }

    /// Takes the next event. Once broken, every further event gets the same answer.
    ///
    /// # Errors
    /// The limit that broke.
    pub fn feed(&mut self, event: &Event) -> Result<(), XmlRefusal> {
        let checked = self.count(event);
        if let (None, Err(refusal)) = (&self.broken, checked) {
            self.broken = Some(refusal);
        }
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Whether the element has ended.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.started && self.depth == 0
    }

    /// Bytes fed so far, those after a breach included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn count(&mut self, event: &Event) -> Result<(), XmlRefusal> {
        let length = event.metrics().len();
        self.bytes = self.bytes.saturating_add(length);
        let depth = match event {
            Event::StartElement(..) => {
                self.started = true;
                self.depth += 1;
                self.depth
            }
            Event::EndElement(_) => {
                self.depth = self.depth.saturating_sub(1);
                self.children.truncate(self.depth);
                self.depth
            }
            Event::Text(..) | Event::XmlDeclaration(..) => self.depth,
        };
        if self.bytes > self.limits.bytes {
            return Err(XmlRefusal::TooLarge(self.limits.bytes));
        }
        match event {
            Event::StartElement(_, _, attributes) => self.count_start(depth, length, attributes.len()),
            Event::EndElement(_) | Event::Text(..) | Event::XmlDeclaration(..) => Ok(()),
        }
    }

    fn count_start(&mut self, depth: usize, length: usize, attributes: usize) -> Result<(), XmlRefusal> {
        let limits = self.limits;
        if depth > limits.depth {
            return Err(XmlRefusal::TooDeep(limits.depth));
        }
        if let Some(siblings) = self.children.last_mut() {
            *siblings += 1;
            if *siblings > limits.children {
                return Err(XmlRefusal::TooManyChildren(limits.children));
            }
        }
        self.children.push(0);
        if attributes > limits.attributes {
            return Err(XmlRefusal::TooManyAttributes(limits.attributes));
        }
        if length > limits.token {
            return Err(XmlRefusal::TokenTooLong(limits.token));
        }
        Ok(())
    }
}
