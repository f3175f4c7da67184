//! The one place where stanzas become bytes.
//!
//! Our own writer, because three things must hold here for every stanza: no character that XML 1.0 forbids gets out
//! (one of them ends the stream), no tree makes it panic, and the stanza stands in the stream's namespace (Prosody
//! drops IQ results that say `jabber:client`).

use minidom::{Element, Node};

use super::ns;

/// Why a stanza cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// Not a `message`, `presence` or `iq` of ours.
    #[error("not a stanza")]
    NotAStanza,
    /// Nested deeper than the writer goes.
    #[error("nested too deep")]
    TooDeep,
    /// A name or a namespace that XML does not allow.
    #[error("a name or a namespace is not allowed in XML")]
    BadName,
    /// More bytes than the server takes in one stanza.
    #[error("{bytes} bytes, more than the server takes")]
    TooBig {
        /// Its size when written.
        bytes: usize,
    },
    /// `from` is missing our domain.
    #[error("the sender is not inside our domain")]
    ForeignSender,
    /// `to` is missing or no JID.
    #[error("no address")]
    NoAddress,
}

impl Unwritable {
    /// The reason code, kebab-case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAStanza => "unknown-stanza",
            Self::TooDeep => "xml-too-deep",
            Self::BadName => "xml-bad-name",
            Self::TooBig { .. } => "stanza-too-big",
            Self::ForeignSender => "foreign-sender",
            Self::NoAddress => "address-malformed",
        }
    }
}

/// Levels written at most; what we build is nowhere near.
const DEPTH: usize = 64;

/// A stanza's bytes as they stand on a component stream. `default_from` is written where the stanza has no `from`.
pub(crate) fn write_stanza(stanza: &Element, default_from: &str) -> Result<Vec<u8>, Unwritable> {
    if !(stanza.has_ns(ns::CLIENT) || stanza.has_ns(ns::COMPONENT)) {
        return Err(Unwritable::NotAStanza);
    }
    let mut out = String::new();
    open_tag(&mut out, stanza, None)?;
    if stanza.attr("from").is_none() {
        attribute(&mut out, "from", default_from);
    }
    content(
        &mut out,
        stanza,
        Place {
            inherited: ns::COMPONENT,
            of_stanza: true,
            depth: 1,
        },
    )?;
    Ok(out.into_bytes())
}

/// Where an element stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The default namespace in force.
    inherited: &'a str,
    /// The parent belongs to the stanza proper.
    of_stanza: bool,
    depth: usize,
}

fn element(out: &mut String, element: &Element, place: Place<'_>) -> Result<(), Unwritable> {
    if place.depth >= DEPTH {
        return Err(Unwritable::TooDeep);
    }
    let own = element.ns();
    // XEP-0114 §3, mirror image of the reader: only what hangs together with the stanza.
    let of_stanza = place.of_stanza && own == ns::CLIENT;
    let wire = if of_stanza { ns::COMPONENT } else { own.as_str() };
    open_tag(out, element, (wire != place.inherited).then_some(wire))?;
    content(
        out,
        element,
        Place {
            inherited: wire,
            of_stanza,
            depth: place.depth + 1,
        },
    )
}

fn open_tag(out: &mut String, element: &Element, xmlns: Option<&str>) -> Result<(), Unwritable> {
    <&rxml::NcNameStr>::try_from(element.name()).map_err(|_| Unwritable::BadName)?;
    if xmlns.is_some_and(is_reserved) {
        return Err(Unwritable::BadName);
    }
    out.push('<');
    out.push_str(element.name());
    if let Some(xmlns) = xmlns {
        attribute(out, "xmlns", xmlns);
    }
    for (number, ((namespace, name), value)) in element.attrs().iter().enumerate() {
        match namespace.as_str() {
            // would be read as a declaration
            "" if name == "xmlns" => return Err(Unwritable::BadName),
            "" => attribute(out, name.as_str(), value),
            rxml::XMLNS_XMLNS => return Err(Unwritable::BadName),
            rxml::XMLNS_XML => attribute(out, &format!("xml:{name}"), value),
            other => {
                attribute(out, &format!("xmlns:a{number}"), other);
                attribute(out, &format!("a{number}:{name}"), value);
            }
        }
    }
    Ok(())
}

/// Namespaces in XML 1.0 §3: bound to `xml` and `xmlns` only, never a default namespace.
fn is_reserved(namespace: &str) -> bool {
    namespace == rxml::XMLNS_XML || namespace == rxml::XMLNS_XMLNS
}

fn content(out: &mut String, parent: &Element, place: Place<'_>) -> Result<(), Unwritable> {
    if parent.nodes().next().is_none() {
        out.push_str("/>");
        return Ok(());
    }
    out.push('>');
    for node in parent.nodes() {
        match node {
            Node::Text(text) => escape(out, text, false),
            Node::Element(child) => element(out, child, place)?,
        }
    }
    out.push_str("</");
    out.push_str(parent.name());
    out.push('>');
    Ok(())
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("='");
    escape(out, value, true);
    out.push('\'');
}

/// Escapes; what XML 1.0 §2.2 forbids becomes U+FFFD. (Not dropped: text that was sanitised with the character in it
/// must not close up to something else.) Line ends become LF: a CR, even escaped, leaves Prosody 0.12.3 as a bare one,
/// and inside an attribute that ends the stream of every client built on rxml 0.14.0.
fn escape(out: &mut String, text: &str, in_attribute: bool) {
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\'' if in_attribute => out.push_str("&apos;"),
            '\t' if in_attribute => out.push_str("&#x9;"),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if in_attribute => out.push_str("&#xA;"),
            '\r' => out.push('\n'),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            other => out.push(other),
        }
    }
}
