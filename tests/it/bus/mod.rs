//! Accept, process and deliver between two fake networks, the awkward cases among them.

mod comments;
mod delivering;
mod following;
mod holding;
mod posting;
mod processing;
mod upkeep;
mod world;
