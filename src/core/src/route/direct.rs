//! Messages to named people: kept for nobody else, shown on no page, node or feed.

use super::{Question, checks, retraction};
use crate::model::{DirectMessage, Kind, Payload};
use crate::ports::{ActorFact, ActorState, Plan, Recipients, Send, Sent, Standing, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn decide(question: &Question<'_>, message: &DirectMessage) -> Result<Plan, Refusal> {
    let author = checks::author(question, &message.author)?;
    // an edit made a message of something wider: whoever holds that loses it
    if question
        .facts
        .object
        .as_ref()
        .is_some_and(|held| held.kind != Kind::Direct)
    {
        return retraction::narrowed(question);
    }
    let renewed = checks::storable(question, author, message.edited)?;
    addressed(question, author)?;
    let networks = question.links.targets(message.id.network(), author, Kind::Direct, None);
    let put = Step::PutObject {
        payload: Box::new(Payload::Direct(Box::new(message.clone()))),
        about: question.facts.about.as_ref().map(|about| about.id.clone()),
        root: None,
    };
    let recipients = message.audience.recipients.iter().cloned().map(Recipients::Actor);
    let send = Step::Send(Send {
        object: Sent::Object(message.id.clone()),
        to: std::iter::once(Recipients::Holders).chain(recipients).collect(),
        networks,
    });
    Ok(Plan {
        steps: renewed.into_iter().chain([put, send]).collect(),
    })
}

/// Whether there is anybody to hand it to: from elsewhere one of ours who agreed, from one of ours somebody elsewhere who
/// is willing. What is for nobody here is stored nowhere.
fn addressed(question: &Question<'_>, author: &ActorFact) -> Result<(), Refusal> {
    if author.state != ActorState::Local {
        return match question.facts.addressed {
            true => Ok(()),
            false => Err(Refusal::reject(
                Reason::PrivateAudience,
                "it is for nobody who is bridged here",
            )),
        };
    }
    let recipient = question
        .facts
        .other
        .as_ref()
        .filter(|other| other.state != ActorState::Local)
        .ok_or_else(|| Refusal::reject(Reason::NotFound, "nobody is known by the name it is for"))?;
    if recipient.standing == Standing::Gone {
        return Err(Refusal::gone(Reason::ActorGone, "the account it is for is gone"));
    }
    checks::willing(recipient)
}
