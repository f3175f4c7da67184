//! The bridge between a real Prosody and real ActivityPub servers, driven as people drive it.

mod authorship;
mod crossing;
mod direct;
mod kill;
mod metrics;
mod names;
mod odd;
mod private;
mod pubby;
mod reactions;
mod replies;
mod reposts;
mod restart;
mod signatures;
mod stage;
mod traces;
mod two_bridges;
