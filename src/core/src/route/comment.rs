//! Comments: to the thread's place where a network has one, to the people concerned where it has not.

use super::{Question, checks, post, retraction, vote};
use crate::id::{Network, ObjectId};
use crate::model::{Audience, Comment, Kind, Payload, Scope};
use crate::ports::{ActorFact, ActorState, ObjectFact, PlaceFact, Plan, Recipients, Send, Sent, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn decide(question: &Question<'_>, comment: &Comment) -> Result<Plan, Refusal> {
    let author = checks::author(question, &comment.post.author)?;
    if comment.post.audience.scope == Scope::Direct {
        return retraction::narrowed(question);
    }
    let renewed = checks::storable(question, author, comment.post.edited)?;
    let parent = parent(question)?;
    let root = question.facts.root.as_ref().unwrap_or(parent);
    checks::concerns_us(question, author, &comment.post.audience)?;
    checks::quotes_fairly(question, &comment.post.audience)?;

    let mut comment = comment.clone();
    comment.post.audience = addressed(author, checks::clamped(&comment.post.audience, parent), parent);
    comment.post.edited = checks::edited(question, &comment.post);
    let comment = vote::counted(question, author, parent, comment)?;
    let put = Step::PutObject {
        about: Some(parent.id.clone()),
        root: Some(root.id.clone()),
        payload: Box::new(Payload::Comment(Box::new(comment.clone()))),
    };
    let scope = comment.post.audience.scope;
    let networks = question
        .links
        .targets(comment.post.id.network(), author, Kind::Comment, Some(scope));
    let sends = sends(author, &comment, parent, root, networks)
        .into_iter()
        .map(Step::Send);
    Ok(Plan {
        steps: renewed.into_iter().chain([put]).chain(sends).collect(),
    })
}

/// A local author's answer is addressed to whom it answers, so that they are told of it.
// PRODUCT, Networks and directions
fn addressed(author: &ActorFact, mut audience: Audience, parent: &ObjectFact) -> Audience {
    let answered = &parent.author.id;
    if author.state == ActorState::Local && author.id != *answered && !audience.names(answered) {
        audience.recipients.push(answered.clone());
    }
    audience
}

fn parent<'a>(question: &'a Question<'_>) -> Result<&'a ObjectFact, Refusal> {
    let parent = question
        .facts
        .about
        .as_ref()
        .ok_or_else(|| Refusal::ignore(Reason::ParentUnknown, "what it answers is not known here"))?;
    if parent.gone {
        return Err(Refusal::ignore(Reason::ParentNotBridged, "what it answers was deleted"));
    }
    match parent.kind {
        Kind::Post | Kind::Comment => Ok(parent),
        _ => Err(Refusal::ignore(
            Reason::ParentUnknown,
            "what it answers is neither a post nor a comment",
        )),
    }
}

fn sends(
    author: &ActorFact,
    comment: &Comment,
    parent: &ObjectFact,
    root: &ObjectFact,
    networks: Vec<Network>,
) -> Vec<Send> {
    let object = Sent::Object(comment.post.id.clone());
    if comment.post.vote.is_some() {
        let networks = networks.into_iter().filter(|network| network == parent.id.network());
        return vec![Send {
            object,
            to: vec![Recipients::Actor(parent.author.id.clone())],
            networks: networks.collect(),
        }];
    }
    let (gathered, scattered) = by_place(root, networks);
    let to_people = Send {
        object: object.clone(),
        to: people(author, comment, parent, root),
        networks: scattered,
    };
    let to_gathered = match comment.post.audience.is_public() {
        true => to_places(&comment.post.id, root, gathered),
        false => to_named(comment, parent, object, gathered),
    };
    [to_gathered, to_people]
        .into_iter()
        .filter(|send| !send.networks.is_empty())
        .collect()
}

/// The networks where the thread has a place, and those where it has none.
pub(super) fn by_place(root: &ObjectFact, networks: Vec<Network>) -> (Vec<Network>, Vec<Network>) {
    networks
        .into_iter()
        .partition(|network| root.places.iter().any(|place| place.place.network() == network))
}

/// To whoever keeps the thread's places or is told of what happens in them.
pub(super) fn to_places(id: &ObjectId, root: &ObjectFact, gathered: Vec<Network>) -> Send {
    let home = id.network();
    let kept_at_home = |place: &PlaceFact| place.hosted && place.place.network() == home;
    let mut networks = gathered;
    // what stands in a place of its own network that we keep is passed on there to the subscribers
    if root.places.iter().any(kept_at_home) {
        networks.push(home.clone());
    }
    Send {
        object: Sent::Object(id.clone()),
        to: place_recipients(root, id),
        networks,
    }
}

/// What is not for everybody goes into no place, which may be open to more: only to whom it answers and whom it names.
// PRODUCT, Consent: "Audience"; security.md row 29
fn to_named(comment: &Comment, parent: &ObjectFact, object: Sent, networks: Vec<Network>) -> Send {
    let named = comment.post.audience.recipients.iter().cloned();
    let to = std::iter::once(parent.author.id.clone())
        .chain(named)
        .map(Recipients::Actor);
    Send {
        object,
        to: std::iter::once(Recipients::Holders).chain(to).collect(),
        networks,
    }
}

fn place_recipients(root: &ObjectFact, comment: &ObjectId) -> Vec<Recipients> {
    let of = |place: &PlaceFact| match place.hosted {
        true => Some(Recipients::Watchers(place.place.clone())),
        // in a place of its own network that others keep, it stands already
        false if place.place.network() == comment.network() => None,
        false => Some(Recipients::Place(place.place.clone())),
    };
    std::iter::once(Recipients::Holders)
        .chain(root.places.iter().filter_map(of))
        .collect()
}

/// Those who are answered and whoever a post of the author would reach; for a local author also those who read the
/// thread's beginning, because nobody else passes the comment on to them.
fn people(author: &ActorFact, comment: &Comment, parent: &ObjectFact, root: &ObjectFact) -> Vec<Recipients> {
    let mut to = post::recipients(author, &comment.post);
    to.push(Recipients::Actor(parent.author.id.clone()));
    to.push(Recipients::Actor(root.author.id.clone()));
    let local_thread = author.state == ActorState::Local && root.author.state == ActorState::Local;
    if local_thread && comment.post.audience.scope <= Scope::Followers && root.author.id != author.id {
        to.push(Recipients::Followers(root.author.id.clone()));
    }
    to
}
