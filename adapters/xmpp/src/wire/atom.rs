//! An Atom entry as XMPP programs write it: read with patience, written with care.
//!
//! Wire: `<entry xmlns="http://www.w3.org/2005/Atom">` inside a pubsub item.
//! Spec: RFC 4287, RFC 4685 (in-reply-to), XEP-0277 0.6.5, XEP-0472 0.2.1, XEP-0080 (geoloc).
//! Readers: Movim 2026-08 decides the form: default namespaces only, title and updated always, text and XHTML both.
//!
//! The tree is minidom's, not derived with `xso`: an entry holds foreign markup (XHTML), the same element in several
//! forms and languages, and whatever else its writer thought of. A derived reader refuses or forgets what it does not
//! know; this one names it in [`AtomEntry::unknown`], so that it becomes a loss.

mod read;
#[cfg(test)]
mod tests;
mod write;

use causeway_core::model::Geo;
use minidom::Element;

use super::attachments::Attached;

/// RFC 4287.
pub const ATOM: &str = "http://www.w3.org/2005/Atom";
/// RFC 4685.
pub(crate) const THREAD: &str = "http://purl.org/syndication/thread/1.0";
/// XEP-0080.
pub(crate) const GEOLOC: &str = "http://jabber.org/protocol/geoloc";
/// Marks of this bridge in entries of its own making: an element of this namespace says what no element of Atom can.
pub(crate) const MARK: &str = "urn:causeway:entry:0";

/// An entry. Texts are as on the wire: nothing is sanitised here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AtomEntry {
    /// RFC 4287 §4.2.6. Not the item's id (XEP-0277 §7.1).
    pub id: Option<String>,
    /// §4.2.14: one, or the same in several forms and languages (Libervia 0.9 gives two and no content).
    pub titles: Vec<AtomText>,
    /// §4.2.1: the first one that has an address.
    pub author: Option<AtomPerson>,
    /// §4.2.7, in order.
    pub links: Vec<AtomLink>,
    /// RFC 4685 §3, in order.
    pub in_reply_to: Vec<InReplyTo>,
    /// §4.1.3, in several forms and languages.
    pub contents: Vec<AtomText>,
    /// §4.2.13.
    pub summary: Option<AtomText>,
    /// §4.2.9, as written.
    pub published: Option<String>,
    /// §4.2.2: terms, as written.
    pub categories: Vec<String>,
    /// §4.2.15, as written.
    pub updated: Option<String>,
    /// XEP-0080 §3.1.
    pub geo: Option<Geo>,
    /// The title was made up of the text by a bridge: it is no title.
    pub invented_title: bool,
    /// The item stands for one that was taken back where nothing can be taken away.
    pub deleted: bool,
    /// What the entry says as an attachment says it, where it stands for one. XEP-0470 §4.1
    pub attached: Option<Attached>,
    /// `xml:lang` of the entry.
    pub lang: Option<String>,
    /// Names of elements that nothing was made of, each once.
    pub unknown: Vec<String>,
}

/// A text construct. RFC 4287 §3.1
#[derive(Clone, Debug, PartialEq)]
pub struct AtomText {
    /// `xml:lang` of the element.
    pub lang: Option<String>,
    /// The text.
    pub body: TextBody,
}

/// The forms of a text construct.
#[derive(Clone, Debug, PartialEq)]
pub enum TextBody {
    /// `type="text"`, or none.
    Plain(String),
    /// `type="html"`: HTML, escaped.
    Html(String),
    /// `type="xhtml"`: the `div`.
    Xhtml(Element),
}

/// RFC 4287 §3.2
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtomPerson {
    /// §3.2.1
    pub name: Option<String>,
    /// §3.2.2: `xmpp:` and a bare JID.
    pub uri: Option<String>,
}

/// RFC 4287 §4.2.7
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtomLink {
    /// The relation; `alternate` where the wire has none.
    pub rel: String,
    /// Where it leads.
    pub href: String,
    /// Media type of what it leads to.
    pub media_type: Option<String>,
    /// A title, a description.
    pub title: Option<String>,
    /// Bytes of what it leads to.
    pub length: Option<u64>,
    /// The address of a picture that stands for it: Movim 2026-08 has it of related pages.
    pub logo: Option<String>,
}

/// RFC 4685 §3
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InReplyTo {
    /// Where what is answered can be read.
    pub href: Option<String>,
    /// Its Atom id.
    pub reference: Option<String>,
}

impl AtomText {
    /// Plain text in no stated language.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            lang: None,
            body: TextBody::Plain(text.into()),
        }
    }
}

impl AtomLink {
    /// A link of this relation.
    pub fn to(rel: &str, href: impl Into<String>) -> Self {
        Self {
            rel: rel.to_owned(),
            href: href.into(),
            ..Self::default()
        }
    }

    /// Sets the media type.
    #[must_use]
    pub fn of_type(self, media_type: &str) -> Self {
        Self {
            media_type: Some(media_type.to_owned()),
            ..self
        }
    }

    /// Sets the title.
    #[must_use]
    pub fn titled(self, title: &str) -> Self {
        Self {
            title: Some(title.to_owned()),
            ..self
        }
    }
}

impl AtomEntry {
    /// The links of a relation, in order.
    pub fn links(&self, rel: &str) -> impl Iterator<Item = &AtomLink> {
        self.links.iter().filter(move |link| link.rel == rel)
    }
}
