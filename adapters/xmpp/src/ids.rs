//! The only maker and reader of ids on XMPP.
//!
//! Every id is in one canonical form, so that two ids are the same thing exactly when they are the same text:
//!
//! * actor: a bare JID, see [`canonical_jid`];
//! * object: `xmpp:SERVICE?;node=NODE;item=ITEM`, see [`Item`]; a follow: `xmpp:FOLLOWER?;follow=NAME`, see [`follow_id`];
//!   a message: `xmpp:AUTHOR?;message=NAME`, see [`message_id`];
//! * place: `xmpp:SERVICE?;node=NODE`, see [`Place`].
//!
//! Service, node, item and name are percent-encoded as UTF-8, all but ASCII letters, digits and `- . _ ~ : / @`; the
//! backslash of an escaped JID is `%5C`. What this bridge asks of itself in a [`causeway_core::adapter::Need`] is in
//! [`Wanted`]. Names of actors and objects of other networks are made in `names`.

mod canonical;
mod item;
mod names;
mod uri;
mod wanted;

#[cfg(test)]
mod tests;

use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};

pub use canonical::{bare, canonical_jid, domain_of, has_local_part, is_within};
pub use item::{Item, Place};
pub use names::{address_of, is_virtual, mint_actor, mint_object, place_of, place_reach, resolve_virtual, virtual_jid};
pub use uri::{Reference, decode, encode, read_uri};
pub use wanted::Wanted;

/// The network's name.
pub const NETWORK: Network = Network::new("xmpp");
/// What stands between the author and the name in the id of a message.
const MESSAGE: &str = "?;message=";
/// Longest id of a stanza that is taken, in bytes.
const MAX_MESSAGE_NAME: usize = 256;
/// The node of a person's posts.
// XEP-0277 §2.1
pub const MICROBLOG: &str = "urn:xmpp:microblog:0";
/// What the name of a node of comments begins with.
// XEP-0277 §3.1
pub const COMMENTS: &str = "urn:xmpp:microblog:0:comments/";

/// The id of the actor with this JID, full or bare, in any spelling; `None` when it is no JID.
pub fn actor(jid: &str) -> Option<ActorId> {
    canonical_jid(jid).map(|jid| ActorId::new(NETWORK, jid))
}

/// The bare JID of an actor of this network; `None` for one of another.
pub fn jid_of(actor: &ActorId) -> Option<&str> {
    (*actor.network() == NETWORK).then(|| actor.as_str())
}

/// The id of a follow by `follower`, told from the same person's other follows by `name`.
pub fn follow_id(follower: &ActorId, name: &str) -> ObjectId {
    ObjectId::new(
        NETWORK,
        format!("xmpp:{}?;follow={}", encode(follower.as_str()), encode(name)),
    )
}

/// Whether an object of this network is a follow: it has an id and stands nowhere.
pub fn is_follow(object: &ObjectId) -> bool {
    *object.network() == NETWORK && object.as_str().contains("?;follow=")
}

/// The id of a message by `author`, told from the same person's others by `name`, the id of its stanza. `None` for a
/// name that is empty, too long, or holds a control character.
pub fn message_id(author: &ActorId, name: &str) -> Option<ObjectId> {
    let fits = (1..=MAX_MESSAGE_NAME).contains(&name.len()) && !name.chars().any(char::is_control);
    fits.then(|| {
        ObjectId::new(
            NETWORK,
            format!("xmpp:{}{MESSAGE}{}", encode(author.as_str()), encode(name)),
        )
    })
}

/// The id of the stanza that an object is; `None` for what is no message.
pub fn message_name(object: &ObjectId) -> Option<String> {
    let (_, name) = message_parts(object)?;
    decode(name)
}

/// The JID of who wrote a message; `None` for what is none.
pub fn message_author(object: &ObjectId) -> Option<String> {
    let (author, _) = message_parts(object)?;
    canonical_jid(&decode(author.strip_prefix("xmpp:")?)?)
}

fn message_parts(object: &ObjectId) -> Option<(&str, &str)> {
    (*object.network() == NETWORK).then(|| object.as_str().split_once(MESSAGE))?
}

/// The id of an object of this network written as an address that any program reads; `None` for one of another network.
pub fn uri_of(object: &ObjectId) -> Option<&str> {
    let stands = !is_follow(object) && message_parts(object).is_none();
    (*object.network() == NETWORK && stands).then(|| object.as_str())
}

/// The place an address names, whether or not it names an item there.
pub fn place_at(uri: &str) -> Option<PlaceId> {
    match read_uri(uri)? {
        Reference::Place(place) => Some(place.id()),
        Reference::Item(item) => Some(item.place().id()),
        Reference::Jid(_) => None,
    }
}
