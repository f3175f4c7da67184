//! The network side of the adapter against a scripted web: who signed, what is sent, what is fetched, who is found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers fail loudly"
)]

mod authenticate;
mod captures;
mod deliver;
mod discovery;
mod fetch;
mod forwarded;
mod key_proofs;
mod ports;
mod routes;
mod web;
mod world;
