//! Reactions as attachments to an item.
//!
//! Wire: the item of a person, with their bare JID as its id, in the item's node of attachments: all they feel about it
//! at once. Each time it replaces what they said before.
//! Spec: XEP-0470 0.2.0 §4.
//! Model: a [`Reaction`] for each, and the end of those that are not there any more ([`Retracted::Reactions`]). Losses in:
//! attachments of other sorts, what is no emoji. Written are hearts among the comments ([`crate::reaction`]); attachments
//! are shown where this bridge keeps the node.

use causeway_core::adapter::{Claim, Crossed};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::loss::Loss;
use causeway_core::model::{Activity, Audience, Payload, Reaction, Retracted, Retraction};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

use crate::ids::{Item, Place, Reference, encode, read_uri};
use crate::rules;
use crate::wire::attachments::{ATTACHMENTS, Attached};

/// Reactions of one person to one item.
pub(crate) const MAX_REACTIONS: usize = 16;
/// Characters of one emoji: families and flags have a dozen.
const MAX_EMOJI: usize = 40;

/// The item whose attachments a node gathers, by its name.
// XEP-0470 §4.1: at the same service
pub(crate) fn target(place: &Place) -> Option<Item> {
    let address = place.node().strip_prefix(ATTACHMENTS)?.strip_prefix('/')?;
    match read_uri(address)? {
        Reference::Item(item) => Some(item).filter(|item| item.service() == place.service()),
        Reference::Place(_) | Reference::Jid(_) => None,
    }
}

/// Whether a node is one of attachments, of whatever.
pub(crate) fn is(place: &Place) -> bool {
    place.node().starts_with(ATTACHMENTS)
}

/// What `author` feels about the item that `item` is attached to, now. `replaces` is left out where nothing came before.
///
/// # Errors
/// `malformed` for a node of nothing; `origin-mismatch` for an item that bears somebody else's name.
pub(crate) fn parse(
    item: &Item,
    author: &ActorId,
    attached: &Attached,
    replaces: bool,
) -> Result<Vec<Crossed>, Refusal> {
    let object = target(&item.place())
        .ok_or_else(|| malformed("attached to nothing"))?
        .object();
    // XEP-0470 §4.5; security.md row 9
    if item.id() != author.as_str() {
        return Err(Refusal::reject(Reason::OriginMismatch, "the item bears another's name"));
    }
    let mut losses = Vec::new();
    let reactions = reactions(item, author, attached, &object, &mut losses);
    let at = attached.at.as_deref().and_then(Timestamp::parse);
    let said = |payload| Activity {
        id: None,
        actor: author.clone(),
        at,
        payload,
    };
    let over = Retracted::Reactions {
        within: item.object(),
        but: reactions.iter().map(|reaction| reaction.id.clone()).collect(),
    };
    let over = replaces.then_some(Payload::Retraction(Retraction { target: over }));
    let payloads = over.into_iter().chain(reactions.into_iter().map(Payload::Reaction));
    let mut crossed: Vec<Crossed> = payloads
        // what was taken back and is attached again is another one
        .map(|payload| Crossed::new(said(payload), Vec::new()).claiming(Claim::Stands))
        .collect();
    match crossed.first_mut() {
        Some(first) => first.losses = losses,
        None => {
            return Err(Refusal::ignore(
                Reason::UnsupportedKind,
                "attaches nothing that is carried",
            ));
        }
    }
    Ok(crossed)
}

/// The end of all that one person attached.
pub(crate) fn over(item: &Item) -> Retracted {
    Retracted::Reactions {
        within: item.object(),
        but: Vec::new(),
    }
}

fn reactions(
    item: &Item,
    author: &ActorId,
    attached: &Attached,
    object: &ObjectId,
    losses: &mut Vec<Loss>,
) -> Vec<Reaction> {
    for name in &attached.unknown {
        losses.push(rules::ATTACHMENT.loss(format!("attachments/{name}"), "of a sort that is not carried"));
    }
    let mut emoji: Vec<Option<String>> = attached.noticed.then_some(None).into_iter().collect();
    for text in &attached.reactions {
        let known = emoji.iter().flatten().any(|known| known == text.trim());
        match readable(text).filter(|_| emoji.len() < MAX_REACTIONS) {
            Some(text) if !known => emoji.push(Some(text)),
            Some(_) => {}
            None => losses.push(rules::REACTION_TEXT.loss("reactions/reaction", "no emoji, or too many")),
        }
    }
    let reaction = |emoji: Option<String>| Reaction {
        id: part(item, emoji.as_deref()),
        author: author.clone(),
        object: object.clone(),
        custom: None,
        audience: Audience::public(),
        emoji,
    };
    emoji.into_iter().map(reaction).collect()
}

/// One emoji, or the `:name:` of one: a word.
pub(crate) fn readable(text: &str) -> Option<String> {
    let text = causeway_formats::html::xml_text(text.trim()).into_owned();
    let fits = (1..=MAX_EMOJI).contains(&text.chars().count());
    (fits && !text.contains(|each: char| each.is_whitespace() || each.is_control())).then_some(text)
}

/// The id of one reaction of an item that may hold several.
fn part(item: &Item, emoji: Option<&str>) -> ObjectId {
    let name = emoji.map_or_else(|| "noticed".to_owned(), |emoji| format!("reaction/{}", encode(emoji)));
    ObjectId::new(crate::ids::NETWORK, format!("{}#{name}", item.uri()))
}

fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
