//! Why something did not cross, and what to do about it.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A thing that was not done: shown to the user, logged, counted. Decisions are made by `reason` and `disposition`,
/// never by matching `detail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Refusal {
    /// The documented code (`docs/reasons.md`).
    pub reason: Reason,
    /// What the caller should do.
    pub disposition: Disposition,
    /// One sentence for a reader. Holds nothing private.
    pub detail: String,
}

/// What a refusal means for whoever handed the thing over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// Nothing to do and nothing wrong: answered as a success.
    Ignore,
    /// Will never work as it stands: answered as the sender's error.
    Reject,
    /// May work later: after the time given, or by the usual schedule.
    Retry(Option<Duration>),
    /// What it concerns has ceased to exist.
    Gone,
    /// Needs a person: parked, visible, never retried by itself.
    Quarantine,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// The codes. Each is documented in `docs/reasons.md`; codes are never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $name,)+
        }

        impl Reason {
            /// Every code there is, in the order of the documentation.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)+];

            /// The code as users, logs and metrics see it.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code,)+ }
            }

            /// The reason with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Reason::$name),)+ _ => None }
            }
        }
    };
}

reasons! {
    /// The author has not agreed to be bridged.
    NotOptedIn = "not-opted-in",
    /// The author has withdrawn their agreement.
    OptedOut = "opted-out",
    /// The remote profile carries `bridgeable: false`.
    FlagNotBridgeable = "flag-not-bridgeable",
    /// The remote profile carries `#nobridge` or `#nobot`.
    NobridgeTag = "nobridge-tag",
    /// The operator blocked the host.
    DomainBlocked = "domain-blocked",
    /// The operator limited the host.
    DomainLimited = "domain-limited",
    /// One side blocked the other.
    UserBlocked = "user-blocked",
    /// The audience is narrower than the target can keep.
    PrivateAudience = "private-audience",
    /// Older than what is bridged.
    TooOld = "too-old",
    /// Over a size or count limit.
    TooLarge = "too-large",
    /// A kind of document this bridge does not carry.
    UnsupportedKind = "unsupported-kind",
    /// A reply to something nobody here knows and that could not be fetched.
    ParentUnknown = "parent-unknown",
    /// A reply to something that is not bridged.
    ParentNotBridged = "parent-not-bridged",
    /// It came from here.
    Loop = "loop",
    /// It is here already.
    Duplicate = "duplicate",
    /// No signature where one is needed.
    SignatureMissing = "signature-missing",
    /// The signature does not hold.
    SignatureBad = "signature-bad",
    /// A valid signature by somebody who is not the actor.
    SignatureOther = "signature-other",
    /// The signing key cannot be had any more.
    KeyGone = "key-gone",
    /// The actor does not exist any more.
    ActorGone = "actor-gone",
    /// The actor moved elsewhere.
    ActorMoved = "actor-moved",
    /// The host did not answer.
    HostUnreachable = "host-unreachable",
    /// The host answered no.
    HostRefused = "host-refused",
    /// Too much in too short a time.
    RateLimited = "rate-limited",
    /// The host wants signed fetches and refuses ours.
    AuthFetchRequired = "auth-fetch-required",
    /// A picture or file that is not taken.
    MediaRefused = "media-refused",
    /// Nothing was left of the text after active content was removed.
    HtmlEmptyAfterSanitise = "html-empty-after-sanitise",
    /// The node is not open to everybody.
    NodeClosed = "node-closed",
    /// The node keeps fewer items than bridging needs.
    NodeMaxItems = "node-max-items",
    /// The node does not let us publish.
    PublishForbidden = "publish-forbidden",
    /// Over what one user may do.
    Quota = "quota",
    /// The user paused bridging.
    Paused = "paused",
    /// Who wrote it cannot be proved.
    AuthorUnproven = "author-unproven",
    /// The person asked refused the follow.
    FollowRejected = "follow-rejected",
    /// By somebody whom nobody here follows, to nobody here.
    NotFollowed = "not-followed",
    /// Not a user this bridge serves.
    NotServed = "not-served",
    /// Encrypted end to end: never bridged.
    Encrypted = "encrypted",
    /// Deleted.
    Gone = "gone",
    /// Not a document its format allows.
    Malformed = "malformed",
    /// A document that claims an id or author its origin does not own.
    OriginMismatch = "origin-mismatch",
    /// Nothing is known by that name.
    NotFound = "not-found",
    /// An address this bridge never connects to.
    AddressRefused = "address-refused",
    /// Not the media type asked for.
    MediaType = "media-type",
    /// A newer version took its place.
    Superseded = "superseded",
    /// Our own fault; the log has more.
    Internal = "internal",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Refusal {
    /// A refusal with all its parts.
    pub fn new(reason: Reason, disposition: Disposition, detail: impl Into<String>) -> Self {
        Self {
            reason,
            disposition,
            detail: detail.into(),
        }
    }

    /// Nothing wrong, nothing done.
    pub fn ignore(reason: Reason, detail: impl Into<String>) -> Self {
        Self::new(reason, Disposition::Ignore, detail)
    }

    /// The sender's error.
    pub fn reject(reason: Reason, detail: impl Into<String>) -> Self {
        Self::new(reason, Disposition::Reject, detail)
    }

    /// Try again, by the usual schedule.
    pub fn retry(reason: Reason, detail: impl Into<String>) -> Self {
        Self::new(reason, Disposition::Retry(None), detail)
    }

    /// Ceased to exist.
    pub fn gone(reason: Reason, detail: impl Into<String>) -> Self {
        Self::new(reason, Disposition::Gone, detail)
    }

    /// Our own fault: tried again by the usual schedule.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::retry(Reason::Internal, detail.to_string())
    }

    /// Whether trying again later may work.
    pub fn is_transient(&self) -> bool {
        matches!(self.disposition, Disposition::Retry(_))
    }
}
