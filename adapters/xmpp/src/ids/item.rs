//! Items and nodes.

use causeway_core::id::{ObjectId, PlaceId};

use super::{COMMENTS, MICROBLOG, NETWORK, Reference, canonical_jid, encode, has_local_part, read_uri};

/// Longest node name taken, in bytes: nodes of attachments hold whole addresses (XEP-0470 §4.1.1).
const MAX_NODE: usize = 1_024;
/// Longest item id taken, in bytes: Libervia uses addresses of other networks (0.9).
const MAX_ITEM: usize = 1_024;

/// An item of a pubsub node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    service: String,
    node: String,
    id: String,
}

/// A pubsub node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    service: String,
    node: String,
}

impl Place {
    /// The node of this name at a service given in any spelling. `None` when the service is no JID, or the name is
    /// empty, too long or holds a control character.
    pub fn new(service: &str, node: &str) -> Option<Self> {
        let service = canonical_jid(service)?;
        is_name(node, MAX_NODE).then(|| Self {
            service,
            node: node.to_owned(),
        })
    }

    /// Reads an id back.
    pub fn of(place: &PlaceId) -> Option<Self> {
        match (*place.network() == NETWORK).then(|| read_uri(place.as_str()))?? {
            Reference::Place(place) => Some(place),
            Reference::Item(_) | Reference::Jid(_) => None,
        }
    }

    /// Its id.
    pub fn id(&self) -> PlaceId {
        PlaceId::new(NETWORK, self.uri())
    }

    /// Its address, which is the text of its id.
    pub fn uri(&self) -> String {
        format!("xmpp:{}?;node={}", encode(&self.service), encode(&self.node))
    }

    /// Its address with the backslash of the service as it is, which Movim 2026-08 expects of a link to comments.
    pub fn raw_uri(&self) -> String {
        format!("xmpp:{}?;node={}", self.service, encode(&self.node))
    }

    /// The bare JID of its service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Its name.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// The item of this id here.
    pub fn item(&self, id: &str) -> Option<Item> {
        Item::new(&self.service, &self.node, id)
    }

    /// Whether comments are gathered here, by the name of the node.
    // XEP-0277 §3.1
    pub fn is_comments(&self) -> bool {
        self.node.starts_with(COMMENTS)
    }

    /// Whether it is the microblog in somebody's own account, where only they publish.
    // XEP-0163 §2.2, XEP-0277 §2.1
    pub fn is_own_microblog(&self) -> bool {
        self.node == MICROBLOG && has_local_part(&self.service)
    }
}

impl Item {
    /// The item of this id in a node of a service given in any spelling; `None` under the conditions of [`Place::new`],
    /// which hold for the id too.
    pub fn new(service: &str, node: &str, id: &str) -> Option<Self> {
        let Place { service, node } = Place::new(service, node)?;
        is_name(id, MAX_ITEM).then(|| Self {
            service,
            node,
            id: id.to_owned(),
        })
    }

    /// Reads an id back. `None` for a follow, and for an object of another network.
    pub fn of(object: &ObjectId) -> Option<Self> {
        match (*object.network() == NETWORK).then(|| read_uri(object.as_str()))?? {
            Reference::Item(item) => Some(item),
            Reference::Place(_) | Reference::Jid(_) => None,
        }
    }

    /// Its object's id.
    pub fn object(&self) -> ObjectId {
        ObjectId::new(NETWORK, self.uri())
    }

    /// Its address, which is the text of its object's id.
    pub fn uri(&self) -> String {
        format!(
            "xmpp:{}?;node={};item={}",
            encode(&self.service),
            encode(&self.node),
            encode(&self.id)
        )
    }

    /// Its address as Movim 2026-08 reads it in an in-reply-to: split at `;`, nothing decoded.
    pub fn raw_uri(&self) -> String {
        format!("xmpp:{}?;node={};item={}", self.service, raw(&self.node), raw(&self.id))
    }

    /// The node it stands in.
    pub fn place(&self) -> Place {
        Place {
            service: self.service.clone(),
            node: self.node.clone(),
        }
    }

    /// The bare JID of its service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The name of its node.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Its id in that node.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// As it is, unless that would end the value or be read as something else.
fn raw(text: &str) -> String {
    let ends = |each: char| matches!(each, ';' | '?' | '&' | '#' | '%' | '+') || each.is_whitespace();
    if text.contains(ends) {
        encode(text)
    } else {
        text.to_owned()
    }
}

fn is_name(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.len() <= limit && !text.chars().any(|each| each.is_control() || is_not_xml(each))
}

// XML 1.0 §2.2
fn is_not_xml(character: char) -> bool {
    matches!(character, '\u{FFFE}' | '\u{FFFF}')
}
