//! The integration tests: one binary, because each more costs a link.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests stand outside #[test] functions, where clippy cannot tell that they are tests"
)]

mod bus;
mod cli;
mod conversions;
mod examples;
mod mapping;
mod scenarios;
mod store;
mod tidy;
