//! The item of a pubsub node, in whatever it came.

use causeway_core::refusal::{Reason, Refusal};
use minidom::Element;

use crate::xml::{Build, attr, bare};

/// The media type of a wire that is an `<item>`, or a bare Atom entry.
pub const ITEM_MEDIA_TYPE: &str = "application/atom+xml";
/// The media type of a wire that is any other element of a stanza: a retraction, a subscription, presence.
// RFC 3923 §8
pub const STANZA_MEDIA_TYPE: &str = "application/xmpp+xml";
/// XEP-0060: requests and answers.
pub const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
/// XEP-0060: events.
pub const PUBSUB_EVENT: &str = "http://jabber.org/protocol/pubsub#event";

/// An item: `<item id publisher>` with one payload, or none in an event that only tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PubsubItem {
    /// Its id, which services may leave out where it is plain from the request.
    pub id: Option<String>,
    /// Who published it, by the word of whoever hands the item over.
    pub publisher: Option<String>,
    /// What it holds.
    pub payload: Option<Element>,
}

impl PubsubItem {
    /// Reads `<item>`, or takes a bare payload for an item without an id.
    pub fn from_element(element: Element) -> Self {
        if !is_item(&element) {
            return Self {
                id: None,
                publisher: None,
                payload: Some(element),
            };
        }
        let (id, publisher) = (attr(&element, "id"), attr(&element, "publisher"));
        Self {
            id,
            publisher,
            payload: element.children().next().cloned(),
        }
    }

    /// The item as an event carries it; whoever publishes it puts it into the namespace of requests.
    // XEP-0060 §7.1.2.1
    pub fn to_element(&self) -> Element {
        bare("item", PUBSUB_EVENT)
            .with_opt("id", self.id.clone())
            .with_opt("publisher", self.publisher.clone())
            .children_from(self.payload.clone())
    }
}

fn is_item(element: &Element) -> bool {
    element.name() == "item" && is_pubsub(element)
}

/// Whether it is in one of the namespaces of pubsub, or in none as in files.
pub(crate) fn is_pubsub(element: &Element) -> bool {
    matches!(element.ns().as_str(), PUBSUB | PUBSUB_EVENT | "")
}

/// The element of an item's retraction in an event.
// XEP-0060 §7.2.2.1
pub(crate) fn retract(id: &str) -> Element {
    bare("retract", PUBSUB_EVENT).with("id", id)
}

/// The id of the item that an element takes back.
///
/// # Errors
/// `malformed` without an id.
pub(crate) fn retracted(element: &Element) -> Result<String, Refusal> {
    // a request names it in an item (XEP-0060 §7.2.1), an event in the element itself
    attr(element, "id")
        .or_else(|| {
            element
                .children()
                .find(|child| is_item(child))
                .and_then(|item| attr(item, "id"))
        })
        .ok_or_else(|| Refusal::reject(Reason::Malformed, "a retraction of nothing"))
}
