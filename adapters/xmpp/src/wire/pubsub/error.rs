//! The conditions of `pubsub#errors`, each with the stanza error XEP-0060 puts beside it.

use super::ERRORS;
use crate::link::{Condition, Fault, FaultKind};
use crate::xml::{Build as _, bare};

/// What a pubsub service says when it says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PubsubError {
    /// XEP-0060 §6.1.3.4: only those on a list.
    ClosedNode,
    /// XEP-0060 §6.1.3.1: the JID is not the sender's.
    InvalidJid,
    /// XEP-0060 §6.3.4.5
    InvalidOptions,
    /// XEP-0060 §7.1.3.6: not the kind of payload this node takes.
    InvalidPayload,
    /// XEP-0060 §6.2.3.5
    InvalidSubid,
    /// XEP-0060 §7.1.3.6, §7.2.3.4
    ItemRequired,
    /// XEP-0060 §6.3.4.3
    JidRequired,
    /// XEP-0060 §7.2.3.3: no node was named.
    NodeidRequired,
    /// XEP-0060 §6.1.3.3
    NotInRosterGroup,
    /// XEP-0060 §6.2.3.2
    NotSubscribed,
    /// XEP-0060 §7.1.3.6
    PayloadRequired,
    /// XEP-0060 §7.1.3.4
    PayloadTooBig,
    /// XEP-0060 §6.1.3.7
    PendingSubscription,
    /// XEP-0060 §7.1.5: publish-options that the node does not have.
    PreconditionNotMet,
    /// XEP-0060 §6.1.3.2
    PresenceSubscriptionRequired,
    /// XEP-0060 §6.1.3.9
    TooManySubscriptions,
    /// The feature of that name is not there (XEP-0060 §10).
    Unsupported(String),
}

impl PubsubError {
    fn name(&self) -> &'static str {
        match self {
            Self::ClosedNode => "closed-node",
            Self::InvalidJid => "invalid-jid",
            Self::InvalidOptions => "invalid-options",
            Self::InvalidPayload => "invalid-payload",
            Self::InvalidSubid => "invalid-subid",
            Self::ItemRequired => "item-required",
            Self::JidRequired => "jid-required",
            Self::NodeidRequired => "nodeid-required",
            Self::NotInRosterGroup => "not-in-roster-group",
            Self::NotSubscribed => "not-subscribed",
            Self::PayloadRequired => "payload-required",
            Self::PayloadTooBig => "payload-too-big",
            Self::PendingSubscription => "pending-subscription",
            Self::PreconditionNotMet => "precondition-not-met",
            Self::PresenceSubscriptionRequired => "presence-subscription-required",
            Self::TooManySubscriptions => "too-many-subscriptions",
            Self::Unsupported(_) => "unsupported",
        }
    }

    fn stanza_error(&self) -> (FaultKind, Condition) {
        match self {
            Self::ClosedNode => (FaultKind::Cancel, Condition::NotAllowed),
            Self::InvalidJid
            | Self::InvalidOptions
            | Self::InvalidPayload
            | Self::ItemRequired
            | Self::JidRequired
            | Self::NodeidRequired
            | Self::PayloadRequired => (FaultKind::Modify, Condition::BadRequest),
            Self::InvalidSubid | Self::PayloadTooBig => (FaultKind::Modify, Condition::NotAcceptable),
            Self::NotInRosterGroup | Self::PendingSubscription | Self::PresenceSubscriptionRequired => {
                (FaultKind::Auth, Condition::NotAuthorized)
            }
            Self::NotSubscribed => (FaultKind::Cancel, Condition::UnexpectedRequest),
            Self::PreconditionNotMet => (FaultKind::Cancel, Condition::Conflict),
            Self::TooManySubscriptions => (FaultKind::Wait, Condition::PolicyViolation),
            Self::Unsupported(_) => (FaultKind::Cancel, Condition::FeatureNotImplemented),
        }
    }

    /// The condition in somebody's answer.
    #[must_use]
    pub fn of(fault: &Fault) -> Option<Self> {
        let condition = fault
            .application
            .as_deref()
            .filter(|condition| condition.has_ns(ERRORS))?;
        let plain = [
            Self::ClosedNode,
            Self::InvalidJid,
            Self::InvalidOptions,
            Self::InvalidPayload,
            Self::InvalidSubid,
            Self::ItemRequired,
            Self::JidRequired,
            Self::NodeidRequired,
            Self::NotInRosterGroup,
            Self::NotSubscribed,
            Self::PayloadRequired,
            Self::PayloadTooBig,
            Self::PendingSubscription,
            Self::PreconditionNotMet,
            Self::PresenceSubscriptionRequired,
            Self::TooManySubscriptions,
        ];
        match condition.name() {
            "unsupported" => Some(Self::Unsupported(
                condition.attr("feature").unwrap_or_default().to_owned(),
            )),
            name => plain.into_iter().find(|error| error.name() == name),
        }
    }
}

impl From<PubsubError> for Fault {
    fn from(error: PubsubError) -> Self {
        let (kind, condition) = error.stanza_error();
        let application = bare(error.name(), ERRORS);
        Self::new(kind, condition).with_application(match error {
            PubsubError::Unsupported(feature) => application.with("feature", feature),
            _ => application,
        })
    }
}
