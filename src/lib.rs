//! Causeway: a federation bridge between XMPP and the social web.
//!
//! # Layout
//!
//! * [`app`]: the composition root. [`cli`]: one file per subcommand.
//! * [`commands`]: what users can ask for, defined once.
//! * [`config`]: one TOML file and the environment.
//! * [`process`], [`delivery`]: the bus's second and third stage at work.
//! * [`http`]: the public listener, the operator's, the guarded client.
//! * [`services`]: time, chance, keys, finding actors. [`upkeep`]: what is looked after by and by.
//!
//! The model, the bus and the adapter contract are in `causeway-core`, wire grammars in `causeway-formats`, each network in
//! an adapter crate.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod convert;
pub mod delivery;
pub mod http;
pub mod inspect;
pub mod metrics;
pub mod process;
pub mod services;
pub mod store;
mod thread;
pub mod upkeep;
