//! Wire types that several kinds share.

pub mod atom;
pub mod document;
pub mod envelope;
pub mod item;
