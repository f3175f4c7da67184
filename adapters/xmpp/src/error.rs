//! Refusals of ours in XMPP's terms, and the errors of others in ours.

use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};

use crate::link::{Condition, DeliverError, Fault, IqError, SendError};

/// What it means that a request to read or to subscribe failed.
pub(crate) fn reading(error: &IqError) -> Refusal {
    asked(error, Reason::NodeClosed)
}

/// What it means that a request to publish or to retract failed.
pub(crate) fn publishing(error: &IqError) -> Refusal {
    asked(error, Reason::PublishForbidden)
}

/// What it means that a batch was not sent, or is not known to have arrived.
pub(crate) fn sending(error: DeliverError) -> Refusal {
    match error {
        DeliverError::Send(SendError::Unwritable { reason, .. }) => {
            Refusal::reject(Reason::TooLarge, reason.to_string())
        }
        DeliverError::Send(SendError::Disconnected) | DeliverError::Barrier(_) => unreachable(&error),
    }
}

/// Our own server is looked for all the time: whatever waits for it is tried again soon, not by the schedule of hosts
/// elsewhere.
const RECONNECT: Duration = Duration::from_secs(5);

/// The XMPP server is not there, or not known to have listened.
pub(crate) fn unreachable(error: &impl std::fmt::Display) -> Refusal {
    Refusal::new(
        Reason::HostUnreachable,
        Disposition::Retry(Some(RECONNECT)),
        format!("the XMPP server: {error}"),
    )
}

/// The stanza error that says what a refusal says.
// RFC 6120 §8.3.3
pub(crate) fn fault(refusal: &Refusal) -> Fault {
    Fault::from(condition(refusal)).with_text(refusal.to_string())
}

/// A condition with a reason code for a text.
pub(crate) fn no(condition: Condition, text: &str) -> Fault {
    Fault::from(condition).with_text(text)
}

fn asked(error: &IqError, denied: Reason) -> Refusal {
    match error {
        IqError::Fault(fault) => answered(fault, denied),
        IqError::Timeout | IqError::Disconnected | IqError::NotSent(SendError::Disconnected) => unreachable(error),
        IqError::NotSent(SendError::Unwritable { .. }) | IqError::AnswerRefused(_) => {
            Refusal::reject(Reason::TooLarge, error.to_string())
        }
    }
}

fn answered(fault: &Fault, denied: Reason) -> Refusal {
    let detail = fault.to_string();
    match fault.condition {
        // ejabberd 23.01 says not-authorized where Prosody says forbidden
        Condition::Forbidden
        | Condition::NotAuthorized
        | Condition::NotAllowed
        | Condition::SubscriptionRequired
        | Condition::RegistrationRequired => Refusal::reject(denied, detail),
        Condition::ItemNotFound => Refusal::reject(Reason::NotFound, detail),
        Condition::Gone => Refusal::gone(Reason::Gone, detail),
        Condition::ServiceUnavailable
        | Condition::RemoteServerNotFound
        | Condition::RemoteServerTimeout
        | Condition::RecipientUnavailable
        | Condition::InternalServerError
        | Condition::ResourceConstraint => Refusal::retry(Reason::HostUnreachable, detail),
        Condition::PolicyViolation => Refusal::reject(Reason::TooLarge, detail),
        Condition::BadRequest
        | Condition::Conflict
        | Condition::FeatureNotImplemented
        | Condition::JidMalformed
        | Condition::NotAcceptable
        | Condition::Redirect
        | Condition::UndefinedCondition
        | Condition::UnexpectedRequest => Refusal::reject(Reason::HostRefused, detail),
    }
}

fn condition(refusal: &Refusal) -> Condition {
    match refusal.reason {
        Reason::NotOptedIn | Reason::OptedOut => Condition::RegistrationRequired,
        Reason::NotServed
        | Reason::UserBlocked
        | Reason::DomainBlocked
        | Reason::PrivateAudience
        | Reason::PublishForbidden
        | Reason::AuthorUnproven
        | Reason::OriginMismatch => Condition::Forbidden,
        Reason::NotFound | Reason::ParentUnknown | Reason::ParentNotBridged => Condition::ItemNotFound,
        Reason::Gone | Reason::ActorGone => Condition::Gone,
        Reason::Malformed => Condition::BadRequest,
        Reason::TooLarge => Condition::PolicyViolation,
        Reason::RateLimited | Reason::Quota => Condition::ResourceConstraint,
        Reason::HostUnreachable => Condition::RemoteServerTimeout,
        _ if matches!(refusal.disposition, Disposition::Retry(_)) => Condition::InternalServerError,
        _ => Condition::NotAcceptable,
    }
}
