//! What the link hands out: checked addresses, one value per stanza.

use jid::Jid;
use minidom::Element;
use xmpp_parsers::message::Message;
use xmpp_parsers::presence::Presence;

use super::fault::Fault;
use super::guard::Reason;
use super::ns;
use super::refused::{Envelope, Refused};
use crate::xml::{Build as _, attr, bare};

/// One stanza from the server.
#[derive(Debug)]
pub enum Incoming {
    /// `<iq type='get'/>` or `set`; owed an answer, always.
    Request(Request),
    /// `<message/>`, of whatever type.
    Message(Stanza),
    /// `<presence/>`, of whatever type.
    Presence(Stanza),
    /// A stanza that was skipped. [`Refused::reply`] is owed to its sender.
    Refused(Refused),
}

/// A message or a presence, in `jabber:client`.
#[derive(Debug, Clone)]
pub struct Stanza {
    /// Stamped by the server.
    pub from: Jid,
    /// Inside our domain.
    pub to: Jid,
    /// `type`, as on the wire; a message without one is `normal`, a presence without one is available.
    pub kind: Option<String>,
    /// `id`, as on the wire.
    pub id: Option<String>,
    /// The whole stanza.
    pub element: Element,
}

impl Stanza {
    /// The typed view.
    ///
    /// # Errors
    /// [`Refused`] with [`Reason::Malformed`] where `xmpp-parsers` does not take it, for example two `<thread/>`.
    pub fn message(&self) -> Result<Message, Refused> {
        Message::try_from(self.element.clone()).map_err(|_| self.refuse(Reason::Malformed))
    }

    /// The typed view.
    ///
    /// # Errors
    /// [`Refused`] with [`Reason::Malformed`] where `xmpp-parsers` does not take it, for example `<show>bogus</show>`.
    pub fn presence(&self) -> Result<Presence, Refused> {
        Presence::try_from(self.element.clone()).map_err(|_| self.refuse(Reason::Malformed))
    }

    /// This stanza refused for a reason found later.
    #[must_use]
    pub fn refuse(&self, reason: Reason) -> Refused {
        Envelope::of(&self.element).refuse(reason)
    }
}

/// An IQ that wants an answer.
#[derive(Debug, Clone)]
pub struct Request {
    /// Stamped by the server.
    pub from: Jid,
    /// Inside our domain.
    pub to: Jid,
    /// Echoed in the answer.
    pub id: String,
    /// `set` rather than `get`.
    pub is_set: bool,
    /// The one child (RFC 6120 §8.2.3).
    pub payload: Element,
}

impl Request {
    /// The `result` stanza.
    #[must_use]
    pub fn result(&self, payload: Option<Element>) -> Element {
        self.answer("result").children_from(payload)
    }

    /// The `error` stanza.
    #[must_use]
    pub fn error(&self, fault: &Fault) -> Element {
        self.answer("error").child(fault.to_element())
    }

    fn answer(&self, kind: &str) -> Element {
        bare("iq", ns::CLIENT)
            .with("type", kind)
            .with("id", self.id.as_str())
            .with("from", self.to.as_str())
            .with("to", self.from.as_str())
    }
}

/// A stanza sorted by what the link does with it.
#[derive(Debug)]
pub(crate) enum Sorted {
    /// For the adapter.
    Hand(Incoming),
    /// An answer to one of our requests.
    Answer { from: Jid, id: String, iq: Element },
    /// Our own ping, come round; see [`super::barrier`].
    Echo { id: String },
}

/// Checks the stanza's addresses and its outer grammar.
pub(crate) fn sort(element: Element, domain: &str) -> Result<Sorted, Refused> {
    match element.name() {
        "message" | "presence" | "iq" if element.has_ns(ns::CLIENT) => {}
        _ => return Err(Envelope::of(&element).refuse(Reason::UnknownStanza)),
    }
    let refuse = |element: &Element, reason| Envelope::of(element).refuse(reason);
    let (Some(from), Some(to)) = (address(&element, "from"), address(&element, "to")) else {
        return Err(refuse(&element, Reason::BadAddress));
    };
    if to.domain().as_str() != domain {
        return Err(refuse(&element, Reason::NotForUs));
    }
    if element.name() == "iq" {
        return sort_iq(element, from, to);
    }
    let is_message = element.name() == "message";
    let stanza = Stanza {
        from,
        to,
        kind: attr(&element, "type"),
        id: attr(&element, "id"),
        element,
    };
    Ok(Sorted::Hand(if is_message {
        Incoming::Message(stanza)
    } else {
        Incoming::Presence(stanza)
    }))
}

fn sort_iq(iq: Element, from: Jid, to: Jid) -> Result<Sorted, Refused> {
    let malformed = |iq: &Element| Envelope::of(iq).refuse(Reason::Malformed);
    // RFC 6120 §8.2.3: an id always, a known type, exactly one child in a request.
    let Some(id) = attr(&iq, "id") else {
        return Err(malformed(&iq));
    };
    let is_set = match iq.attr("type") {
        Some("result" | "error") => return Ok(Sorted::Answer { from, id, iq }),
        Some("get") => false,
        Some("set") => true,
        Some(_) | None => return Err(malformed(&iq)),
    };
    if from == to && from.node().is_none() {
        return Ok(Sorted::Echo { id });
    }
    let refused = malformed(&iq);
    let mut iq = iq;
    let payload = iq.unshift_child();
    match payload {
        Some(payload) if iq.children().next().is_none() => Ok(Sorted::Hand(Incoming::Request(Request {
            from,
            to,
            id,
            is_set,
            payload,
        }))),
        Some(_) | None => Err(refused),
    }
}

fn address(element: &Element, name: &str) -> Option<Jid> {
    element.attr(name)?.parse().ok()
}
