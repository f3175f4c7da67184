//! `Announce` <-> [`Repost`].
//!
//! Wire: `Announce{id,actor,object,published,to,cc}`; a Lemmy community announces whole activities (quirks/lemmy.rs).
//! Spec: AP §7.11.
//! Model: [`Repost`]; what is passed on is an id here, and fetched from its own host by whoever needs it.
//! Losses: an id made up (`repost-id`), an activity of which only the post is passed on (`repost-activity`).

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::ObjectId;
use causeway_core::model::{Payload, Repost};
use causeway_core::refusal::{Reason, Refusal};

use crate::audience::{self, Addressed};
use crate::losses::Losses;
use crate::parse::{Said, malformed};
use crate::quirks::lemmy::{self, Announced};
use crate::render::{self, on_network};
use crate::wire::out;
use crate::{ids, rules};

/// `Announce`.
pub(crate) fn parse(said: Said<'_>) -> Result<Crossed, Refusal> {
    let mut losses = Losses::default();
    let object = match lemmy::announced(said.object()?) {
        Some(Announced::Object(id)) => ids::object(id),
        Some(Announced::Created(id)) => {
            losses.transformed(
                rules::REPOST_ACTIVITY,
                "object",
                "the post that the announced activity makes",
            );
            ids::object(id)
        }
        Some(Announced::Activity) => {
            return Err(Refusal::ignore(
                Reason::UnsupportedKind,
                "an announced activity that makes no post",
            ));
        }
        None => None,
    };
    let object = object.ok_or_else(|| malformed("nothing is passed on"))?;
    let audience = audience::parse(said.doc, said.actor, &mut losses);
    let audience = audience.ok_or_else(|| Refusal::reject(Reason::PrivateAudience, "it is addressed to nobody"))?;
    let id = own_id(said, &object, &mut losses)?;
    let repost = Repost {
        id,
        author: said.actor.clone(),
        object,
        audience,
        published: said.doc.time("published"),
        shown: None,
    };
    Ok(said.crossed(Payload::Repost(repost), losses))
}

fn own_id(said: Said<'_>, object: &ObjectId, losses: &mut Losses) -> Result<ObjectId, Refusal> {
    if let Some(id) = said.doc.id().and_then(ids::object) {
        return Ok(id);
    }
    losses.invented(rules::REPOST_ID, "id", "made of actor and object");
    ids::implied(said.actor, "reposts", object.as_str()).ok_or_else(|| malformed("an activity without id"))
}

/// Writes a repost, or its end.
///
/// # Errors
/// `private-audience` for what is not public: a repost shows a post to others; `not-found` when that has no id on this
/// network.
// security.md row 29: a repost never widens
pub(crate) fn render(outgoing: &Outgoing, repost: &Repost) -> Result<Rendered, Refusal> {
    let author = on_network(&repost.author)?;
    if *repost.object.network() != ids::NETWORK {
        return Err(render::nowhere());
    }
    if !repost.audience.is_public() && outgoing.verb != Verb::Retract {
        return Err(Refusal::reject(
            Reason::PrivateAudience,
            "what is not public is not passed on",
        ));
    }
    let mut losses = Losses::default();
    let Addressed { to, cc } = audience::render(&repost.audience, author, &mut losses).unwrap_or_default();
    let id = repost.id.as_str().to_owned();
    let object = repost.object.as_str().to_owned();
    let announce = out::Activity {
        published: repost.published,
        to: to.clone(),
        cc: cc.clone(),
        ..out::Activity::new("Announce", id, author.as_str(), object)
    };
    match outgoing.verb {
        Verb::Create | Verb::Update => render::finish(outgoing, author, Some(&repost.id), announce, losses),
        Verb::Retract => {
            let id = ids::undo(repost.id.as_str());
            let activity = out::Activity {
                to,
                cc,
                ..out::Activity::new("Undo", id, author.as_str(), announce)
            };
            render::finish(outgoing, author, Some(&repost.id), activity, Losses::default())
        }
        Verb::Relay => Err(render::never(outgoing)),
    }
}
