//! The third stage: claims lanes, decides the verb for each delivery, renders once per variant, delivers, writes what came
//! of it.
//!
//! The database is the only truth: a worker that dies leaves its lanes to whoever claims them when the lease ends, and
//! what was sent twice has the same ids twice.

mod lane;
mod render;
mod worker;

pub use worker::{Deliverer, Settings};
