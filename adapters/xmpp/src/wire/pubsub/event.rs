//! What a node sends by itself.

use jid::Jid;
use minidom::Element;

use super::{EVENT, Subscription, item};
use crate::wire::form::Form;
use crate::wire::item::PubsubItem;
use crate::xml::{Build as _, attr, bare};

const CLIENT: &str = "jabber:client";

/// An event of a node.
#[derive(Debug, Clone, PartialEq)]
pub enum PubsubEvent {
    /// XEP-0060 §7.1.2.1, §7.2.2.1: published or taken back.
    Items {
        /// Node.
        node: String,
        /// Published, with payload or without.
        items: Vec<PubsubItem>,
        /// Ids taken back.
        retracted: Vec<String>,
    },
    /// XEP-0060 §8.6: a subscription was approved or ended.
    Subscription(Subscription),
    /// XEP-0060 §8.2.5.1: the configuration has changed.
    Configuration {
        /// Node.
        node: String,
        /// How it is now, where that is told.
        form: Option<Form>,
    },
    /// XEP-0060 §8.5.2: all items were taken away.
    Purge {
        /// Node.
        node: String,
    },
    /// XEP-0060 §8.4.2: the node is gone.
    Delete {
        /// Node.
        node: String,
        /// Where to go instead: an `xmpp:` URI.
        redirect: Option<String>,
    },
}

impl PubsubEvent {
    /// The event in a message, if there is one that makes sense.
    #[must_use]
    pub fn in_message(message: &Element) -> Option<Self> {
        message
            .get_child("event", EVENT)?
            .children()
            .filter(|child| child.has_ns(EVENT))
            .find_map(read)
    }

    /// The node it is about; a subscription may be to the whole service.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Items { node, .. }
            | Self::Configuration { node, .. }
            | Self::Purge { node }
            | Self::Delete { node, .. } => Some(node),
            Self::Subscription(subscription) => subscription.node.as_deref(),
        }
    }

    /// `<event/>`.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let verb = |name: &str, node: &str| bare(name, EVENT).with("node", node);
        bare("event", EVENT).child(match self {
            Self::Items { node, items, retracted } => verb("items", node)
                .children_from(items.iter().map(|one| item(one, EVENT)))
                .children_from(retracted.iter().map(|id| bare("retract", EVENT).with("id", id))),
            Self::Subscription(subscription) => subscription.to_element(EVENT),
            Self::Configuration { node, form } => {
                verb("configuration", node).children_from(form.as_ref().map(Form::to_element))
            }
            Self::Purge { node } => verb("purge", node),
            Self::Delete { node, redirect } => verb("delete", node)
                .children_from(redirect.as_ref().map(|uri| bare("redirect", EVENT).with("uri", uri))),
        })
    }

    /// The message that carries it. A headline, which no server stores for somebody who is offline: they fetch what
    /// they missed (XEP-0060 §7.1.2.1 leaves the type open).
    #[must_use]
    pub fn to_message(&self, from: &Jid, to: &Jid, id: &str) -> Element {
        bare("message", CLIENT)
            .with("type", "headline")
            .with("from", from.as_str())
            .with("to", to.as_str())
            .with("id", id)
            .child(self.to_element())
    }
}

fn read(verb: &Element) -> Option<PubsubEvent> {
    if verb.name() == "subscription" {
        return Subscription::from_element(verb).map(PubsubEvent::Subscription);
    }
    let node = attr(verb, "node")?;
    let of = |name| verb.children().filter(move |child| child.is(name, EVENT));
    Some(match verb.name() {
        "items" => PubsubEvent::Items {
            node,
            items: of("item").cloned().map(PubsubItem::from_element).collect(),
            retracted: of("retract").filter_map(|retract| attr(retract, "id")).collect(),
        },
        "configuration" => PubsubEvent::Configuration {
            node,
            form: Form::inside(verb),
        },
        "purge" => PubsubEvent::Purge { node },
        "delete" => PubsubEvent::Delete {
            node,
            redirect: of("redirect").find_map(|to| attr(to, "uri")),
        },
        _ => return None,
    })
}
