//! Posts.

use super::{Question, checks, retraction};
use crate::model::{Kind, Payload, Post, Scope};
use crate::ports::{ActorFact, ActorState, Plan, Recipients, Send, Sent, Step};
use crate::refusal::Refusal;

pub(super) fn decide(question: &Question<'_>, post: &Post) -> Result<Plan, Refusal> {
    let author = checks::author(question, &post.author)?;
    if post.audience.scope == Scope::Direct {
        return retraction::narrowed(question);
    }
    let renewed = checks::storable(question, author, post.edited)?;
    checks::concerns_us(question, author, &post.audience)?;
    checks::quotes_fairly(question, &post.audience)?;
    let scope = widest_needed(question, post.audience.scope);
    let networks = question.links.targets(post.id.network(), author, Kind::Post, scope);
    let stored = Post {
        edited: checks::edited(question, post),
        ..post.clone()
    };
    let put = Step::PutObject {
        payload: Box::new(Payload::Post(Box::new(stored))),
        about: None,
        root: None,
    };
    let send = Step::Send(Send {
        object: Sent::Object(post.id.clone()),
        to: recipients(author, post),
        networks,
    });
    Ok(Plan {
        steps: renewed.into_iter().chain([put, send]).collect(),
    })
}

/// Followers and whoever is addressed; and all who have it, so that an edit reaches them whatever its audience is now.
pub(super) fn recipients(author: &ActorFact, post: &Post) -> Vec<Recipients> {
    let mut to = vec![Recipients::Holders];
    if post.audience.scope <= Scope::Followers {
        to.push(Recipients::Followers(author.id.clone()));
    }
    // somebody else's mention of a local actor who does not follow them is a notification, not a delivery
    if author.state == ActorState::Local || post.audience.scope > Scope::Followers {
        to.extend(post.audience.recipients.iter().cloned().map(Recipients::Actor));
        to.extend(
            post.mentions
                .iter()
                .map(|mention| Recipients::Actor(mention.actor.clone())),
        );
    }
    to
}

/// The scope a network must be able to keep. An edit that narrows the audience must still reach those who hold the wider
/// version, as a retraction, so a held object asks for nothing.
fn widest_needed(question: &Question<'_>, scope: Scope) -> Option<Scope> {
    let held_wider = checks::held(question).is_some_and(|held| held.scope < scope);
    (!held_wider).then_some(scope)
}
