//! Stanzas of ours.

use minidom::Element;

use crate::wire::item::PUBSUB_EVENT;
use crate::xml::{Build, bare};

/// RFC 6120 §4.8.3: stanzas as clients have them; the link puts them into the stream's namespace.
pub(crate) const CLIENT: &str = "jabber:client";

/// A chat message.
pub(crate) fn chat(from: &str, to: &str, body: &str) -> Element {
    addressed("message", "chat", from, to).child(bare("body", CLIENT).text_node(body))
}

/// A notification that holds `child`, an element of an event. A headline: the server gives it to who is online and keeps
/// it for nobody, as whoever comes later reads the node.
// XEP-0060 §7.1.2.1
pub(crate) fn event(from: &str, to: &str, child: Element) -> Element {
    addressed("message", "headline", from, to).child(bare("event", PUBSUB_EVENT).child(child))
}

/// Presence of one sort.
// RFC 6121 §3.1
pub(crate) fn presence(kind: &str, from: &str, to: &str) -> Element {
    addressed("presence", kind, from, to)
}

fn addressed(name: &str, kind: &str, from: &str, to: &str) -> Element {
    bare(name, CLIENT).with("type", kind).with("from", from).with("to", to)
}
