//! Causeway's core: the model every network is translated into, the contract an adapter fills, the bus that carries
//! activities between adapters, and the ports it asks of a store.
//!
//! Core names no protocol and does no I/O. Adapters translate wires to [`model`] values and back; [`bus`] accepts,
//! processes and routes; everything that touches a disk, a socket, a clock or chance is a trait in [`ports`].
//!
//! # Layout
//!
//! * [`model`]: what can be said: posts, comments, reactions, reposts, follows, profiles, retractions, and who may see it.
//! * [`id`], [`time`]: opaque ids in a network's own terms, and instants.
//! * [`loss`], [`refusal`], [`capabilities`]: what a mapping lost, why something was refused, what an adapter can do.
//! * [`adapter`]: the contract.
//! * [`ports`]: what core and adapters need from outside: store, HTTP, keys, clock, chance.
//! * [`route`]: the pure decision what an activity changes and who must hear of it.
//! * [`bus`]: the two stages *accept* and *process*; [`delivery`]: the pure rules of the third, *deliver*.

pub mod adapter;
pub mod bus;
pub mod capabilities;
pub mod delivery;
pub mod id;
pub mod loss;
pub mod model;
pub mod ports;
pub mod refusal;
pub mod route;
pub mod time;
