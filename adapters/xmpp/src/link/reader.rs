//! Bytes of a component stream in, stanzas out; a stanza that cannot be taken is reported and the next one is read.
//!
//! No socket in here, so every odd stanza can be fed to it from a test.

use bytes::{Buf as _, BytesMut};
use minidom::Element;
use rxml::error::EndOrError;
use rxml::parser::CommentMode;
use rxml::{Options, Parse as _, RawEvent, RawParser, WithOptions as _};

use super::builder::{self, Builder, Scope};
use super::framer::{Frame, Framer, Unframed};
use super::guard::{Limits, Reason};
use super::refused::{Envelope, Refused};

/// What came over the stream.
#[derive(Debug)]
pub(crate) enum StreamEvent {
    /// The peer's stream header, with its id.
    Opened { id: Option<String> },
    /// A whole element at stream level, in [`super::ns::CLIENT`] where it was in the stream's namespace.
    Element(Element),
    /// A stanza was skipped.
    Refused(Refused),
    /// The peer closed the stream.
    Closed,
}

/// Incremental reader of one stream.
pub(crate) struct StreamReader {
    /// Came, and not looked at yet.
    bytes: BytesMut,
    framer: Framer,
    limits: Limits,
    /// What the header declared.
    scope: Scope,
}

impl StreamReader {
    /// A reader for one fresh stream.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            bytes: BytesMut::new(),
            framer: Framer::new(limits),
            limits,
            scope: Scope::new(),
        }
    }

    /// Takes bytes from the socket.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Reads on up to the next event; `None` asks for more bytes.
    pub(crate) fn next(&mut self) -> Result<Option<StreamEvent>, Unframed> {
        let mut rest: &[u8] = &self.bytes;
        let frame = self.framer.next(&mut rest);
        let used = self.bytes.len() - rest.len();
        self.bytes.advance(used);
        Ok(frame?.map(|frame| match frame {
            Frame::Header(bytes) => self.header(&bytes),
            Frame::Stanza(bytes) => self.stanza(&bytes),
            Frame::Refused(head, reason) => StreamEvent::Refused(envelope(&head).refuse(reason)),
            Frame::End => StreamEvent::Closed,
        }))
    }

    fn header(&mut self, bytes: &[u8]) -> StreamEvent {
        let mut id = None;
        // whatever is odd in it shows when the stanzas are read
        let _ = tokens(bytes, |token| {
            if let RawEvent::Attribute(_, name, value) = token {
                builder::declare(&mut self.scope, &name, &value);
                if name.0.is_none() && name.1 == "id" {
                    id = Some(value);
                }
            }
            Ok(())
        });
        StreamEvent::Opened { id }
    }

    fn stanza(&mut self, bytes: &[u8]) -> StreamEvent {
        let mut builder = Builder::new(self.limits, std::mem::take(&mut self.scope));
        let mut stanza = None;
        let read = tokens(bytes, |token| {
            if let Some(element) = builder.token(token)? {
                stanza = Some(element);
            }
            Ok(())
        });
        self.scope = builder.into_scope();
        match (read, stanza) {
            (Ok(()), Some(element)) => StreamEvent::Element(element),
            (Ok(()), None) => StreamEvent::Refused(envelope(bytes).refuse(Reason::Malformed)),
            (Err(reason), _) => StreamEvent::Refused(envelope(bytes).refuse(reason)),
        }
    }
}

/// The address attributes of an element, as far as its start tag can be read.
fn envelope(bytes: &[u8]) -> Envelope {
    let mut envelope = Envelope::default();
    let _ = tokens(bytes, |token| match token {
        RawEvent::ElementHeadOpen(_, (_, name)) => {
            envelope.name(name.as_str());
            Ok(())
        }
        RawEvent::Attribute(_, (None, name), value) => {
            envelope.attribute(name.as_str(), &value);
            Ok(())
        }
        RawEvent::Attribute(..) | RawEvent::XmlDeclaration(..) => Ok(()),
        // only the start tag
        RawEvent::ElementHeadClose(_) | RawEvent::ElementFoot(_) | RawEvent::Text(..) => Err(Reason::Malformed),
    });
    envelope
}

/// Parses one piece with a parser of its own, until it ends, breaks, or `each` has enough.
fn tokens(mut bytes: &[u8], mut each: impl FnMut(RawEvent) -> Result<(), Reason>) -> Result<(), Reason> {
    // no token is longer than the whole; rxml sets memory aside for one, so not more than that
    let options = Options {
        max_token_length: bytes.len(),
        comments: CommentMode::Discard,
        ..Options::default()
    };
    let mut parser = RawParser::with_options(options);
    loop {
        match parser.parse(&mut bytes, false) {
            Ok(Some(token)) => each(token)?,
            Ok(None) | Err(EndOrError::NeedMoreData) => return Ok(()),
            Err(EndOrError::Error(_)) => return Err(Reason::Malformed),
        }
    }
}
