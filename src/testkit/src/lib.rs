//! Causeway's test kit: what tests of every part share.
//!
//! # Layout
//!
//! * [`clock`], [`chance`]: time that only moves when told to, chance that repeats.
//! * [`fake`]: a whole tiny network with in-memory peers, for router and delivery.
//! * [`fixtures`]: paired fixtures, their runner and what they cover.
//! * [`conformance`]: one suite that every adapter passes.
//! * [`stubs`]: ports that answer no.
//! * [`mod@store_suite`]: one suite that every store passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers fail loudly"
)]

pub mod chance;
pub mod clock;
pub mod conformance;
pub mod fake;
pub mod fixtures;
pub mod store_suite;
pub mod stubs;
