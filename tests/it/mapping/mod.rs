//! What documents say about the code, and the code about itself: mapping tables, reason codes, metrics, configuration.

mod documents;
mod rules;
