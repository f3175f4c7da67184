//! Marks: what is known to stand in a watched node, and how it was when it was last looked at.
//!
//! A mark is stored as `HASH.FIRST:ID` with the time of the last change: the hash of the payload tells an edit from a
//! repetition, and the two times tell an item that was taken away from one that made room for newer ones. A `~` before
//! the hash marks an item that was looked for and not found, a `?` one that was read where nobody can tell who wrote it.

use aws_lc_rs::digest::{Context, SHA256};
use causeway_core::time::Timestamp;
use minidom::{Element, Node};

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The item's id.
    pub(crate) id: String,
    /// Of its payload, see [`hash`].
    pub(crate) hash: String,
    /// When it was first seen.
    pub(crate) first: Timestamp,
    /// When it was last seen to change.
    pub(crate) last: Timestamp,
    /// It was looked for and not found, and nobody knows why. Kept so that it is no news if it comes back.
    pub(crate) lost: bool,
    /// It was read, and nothing came of it for want of proof who wrote it: an event that proves that is still news.
    pub(crate) unproven: bool,
}

impl Mark {
    /// Reads one back; `None` for what was written otherwise.
    pub(crate) fn of((name, last): &(String, Timestamp)) -> Option<Self> {
        let (state, id) = name.split_once(':')?;
        let (hash, first) = state.split_once('.')?;
        let first = Timestamp::from_millis(first.parse().ok()?);
        let lost = hash.starts_with('~');
        let hash = hash.strip_prefix('~').unwrap_or(hash);
        let unproven = hash.starts_with('?');
        let hash = hash.strip_prefix('?').unwrap_or(hash).to_owned();
        Some(Self {
            id: id.to_owned(),
            hash,
            first,
            last: *last,
            lost,
            unproven,
        })
    }

    /// The name it is stored under.
    pub(crate) fn name(&self) -> String {
        let lost = if self.lost { "~" } else { "" };
        let unproven = if self.unproven { "?" } else { "" };
        format!("{lost}{unproven}{}.{}:{}", self.hash, self.first.millis(), self.id)
    }

    /// As it is stored.
    pub(crate) fn stored(&self) -> (String, Timestamp) {
        (self.name(), self.last)
    }

    /// What tells this state of the item from all its other states: the same at every try.
    pub(crate) fn state(&self) -> String {
        format!("{}@{}", self.hash, self.last.millis())
    }
}

/// 64 bits of SHA-256 over what a payload says: namespaces and names, attributes in order of their names, text. The
/// same however a server writes it.
pub(crate) fn hash(payload: &Element) -> String {
    let mut digest = Context::new(&SHA256);
    feed(&mut digest, payload, 0);
    digest
        .finish()
        .as_ref()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Deeper trees do not get past the link's guard.
const MAX_DEPTH: usize = 128;

fn feed(digest: &mut Context, element: &Element, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    put(digest, b'<', &element.ns());
    put(digest, b'n', element.name());
    let mut attributes: Vec<_> = element
        .attrs()
        .iter()
        .map(|((ns, name), value)| (ns.as_str(), name.as_str(), value))
        .collect();
    attributes.sort();
    for (ns, name, value) in attributes {
        put(digest, b'@', ns);
        put(digest, b'n', name);
        put(digest, b'v', value);
    }
    for node in element.nodes() {
        match node {
            Node::Element(child) => feed(digest, child, depth + 1),
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(text) => put(digest, b't', text),
        }
    }
    digest.update(b">");
}

/// With its length, so that no two sequences are the same bytes.
fn put(digest: &mut Context, sort: u8, text: &str) {
    digest.update(&[sort]);
    digest.update(&text.len().to_be_bytes());
    digest.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_read_back() {
        for (lost, unproven) in [(false, false), (true, false), (false, true), (true, true)] {
            let mark = Mark {
                id: "a:b.~c".into(),
                hash: "00ff".into(),
                first: Timestamp::from_millis(-5),
                last: Timestamp::from_millis(9),
                lost,
                unproven,
            };
            assert_eq!(Mark::of(&mark.stored()), Some(mark));
        }
        for odd in ["", "abc", "a:b", "a.b:c"] {
            assert_eq!(Mark::of(&(odd.to_owned(), Timestamp::from_millis(0))), None, "{odd}");
        }
    }

    #[test]
    fn the_hash_is_of_what_is_said() {
        let of = |xml: &str| hash(&xml.parse().unwrap());
        let entry = of("<e xmlns='a' b='1' c='2'><t>x</t></e>");
        assert_eq!(entry, of("<p:e xmlns:p='a' c='2'  b='1'>\n<p:t>x</p:t> </p:e>"));
        for other in [
            "<e xmlns='a' b='1' c='2'><t>y</t></e>",
            "<e xmlns='a' b='1' c='3'><t>x</t></e>",
            "<e xmlns='b' b='1' c='2'><t>x</t></e>",
            "<e xmlns='a' b='1' c='2'><t/>x</e>",
        ] {
            assert_ne!(entry, of(other), "{other}");
        }
    }
}
