//! An entry that has arrived, with everything known of it but what it says.

use causeway_core::adapter::{Claim, Crossed, Need, ParseContext};
use causeway_core::id::ActorId;
use causeway_core::loss::Loss;
use causeway_core::model::{Activity, Payload};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;

use crate::Config;
use crate::ids::{self, Item};
use crate::rules;
use crate::wire::atom::AtomEntry;

/// An entry, where it stands, and who is proven to have written it.
#[derive(Clone, Copy)]
pub(crate) struct Arrived<'a> {
    pub(crate) config: &'a Config,
    pub(crate) context: &'a ParseContext<'a>,
    pub(crate) item: &'a Item,
    pub(crate) author: &'a ActorId,
    pub(crate) entry: &'a AtomEntry,
}

/// Why nothing came of an item, yet or at all.
#[derive(Debug)]
pub(crate) enum Stop {
    /// At all.
    Refused(Refusal),
    /// Until this is known.
    Needs(Need),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Arrived<'_> {
    /// What the author did.
    pub(crate) fn crossed(&self, payload: Payload, at: Option<Timestamp>, losses: Vec<Loss>) -> Crossed {
        let activity = Activity {
            id: None,
            actor: self.author.clone(),
            at,
            payload,
        };
        // XEP-0060 §7.1.2.1, §7.2: the same item id may be published, taken away and published again
        Crossed::new(activity, losses).claiming(Claim::Stands)
    }

    /// When it was published and last edited. A wire that gives only one date gives the first.
    // RFC 4287 §4.2.9, §4.2.15; Movim 2026-08: published is updated where it is missing
    pub(crate) fn dates(&self, losses: &mut Vec<Loss>) -> (Option<Timestamp>, Option<Timestamp>) {
        let published = self.date("entry/published", self.entry.published.as_deref(), losses);
        let updated = self.date("entry/updated", self.entry.updated.as_deref(), losses);
        let edited = updated.filter(|updated| published.is_some_and(|published| *updated > published));
        (published.or(updated), edited)
    }

    fn date(&self, field: &'static str, text: Option<&str>, losses: &mut Vec<Loss>) -> Option<Timestamp> {
        let text = text?;
        let Some(date) = Timestamp::parse(text) else {
            losses.push(rules::DATE_INVALID.loss(field, "not a date"));
            return None;
        };
        if date > self.context.now.plus(CLOCKS_DIFFER) {
            losses.push(rules::DATE_FUTURE.loss(field, "yet to come: taken as now"));
            return Some(self.context.now);
        }
        Some(date)
    }

    /// Names what of the entry the model has no place for.
    pub(crate) fn note_unknown(&self, losses: &mut Vec<Loss>) {
        for name in &self.entry.unknown {
            losses.push(rules::UNKNOWN.loss(format!("entry/{name}"), "says nothing that other networks know"));
        }
    }

    /// Names a claim to have been written by another. What the server proved stands.
    // security.md row 8
    pub(crate) fn note_claim(&self, losses: &mut Vec<Loss>) {
        let claimed = self.entry.author.as_ref().and_then(|author| author.uri.as_deref());
        let same = |uri: &str| ids::read_uri(uri) == Some(ids::Reference::Jid(self.author.as_str().to_owned()));
        if claimed.is_some_and(|uri| !same(uri)) {
            losses.push(rules::AUTHOR_CLAIMED.loss("entry/author/uri", "not who published it"));
        }
    }
}

/// Clocks differ by this much at most before a date is taken for a date to come.
const CLOCKS_DIFFER: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
