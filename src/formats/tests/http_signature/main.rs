//! HTTP signatures: real requests, our own, forged ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "helpers of tests"
)]

mod captures;
mod forged;
mod hostile;
mod keys;
mod message;
mod sending;
mod times;
mod wycheproof;
