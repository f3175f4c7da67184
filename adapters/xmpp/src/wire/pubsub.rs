//! XEP-0060 1.30.0, both sides of it: what a service is asked, what it answers, what it sends by itself, and the same
//! from where a client stands.
//!
//! By hand over minidom, as `xmpp-parsers` has a client's view: it refuses paging inside `<pubsub/>` and cannot build
//! a service's answers. Readers take any order and pass over what they do not know.

mod answer;
mod error;
mod event;
mod page;
mod request;
#[cfg(test)]
mod tests;

pub use answer::{Affiliation, ItemsAnswer, Subscription, SubscriptionState, affiliations, items, published};
pub use answer::{owner_affiliations, owner_configuration, owner_subscriptions, published_ids, subscriptions};
pub use error::PubsubError;
pub use event::PubsubEvent;
pub use page::{Page, PageRequest};
pub use request::PubsubRequest;

use minidom::Element;

use super::item::PubsubItem;
use crate::xml::{Build as _, bare};

pub(crate) use super::item::{PUBSUB, PUBSUB_EVENT as EVENT};
/// What owners ask.
pub const OWNER: &str = "http://jabber.org/protocol/pubsub#owner";
/// Conditions beside the stanza error's own.
pub const ERRORS: &str = "http://jabber.org/protocol/pubsub#errors";
/// Form type of a node's configuration.
pub const NODE_CONFIG: &str = "http://jabber.org/protocol/pubsub#node_config";
/// Form type of what a publisher expects of the node.
pub const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// Form type of a subscription's options.
pub const SUBSCRIBE_OPTIONS: &str = "http://jabber.org/protocol/pubsub#subscribe_options";
/// Form type of what disco#info says of a node.
pub const META_DATA: &str = "http://jabber.org/protocol/pubsub#meta-data";

/// `<item/>` in one of the two namespaces it lives in.
fn item(item: &PubsubItem, namespace: &str) -> Element {
    bare("item", namespace)
        .with_opt("id", item.id.as_deref())
        .with_opt("publisher", item.publisher.as_deref())
        .children_from(item.payload.clone())
}
