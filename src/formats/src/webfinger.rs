//! WebFinger and host-meta: who stands behind an address, and where.
//!
//! What it is: the descriptor [`Jrd`] in both its spellings (JSON and XRD), the address [`Acct`],
//! what a query asks for ([`Resource`]), and [`canonical_host`], the one function that says whether
//! two host names are the same.
//! Specs: RFC 7033 (WebFinger), RFC 6415 (host-meta), XRD 1.0, RFC 7565 (`acct:`), UTS 46 (names).
//! Losses: reading keeps what the types name; extensions of a JRD and XRD signatures are passed over.

mod acct;
mod host;
mod jrd;
mod xrd;

pub use acct::{Acct, AcctRefusal, Resource};
pub use host::{HostRefusal, canonical_host};
pub use jrd::{Jrd, JrdRefusal, Link, rel};
