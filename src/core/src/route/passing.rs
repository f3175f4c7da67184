//! Reactions and reposts: said about another's object, with at most its audience.

use super::{Question, checks, comment};
use crate::id::Network;
use crate::model::{ActorKind, Audience, Kind, Payload, Reaction, Repost};
use crate::ports::{ActorFact, ObjectFact, Plan, Recipients, Send, Sent, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn reaction(question: &Question<'_>, reaction: &Reaction) -> Result<Plan, Refusal> {
    let author = checks::author(question, &reaction.author)?;
    let (about, renewed) = about(question, author, &reaction.audience)?;
    once(question)?;
    let audience = checks::clamped(&reaction.audience, about);
    let id = &reaction.id;
    let networks = question
        .links
        .targets(id.network(), author, Kind::Reaction, Some(audience.scope));
    let public = audience.is_public();
    let payload = Payload::Reaction(Reaction {
        audience,
        ..reaction.clone()
    });
    let root = question.facts.root.as_ref().unwrap_or(about);
    let placed = |network: &Network| public && root.places.iter().any(|place| place.place.network() == network);
    let (gathered, scattered): (Vec<_>, Vec<_>) = networks.into_iter().partition(placed);
    let to_author = Send {
        object: Sent::Object(id.clone()),
        to: vec![Recipients::Actor(about.author.id.clone())],
        networks: scattered,
    };
    // what is not for everybody goes into no place
    let to_places = public.then(|| comment::to_places(id, root, Sent::Object(id.clone()), gathered));
    let sends = to_places.into_iter().chain([to_author]);
    let sends = sends.filter(|send| !send.networks.is_empty()).map(Step::Send);
    let put = put(payload, about, Some(root));
    Ok(Plan {
        steps: renewed.into_iter().chain([put]).chain(sends).collect(),
    })
}

pub(super) fn repost(question: &Question<'_>, repost: &Repost) -> Result<Plan, Refusal> {
    let author = checks::author(question, &repost.author)?;
    let (about, renewed) = about(question, author, &repost.audience)?;
    if !about.scope.is_public() {
        return Err(Refusal::reject(
            Reason::PrivateAudience,
            "what is not public is not passed on",
        ));
    }
    once(question)?;
    in_its_thread(author, about)?;
    let audience = checks::clamped(&repost.audience, about);
    let networks = question
        .links
        .targets(repost.id.network(), author, Kind::Repost, Some(audience.scope));
    let payload = Payload::Repost(Repost {
        audience,
        ..repost.clone()
    });
    let send = Step::Send(Send {
        object: Sent::Object(repost.id.clone()),
        to: vec![
            Recipients::Followers(author.id.clone()),
            Recipients::Actor(about.author.id.clone()),
        ],
        networks,
    });
    let put = put(payload, about, None);
    Ok(Plan {
        steps: renewed.into_iter().chain([put, send]).collect(),
    })
}

/// A program may have several ways to say one thing (a heart and an attachment; a Lemmy community's two announcements): it
/// is said once.
fn once(question: &Question<'_>) -> Result<(), Refusal> {
    match question.facts.same {
        Some(_) => Err(Refusal::ignore(Reason::Duplicate, "they said so already")),
        None => Ok(()),
    }
}

/// A community announces every answer below its posts: it stands in its thread, and not among what the community posts.
// FEP-1b12 "The Announce activity"
fn in_its_thread(author: &ActorFact, about: &ObjectFact) -> Result<(), Refusal> {
    let community = author
        .profile
        .as_ref()
        .is_some_and(|profile| profile.kind == ActorKind::Group);
    if community && about.kind == Kind::Comment {
        return Err(Refusal::ignore(Reason::Duplicate, "an answer stands in its thread"));
    }
    Ok(())
}

/// What it is about, and what must be done before it can be stored.
fn about<'a>(
    question: &'a Question<'_>,
    author: &ActorFact,
    audience: &Audience,
) -> Result<(&'a ObjectFact, Option<Step>), Refusal> {
    let renewed = checks::storable(question, author, None)?;
    let about = question
        .facts
        .about
        .as_ref()
        .filter(|about| !about.gone)
        .ok_or_else(|| Refusal::ignore(Reason::ParentUnknown, "what it is about is not known here"))?;
    checks::concerns_us(question, author, audience)?;
    Ok((about, renewed))
}

/// With the first post of the thread whose place it stands in, if it stands in one.
fn put(payload: Payload, about: &ObjectFact, root: Option<&ObjectFact>) -> Step {
    Step::PutObject {
        payload: Box::new(payload),
        about: Some(about.id.clone()),
        root: root.map(|root| root.id.clone()),
    }
}
