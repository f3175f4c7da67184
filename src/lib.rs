//! Causeway.
