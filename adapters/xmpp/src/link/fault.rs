//! Stanza errors (RFC 6120 §8.3), to send and to read, whatever state they come in.

use minidom::Element;

use super::ns;
use crate::xml::{Build as _, bare};

/// What the sender should do about it (RFC 6120 §8.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Retry after providing credentials.
    Auth,
    /// Do not retry.
    Cancel,
    /// Proceed, it was a warning only.
    Continue,
    /// Retry after changing the data.
    Modify,
    /// Retry after waiting.
    Wait,
}

impl FaultKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Cancel => "cancel",
            Self::Continue => "continue",
            Self::Modify => "modify",
            Self::Wait => "wait",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Auth, Self::Cancel, Self::Continue, Self::Modify, Self::Wait]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// The defined conditions (RFC 6120 §8.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `bad-request`
    BadRequest,
    /// `conflict`
    Conflict,
    /// `feature-not-implemented`
    FeatureNotImplemented,
    /// `forbidden`
    Forbidden,
    /// `gone`
    Gone,
    /// `internal-server-error`
    InternalServerError,
    /// `item-not-found`
    ItemNotFound,
    /// `jid-malformed`
    JidMalformed,
    /// `not-acceptable`
    NotAcceptable,
    /// `not-allowed`
    NotAllowed,
    /// `not-authorized`
    NotAuthorized,
    /// `policy-violation`
    PolicyViolation,
    /// `recipient-unavailable`
    RecipientUnavailable,
    /// `redirect`
    Redirect,
    /// `registration-required`
    RegistrationRequired,
    /// `remote-server-not-found`
    RemoteServerNotFound,
    /// `remote-server-timeout`
    RemoteServerTimeout,
    /// `resource-constraint`
    ResourceConstraint,
    /// `service-unavailable`
    ServiceUnavailable,
    /// `subscription-required`
    SubscriptionRequired,
    /// `undefined-condition`
    UndefinedCondition,
    /// `unexpected-request`
    UnexpectedRequest,
}

impl Condition {
    const ALL: [Self; 22] = [
        Self::BadRequest,
        Self::Conflict,
        Self::FeatureNotImplemented,
        Self::Forbidden,
        Self::Gone,
        Self::InternalServerError,
        Self::ItemNotFound,
        Self::JidMalformed,
        Self::NotAcceptable,
        Self::NotAllowed,
        Self::NotAuthorized,
        Self::PolicyViolation,
        Self::RecipientUnavailable,
        Self::Redirect,
        Self::RegistrationRequired,
        Self::RemoteServerNotFound,
        Self::RemoteServerTimeout,
        Self::ResourceConstraint,
        Self::ServiceUnavailable,
        Self::SubscriptionRequired,
        Self::UndefinedCondition,
        Self::UnexpectedRequest,
    ];

    /// The element's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::Conflict => "conflict",
            Self::FeatureNotImplemented => "feature-not-implemented",
            Self::Forbidden => "forbidden",
            Self::Gone => "gone",
            Self::InternalServerError => "internal-server-error",
            Self::ItemNotFound => "item-not-found",
            Self::JidMalformed => "jid-malformed",
            Self::NotAcceptable => "not-acceptable",
            Self::NotAllowed => "not-allowed",
            Self::NotAuthorized => "not-authorized",
            Self::PolicyViolation => "policy-violation",
            Self::RecipientUnavailable => "recipient-unavailable",
            Self::Redirect => "redirect",
            Self::RegistrationRequired => "registration-required",
            Self::RemoteServerNotFound => "remote-server-not-found",
            Self::RemoteServerTimeout => "remote-server-timeout",
            Self::ResourceConstraint => "resource-constraint",
            Self::ServiceUnavailable => "service-unavailable",
            Self::SubscriptionRequired => "subscription-required",
            Self::UndefinedCondition => "undefined-condition",
            Self::UnexpectedRequest => "unexpected-request",
        }
    }

    /// The condition of that element name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.as_str() == name)
    }

    /// The type RFC 6120 §8.3.3 recommends beside it.
    #[must_use]
    pub fn usual_kind(self) -> FaultKind {
        match self {
            Self::Forbidden | Self::NotAuthorized | Self::RegistrationRequired | Self::SubscriptionRequired => {
                FaultKind::Auth
            }
            Self::BadRequest | Self::JidMalformed | Self::NotAcceptable | Self::PolicyViolation | Self::Redirect => {
                FaultKind::Modify
            }
            Self::RecipientUnavailable
            | Self::RemoteServerTimeout
            | Self::ResourceConstraint
            | Self::UnexpectedRequest => FaultKind::Wait,
            Self::Conflict
            | Self::FeatureNotImplemented
            | Self::Gone
            | Self::InternalServerError
            | Self::ItemNotFound
            | Self::NotAllowed
            | Self::RemoteServerNotFound
            | Self::ServiceUnavailable
            | Self::UndefinedCondition => FaultKind::Cancel,
        }
    }
}

/// The content of an `<error/>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What the sender should do.
    pub kind: FaultKind,
    /// What went wrong.
    pub condition: Condition,
    /// For a human reader.
    pub text: Option<String>,
    /// The application's own condition, such as one of `pubsub#errors`.
    pub application: Option<Box<Element>>,
}

impl Fault {
    /// An error without text.
    #[must_use]
    pub fn new(kind: FaultKind, condition: Condition) -> Self {
        Self {
            kind,
            condition,
            text: None,
            application: None,
        }
    }

    /// The same with a text for the reader.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The same with an application condition.
    #[must_use]
    pub fn with_application(mut self, condition: Element) -> Self {
        self.application = Some(Box::new(condition));
        self
    }

    /// The `<error/>` of a stanza of type `error`. Never fails: a missing or legacy error (only a `code`, or nothing at
    /// all) becomes `undefined-condition`, so that whoever waits for it is told.
    #[must_use]
    pub fn of_stanza(stanza: &Element) -> Self {
        match stanza.get_child("error", ns::CLIENT) {
            Some(error) => Self::from_element(error),
            None => Self::new(FaultKind::Cancel, Condition::UndefinedCondition),
        }
    }

    fn from_element(error: &Element) -> Self {
        let condition = error
            .children()
            .filter(|child| child.has_ns(ns::STANZAS))
            .find_map(|child| Condition::parse(child.name()))
            .unwrap_or(Condition::UndefinedCondition);
        Self {
            kind: error
                .attr("type")
                .and_then(FaultKind::parse)
                .unwrap_or(condition.usual_kind()),
            condition,
            text: error.get_child("text", ns::STANZAS).map(Element::text),
            application: error
                .children()
                .find(|child| !child.has_ns(ns::STANZAS))
                .cloned()
                .map(Box::new),
        }
    }

    /// The `<error/>` element, in `jabber:client`.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let text = self.text.as_ref().map(|text| bare("text", ns::STANZAS).text_node(text));
        bare("error", ns::CLIENT)
            .with("type", self.kind.as_str())
            .child(bare(self.condition.as_str(), ns::STANZAS))
            .children_from(text)
            .children_from(self.application.as_deref().cloned())
    }
}

impl From<Condition> for Fault {
    fn from(condition: Condition) -> Self {
        Self::new(condition.usual_kind(), condition)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.condition.as_str())?;
        if let Some(application) = &self.application {
            write!(f, " ({})", application.name())?;
        }
        match &self.text {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}
