//! Reactions and reposts: said about another's object, with at most its audience.

use super::{Question, checks};
use crate::id::ObjectId;
use crate::model::{Audience, Kind, Payload, Reaction, Repost};
use crate::ports::{ActorFact, ObjectFact, Plan, Recipients, Send, Sent, Step};
use crate::refusal::{Reason, Refusal};

pub(super) fn reaction(question: &Question<'_>, reaction: &Reaction) -> Result<Plan, Refusal> {
    let author = checks::author(question, &reaction.author)?;
    let (about, renewed) = about(question, author, &reaction.audience)?;
    let audience = checks::clamped(&reaction.audience, about);
    let to = vec![Recipients::Actor(about.author.id.clone())];
    let payload = Payload::Reaction(Reaction {
        audience,
        ..reaction.clone()
    });
    let mut plan = plan(question, author, &reaction.id, payload, about, to);
    plan.steps.splice(0..0, renewed);
    Ok(plan)
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
    let audience = checks::clamped(&repost.audience, about);
    let to = vec![
        Recipients::Followers(author.id.clone()),
        Recipients::Actor(about.author.id.clone()),
    ];
    let payload = Payload::Repost(Repost {
        audience,
        ..repost.clone()
    });
    let mut plan = plan(question, author, &repost.id, payload, about, to);
    plan.steps.splice(0..0, renewed);
    Ok(plan)
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

fn plan(
    question: &Question<'_>,
    author: &ActorFact,
    id: &ObjectId,
    payload: Payload,
    about: &ObjectFact,
    to: Vec<Recipients>,
) -> Plan {
    let kind: Kind = payload.kind();
    let scope = payload.audience().map(|audience| audience.scope);
    let networks = question.links.targets(id.network(), author, kind, scope);
    let put = Step::PutObject {
        payload: Box::new(payload),
        about: Some(about.id.clone()),
        root: None,
    };
    Plan {
        steps: vec![
            put,
            Step::Send(Send {
                object: Sent::Object(id.clone()),
                to,
                networks,
            }),
        ],
    }
}
