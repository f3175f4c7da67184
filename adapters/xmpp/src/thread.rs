//! Where the comments on a post are gathered, by its own word.

use causeway_core::id::ActorId;

use crate::Config;
use crate::ids::{self, COMMENTS, Item, Place};
use crate::wire::atom::AtomEntry;

/// What an entry says of its comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Thread {
    /// Nothing: the bridge has a place for them.
    Unsaid,
    /// They are gathered here.
    At(Place),
    /// They are gathered where its author cannot have them gathered: as if it said nothing.
    Squatted,
}

impl Thread {
    /// Of an entry that `author` published as `item`. One address with a title comes before the others.
    // XEP-0277 §3.1; other programs leave the title out
    pub(crate) fn of(config: &Config, item: &Item, author: &ActorId, entry: &AtomEntry) -> Self {
        let (titled, others): (Vec<_>, Vec<_>) = entry
            .links("replies")
            .partition(|link| link.title.as_deref() == Some("comments"));
        let mut named = titled
            .into_iter()
            .chain(others)
            .filter_map(|link| ids::place_at(&link.href))
            .filter_map(|place| Place::of(&place))
            .peekable();
        if named.peek().is_none() {
            return Self::Unsaid;
        }
        named
            .find(|place| may_hold(config, item, author, place))
            .map_or(Self::Squatted, Self::At)
    }

    /// The place, if there is one.
    pub(crate) fn place(self) -> Option<Place> {
        match self {
            Self::At(place) => Some(place),
            Self::Unsaid | Self::Squatted => None,
        }
    }
}

/// Whoever names a place makes the bridge watch it and write into it: it must be the author's own, or a service of
/// their own server, and never one that this bridge keeps.
// security.md rows 6, 7
fn may_hold(config: &Config, item: &Item, author: &ActorId, place: &Place) -> bool {
    let service = place.service();
    if !place.is_comments() || ids::is_within(service, &config.bridge) {
        return false;
    }
    if ids::has_local_part(service) {
        // an account holds the comments on several posts: each has its own node there
        return service == author.as_str() && place.node().strip_prefix(COMMENTS) == Some(item.id());
    }
    ids::is_within(service, ids::domain_of(author.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MICROBLOG;
    use crate::wire::atom::AtomLink;

    #[test]
    fn row_7_nobody_has_comments_gathered_at_somebody_elses() {
        let config = Config {
            bridge: "bridge.example".into(),
            serve_domains: vec!["capulet.lit".into()],
        };
        let item = Item::new("juliet@capulet.lit", MICROBLOG, "abcdef").unwrap();
        let author = ids::actor("juliet@capulet.lit").unwrap();
        let said = |author: &ActorId, hrefs: &[&str]| {
            let entry = AtomEntry {
                links: hrefs.iter().map(|href| AtomLink::to("replies", *href)).collect(),
                ..AtomEntry::default()
            };
            Thread::of(&config, &item, author, &entry)
        };
        let own = format!("xmpp:juliet@capulet.lit?;node={COMMENTS}abcdef");
        let beside = format!("xmpp:comments.capulet.lit?;node={COMMENTS}anything");
        for address in [&own, &beside] {
            let place = Place::of(&ids::place_at(address).unwrap()).unwrap();
            assert_eq!(said(&author, &[address]), Thread::At(place), "{address}");
        }
        for address in [
            format!("xmpp:romeo@montague.lit?;node={COMMENTS}abcdef"),
            format!("xmpp:nurse@capulet.lit?;node={COMMENTS}abcdef"),
            format!("xmpp:juliet@capulet.lit?;node={COMMENTS}another"),
            format!("xmpp:juliet@capulet.lit?;node={MICROBLOG}"),
            format!("xmpp:comments.capulet.lit?;node={MICROBLOG}"),
            format!("xmpp:comments.montague.lit?;node={COMMENTS}abcdef"),
            format!("xmpp:notcapulet.lit?;node={COMMENTS}abcdef"),
            format!("xmpp:bridge.example?;node={COMMENTS}abcdef"),
            format!("xmpp:sub.bridge.example?;node={COMMENTS}abcdef"),
            format!("xmpp:alice%5C40masto.example@bridge.example?;node={COMMENTS}abcdef"),
        ] {
            assert_eq!(said(&author, &[&address]), Thread::Squatted, "{address}");
            assert!(
                matches!(said(&author, &[&address, &beside]), Thread::At(_)),
                "{address}"
            );
        }
        assert_eq!(said(&author, &[]), Thread::Unsaid);
        assert_eq!(said(&author, &["https://capulet.lit/comments"]), Thread::Unsaid);
        // one of the bridge's own domain is not below it by being a user of the same parent
        let ours = ids::actor("somebody@example").unwrap();
        let address = format!("xmpp:bridge.example?;node={COMMENTS}abcdef");
        assert_eq!(said(&ours, &[&address]), Thread::Squatted);
    }
}
