//! xmpp: addresses, strictly written and tolerantly read.

use super::{Item, Place, canonical_jid};

/// Longest address read, in bytes.
const MAX_URI: usize = 8_192;

/// What an xmpp: address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// An item of a node.
    Item(Item),
    /// A node.
    Place(Place),
    /// A bare JID, in canonical form.
    Jid(String),
}

/// Reads an xmpp: address as any program may have written it: with or without `pubsub` and an action, percent-encoded
/// or raw, keys in any order. `None` for what names nothing.
// RFC 5122 §2.2, XEP-0060 §12.21
pub fn read_uri(uri: &str) -> Option<Reference> {
    let uri = uri.trim();
    let scheme = uri.get(..5)?;
    if uri.len() > MAX_URI || !scheme.eq_ignore_ascii_case("xmpp:") {
        return None;
    }
    let rest = uri.get(5..)?.split('#').next()?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let service = canonical_jid(&decode(path)?)?;
    match (value(query, "node"), value(query, "item")) {
        (Some(node), Some(id)) => Item::new(&service, &node, &id).map(Reference::Item),
        (Some(node), None) => Place::new(&service, &node).map(Reference::Place),
        (None, _) => Some(Reference::Jid(service)),
    }
}

fn value(query: &str, key: &str) -> Option<String> {
    let pairs = query.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| *name == key)
        .find_map(|(_, value)| decode(value))
        .filter(|value| !value.is_empty())
}

/// Percent-encodes all but ASCII letters, digits and `- . _ ~ : / @`.
// Movim 2026-08 leaves `:` and `/` of a node encoded when it reads in-reply-to, and turns `+` into a space
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15].map(|digit| {
                    char::from_digit(u32::from(digit), 16).map_or('0', |digit| digit.to_ascii_uppercase())
                }),
            );
        }
    }
    out
}

/// Undoes percent-encoding; a `%` that begins none stays as it is. `None` when that is not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                rest = after;
            }
            _ => out.push(*first),
        }
    }
    String::from_utf8(out).ok()
}

fn hex(digit: u8) -> u8 {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
        .unwrap_or_default()
}
