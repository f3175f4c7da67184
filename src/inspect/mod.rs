//! Traffic inspection: every crossing is a trace, in a database of its own.
//!
//! Recording never waits and never fails: a trace that finds the channel full is counted and dropped. The source wire, the
//! model, what was lost and refused, and each try of each delivery are kept for as long as the configuration says.

mod read;
mod tap;
mod write;

pub use read::{Entry, Filter, Traces};
pub use tap::{Tap, Writer};
