//! Names on XMPP for actors and objects of other networks.

use aws_lc_rs::digest;
use causeway_core::adapter::{ActorFacts, MintedActor, ObjectFacts};
use causeway_core::id::{ActorId, ObjectId, PlaceId};
use causeway_core::model::{Kind, Reach};
use causeway_formats::escape;
use causeway_formats::webfinger::Acct;

use super::{
    COMMENTS, Item, MICROBLOG, NETWORK, Place, actor, canonical_jid, domain_of, follow_id, has_local_part, message_id,
};
use crate::Config;

/// Shortest and longest item id that Movim 2026-08 lets be answered.
const ITEM_LENGTHS: std::ops::RangeInclusive<usize> = 6..=128;

/// The JID of whoever has `handle` (`alice@masto.example`, or a feed's short name) on another network, if nobody else
/// took it: `alice\40masto.example@bridge`.
// PRODUCT: Identities; XEP-0106 §4
pub fn virtual_jid(config: &Config, handle: &str) -> Option<ActorId> {
    let local = escape::handle_to_local(handle)
        .or_else(|_| escape::escape(handle.trim_start_matches('@')))
        .ok()?;
    actor(&format!("{local}@{}", config.bridge))
}

/// Whether a JID names somebody of another network, at this bridge.
pub fn is_virtual(config: &Config, jid: &str) -> bool {
    has_local_part(jid) && is_ours(config, jid)
}

/// Whose JID this is, for any form a client may have written: `a%h@bridge` is `a\40h@bridge`. `None` for what is no JID
/// of somebody of another network.
pub fn resolve_virtual(config: &Config, jid: &str) -> Option<ActorId> {
    let jid = canonical_jid(jid)?;
    let (local, domain) = jid.split_once('@')?;
    if domain != config.bridge {
        return None;
    }
    match escape::percent_alias(local) {
        Ok(acct) => virtual_jid(config, &acct.to_string()),
        Err(_) => Some(ActorId::new(NETWORK, jid)),
    }
}

/// The address on another network that a virtual JID spells, for one that is not in the store: exactly one name and one
/// host, in either form.
// security.md row 24: escaped once, unescaped once
pub fn address_of(config: &Config, jid: &str) -> Option<String> {
    let resolved = resolve_virtual(config, jid)?;
    let (local, _) = resolved.as_str().split_once('@')?;
    escape::local_to_handle(local).ok().map(|acct: Acct| acct.to_string())
}

/// The `attempt`th name of an actor of another network: the natural one, then `name.group\40host`, `name.2\40host`,
/// `name.3\40host` and so on; for one whose handle makes no JID, its opaque name.
pub fn mint_actor(config: &Config, facts: &ActorFacts<'_>, attempt: u32) -> Option<MintedActor> {
    let name = |base: &str| match attempt {
        0 => base.to_owned(),
        1 => format!("{base}.group"),
        more => format!("{base}.{more}"),
    };
    let handle = facts.handle.and_then(|handle| match Acct::parse(handle) {
        Ok(acct) => virtual_jid(config, &format!("{}@{}", name(acct.user()), acct.host())),
        Err(_) => virtual_jid(config, &name(handle.trim())),
    });
    let id = handle.or_else(|| virtual_jid(config, &name(facts.opaque)))?;
    // the JID is all the name there is on XMPP: people know them by the handle they have at home
    let handle = None;
    Some(MintedActor { id, handle })
}

/// The id of an object of another network: in its author's microblog, or in the place its thread has; a reaction is an
/// item among the comments on what it is about. `None` when it has no place to stand in.
pub fn mint_object(config: &Config, facts: &ObjectFacts<'_>) -> Option<ObjectId> {
    let id = item_id(facts.opaque)?;
    let item = match facts.kind {
        Kind::Post | Kind::Repost => Item::new(facts.author.as_str(), MICROBLOG, &id),
        Kind::Comment => Place::of(facts.place?)?.item(&id),
        Kind::Reaction => {
            let about = || facts.about.and_then(|about| place_of(config, about));
            Place::of(&facts.place.cloned().or_else(about)?)?.item(&id)
        }
        Kind::Follow => return Some(follow_id(facts.author, &id)),
        Kind::Direct => return message_id(facts.author, &id),
        Kind::Profile | Kind::Retraction | Kind::Move | Kind::Block | Kind::Report => None,
    };
    item.map(|item| item.object())
}

/// Where this bridge gathers the comments on a post whose author names no place: beside the post where the bridge keeps
/// the author's node, at the bridge itself elsewhere. Of what stands among comments itself, that very place.
pub fn place_of(config: &Config, object: &ObjectId) -> Option<PlaceId> {
    let item = Item::of(object)?;
    if item.place().is_comments() {
        return Some(item.place().id());
    }
    let place = if is_virtual(config, item.service()) {
        Place::new(item.service(), &format!("{COMMENTS}{}", item.id()))
    } else {
        // two users may have items of one id
        Place::new(&config.bridge, &format!("{COMMENTS}{}", digest_of(&item.uri())))
    };
    place.map(|place| place.id())
}

/// Where to deliver to a place; `None` for one that this bridge keeps, and for what is no place.
pub fn place_reach(config: &Config, place: &PlaceId) -> Option<Reach> {
    let place = Place::of(place).filter(|place| !is_ours(config, place.service()))?;
    Some(Reach {
        host: domain_of(place.service()).to_owned(),
        address: place.uri(),
    })
}

fn is_ours(config: &Config, jid: &str) -> bool {
    domain_of(jid) == config.bridge
}

/// Opaque names are lower-case letters and digits: the hyphen keeps a short one apart from all others.
fn item_id(opaque: &str) -> Option<String> {
    let id = if opaque.len() < *ITEM_LENGTHS.start() {
        format!("item-{opaque}")
    } else {
        opaque.to_owned()
    };
    let plain = !opaque.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (plain && ITEM_LENGTHS.contains(&id.len())).then_some(id)
}

/// 128 bits of SHA-256, in 32 hexadecimal digits.
fn digest_of(text: &str) -> String {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
