//! `Move`, `Block`, `Flag` -> [`Move`], [`Block`], [`Report`]. Parsed so that operators see them; none is written.
//!
//! Wire: `Move{actor=object,target}`; `Block{object}`; `Flag{object:[actor, objects…],content}`.
//! Spec: AP §6.9 (Block); AS2 vocabulary §3.1 `Move`, `Flag`; Mastodon sends Block and Flag to those concerned.

use causeway_core::adapter::Crossed;
use causeway_core::model::{Block, Blocked, Move, Payload, Report};
use causeway_core::refusal::{Reason, Refusal};

use crate::losses::Losses;
use crate::parse::{Said, malformed};
use crate::wire::Ref;
use crate::{ids, text};

/// `Move`: an account says where it goes. Whether the other account agrees is not decided here.
// security.md row 23
pub(crate) fn moved(said: Said<'_>) -> Result<Crossed, Refusal> {
    if said.object()?.id() != Some(said.actor.as_str()) {
        return Err(Refusal::reject(Reason::OriginMismatch, "an account that moves another"));
    }
    let to = said.doc.first("target").and_then(Ref::id).and_then(ids::actor);
    let to = to.ok_or_else(|| malformed("a move to nowhere"))?;
    Ok(said.crossed(
        Payload::Move(Move {
            from: said.actor.clone(),
            to,
        }),
        Losses::default(),
    ))
}

/// `Block`.
pub(crate) fn blocked(said: Said<'_>) -> Result<Crossed, Refusal> {
    let target = said
        .object()?
        .id()
        .and_then(ids::actor)
        .ok_or_else(|| malformed("a block of nobody"))?;
    let id = said
        .doc
        .id()
        .and_then(ids::object)
        .or_else(|| ids::implied(said.actor, "blocks", target.as_str()));
    let id = id.ok_or_else(|| malformed("an activity without id"))?;
    let block = Block {
        id,
        author: said.actor.clone(),
        target: Blocked::Actor(target),
    };
    Ok(said.crossed(Payload::Block(block), Losses::default()))
}

/// `Flag`: of the actor among the objects that is one of ours, else of the first.
pub(crate) fn reported(said: Said<'_>) -> Result<Crossed, Refusal> {
    let named: Vec<&str> = said.doc.ids("object").collect();
    let ours = named.iter().find(|id| said.config.opaque_of(id).is_some());
    let accused = ours
        .or_else(|| named.first())
        .copied()
        .ok_or_else(|| malformed("a report of nothing"))?;
    let actor = ids::actor(accused).ok_or_else(|| malformed("a report of nobody"))?;
    let id = said
        .doc
        .id()
        .and_then(ids::object)
        .or_else(|| ids::implied(said.actor, "reports", accused));
    let report = Report {
        id: id.ok_or_else(|| malformed("an activity without id"))?,
        author: said.actor.clone(),
        actor,
        objects: named
            .iter()
            .filter(|id| **id != accused)
            .filter_map(|id| ids::object(id))
            .collect(),
        comment: said
            .doc
            .text("content")
            .map(text::plain)
            .transpose()?
            .map(|(plain, _)| plain)
            .unwrap_or_default(),
    };
    Ok(said.crossed(Payload::Report(report), Losses::default()))
}
