//! Bytes of a component stream in, stanzas out; a stanza that cannot be taken is skipped to its end.
//!
//! No socket in here, so every odd stanza can be fed to it from a test.

use minidom::Element;
use rxml::error::EndOrError;
use rxml::parser::CommentMode;
use rxml::{NcName, Options, Parse as _, RawEvent, RawParser, WithOptions as _};

use super::builder::{self, Builder, Scope};
use super::guard::{Limits, Reason};
use super::refused::{Envelope, Refused};

/// `rxml` ends the parse at a longer attribute, so this stands well above what a server lets pass (RFC 6120 §13.12
/// servers: 256 to 512 KiB a stanza).
const TOKEN_BYTES: usize = 1024 * 1024;
/// A skipped stanza still costs the parser a name per open level; past these the stream is given up.
const SKIP_BYTES: usize = 64 * 1024 * 1024;
const SKIP_DEPTH: usize = 500_000;

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

/// Why a stream cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Broken(pub(crate) String);

/// Incremental reader of one stream.
pub(crate) struct StreamReader {
    parser: RawParser,
    limits: Limits,
    state: State,
}

enum State {
    /// Before and inside the stream's start tag.
    Header { scope: Scope, id: Option<String> },
    /// Between stanzas.
    Idle { scope: Scope },
    /// Inside a stanza that is being built.
    Building { builder: Box<Builder>, envelope: Envelope, depth: usize },
    /// Inside a stanza that was given up.
    Skipping { scope: Scope, envelope: Envelope, reason: Reason, depth: usize, bytes: usize },
    /// The stream has ended.
    Done,
}

impl StreamReader {
    /// A reader for one fresh stream.
    pub(crate) fn new(limits: Limits) -> Self {
        let options = Options {
            max_token_length: TOKEN_BYTES.max(limits.bytes),
            comments: CommentMode::Discard,
            ..Options::default()
        };
        let parser = RawParser::with_options(options);
        Self { parser, limits, state: State::Header { scope: Scope::new(), id: None } }
    }

    /// Reads on in `bytes` (which is advanced) up to the next event; `None` asks for more bytes.
    pub(crate) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<StreamEvent>, Broken> {
        loop {
            match self.parser.parse(bytes, false) {
                Ok(Some(token)) => {
                    if let Some(event) = self.token(token)? {
                        return Ok(Some(event));
                    }
                }
                Ok(None) | Err(EndOrError::NeedMoreData) => return Ok(None),
                Err(EndOrError::Error(error)) => return Err(Broken(error.to_string())),
            }
        }
    }

    fn token(&mut self, token: RawEvent) -> Result<Option<StreamEvent>, Broken> {
        let (state, event) = match std::mem::replace(&mut self.state, State::Done) {
            State::Header { scope, id } => header(scope, id, token),
            State::Idle { scope } => idle(self.limits, scope, token),
            State::Building { builder, envelope, depth } => building(builder, envelope, depth, token),
            State::Skipping { scope, envelope, reason, depth, bytes } => {
                skipping(scope, envelope, reason, depth, bytes, &token)?
            }
            State::Done => (State::Done, None),
        };
        self.state = state;
        Ok(event)
    }
}

type Step = (State, Option<StreamEvent>);

fn header(mut scope: Scope, mut id: Option<String>, token: RawEvent) -> Step {
    match token {
        RawEvent::Attribute(_, name, value) => {
            builder::declare(&mut scope, &name, &value);
            if name.0.is_none() && name.1 == "id" {
                id = Some(value);
            }
            (State::Header { scope, id }, None)
        }
        RawEvent::ElementHeadClose(_) => (State::Idle { scope }, Some(StreamEvent::Opened { id })),
        RawEvent::XmlDeclaration(..) | RawEvent::ElementHeadOpen(..) | RawEvent::ElementFoot(_) | RawEvent::Text(..) => {
            (State::Header { scope, id }, None)
        }
    }
}

fn idle(limits: Limits, scope: Scope, token: RawEvent) -> Step {
    match token {
        RawEvent::ElementHeadOpen(_, (_, ref name)) => {
            let envelope = Envelope::new(name.as_str());
            building(Box::new(Builder::new(limits, scope)), envelope, 0, token)
        }
        RawEvent::ElementFoot(_) => (State::Done, Some(StreamEvent::Closed)),
        // whitespace keep-alive
        RawEvent::Text(..) | RawEvent::XmlDeclaration(..) | RawEvent::Attribute(..) | RawEvent::ElementHeadClose(_) => {
            (State::Idle { scope }, None)
        }
    }
}

fn building(mut builder: Box<Builder>, mut envelope: Envelope, depth: usize, token: RawEvent) -> Step {
    let depth = level(depth, &token);
    note_address(&mut envelope, depth, &token);
    match builder.token(token) {
        Ok(None) => (State::Building { builder, envelope, depth }, None),
        Ok(Some(element)) => (State::Idle { scope: builder.into_scope() }, Some(StreamEvent::Element(element))),
        Err(reason) => after_refusal(builder.into_scope(), envelope, reason, depth, 0),
    }
}

fn skipping(
    scope: Scope,
    mut envelope: Envelope,
    reason: Reason,
    depth: usize,
    bytes: usize,
    token: &RawEvent,
) -> Result<Step, Broken> {
    let bytes = bytes.saturating_add(token.metrics().len());
    let depth = level(depth, token);
    if bytes > SKIP_BYTES || depth > SKIP_DEPTH {
        return Err(Broken(format!("a stanza of more than {bytes} bytes, {depth} deep, does not end")));
    }
    note_address(&mut envelope, depth, token);
    Ok(after_refusal(scope, envelope, reason, depth, bytes))
}

/// Reports the refusal at the end of the stanza, else keeps on skipping.
fn after_refusal(scope: Scope, envelope: Envelope, reason: Reason, depth: usize, bytes: usize) -> Step {
    if depth == 0 {
        return (State::Idle { scope }, Some(StreamEvent::Refused(envelope.refuse(reason))));
    }
    (State::Skipping { scope, envelope, reason, depth, bytes }, None)
}

fn level(depth: usize, token: &RawEvent) -> usize {
    match token {
        RawEvent::ElementHeadOpen(..) => depth + 1,
        RawEvent::ElementFoot(_) => depth.saturating_sub(1),
        RawEvent::XmlDeclaration(..) | RawEvent::Attribute(..) | RawEvent::ElementHeadClose(_) | RawEvent::Text(..) => {
            depth
        }
    }
}

/// Keeps the stanza's own address attributes, also those that stand behind the one that broke a limit.
fn note_address(envelope: &mut Envelope, depth: usize, token: &RawEvent) {
    if let RawEvent::Attribute(_, (None, name), value) = token
        && depth == 1
        && !envelope.head_closed
    {
        envelope.attribute(NcName::as_str(name), value);
    }
    if matches!(token, RawEvent::ElementHeadClose(_)) {
        envelope.head_closed = true;
    }
}
