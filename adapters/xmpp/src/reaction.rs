//! Reactions.
//!
//! Wire: a comment whose whole text is `♥`; in those of ours, what XEP-0470 would attach stands beside it.
//! Spec: none; Movim 2026-08 writes and counts them, and takes one per author (XEP-0470 §1 names the habit).
//! Model: [`Reaction`]. Losses out: which emoji, for who reads hearts alone. See [`crate::attachments`].

use causeway_core::adapter::{Answer, Crossed, Outgoing, RenderContext, Wire};
use causeway_core::id::ObjectId;
use causeway_core::loss::Loss;
use causeway_core::model::{Audience, Payload, Reaction};
use causeway_core::refusal::{Reason, Refusal};

use crate::Config;
use crate::arrived::{Arrived, Stop};
use crate::ids::{self, COMMENTS, Item, MICROBLOG, Place, Reference, Wanted, read_uri};
use crate::wire::atom::{AtomEntry, AtomLink, AtomText};
use crate::wire::attachments::Attached;
use crate::{attachments, comment, entry, rules};

/// What Movim writes.
const HEART: &str = "♥";
/// A heart with a variation selector is the same heart.
const HEARTS: [&str; 4] = [HEART, "♥\u{FE0F}", "❤", "❤\u{FE0F}"];

/// Whether an entry among comments is one: only the first two hearts are, as Movim counts them.
pub(crate) fn is(item: &Item, entry: &AtomEntry) -> bool {
    let heart = entry::only_title(entry).is_some_and(|title| HEARTS.iter().take(2).any(|heart| *heart == title));
    item.place().is_comments() && heart && entry.links("enclosure").next().is_none()
}

pub(crate) fn parse(arrived: &Arrived<'_>) -> Result<Crossed, Stop> {
    let mut losses = Vec::new();
    let parent = comment::parent(arrived.entry, &mut losses).map(|item| item.object());
    let object = match parent {
        Some(object) => object,
        None => commented(arrived)?,
    };
    let (at, _) = arrived.dates(&mut losses);
    arrived.note_claim(&mut losses);
    arrived.note_unknown(&mut losses);
    let reaction = Reaction {
        id: arrived.item.object(),
        author: arrived.author.clone(),
        object,
        emoji: attached(arrived.entry),
        custom: None,
        audience: Audience::public(),
    };
    Ok(arrived.crossed(Payload::Reaction(reaction), at, losses))
}

/// The one emoji that the entry names beside its heart.
fn attached(entry: &AtomEntry) -> Option<String> {
    match entry.attached.as_ref()?.reactions.as_slice() {
        [emoji] => attachments::readable(emoji),
        _ => None,
    }
}

pub(crate) fn render(
    config: &Config,
    outgoing: &Outgoing,
    reaction: &Reaction,
    context: &RenderContext<'_>,
    losses: &mut Vec<Loss>,
) -> Result<AtomEntry, Refusal> {
    let item = entry::item_of(&reaction.id)?;
    entry::may_stand(config, &item, &reaction.audience)?;
    if reaction.emoji.as_deref().is_some_and(|emoji| !HEARTS.contains(&emoji)) || reaction.custom.is_some() {
        losses.push(rules::REACTION_EMOJI.loss("emoji", "shown as a heart where no attachments are read"));
    }
    let mut entry = entry::begun(outgoing, context);
    entry.id = Some(item.uri());
    entry.titles = vec![AtomText::plain(HEART)];
    // RFC 4287 §4.1.1.1: an entry without content has one
    entry.links = vec![AtomLink::to("alternate", item.uri())];
    entry.in_reply_to = comment::to(&reaction.object);
    entry.attached = reaction.emoji.clone().map(|emoji| Attached {
        reactions: vec![emoji],
        ..Attached::default()
    });
    if Item::of(&reaction.object).is_some_and(|item| item.place().is_comments()) {
        losses.push(rules::REACTION_COMMENT.loss("object", "Movim counts it for the post"));
    }
    entry::dated(&mut entry, outgoing.activity.at, None, losses);
    Ok(entry)
}

/// The post whose comments the place gathers: where this bridge named the place, its name says; elsewhere whoever knows
/// is asked, and if nobody does, the name is believed where it is in the author's own account (XEP-0277 §3.1).
fn commented(arrived: &Arrived<'_>) -> Result<ObjectId, Stop> {
    let place = arrived.item.place();
    if ids::is_virtual(arrived.config, place.service()) {
        return named(&place).ok_or_else(|| unknown().into());
    }
    let need = Wanted::First(place.clone()).need();
    match arrived.context.lookup.lookup(&need) {
        Answer::NotAsked => Err(Stop::Needs(need)),
        Answer::Found(wire) => answered(wire).ok_or_else(|| unknown().into()),
        Answer::Failed(refusal) if refusal.is_transient() => Err(refusal.clone().into()),
        Answer::Failed(_) => named(&place).ok_or_else(|| unknown().into()),
    }
}

fn named(place: &Place) -> Option<ObjectId> {
    let id = place
        .node()
        .strip_prefix(COMMENTS)
        .filter(|_| ids::has_local_part(place.service()))?;
    Item::new(place.service(), MICROBLOG, id).map(|item| item.object())
}

fn answered(wire: &Wire) -> Option<ObjectId> {
    match read_uri(std::str::from_utf8(&wire.body).ok()?)? {
        Reference::Item(item) => Some(item.object()),
        Reference::Place(_) | Reference::Jid(_) => None,
    }
}

fn unknown() -> Refusal {
    Refusal::ignore(Reason::ParentUnknown, "what is liked is not known here")
}
