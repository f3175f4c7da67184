//! Checks that several kinds share, cheapest first.

use super::Question;
use crate::adapter::{Arrival, Claim};
use crate::id::ActorId;
use crate::model::{Audience, Post, Scope};
use crate::ports::{ActorFact, ActorState, ObjectFact, Standing, Step};
use crate::refusal::{Reason, Refusal};
use crate::time::Timestamp;

/// The acting actor, if it may act: a local one must have agreed and not have paused; `author` is who the payload says
/// it is by.
pub(super) fn author<'a>(question: &'a Question<'_>, author: &ActorId) -> Result<&'a ActorFact, Refusal> {
    if *author != question.activity.actor {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "by somebody other than the acting actor",
        ));
    }
    let actor = question
        .facts
        .actor
        .as_ref()
        .ok_or_else(|| Refusal::ignore(Reason::NotFollowed, "the actor is not known here"))?;
    may_act(actor)?;
    willing(actor)?;
    Ok(actor)
}

/// Whether `actor` may act at all.
pub(super) fn may_act(actor: &ActorFact) -> Result<(), Refusal> {
    match (actor.state, actor.standing) {
        (_, Standing::Active) | (ActorState::Remote | ActorState::Puppet, Standing::Known | Standing::Paused) => Ok(()),
        (ActorState::Local, Standing::Known) => Err(Refusal::ignore(
            Reason::NotOptedIn,
            "the author has not agreed to be bridged",
        )),
        (ActorState::Local, Standing::Paused) => Err(Refusal::ignore(Reason::Paused, "the author paused bridging")),
        (_, Standing::Stopped) => Err(Refusal::ignore(Reason::OptedOut, "the author withdrew their agreement")),
        (_, Standing::Gone) => Err(Refusal::gone(Reason::ActorGone, "the actor is gone")),
    }
}

/// Whether somebody elsewhere has said that they do not want to be bridged.
// PRODUCT, Consent: "Remote opt-outs are honoured"
pub(super) fn willing(actor: &ActorFact) -> Result<(), Refusal> {
    let Some(profile) = actor.profile.as_ref().filter(|_| actor.state != ActorState::Local) else {
        return Ok(());
    };
    if profile.bridgeable == Some(false) {
        return Err(Refusal::ignore(
            Reason::FlagNotBridgeable,
            "their profile says bridgeable: false",
        ));
    }
    let bio = profile.bio.plain.to_lowercase();
    let says = |tag: &str| {
        bio.split(|c: char| !(c.is_alphanumeric() || c == '#'))
            .any(|word| word == tag)
    };
    if says("#nobridge") || says("#nobot") {
        return Err(Refusal::ignore(
            Reason::NobridgeTag,
            "their profile says that they do not want to be bridged",
        ));
    }
    Ok(())
}

/// Whether a new or edited object may be stored over what is held under its id, and what must be done first: where the
/// one before ended and its network uses ids again, this is another object.
pub(super) fn storable(
    question: &Question<'_>,
    actor: &ActorFact,
    edited: Option<Timestamp>,
) -> Result<Option<Step>, Refusal> {
    if question.facts.buried {
        return Err(Refusal::ignore(Reason::Gone, "its deletion came first"));
    }
    if question.facts.blocked {
        return Err(Refusal::ignore(Reason::UserBlocked, "one side blocked the other"));
    }
    let Some(held) = &question.facts.object else {
        return Ok(None);
    };
    if held.author.id != actor.id {
        return Err(Refusal::reject(
            Reason::OriginMismatch,
            "an object of that id is by somebody else",
        ));
    }
    match (question.claim, held.edited, edited) {
        // PRODUCT, Identities: "An item id retracted and published again is a new object (a generation)"
        (Claim::Stands, ..) if held.gone => Ok(Some(Step::Renew(held.id.clone()))),
        _ if held.gone => Err(Refusal::ignore(Reason::Gone, "it was deleted")),
        (Claim::New, known, new) if new <= known => Err(Refusal::ignore(Reason::Duplicate, "it is held already")),
        (_, Some(known), Some(new)) if new < known => Err(Refusal::ignore(Reason::Superseded, "a later edit is held")),
        _ => Ok(None),
    }
}

/// What is held under the id and has not ended.
pub(super) fn held<'a>(question: &'a Question<'_>) -> Option<&'a ObjectFact> {
    question.facts.object.as_ref().filter(|held| !held.gone)
}

/// When `post` was edited: by its own word, or now, if it differs from what is held and does not say.
// Mastodon takes an edit only with a date
pub(super) fn edited(question: &Question<'_>, post: &Post) -> Option<Timestamp> {
    let held = held(question).and_then(|held| held.payload.post());
    let changed = |held: &Post| {
        held.text != post.text
            || held.title != post.title
            || held.summary != post.summary
            || held.media != post.media
            || held.sensitive != post.sensitive
    };
    post.edited.or_else(|| match held {
        Some(held) if changed(held) => Some(question.received),
        Some(held) => held.edited,
        None => None,
    })
}

/// Whether anybody here is concerned: a local author always is; of a remote one, whom nobody here follows, only what was
/// asked for, what is held already and what answers or names somebody here.
pub(super) fn concerns_us(question: &Question<'_>, actor: &ActorFact, audience: &Audience) -> Result<(), Refusal> {
    let facts = question.facts;
    let about_local = facts
        .about
        .as_ref()
        .is_some_and(|about| about.author.state == ActorState::Local);
    let known = facts.object.is_some() || facts.about.is_some();
    if actor.state == ActorState::Local
        || facts.followed
        || about_local
        || known
        || question.arrival != Arrival::Live
        || (audience.scope > Scope::Followers && facts.addressed)
    {
        return Ok(());
    }
    Err(Refusal::ignore(Reason::NotFollowed, "nobody here follows the author"))
}

/// What quotes something may be for no more people than what it quotes.
// PRODUCT: Consent, "Audience"; security.md row 29
pub(super) fn quotes_fairly(question: &Question<'_>, audience: &Audience) -> Result<(), Refusal> {
    if question.facts.quotes_private && audience.scope <= Scope::Followers {
        return Err(Refusal::reject(
            Reason::PrivateAudience,
            "what it quotes is not for everybody",
        ));
    }
    Ok(())
}

/// The audience of something said about `about`: at most that of what it is about. What is said about something that is
/// not public goes to the one who said that, and to whom it names.
// PRODUCT: Consent, "Audience"
pub(super) fn clamped(audience: &Audience, about: &ObjectFact) -> Audience {
    if about.scope.is_public() {
        let scope = audience.scope.max(about.scope);
        return Audience {
            scope,
            recipients: audience.recipients.clone(),
        };
    }
    let participants = std::iter::once(about.author.id.clone()).chain(
        audience
            .recipients
            .iter()
            .filter(|actor| about.recipients.contains(actor))
            .cloned(),
    );
    Audience::new(audience.scope.max(Scope::Limited), participants)
}
