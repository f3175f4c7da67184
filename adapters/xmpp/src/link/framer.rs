//! Cuts a stream into stanzas without understanding them.
//!
//! `rxml`, once in error, stays in error: where it reads the stream itself, one stanza it does not take is the end of
//! the stream. And any user can send one, as Prosody 0.12.3 writes `&#13;` inside an attribute as a bare CR (which rxml
//! 0.14.0 refuses) and `<xml:x/>` as `<x xmlns='http://www.w3.org/XML/1998/namespace'/>`, and ejabberd 23.01 hands on
//! whatever `expat` lets pass. So tags are only counted here, each stanza then goes to a parser of its own, and what
//! that refuses is one stanza.
//!
//! A server sends what it has parsed, so tags are balanced; all else is the parser's business. Memory: never more than
//! one stanza of the allowed size.

use super::guard::{Limits, Reason};

/// A piece of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The stream's start tag.
    Header(Vec<u8>),
    /// A whole element at stream level.
    Stanza(Vec<u8>),
    /// An element at stream level that broke a limit: what there is of its start tag.
    Refused(Vec<u8>, Reason),
    /// The stream's end tag.
    End,
}

/// The counting machine.
#[derive(Debug)]
pub(crate) struct Framer {
    limits: Limits,
    state: State,
    /// Open elements, the stream being the first.
    depth: usize,
    /// The bytes of the frame, or of its start tag once it is refused.
    kept: Vec<u8>,
    head_length: Option<usize>,
    refused: Option<Reason>,
    after_cr: bool,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Text,
    /// Behind `<`.
    Tag,
    StartTag {
        quote: Option<u8>,
        slash: bool,
    },
    EndTag,
    /// Behind `<!`.
    Bang,
    /// Inside CDATA or a comment, which end with two or more of `mark` and `>`.
    Section {
        mark: u8,
        marks: usize,
    },
    /// Inside `<? ?>`.
    Instruction {
        mark: bool,
    },
}

/// A stream that cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unframed(pub(crate) &'static str);

impl Framer {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Text,
            depth: 0,
            kept: Vec::new(),
            head_length: None,
            refused: None,
            after_cr: false,
        }
    }

    /// Reads on in `bytes`, which is advanced, up to the next frame.
    pub(crate) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<Frame>, Unframed> {
        while let Some((&byte, rest)) = bytes.split_first() {
            *bytes = rest;
            // XML 1.0 §2.11: CR and CRLF are LF. Done here, as rxml 0.14.0 does it wrong in attributes.
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            let frame = match byte {
                b'\n' if after_cr => None,
                b'\r' => self.byte(b'\n')?,
                other => self.byte(other)?,
            };
            if frame.is_some() {
                return Ok(frame);
            }
        }
        Ok(None)
    }

    fn byte(&mut self, byte: u8) -> Result<Option<Frame>, Unframed> {
        self.keep(byte);
        self.state = match (self.state, byte) {
            (State::Text, b'<') => State::Tag,
            (State::Text, _) => State::Text,
            (State::Tag, b'/') => State::EndTag,
            (State::Tag, b'!') => State::Bang,
            (State::Tag, b'?') => State::Instruction { mark: false },
            (State::Tag, _) => State::StartTag {
                quote: None,
                slash: false,
            },
            (State::Bang, b'[') => State::Section { mark: b']', marks: 0 },
            (State::Bang, b'-') => State::Section { mark: b'-', marks: 0 },
            (State::Bang, _) => return Err(Unframed("a document type in a stream")),
            (State::Section { mark, marks }, byte) => match byte {
                b'>' if marks >= 2 => State::Text,
                byte if byte == mark => State::Section { mark, marks: marks + 1 },
                _ => State::Section { mark, marks: 0 },
            },
            (State::Instruction { mark: true }, b'>') => State::Text,
            (State::Instruction { .. }, byte) => State::Instruction { mark: byte == b'?' },
            (State::StartTag { quote: Some(quote), .. }, byte) => State::StartTag {
                quote: (byte != quote).then_some(quote),
                slash: false,
            },
            (State::StartTag { quote: None, slash }, b'>') => return Ok(self.start(slash)),
            (State::StartTag { quote: None, .. }, byte) => State::StartTag {
                quote: matches!(byte, b'\'' | b'"').then_some(byte),
                slash: byte == b'/',
            },
            (State::EndTag, b'>') => return self.end(),
            (State::EndTag, _) => State::EndTag,
        };
        Ok(None)
    }

    /// A start tag is complete.
    fn start(&mut self, is_empty: bool) -> Option<Frame> {
        self.state = State::Text;
        self.depth += 1;
        if self.depth == 1 {
            return Some(Frame::Header(std::mem::take(&mut self.kept)));
        }
        if self.depth == 2 && self.refused.is_none() {
            self.head_length = Some(self.kept.len());
        }
        if self.depth - 1 > self.limits.depth {
            self.refuse(Reason::TooDeep);
        }
        if is_empty { self.close() } else { None }
    }

    fn end(&mut self) -> Result<Option<Frame>, Unframed> {
        self.state = State::Text;
        if self.depth <= 1 {
            self.depth = 0;
            return Ok(Some(Frame::End));
        }
        Ok(self.close())
    }

    /// An element inside the stream is complete.
    fn close(&mut self) -> Option<Frame> {
        self.depth -= 1;
        if self.depth != 1 {
            return None;
        }
        let bytes = std::mem::take(&mut self.kept);
        self.head_length = None;
        Some(match self.refused.take() {
            Some(reason) => Frame::Refused(bytes, reason),
            None => Frame::Stanza(bytes),
        })
    }

    fn keep(&mut self, byte: u8) {
        // between stanzas there is only whitespace (or what no server sends), and the `<` that begins the next
        if self.depth <= 1
            && matches!(
                self.state,
                State::Text | State::Instruction { .. } | State::Section { .. }
            )
        {
            self.kept.clear();
        }
        if self.refused.is_some() {
            return;
        }
        if self.kept.len() >= self.limits.bytes {
            self.refuse(Reason::TooBig);
            return;
        }
        self.kept.push(byte);
    }

    fn refuse(&mut self, reason: Reason) {
        if self.refused.is_none() {
            self.refused = Some(reason);
            self.kept.truncate(self.head_length.unwrap_or(usize::MAX));
        }
    }
}
