//! Reactions and reposts: said about another's object, with at most its audience.

use super::{Question, checks, comment};
use crate::id::{Network, ObjectId};
use crate::model::{ActorKind, Audience, Kind, Payload, Reaction, Repost};
use crate::ports::{ActorFact, ObjectFact, Plan, Recipients, Send, Sent, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn reaction(question: &Question<'_>, reaction: &Reaction) -> Result<Plan, Refusal> {
    let author = checks::author(question, &reaction.author)?;
    let (about, renewed) = about(question, author, &reaction.audience)?;
    once(question)?;
    let audience = checks::clamped(&reaction.audience, about);
    let scope = audience.scope;
    let payload = Payload::Reaction(Reaction {
        audience,
        ..reaction.clone()
    });
    let id = &reaction.id;
    let networks = question
        .links
        .targets(id.network(), author, Kind::Reaction, Some(scope));
    let root = question.facts.root.as_ref().unwrap_or(about);
    let author_of_it = vec![Recipients::Actor(about.author.id.clone())];
    let sends = if scope.is_public() {
        let (gathered, scattered) = comment::by_place(root, networks);
        vec![
            Step::Send(comment::to_places(id, root, gathered)),
            send(id, author_of_it, scattered),
        ]
    } else {
        // the place may be open to more than may see what it is about
        vec![send(id, author_of_it, networks)]
    };
    let sends = sends.into_iter().filter(goes_anywhere);
    let stored = renewed.into_iter().chain([put(payload, about, Some(root))]);
    Ok(Plan {
        steps: stored.chain(sends).collect(),
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
    let to = vec![
        Recipients::Followers(author.id.clone()),
        Recipients::Actor(about.author.id.clone()),
    ];
    let id = &repost.id;
    let networks = question
        .links
        .targets(id.network(), author, Kind::Repost, Some(audience.scope));
    let payload = Payload::Repost(Repost {
        audience,
        ..repost.clone()
    });
    let stored = renewed.into_iter().chain([put(payload, about, None)]);
    Ok(Plan {
        steps: stored.chain([send(id, to, networks)]).collect(),
    })
}

fn goes_anywhere(step: &Step) -> bool {
    !matches!(step, Step::Send(send) if send.networks.is_empty())
}

/// A program may have several ways to say one thing (a heart and an attachment; a Lemmy community's two announcements): it
/// is said once.
fn once(question: &Question<'_>) -> Result<(), Refusal> {
    match question.facts.said_already {
        true => Err(Refusal::ignore(Reason::Duplicate, "they said so already")),
        false => Ok(()),
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

fn send(id: &ObjectId, to: Vec<Recipients>, networks: Vec<Network>) -> Step {
    Step::Send(Send {
        object: Sent::Object(id.clone()),
        to,
        networks,
    })
}
