//! What a node answers.

use jid::Jid;
use minidom::Element;

use super::{OWNER, PUBSUB, Page, item};
use crate::wire::form::Form;
use crate::wire::item::PubsubItem;
use crate::xml::{Build as _, attr, bare};

/// The items of an answer (XEP-0060 §6.5.3).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemsAnswer {
    /// The node, where it was said.
    pub node: Option<String>,
    /// In the order in which they came.
    pub items: Vec<PubsubItem>,
    /// Which part of the whole, where the service pages.
    pub page: Option<Page>,
}

impl ItemsAnswer {
    /// Reads the payload of a result; `None` if it is no such answer. No `<items/>` inside counts as none of them.
    #[must_use]
    pub fn from_element(payload: &Element) -> Option<Self> {
        if !payload.is("pubsub", PUBSUB) {
            return None;
        }
        let items = payload.get_child("items", PUBSUB);
        let each = items
            .into_iter()
            .flat_map(Element::children)
            .filter(|child| child.is("item", PUBSUB));
        Some(Self {
            node: items.and_then(|items| attr(items, "node")),
            items: each.cloned().map(PubsubItem::from_element).collect(),
            page: Page::inside(payload),
        })
    }
}

/// The payload of the result of an items request.
#[must_use]
pub fn items(node: &str, items: &[PubsubItem], page: Option<&Page>) -> Element {
    let items = bare("items", PUBSUB)
        .with("node", node)
        .children_from(items.iter().map(|one| item(one, PUBSUB)));
    bare("pubsub", PUBSUB)
        .child(items)
        .children_from(page.map(Page::to_element))
}

/// The payload of the result of a publish: under which id it stands (XEP-0060 §7.1.2).
#[must_use]
pub fn published(node: &str, ids: &[&str]) -> Element {
    let items = ids.iter().map(|id| bare("item", PUBSUB).with("id", *id));
    bare("pubsub", PUBSUB).child(bare("publish", PUBSUB).with("node", node).children_from(items))
}

/// The ids in the result of a publish.
#[must_use]
pub fn published_ids(payload: &Element) -> Vec<String> {
    let publish = payload.get_child("publish", PUBSUB);
    publish
        .into_iter()
        .flat_map(Element::children)
        .filter_map(|item| attr(item, "id"))
        .collect()
}

/// How a subscription stands (XEP-0060 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionState {
    /// None, or no more.
    None,
    /// Waits for an owner's word; for us, for the remote actor's Accept.
    Pending,
    /// Waits for options.
    Unconfigured,
    /// Gets events.
    Subscribed,
}

impl SubscriptionState {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Unconfigured => "unconfigured",
            Self::Subscribed => "subscribed",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::None, Self::Pending, Self::Unconfigured, Self::Subscribed]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// `<subscription/>`: the answer to subscribe, a line of a list, the content of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Node; a line of a list that belongs to one node may leave it out.
    pub node: Option<String>,
    /// Who gets the events.
    pub jid: Jid,
    /// Which of several.
    pub subid: Option<String>,
    /// How it stands.
    pub state: SubscriptionState,
}

impl Subscription {
    /// The payload of the result of subscribe.
    #[must_use]
    pub fn to_answer(&self) -> Element {
        bare("pubsub", PUBSUB).child(self.to_element(PUBSUB))
    }

    /// Reads the payload of the result of subscribe.
    #[must_use]
    pub fn from_answer(payload: &Element) -> Option<Self> {
        Self::from_element(payload.get_child("subscription", PUBSUB)?)
    }

    /// Reads the payload of the result of subscriptions, the user's or the owner's: a line that makes no sense is left
    /// out.
    #[must_use]
    pub fn list(payload: &Element) -> Vec<Self> {
        let list = payload.children().find(|child| child.name() == "subscriptions");
        let node = list.and_then(|list| attr(list, "node"));
        let lines = list
            .into_iter()
            .flat_map(Element::children)
            .filter_map(Self::from_element);
        lines
            .map(|line| Self {
                node: line.node.or_else(|| node.clone()),
                ..line
            })
            .collect()
    }

    pub(super) fn from_element(element: &Element) -> Option<Self> {
        if element.name() != "subscription" {
            return None;
        }
        Some(Self {
            node: attr(element, "node"),
            jid: element.attr("jid")?.parse().ok()?,
            subid: attr(element, "subid"),
            // XEP-0060 §6.1.2: some services leave the word out where the answer is yes
            state: element
                .attr("subscription")
                .map_or(Some(SubscriptionState::Subscribed), SubscriptionState::parse)?,
        })
    }

    pub(super) fn to_element(&self, namespace: &str) -> Element {
        bare("subscription", namespace)
            .with_opt("node", self.node.as_deref())
            .with("jid", self.jid.as_str())
            .with_opt("subid", self.subid.as_deref())
            .with("subscription", self.state.as_str())
    }
}

/// The payload of the result of subscriptions; `node` if only that one was asked for.
#[must_use]
pub fn subscriptions(node: Option<&str>, list: &[Subscription]) -> Element {
    let lines = list.iter().map(|line| line.to_element(PUBSUB));
    bare("pubsub", PUBSUB).child(
        bare("subscriptions", PUBSUB)
            .with_opt("node", node)
            .children_from(lines),
    )
}

/// The payload of the result of an owner's subscriptions (XEP-0060 §8.8.1.1); each line's own node is left out.
#[must_use]
pub fn owner_subscriptions(node: &str, list: &[Subscription]) -> Element {
    let lines = list.iter().map(|line| {
        Subscription {
            node: None,
            ..line.clone()
        }
        .to_element(OWNER)
    });
    bare("pubsub", OWNER).child(bare("subscriptions", OWNER).with("node", node).children_from(lines))
}

/// What somebody may do at a node (XEP-0060 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "XEP-0060 §4.1, by name")]
pub enum Affiliation {
    Owner,
    Publisher,
    PublishOnly,
    Member,
    None,
    Outcast,
}

impl Affiliation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Publisher => "publisher",
            Self::PublishOnly => "publish-only",
            Self::Member => "member",
            Self::None => "none",
            Self::Outcast => "outcast",
        }
    }
}

/// The payload of the result of affiliations: node and affiliation.
#[must_use]
pub fn affiliations(node: Option<&str>, list: &[(&str, Affiliation)]) -> Element {
    let lines = list.iter().map(|(node, what)| {
        bare("affiliation", PUBSUB)
            .with("node", *node)
            .with("affiliation", what.as_str())
    });
    bare("pubsub", PUBSUB).child(bare("affiliations", PUBSUB).with_opt("node", node).children_from(lines))
}

/// The payload of the result of an owner's affiliations (XEP-0060 §8.9.1): JID and affiliation.
#[must_use]
pub fn owner_affiliations(node: &str, list: &[(Jid, Affiliation)]) -> Element {
    let lines = list.iter().map(|(jid, what)| {
        bare("affiliation", OWNER)
            .with("jid", jid.as_str())
            .with("affiliation", what.as_str())
    });
    bare("pubsub", OWNER).child(bare("affiliations", OWNER).with("node", node).children_from(lines))
}

/// The payload of the result of a configuration request (XEP-0060 §8.2.2).
#[must_use]
pub fn owner_configuration(node: &str, form: &Form) -> Element {
    bare("pubsub", OWNER).child(bare("configure", OWNER).with("node", node).child(form.to_element()))
}
