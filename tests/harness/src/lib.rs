//! Real servers, peers and scripted clients on loopback, for tests, the demo and load.
//!
//! Whatever is started here lives on 127.0.0.1, keeps its files in a temporary folder and ends when it is dropped.
//! Nothing waits by sleeping: see [`process::eventually`]. What cannot be done is a panic that says why: there is nobody
//! else to tell.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "only tests and the demo use this crate, and a panic with its reason is how they fail"
)]

pub mod bridge;
pub mod client;
pub mod demo;
pub mod fedify;
pub mod load;
pub mod peer;
pub mod process;
pub mod prosody;
pub mod pubby;
pub mod user;
