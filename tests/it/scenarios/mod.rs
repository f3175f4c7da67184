//! The bridge between a real Prosody and real ActivityPub servers, driven as people drive it.

mod crossing;
mod kill;
mod private;
mod replies;
mod restart;
mod signatures;
mod stage;
