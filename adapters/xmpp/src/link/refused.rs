//! A stanza that was not taken, and the answer its sender is owed.

use jid::Jid;
use minidom::Element;

use super::fault::{Condition, Fault, FaultKind};
use super::guard::Reason;
use super::ns;
use crate::xml::{Build as _, bare};

/// Which stanza it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StanzaKind {
    /// `<message/>`
    Message,
    /// `<presence/>`
    Presence,
    /// `<iq type='get'/>` or `set`, which is owed an answer.
    Request,
    /// `<iq type='result'/>` or `error`.
    Answer,
    /// Anything else.
    Other,
}

/// A stanza that broke a limit or its grammar. The stream goes on behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As on the wire; the server has stamped it, but it may be no JID.
    pub from: Option<String>,
    /// As on the wire.
    pub to: Option<String>,
    /// As on the wire.
    pub id: Option<String>,
    /// Name and type.
    pub kind: StanzaKind,
    /// Its `type` was `error`, so that nothing may be answered (RFC 6120 §8.3.1).
    pub is_error: bool,
    /// Why.
    pub reason: Reason,
}

impl Refused {
    /// The stanza error the sender is owed, in `jabber:client`; `None` where RFC 6120 §8.2.3 and §8.3.1 want silence or
    /// the addresses do not allow an answer. Presence is never answered.
    #[must_use]
    pub fn reply(&self) -> Option<Element> {
        let name = match self.kind {
            StanzaKind::Message if !self.is_error => "message",
            StanzaKind::Request => "iq",
            StanzaKind::Message | StanzaKind::Presence | StanzaKind::Answer | StanzaKind::Other => return None,
        };
        if self.reason == Reason::NotForUs {
            return None;
        }
        let to: Jid = self.from.as_deref()?.parse().ok()?;
        let from: Jid = self.to.as_deref()?.parse().ok()?;
        let reply = bare(name, ns::CLIENT)
            .with("type", "error")
            .with("from", from.as_str())
            .with("to", to.as_str())
            .with_opt("id", self.id.as_deref());
        Some(reply.child(self.fault().to_element()))
    }

    /// The error inside [`Self::reply`].
    #[must_use]
    pub fn fault(&self) -> Fault {
        let condition = if self.reason.is_limit() {
            Condition::PolicyViolation
        } else {
            Condition::BadRequest
        };
        Fault::new(FaultKind::Modify, condition).with_text(self.reason.code())
    }
}

/// The address attributes of the stanza being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Envelope {
    name: String,
    kind: Option<String>,
    from: Option<String>,
    to: Option<String>,
    id: Option<String>,
}

impl Envelope {
    pub(crate) fn name(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// The envelope of a stanza that is a tree already.
    pub(crate) fn of(element: &Element) -> Self {
        let own = |name: &str| element.attr(name).map(str::to_owned);
        Self {
            name: element.name().to_owned(),
            kind: own("type"),
            from: own("from"),
            to: own("to"),
            id: own("id"),
        }
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        let field = match name {
            "type" => &mut self.kind,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "id" => &mut self.id,
            _ => return,
        };
        // the first wins, as a second one is what gets refused
        field.get_or_insert_with(|| value.to_owned());
    }

    pub(crate) fn refuse(self, reason: Reason) -> Refused {
        let is_error = self.kind.as_deref() == Some("error");
        let kind = match (self.name.as_str(), self.kind.as_deref()) {
            ("message", _) => StanzaKind::Message,
            ("presence", _) => StanzaKind::Presence,
            ("iq", Some("result" | "error")) => StanzaKind::Answer,
            ("iq", _) => StanzaKind::Request,
            _ => StanzaKind::Other,
        };
        Refused {
            from: self.from,
            to: self.to,
            id: self.id,
            kind,
            is_error,
            reason,
        }
    }
}
