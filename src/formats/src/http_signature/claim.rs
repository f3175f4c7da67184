//! The two steps of verification.

use std::time::SystemTime;

use aws_lc_rs::digest::SHA256;

use super::digest::hash;
use super::error::SignatureError;
use super::public_key::{PublicKey, SIGNATURE_BYTES};
use super::request::{Policy, Request};
use super::window::Times;
use super::{cavage, rfc9421};

/// Headers whose meaning is lost when there are two of them.
const SINGLE: [&str; 6] = [
    "host",
    "date",
    "digest",
    "content-digest",
    "signature",
    "signature-input",
];
/// The longest key id, in bytes.
const MAX_KEY_ID: usize = 2048;

/// How a request was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12: `Signature` alone.
    Cavage,
    /// RFC 9421: `Signature-Input` and `Signature`.
    Rfc9421,
}

impl Scheme {
    /// Its name in configuration, logs and the host table: `cavage` or `rfc9421`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }
}

/// A signature that obeys every rule that can be checked without its key. Proves nothing yet.
#[derive(Clone, Debug)]
pub struct Claim {
    scheme: Scheme,
    key_id: String,
    covered: Vec<String>,
    times: Times,
    signature: Vec<u8>,
    bases: Vec<Base>,
}

/// One text that the signer may have signed.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) text: String,
    /// Whether the query of the target is part of it.
    pub(super) query_signed: bool,
}

/// Proof that the holder of one key signed this request, now, for us. Only [`Claim::verify`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    scheme: Scheme,
    key_id: String,
    covered: Vec<String>,
    made: Option<SystemTime>,
    query_signed: bool,
    fingerprint: [u8; 32],
}

impl Claim {
    /// Reads a request's signature and makes every check that needs no key, cheapest first.
    ///
    /// # Errors
    /// [`SignatureError::Missing`] without a `Signature` header; another one for the first rule that fails.
    pub fn read(request: &Request<'_>, policy: &Policy<'_>) -> Result<Self, SignatureError> {
        request.check_target()?;
        let signature = request.single("signature")?.ok_or(SignatureError::Missing)?;
        for name in SINGLE {
            request.single(name)?;
        }
        match request.single("signature-input")? {
            Some(input) => rfc9421::read(request, policy, input, signature),
            None => cavage::read(request, policy, signature),
        }
    }

    /// Puts together what a scheme has read.
    pub(super) fn new(
        scheme: Scheme,
        key_id: String,
        covered: Vec<String>,
        times: Times,
        signature: Vec<u8>,
        bases: Vec<Base>,
    ) -> Result<Self, SignatureError> {
        let graphic = key_id.chars().all(|next| !next.is_control() && !next.is_whitespace());
        if key_id.is_empty() || key_id.len() > MAX_KEY_ID || !graphic {
            return Err(SignatureError::Malformed(
                "key id is empty, too long or has spaces".to_owned(),
            ));
        }
        if !SIGNATURE_BYTES.contains(&signature.len()) {
            return Err(SignatureError::Malformed(format!(
                "a signature of {} bytes is not RSA",
                signature.len()
            )));
        }
        Ok(Self {
            scheme,
            key_id,
            covered,
            times,
            signature,
            bases,
        })
    }

    /// How the request was signed.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The key that is said to have signed: what the caller fetches. No URL need it be; at most 2048 bytes, no spaces.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The covered components as their scheme spells them, in the order signed.
    pub fn covered(&self) -> impl Iterator<Item = &str> {
        self.covered.iter().map(String::as_str)
    }

    /// When it was made: `created`, else `Date`; inside the window.
    pub fn created(&self) -> Option<SystemTime> {
        self.times.made()
    }

    /// When it ceases to hold, if it says so; not yet reached.
    pub fn expires(&self) -> Option<SystemTime> {
        Times {
            created: self.times.expires,
            ..Times::default()
        }
        .made()
    }

    /// Holds the claim against the key. May be called again with a key fetched anew (rotation).
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub fn verify(&self, key: &PublicKey) -> Result<Verified, SignatureError> {
        let matches = |base: &&Base| key.verify_rsa_sha256(base.text.as_bytes(), &self.signature).is_ok();
        let base = self.bases.iter().find(matches).ok_or(SignatureError::Mismatch)?;
        Ok(Verified {
            scheme: self.scheme,
            key_id: self.key_id.clone(),
            covered: self.covered.clone(),
            made: self.times.made(),
            query_signed: base.query_signed,
            fingerprint: fingerprint(&self.signature),
        })
    }
}

impl Verified {
    /// How the request was signed.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The id under which the signer's key was asked for. Whose key that is, is the caller's to prove.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The covered components as their scheme spells them, in the order signed.
    pub fn covered(&self) -> impl Iterator<Item = &str> {
        self.covered.iter().map(String::as_str)
    }

    /// When it was made.
    pub fn created(&self) -> Option<SystemTime> {
        self.made
    }

    /// Whether the query of the target is signed too; old Mastodon leaves it out. True when there is no query.
    pub fn query_signed(&self) -> bool {
        self.query_signed
    }

    /// SHA-256 of the signature's bytes: the key of a replay cache for requests with a body. (Equal GETs within one second are
    /// honest and have equal signatures.) However the signature was spelled in base64, this stays the same.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

fn fingerprint(signature: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.iter_mut()
        .zip(hash(&SHA256, signature))
        .for_each(|(to, from)| *to = from);
    out
}
