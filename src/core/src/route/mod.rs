//! What an activity changes and who must hear of it: a pure decision from the activity, what is known, and policy.
//!
//! One file per kind; [`decide`] only picks the file. Nothing here reads a clock, a store or a wire.

mod checks;
mod comment;
mod direct;
mod follow;
mod links;
mod passing;
mod post;
mod profile;
mod retraction;
mod vote;

pub use links::Links;

use crate::adapter::{Arrival, Claim};
use crate::model::{Activity, Attested, Payload};
use crate::ports::{Facts, Plan};
use crate::refusal::{Reason, Refusal};
use crate::time::Timestamp;

/// Everything a decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who vouches for the activity.
    pub origin: &'a Attested,
    /// Whether it just happened.
    pub arrival: Arrival,
    /// When it came.
    pub received: Timestamp,
    /// The activity.
    pub activity: &'a Activity,
    /// What its wire claims about the object it makes.
    pub claim: Claim,
    /// What is known.
    pub facts: &'a Facts,
    /// Which networks are linked, and what they carry.
    pub links: &'a Links,
}

/// What `question.activity` changes and who must hear of it.
///
/// # Errors
/// The reason why nothing comes of it. Ids of other origins were refused before ([`crate::adapter::Adapter::vouches`]).
pub fn decide(question: &Question<'_>) -> Result<Plan, Refusal> {
    match &question.activity.payload {
        Payload::Profile(profile) => profile::decide(question, profile),
        Payload::Post(post) => post::decide(question, post),
        Payload::Comment(comment) => comment::decide(question, comment),
        Payload::Reaction(reaction) => passing::reaction(question, reaction),
        Payload::Repost(repost) => passing::repost(question, repost),
        Payload::Follow(follow) => follow::decide(question, follow),
        Payload::Retraction(retraction) => retraction::decide(question, retraction),
        Payload::Direct(message) => direct::decide(question, message),
        Payload::Move(_) | Payload::Block(_) | Payload::Report(_) => Err(Refusal::ignore(
            Reason::UnsupportedKind,
            format!("{} is not bridged yet", question.activity.payload.kind().as_str()),
        )),
    }
}
