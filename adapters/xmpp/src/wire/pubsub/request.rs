//! What is asked of a node.

use jid::Jid;
use minidom::Element;

use super::{OWNER, PUBSUB, PageRequest, PubsubError, item};
use crate::link::{Condition, Fault};
use crate::wire::form::Form;
use crate::wire::item::PubsubItem;
use crate::xml::{Build as _, attr, bare};

/// A request to a pubsub service.
#[derive(Debug, Clone, PartialEq)]
pub enum PubsubRequest {
    /// XEP-0060 §6.5: items of a node.
    Items {
        /// Node.
        node: String,
        /// The newest so many (XEP-0060 §6.5.7).
        max_items: Option<u32>,
        /// These only (XEP-0060 §6.5.8).
        ids: Vec<String>,
        /// A page of them (XEP-0060 §6.5.4).
        page: Option<PageRequest>,
    },
    /// XEP-0060 §6.1: subscribe `jid`, which has to be the sender (§6.1.3.1).
    Subscribe {
        /// Node.
        node: String,
        /// Who will get the events.
        jid: Jid,
        /// Options in the same request (XEP-0060 §6.3.7).
        options: Option<Form>,
    },
    /// XEP-0060 §6.2
    Unsubscribe {
        /// Node.
        node: String,
        /// Who has got the events.
        jid: Jid,
        /// Which of several subscriptions.
        subid: Option<String>,
    },
    /// XEP-0060 §5.6: the sender's own subscriptions, at one node or all.
    Subscriptions {
        /// Node.
        node: Option<String>,
    },
    /// XEP-0060 §5.7: the sender's own affiliations, at one node or all.
    Affiliations {
        /// Node.
        node: Option<String>,
    },
    /// XEP-0060 §6.3: read a subscription's options, or set them.
    Options {
        /// Node.
        node: String,
        /// Whose subscription.
        jid: Jid,
        /// What to set; reads without.
        set: Option<Form>,
    },
    /// XEP-0060 §7.1; an id may be missing, then the service makes one.
    Publish {
        /// Node.
        node: String,
        /// One item, as a rule; none is a notification without payload.
        items: Vec<PubsubItem>,
        /// XEP-0060 §7.1.5: what the publisher wants the node to be.
        options: Option<Form>,
    },
    /// XEP-0060 §7.2
    Retract {
        /// Node.
        node: String,
        /// At least one.
        ids: Vec<String>,
        /// Tell the subscribers.
        notify: bool,
    },
    /// XEP-0060 §8.1: make a node, perhaps with a configuration.
    Create {
        /// Node; the service may name it.
        node: Option<String>,
        /// Configuration.
        form: Option<Form>,
    },
    /// XEP-0060 §8.2: read a node's configuration, or set it.
    Configure {
        /// Node.
        node: String,
        /// What to set; reads without.
        set: Option<Form>,
    },
    /// XEP-0060 §8.8.1: all subscriptions of a node; changes of them are in `set`.
    OwnerSubscriptions {
        /// Node.
        node: String,
        /// Asks for changes.
        set: bool,
    },
    /// XEP-0060 §8.9.1: all affiliations of a node; changes of them are in `set`.
    OwnerAffiliations {
        /// Node.
        node: String,
        /// Asks for changes.
        set: bool,
    },
    /// XEP-0060 §8.4
    Delete {
        /// Node.
        node: String,
    },
    /// XEP-0060 §8.5
    Purge {
        /// Node.
        node: String,
    },
}

impl PubsubRequest {
    /// Whether an IQ's payload is one.
    #[must_use]
    pub fn is(payload: &Element) -> bool {
        payload.is("pubsub", PUBSUB) || payload.is("pubsub", OWNER)
    }

    /// Reads the payload of an IQ.
    ///
    /// # Errors
    /// The error to answer with: `bad-request` with a `pubsub#errors` condition where something is missing, `unsupported`
    /// for what is none of the above.
    pub fn from_element(payload: &Element, is_set: bool) -> Result<Self, Fault> {
        let is_owner = payload.has_ns(OWNER);
        for child in payload.children() {
            let verb = if is_owner {
                owner(child, is_set)
            } else {
                user(payload, child, is_set)
            };
            if let Some(request) = verb {
                return request;
            }
        }
        let feature = payload.children().next().map_or("", Element::name);
        Err(PubsubError::Unsupported(feature.to_owned()).into())
    }

    /// Whether it has to go in an IQ of type `set`.
    #[must_use]
    pub fn is_set(&self) -> bool {
        match self {
            Self::Items { .. } | Self::Subscriptions { .. } | Self::Affiliations { .. } => false,
            Self::Options { set, .. } | Self::Configure { set, .. } => set.is_some(),
            Self::OwnerSubscriptions { set, .. } | Self::OwnerAffiliations { set, .. } => *set,
            Self::Subscribe { .. }
            | Self::Unsubscribe { .. }
            | Self::Publish { .. }
            | Self::Retract { .. }
            | Self::Create { .. }
            | Self::Delete { .. }
            | Self::Purge { .. } => true,
        }
    }

    /// The IQ's payload.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let verb = |name: &str, node: &str| bare(name, PUBSUB).with("node", node);
        let optional = |name: &str, node: &Option<String>| bare(name, PUBSUB).with_opt("node", node.as_deref());
        let own = |name: &str, node: &str| bare(name, OWNER).with("node", node);
        let pubsub = bare("pubsub", PUBSUB);
        match self {
            Self::Items {
                node,
                max_items,
                ids,
                page,
            } => pubsub
                .child(
                    verb("items", node)
                        .with_opt("max_items", max_items.map(|number| number.to_string()))
                        .children_from(ids.iter().map(|id| bare("item", PUBSUB).with("id", id))),
                )
                .children_from(page.as_ref().map(PageRequest::to_element)),
            Self::Subscribe { node, jid, options } => pubsub
                .child(verb("subscribe", node).with("jid", jid.as_str()))
                .children_from(
                    options
                        .as_ref()
                        .map(|form| bare("options", PUBSUB).child(form.to_element())),
                ),
            Self::Unsubscribe { node, jid, subid } => pubsub.child(
                verb("unsubscribe", node)
                    .with("jid", jid.as_str())
                    .with_opt("subid", subid.as_deref()),
            ),
            Self::Subscriptions { node } => pubsub.child(optional("subscriptions", node)),
            Self::Affiliations { node } => pubsub.child(optional("affiliations", node)),
            Self::Options { node, jid, set } => {
                let options = verb("options", node).with("jid", jid.as_str());
                pubsub.child(options.children_from(set.as_ref().map(Form::to_element)))
            }
            Self::Publish { node, items, options } => pubsub
                .child(verb("publish", node).children_from(items.iter().map(|one| item(one, PUBSUB))))
                .children_from(
                    options
                        .as_ref()
                        .map(|form| bare("publish-options", PUBSUB).child(form.to_element())),
                ),
            Self::Retract { node, ids, notify } => pubsub.child(
                verb("retract", node)
                    .with_opt("notify", notify.then_some("true"))
                    .children_from(ids.iter().map(|id| bare("item", PUBSUB).with("id", id))),
            ),
            Self::Create { node, form } => pubsub.child(optional("create", node)).children_from(
                form.as_ref()
                    .map(|form| bare("configure", PUBSUB).child(form.to_element())),
            ),
            Self::Configure { node, set } => {
                of_owner(own("configure", node).children_from(set.as_ref().map(Form::to_element)))
            }
            Self::OwnerSubscriptions { node, .. } => of_owner(own("subscriptions", node)),
            Self::OwnerAffiliations { node, .. } => of_owner(own("affiliations", node)),
            Self::Delete { node } => of_owner(own("delete", node)),
            Self::Purge { node } => of_owner(own("purge", node)),
        }
    }
}

fn of_owner(verb: Element) -> Element {
    bare("pubsub", OWNER).child(verb)
}

type Read = Option<Result<PubsubRequest, Fault>>;

/// `None` for a child that is no verb.
fn user(payload: &Element, verb: &Element, is_set: bool) -> Read {
    if !verb.has_ns(PUBSUB) {
        return None;
    }
    Some(match (verb.name(), is_set) {
        ("items", false) => node(verb).map(|node| PubsubRequest::Items {
            node,
            max_items: verb.attr("max_items").and_then(|number| number.trim().parse().ok()),
            ids: ids(verb),
            page: PageRequest::inside(payload),
        }),
        ("subscribe", true) => named(verb).map(|(node, jid)| PubsubRequest::Subscribe {
            node,
            jid,
            options: payload.get_child("options", PUBSUB).and_then(Form::inside),
        }),
        ("unsubscribe", true) => named(verb).map(|(node, jid)| PubsubRequest::Unsubscribe {
            node,
            jid,
            subid: attr(verb, "subid"),
        }),
        ("subscriptions", false) => Ok(PubsubRequest::Subscriptions { node: some_node(verb) }),
        ("affiliations", false) => Ok(PubsubRequest::Affiliations { node: some_node(verb) }),
        ("options", _) => options(verb, is_set),
        ("publish", true) => node(verb).map(|node| PubsubRequest::Publish {
            node,
            items: verb
                .children()
                .filter(|child| child.is("item", PUBSUB))
                .cloned()
                .map(PubsubItem::from_element)
                .collect(),
            options: payload.get_child("publish-options", PUBSUB).and_then(Form::inside),
        }),
        ("retract", true) => retract(verb),
        ("create", true) => Ok(PubsubRequest::Create {
            node: some_node(verb),
            form: payload.get_child("configure", PUBSUB).and_then(Form::inside),
        }),
        _ => return None,
    })
}

fn owner(verb: &Element, is_set: bool) -> Read {
    if !verb.has_ns(OWNER) {
        return None;
    }
    Some(match (verb.name(), is_set) {
        ("configure", false) => node(verb).map(|node| PubsubRequest::Configure { node, set: None }),
        ("configure", true) => node(verb).map(|node| PubsubRequest::Configure {
            node,
            set: Some(Form::inside(verb).unwrap_or_default()),
        }),
        ("subscriptions", set) => node(verb).map(|node| PubsubRequest::OwnerSubscriptions { node, set }),
        ("affiliations", set) => node(verb).map(|node| PubsubRequest::OwnerAffiliations { node, set }),
        ("delete", true) => node(verb).map(|node| PubsubRequest::Delete { node }),
        ("purge", true) => node(verb).map(|node| PubsubRequest::Purge { node }),
        _ => return None,
    })
}

fn options(verb: &Element, is_set: bool) -> Result<PubsubRequest, Fault> {
    let (node, jid) = named(verb)?;
    match (is_set, Form::inside(verb)) {
        (true, None) => Err(PubsubError::InvalidOptions.into()),
        (true, set) => Ok(PubsubRequest::Options { node, jid, set }),
        (false, _) => Ok(PubsubRequest::Options { node, jid, set: None }),
    }
}

fn retract(verb: &Element) -> Result<PubsubRequest, Fault> {
    let node = node(verb)?;
    let ids = ids(verb);
    if ids.is_empty() {
        return Err(PubsubError::ItemRequired.into());
    }
    Ok(PubsubRequest::Retract {
        node,
        ids,
        notify: matches!(verb.attr("notify"), Some("1" | "true")),
    })
}

fn node(verb: &Element) -> Result<String, Fault> {
    some_node(verb).ok_or_else(|| PubsubError::NodeidRequired.into())
}

fn some_node(verb: &Element) -> Option<String> {
    attr(verb, "node").filter(|node| !node.is_empty())
}

fn named(verb: &Element) -> Result<(String, Jid), Fault> {
    let node = node(verb)?;
    let jid = verb.attr("jid").ok_or(PubsubError::JidRequired)?;
    let jid = jid.parse().map_err(|_| Fault::from(Condition::JidMalformed))?;
    Ok((node, jid))
}

fn ids(verb: &Element) -> Vec<String> {
    verb.children()
        .filter(|child| child.is("item", PUBSUB))
        .filter_map(|item| attr(item, "id"))
        .collect()
}
