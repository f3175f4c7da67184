//! Follows: asked, agreed, refused.

use super::{Question, checks};
use crate::id::{Network, ObjectId};
use crate::model::{Follow, FollowStep, Kind, Payload};
use crate::ports::{ActorFact, ActorState, FollowFact, FollowState, Plan, Recipients, Send, Sent, Standing, Step};
use crate::refusal::{Reason, Refusal};

/// The network of ids that the bridge makes for what it does by itself, such as agreeing to a follow.
const SELF: Network = Network::new("causeway");

pub(super) fn decide(question: &Question<'_>, follow: &Follow) -> Result<Plan, Refusal> {
    match follow.step {
        FollowStep::Request => request(question, follow),
        FollowStep::Accept => answer(question, follow, FollowState::Accepted),
        FollowStep::Reject => answer(question, follow, FollowState::Rejected),
    }
}

fn request(question: &Question<'_>, follow: &Follow) -> Result<Plan, Refusal> {
    let follower = checks::author(question, &follow.follower)?;
    let followee = question
        .facts
        .other
        .as_ref()
        .ok_or_else(|| Refusal::reject(Reason::NotFound, "nobody is known by the name to follow"))?;
    if question.facts.buried {
        return Err(Refusal::ignore(Reason::Gone, "its end came first"));
    }
    if question.facts.blocked {
        return Err(Refusal::reject(Reason::UserBlocked, "one side blocked the other"));
    }
    match (follower.state, followee.state) {
        (ActorState::Local, ActorState::Remote | ActorState::Puppet) => ask(question, follow, follower, followee),
        (ActorState::Remote | ActorState::Puppet, ActorState::Local) => be_asked(question, follow, follower, followee),
        (ActorState::Local, ActorState::Local) => Err(Refusal::reject(
            Reason::NotServed,
            "both are users here: follow the real address",
        )),
        _ => Err(Refusal::reject(Reason::NotServed, "neither is a user here")),
    }
}

/// One of ours asks somebody elsewhere.
fn ask(question: &Question<'_>, follow: &Follow, follower: &ActorFact, followee: &ActorFact) -> Result<Plan, Refusal> {
    if followee.standing == Standing::Gone {
        return Err(Refusal::gone(Reason::ActorGone, "the account to follow is gone"));
    }
    checks::willing(followee)?;
    let held = question
        .facts
        .follow
        .as_ref()
        .filter(|held| held.follower == follower.id);
    if held.is_some_and(|held| held.state != FollowState::Rejected) {
        return Err(Refusal::ignore(Reason::Duplicate, "asked already"));
    }
    let mut plan = steps(follow, follower, followee, FollowState::Pending, &follow.id);
    plan.steps.push(send(question, follow, follower, followee));
    Ok(plan)
}

/// Somebody elsewhere asks one of ours, who agrees at once unless followers are confirmed by hand.
fn be_asked(
    question: &Question<'_>,
    follow: &Follow,
    follower: &ActorFact,
    followee: &ActorFact,
) -> Result<Plan, Refusal> {
    checks::may_act(followee)?;
    let held = question
        .facts
        .follow
        .as_ref()
        .filter(|held| held.follower == follower.id && held.state == FollowState::Accepted);
    if !followee.consents.contains(follow.id.network()) {
        return Err(Refusal::reject(Reason::NotOptedIn, "the user is not on this network"));
    }
    let state = if followee.locked && held.is_none() {
        FollowState::Pending
    } else {
        FollowState::Accepted
    };
    let mut plan = steps(follow, follower, followee, state, &follow.id);
    if state == FollowState::Accepted {
        // whoever asks the same again has not heard the answer: it is owed once more, and an answer is sent once
        let again = held
            .filter(|held| held.request == follow.id)
            .map(|_| question.received.millis());
        let again = again.map(|at| format!(":{at}")).unwrap_or_default();
        let accept = Follow {
            id: ObjectId::new(SELF, format!("accept:{}{again}", follow.id)),
            follower: follower.id.clone(),
            followee: followee.id.clone(),
            step: FollowStep::Accept,
            request: Some(follow.id.clone()),
        };
        plan.steps.push(put(&accept, Some(&follow.id)));
        plan.steps.push(send(question, &accept, followee, follower));
    }
    Ok(plan)
}

/// Somebody elsewhere answers one of ours. Only the one who was asked may, and only what was asked.
// security.md row 11
fn answer(question: &Question<'_>, follow: &Follow, state: FollowState) -> Result<Plan, Refusal> {
    let followee = checks::author(question, &follow.followee)?;
    let (Some(held), Some(follower)) = (&question.facts.follow, &question.facts.other) else {
        return Err(Refusal::ignore(
            Reason::NotFound,
            "an answer to a follow that was never asked",
        ));
    };
    if held.followee != followee.id || held.follower != follower.id || follower.state != ActorState::Local {
        return Err(Refusal::ignore(
            Reason::NotFound,
            "an answer to a follow that was never asked",
        ));
    }
    // an answer that names no request, or one that nobody here knows, is to the one that is open
    let asked = question.facts.about.as_ref().filter(|_| follow.request.is_some());
    if asked.is_some_and(|asked| asked.id != held.request) {
        return Err(Refusal::ignore(
            Reason::Superseded,
            "an answer to a request that another took the place of",
        ));
    }
    if held.state == state {
        return Err(Refusal::ignore(Reason::Duplicate, "answered already"));
    }
    let mut plan = steps(follow, follower, followee, state, &held.request);
    plan.steps.push(send(question, follow, followee, follower));
    Ok(plan)
}

fn steps(follow: &Follow, follower: &ActorFact, followee: &ActorFact, state: FollowState, request: &ObjectId) -> Plan {
    let fact = FollowFact {
        follower: follower.id.clone(),
        followee: followee.id.clone(),
        state,
        request: request.clone(),
    };
    let about = (follow.id != *request).then_some(request);
    Plan {
        steps: vec![put(follow, about), Step::PutFollow(fact)],
    }
}

fn put(follow: &Follow, about: Option<&ObjectId>) -> Step {
    Step::PutObject {
        payload: Box::new(Payload::Follow(follow.clone())),
        about: about.cloned(),
        root: None,
    }
}

/// To the other one, on that one's network.
fn send(question: &Question<'_>, follow: &Follow, from: &ActorFact, to: &ActorFact) -> Step {
    let networks = question.links.targets(from.id.network(), from, Kind::Follow, None);
    Step::Send(Send {
        object: Sent::Object(follow.id.clone()),
        to: vec![Recipients::Actor(to.id.clone())],
        networks,
    })
}
