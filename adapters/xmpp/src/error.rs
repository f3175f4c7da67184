//! Refusals of ours in XMPP's terms, and the errors of others in ours.

use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};

use crate::link::{BarrierError, Condition, DeliverError, Fault, IqError, SendError};

/// What it means that a request to read or to subscribe failed. It may be asked again and again for one wire: each time
/// later than the last.
pub(crate) fn reading(error: &IqError) -> Refusal {
    match error {
        IqError::Timeout | IqError::Disconnected | IqError::NotSent(SendError::Disconnected) => {
            Refusal::retry(Reason::HostUnreachable, format!("the XMPP server: {error}"))
        }
        other => asked(other, Reason::NodeClosed),
    }
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
        DeliverError::Send(SendError::Disconnected) | DeliverError::Barrier(BarrierError::Disconnected) => {
            unreachable(&error)
        }
        DeliverError::Barrier(BarrierError::Timeout) => silent(&error),
    }
}

/// Our own server is looked for all the time: whatever waits for it is tried again soon, not by the schedule of hosts
/// elsewhere.
const RECONNECT: Duration = Duration::from_secs(5);

/// The XMPP server is not there, or went away before it is known to have listened.
pub(crate) fn unreachable(error: &impl std::fmt::Display) -> Refusal {
    Refusal::new(
        Reason::HostUnreachable,
        Disposition::Retry(Some(RECONNECT)),
        format!("the XMPP server: {error}"),
    )
}

/// There is a stream, and no answer: who is asked may be slow, so not at once again.
fn silent(error: &impl std::fmt::Display) -> Refusal {
    Refusal::retry(Reason::HostRefused, error.to_string())
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
        IqError::Disconnected | IqError::NotSent(SendError::Disconnected) => unreachable(error),
        IqError::Timeout => silent(error),
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
        Condition::RemoteServerNotFound | Condition::RemoteServerTimeout => {
            Refusal::retry(Reason::HostUnreachable, detail)
        }
        // whoever says so was reached
        Condition::ServiceUnavailable
        | Condition::RecipientUnavailable
        | Condition::InternalServerError
        | Condition::ResourceConstraint => Refusal::retry(Reason::HostRefused, detail),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_what_failed_is_tried_again() {
        let soon = Disposition::Retry(Some(RECONNECT));
        let later = Disposition::Retry(None);
        let is = |refusal: Refusal| (refusal.reason, refusal.disposition);
        let gone = [IqError::Disconnected, IqError::NotSent(SendError::Disconnected)];
        for error in gone.iter().chain(&[IqError::Timeout]) {
            assert_eq!(is(reading(error)), (Reason::HostUnreachable, later), "{error}");
        }
        for error in &gone {
            assert_eq!(is(publishing(error)), (Reason::HostUnreachable, soon), "{error}");
        }
        assert_eq!(is(publishing(&IqError::Timeout)), (Reason::HostRefused, later));
        let sent = |error| is(sending(error));
        assert_eq!(
            sent(DeliverError::Send(SendError::Disconnected)),
            (Reason::HostUnreachable, soon)
        );
        assert_eq!(
            sent(DeliverError::Barrier(BarrierError::Disconnected)),
            (Reason::HostUnreachable, soon)
        );
        assert_eq!(
            sent(DeliverError::Barrier(BarrierError::Timeout)),
            (Reason::HostRefused, later)
        );
    }

    #[test]
    fn an_error_stanza_is_an_answer() {
        let refusal = |condition| reading(&IqError::Fault(Fault::from(condition)));
        for condition in [
            Condition::ServiceUnavailable,
            Condition::RecipientUnavailable,
            Condition::InternalServerError,
            Condition::ResourceConstraint,
        ] {
            let refusal = refusal(condition);
            assert_eq!((refusal.reason, refusal.is_transient()), (Reason::HostRefused, true));
        }
        for condition in [Condition::RemoteServerNotFound, Condition::RemoteServerTimeout] {
            let refusal = refusal(condition);
            assert_eq!(
                (refusal.reason, refusal.is_transient()),
                (Reason::HostUnreachable, true)
            );
        }
    }
}
