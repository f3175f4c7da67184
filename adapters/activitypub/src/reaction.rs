//! `Like`, `EmojiReact` <-> [`Reaction`].
//!
//! Wire: `Like{id,actor,object}`; Misskey's with `content` and an `Emoji` tag; Pleroma's `EmojiReact{content}`.
//! Spec: AP §6.8, §7.10; FEP-c0e0 (emoji reactions).
//! Model: [`Reaction`]; a `Like` that is addressed to people alone is seen wherever its object is.
//! Losses: an id or audience made up (`reaction-id`, `reaction-audience`), an emoji that is none (`reaction-emoji`).

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Audience, Payload, Reaction, Scope};
use causeway_core::refusal::Refusal;

use crate::audience;
use crate::losses::Losses;
use crate::parse::{Said, malformed};
use crate::quirks::misskey;
use crate::render::{self, on_network};
use crate::wire::{Doc, out};
use crate::{ids, rules, tags, text};

/// Characters of an emoji or the name of one.
const MAX_EMOJI: usize = 100;

/// `Like` and `EmojiReact`.
pub(crate) fn parse(said: Said<'_>) -> Result<Crossed, Refusal> {
    let mut losses = Losses::default();
    let object = said
        .object()?
        .id()
        .and_then(ids::object)
        .ok_or_else(|| malformed("a reaction to nothing"))?;
    let reaction = Reaction {
        id: own_id(said, &object, &mut losses)?,
        author: said.actor.clone(),
        emoji: checked_emoji(said.doc, &mut losses),
        custom: custom(said.doc),
        audience: addressed(said, &mut losses),
        object,
    };
    Ok(said.crossed(Payload::Reaction(reaction), losses))
}

fn own_id(said: Said<'_>, object: &ObjectId, losses: &mut Losses) -> Result<ObjectId, Refusal> {
    if let Some(id) = said.doc.id().and_then(ids::object) {
        return Ok(id);
    }
    losses.invented(rules::REACTION_ID, "id", "made of actor and object");
    ids::implied(said.actor, "likes", object.as_str()).ok_or_else(|| malformed("an activity without id"))
}

/// The emoji; `None` is a plain like.
pub(crate) fn emoji(like: Doc<'_>) -> Option<String> {
    misskey::emoji(like)
        .map(text::line)
        .filter(|emoji| (1..=MAX_EMOJI).contains(&emoji.chars().count()))
}

fn checked_emoji(like: Doc<'_>, losses: &mut Losses) -> Option<String> {
    let emoji = emoji(like);
    if emoji.is_none() && misskey::emoji(like).is_some() {
        losses.dropped(rules::REACTION_EMOJI, "content", "no emoji");
    }
    emoji
}

/// The picture of the emoji, where `content` is the name of one.
fn custom(like: Doc<'_>) -> Option<causeway_core::model::CustomEmoji> {
    let name = emoji(like).filter(|emoji| emoji.starts_with(':'))?;
    like.docs("tag")
        .filter_map(tags::custom_emoji)
        .find(|custom| custom.name == name)
}

/// Who may see it. Programs address a like to the author of what is liked, or to nobody (GoToSocial, Mastodon), and show
/// it wherever that is shown; core narrows it to that.
fn addressed(said: Said<'_>, losses: &mut Losses) -> Audience {
    let said_so = audience::parse(said.doc, said.actor, losses).unwrap_or_else(|| Audience::new(Scope::Limited, []));
    if said_so.scope != Scope::Limited {
        return said_so;
    }
    losses.invented(rules::REACTION_AUDIENCE, "to", "that of what it is about");
    Audience {
        scope: Scope::Public,
        ..said_so
    }
}

/// Writes a reaction, or its end. Plain ones are `Like`; so are emoji, whose `content` those who know it read.
///
/// # Errors
/// `not-opted-in` or `not-found` when an end of it has no id on this network.
// FEP-c0e0: a Like with content is understood by all, an EmojiReact by some
pub(crate) fn render(outgoing: &Outgoing, reaction: &Reaction) -> Result<Rendered, Refusal> {
    let author = on_network(&reaction.author)?;
    if *reaction.object.network() != ids::NETWORK {
        return Err(render::nowhere());
    }
    let mut losses = Losses::default();
    let like = like(reaction, author, &mut losses);
    match outgoing.verb {
        Verb::Create | Verb::Update => render::finish(outgoing, author, Some(&reaction.id), like, losses),
        Verb::Retract => {
            let id = ids::undo(reaction.id.as_str());
            let mut activity = out::Activity::new("Undo", id, author.as_str(), like);
            activity.to.clone_from(&activity.object.to);
            render::finish(outgoing, author, Some(&reaction.id), activity, Losses::default())
        }
        Verb::Relay => Err(render::never(outgoing)),
    }
}

/// A like goes to named actors alone, as Mastodon's do: what it is about says who else may see it.
fn like(reaction: &Reaction, author: &ActorId, losses: &mut Losses) -> out::Activity<String> {
    let id = reaction.id.as_str().to_owned();
    let object = reaction.object.as_str().to_owned();
    let to = reaction
        .audience
        .recipients
        .iter()
        .filter(|actor| *actor.network() == ids::NETWORK);
    let to = to.map(|actor| actor.as_str().to_owned()).collect();
    let custom = reaction.custom.iter().map(tags::render_emoji).collect();
    if reaction.emoji.is_some() {
        losses.degraded(
            rules::REACTION_EMOJI,
            "emoji",
            "programs without emoji reactions show a like",
        );
    }
    out::Activity {
        to,
        content: reaction.emoji.clone(),
        tag: custom,
        ..out::Activity::new("Like", id, author.as_str(), object)
    }
}

/// Writes the end of a reaction known by who and what alone.
///
/// # Errors
/// `not-found` when what it was about has no id on this network.
pub(crate) fn undo(
    outgoing: &Outgoing,
    author: &ActorId,
    object: &ObjectId,
    emoji: Option<&str>,
) -> Result<Rendered, Refusal> {
    if *object.network() != ids::NETWORK {
        return Err(render::nowhere());
    }
    let id = format!("{}#likes/{}", author.as_str(), object.as_str());
    let mut like = out::Activity::new("Like", id.clone(), author.as_str(), object.as_str());
    like.content = emoji.map(str::to_owned);
    let activity = out::Activity::new("Undo", ids::undo(&id), author.as_str(), like);
    render::finish(outgoing, author, None, activity, Losses::default())
}
