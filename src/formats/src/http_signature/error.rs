//! What can be wrong with a signature or a key.

/// Why a request's signature was not accepted. The text of each says exactly which rule failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No `Signature` header.
    #[error("the request carries no signature")]
    Missing,
    /// Header, parameter or request target that does not parse, or is beyond a limit.
    #[error("malformed: {0}")]
    Malformed(String),
    /// A header, parameter, label or component that may stand only once.
    #[error("stands more than once: {0}")]
    Repeated(String),
    /// The algorithm label is not one of RSA PKCS #1 v1.5 with SHA-256.
    #[error("algorithm refused: {0}")]
    Algorithm(String),
    /// Something that must be signed is not.
    #[error("not covered by the signature: {0}")]
    NotCovered(&'static str),
    /// A covered component is absent from the request or unknown to us.
    #[error("covered component: {0}")]
    Component(String),
    /// Outside the time window, expired, or not a time.
    #[error("time: {0}")]
    Time(String),
    /// `Host` is absent or is not a name that we serve.
    #[error("host: {0}")]
    Host(String),
    /// The body is not the one that was digested, or has no digest of use.
    #[error("digest: {0}")]
    Digest(String),
    /// All rules hold, but the key did not make this signature over this request.
    #[error("the signature does not match the request under this key")]
    Mismatch,
}

impl SignatureError {
    /// The documented reason code: `signature-missing` or `signature-bad`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "signature-missing",
            _ => "signature-bad",
        }
    }

    /// The rule that failed, one kebab-case word for metrics and logs.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed(_) => "malformed",
            Self::Repeated(_) => "repeated",
            Self::Algorithm(_) => "algorithm",
            Self::NotCovered(_) => "not-covered",
            Self::Component(_) => "component",
            Self::Time(_) => "time",
            Self::Host(_) => "host",
            Self::Digest(_) => "digest",
            Self::Mismatch => "mismatch",
        }
    }
}

/// Why a key was not accepted. Never holds key material.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PEM of a kind we read, or its content is not the DER that the label promises.
    #[error("not a key we can read: {0}")]
    Malformed(&'static str),
    /// Modulus outside 2048 to 8192 bits.
    #[error("RSA modulus of {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
    /// Public exponent that is even, below 3 or beyond 33 bits.
    #[error("RSA public exponent refused")]
    Exponent,
    /// The signature was not made by this key over this message.
    #[error("signature does not match")]
    Mismatch,
    /// The cryptographic library failed, for instance for want of randomness.
    #[error("cryptographic operation failed")]
    Failed,
}

impl KeyError {
    /// The documented reason code: `signature-bad`.
    pub const fn reason(&self) -> &'static str {
        "signature-bad"
    }
}

/// Why an outgoing request could not be signed: always our own fault, never a peer's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot sign: {0}")]
pub struct SignError(pub(super) String);

impl From<SignatureError> for SignError {
    fn from(error: SignatureError) -> Self {
        Self(error.to_string())
    }
}

impl From<KeyError> for SignError {
    fn from(error: KeyError) -> Self {
        Self(error.to_string())
    }
}

/// Remote text made fit for an error message: short and without control characters.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(64).collect();
    format!("\"{}\"", short.escape_debug())
}
