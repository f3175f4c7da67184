//! HTTP: the public listener, the operator's, and the guarded client that is the only way out.

pub mod client;
pub mod ops;
pub mod public;
pub mod server;
