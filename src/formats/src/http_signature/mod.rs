//! HTTP message signatures: who sent this request, and was it changed on the way.
//!
//! Speaks draft-cavage-http-signatures-12 as the fediverse uses it and RFC 9421 with the profile that Mastodon accepts, both with
//! RSASSA-PKCS1-v1_5 and SHA-256 only; `Digest` (RFC 3230) and `Content-Digest` (RFC 9530) bind the body.
//! Nothing here reads a clock, a socket or (but for [`PrivateKey::generate`]) a random source.
//!
//! Verification has two steps, so that the caller can fetch the key in between:
//!
//! 1. [`Claim::read`] makes every check that needs no key, cheapest first: one signature, known algorithm, required components
//!    covered, inside the time window, our own host, body as digested. What remains is "somebody says key `key_id` signed this".
//! 2. [`Claim::verify`] with that key makes a [`Verified`], which nothing else can make.
//!
//! That the key belongs to the actor who is named in the body is for the caller to prove: a [`Verified`] speaks for its key only.
//!
//! # Layout
//! `request` what is checked and against what; `claim` the two steps; `cavage`, `rfc9421` the two schemes; `params`, `structured`,
//! `components`, `normalise` their grammars; `digest`, `window`, `pem`, `public_key`, `private_key`; `sign` the sending side; `error`.

mod cavage;
mod claim;
mod components;
mod digest;
mod error;
mod normalise;
mod params;
mod pem;
mod private_key;
mod public_key;
mod request;
mod rfc9421;
mod sign;
mod structured;
#[cfg(test)]
mod structured_tests;
mod window;

pub use claim::{Claim, Scheme, Verified};
pub use error::{KeyError, SignError, SignatureError};
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use request::{Policy, Request, Site};
pub use sign::{Outgoing, sign_cavage, sign_rfc9421};
pub use window::Window;
