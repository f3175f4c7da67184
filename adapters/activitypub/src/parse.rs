//! From a wire to the model: what sort of document it is, and which file reads it.
//!
//! Trust: what stands inside an activity is its actor's word only where it is of the actor's own host. An object of
//! another host is a hint: it is fetched from there, and the fetched document counts (security.md rows 2, 10).

use causeway_core::adapter::{Answer, Claim, Crossed, Crossing, Lookup, Need, ParseContext, Parsed, Wire};
use causeway_core::id::ActorId;
use causeway_core::model::{Activity, Attested, Payload};
use causeway_core::refusal::{Reason, Refusal};

use crate::config::Config;
use crate::discovery::HANDLE;
use crate::losses::Losses;
use crate::wire::{Doc, Json, Ref};
use crate::{comment, direct, follow, ids, post, profile, reaction, repost, retraction, safety};

/// Why reading stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// This must be fetched first.
    Needs(Need),
    /// Nothing comes of it.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// An activity while it is read.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    /// The operator's wishes.
    pub config: &'a Config,
    /// The activity.
    pub doc: Doc<'a>,
    /// Who acts.
    pub actor: &'a ActorId,
    /// What was fetched.
    pub lookup: &'a dyn Lookup,
}

/// What `wire` says, or what must be fetched to tell. Pure; whether its origin may say so is not decided here.
pub fn parse(config: &Config, wire: &Wire, context: &ParseContext<'_>) -> Parsed {
    match read(config, wire, context.lookup) {
        Ok(crossed) => Parsed::Done(Crossing {
            activities: vec![crossed],
            refused: Vec::new(),
        }),
        Err(Stop::Needs(need)) => Parsed::Needs(vec![need]),
        Err(Stop::Refused(refusal)) => Parsed::refused(refusal),
    }
}

fn read(config: &Config, wire: &Wire, lookup: &dyn Lookup) -> Result<Crossed, Stop> {
    let json = Json::read(&wire.body)?;
    let doc = Doc::of(&json).ok_or_else(|| malformed("not an object"))?;
    if profile::is_actor(doc) {
        return Ok(profile::known_as(profile::parse(doc)?, wire.header(HANDLE)));
    }
    if !doc.has("actor") {
        return Ok(object(doc, None, None)?);
    }
    let actor = doc.first("actor").and_then(Ref::id).and_then(ids::actor);
    let actor = actor.ok_or_else(|| malformed("an activity of nobody"))?;
    activity(Said {
        config,
        doc,
        actor: &actor,
        lookup,
    })
}

/// One activity, by its type.
// AP §7
fn activity(said: Said<'_>) -> Result<Crossed, Stop> {
    let mut types = said.doc.types();
    match types.next().unwrap_or_default() {
        // a Create may come again when its object has been edited, and says nothing of the edit
        "Create" => Ok(made(said)?.claiming(Claim::New)),
        "Update" => made(said),
        "Delete" => Ok(retraction::deleted(said)?),
        "Undo" => Ok(retraction::undone(said)?),
        "Follow" => Ok(follow::requested(said)?),
        "Accept" => Ok(follow::answered(said, causeway_core::model::FollowStep::Accept)?),
        "Reject" => Ok(follow::answered(said, causeway_core::model::FollowStep::Reject)?),
        "Like" | "EmojiReact" => Ok(reaction::parse(said)?),
        "Announce" => Ok(repost::parse(said)?),
        "Move" => Ok(safety::moved(said)?),
        "Block" => Ok(safety::blocked(said)?),
        "Flag" => Ok(safety::reported(said)?),
        other => {
            let kind: String = other.chars().take(40).collect();
            Err(Refusal::ignore(Reason::UnsupportedKind, format!("an activity of type {kind}")).into())
        }
    }
}

/// `Create` and `Update`: the object counts, read where it may be believed.
fn made(said: Said<'_>) -> Result<Crossed, Stop> {
    let object = said.object()?;
    if let Some(doc) = object.doc().filter(|doc| said.owns(*doc)) {
        return Ok(said.makes(doc)?);
    }
    let id = object.id().ok_or_else(|| malformed("an object without id"))?;
    let json = fetched(said.lookup, id)?;
    let doc = Doc::of(&json).filter(|doc| doc.id() == Some(id));
    let doc = doc.ok_or_else(|| Refusal::reject(Reason::OriginMismatch, "another object than was asked for"))?;
    Ok(said.makes(doc)?)
}

/// The document of this id, attested by its own host.
fn fetched(lookup: &dyn Lookup, id: &str) -> Result<Json, Stop> {
    let host = ids::host(id).ok_or_else(|| malformed("an object's id is no address"))?;
    let need = Need::Object(id.to_owned());
    match lookup.lookup(&need) {
        Answer::NotAsked => Err(Stop::Needs(need)),
        Answer::Failed(refusal) => Err(Stop::Refused(refusal.clone())),
        Answer::Found(wire) if wire.attested == Attested::Host(host) => Ok(Json::read(&wire.body)?),
        Answer::Found(_) => Err(Refusal::reject(Reason::OriginMismatch, "not from the object's own host").into()),
    }
}

impl<'a> Said<'a> {
    /// What `object` refers to.
    ///
    /// # Errors
    /// `malformed` when it refers to nothing.
    pub(crate) fn object(self) -> Result<Ref<'a>, Refusal> {
        self.doc
            .first("object")
            .ok_or_else(|| malformed("an activity about nothing"))
    }

    /// Whether an embedded object is of the actor's own host.
    fn owns(self, doc: Doc<'_>) -> bool {
        doc.id().is_none_or(|id| ids::same_host(id, self.actor.as_str()))
    }

    /// The activity that makes or changes `doc`.
    fn makes(self, doc: Doc<'_>) -> Result<Crossed, Refusal> {
        if profile::is_actor(doc) {
            if doc.id() != Some(self.actor.as_str()) {
                return Err(Refusal::reject(Reason::OriginMismatch, "another actor's profile"));
            }
            let profile = profile::parse(doc)?;
            return Ok(Crossed::new(self.activity(profile.activity.payload), profile.losses));
        }
        let crossed = object(doc, Some(self.actor), Some(self.doc))?;
        let at = self.doc.time("published").or(crossed.activity.at);
        let activity = Activity {
            at,
            ..self.activity(crossed.activity.payload)
        };
        Ok(Crossed::new(activity, crossed.losses))
    }

    /// This activity, saying `payload`.
    pub(crate) fn activity(self, payload: Payload) -> Activity {
        let id = self.doc.id().and_then(ids::object).map(|id| id.as_str().to_owned());
        Activity {
            id,
            actor: self.actor.clone(),
            at: self.doc.time("published"),
            payload,
        }
    }

    /// This activity, saying `payload`, with its losses.
    pub(crate) fn crossed(self, payload: Payload, losses: Losses) -> Crossed {
        Crossed::new(self.activity(payload), losses.into_vec())
    }
}

/// A post, comment or message, as made by `actor`, or by whom it says when nobody acts.
fn object(doc: Doc<'_>, actor: Option<&ActorId>, outer: Option<Doc<'_>>) -> Result<Crossed, Refusal> {
    if comment::is_vote(doc) {
        return Err(Refusal::ignore(Reason::UnsupportedKind, "a vote in a poll"));
    }
    let mut losses = Losses::default();
    let parent = comment::parent(doc, &mut losses);
    let post = post::parse(doc, actor, outer, &mut losses)?;
    let (actor, at) = (post.author.clone(), post.published);
    let payload = match (post.audience.scope, parent) {
        (causeway_core::model::Scope::Direct, parent) => {
            Payload::Direct(Box::new(direct::parse(parent, post, &mut losses)))
        }
        (_, Some(parent)) => Payload::Comment(Box::new(comment::parse(parent, post))),
        (_, None) => Payload::Post(Box::new(post)),
    };
    let activity = Activity {
        id: None,
        actor,
        at,
        payload,
    };
    Ok(Crossed::new(activity, losses.into_vec()))
}

/// The sender's error: not what ActivityPub allows.
pub(crate) fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
