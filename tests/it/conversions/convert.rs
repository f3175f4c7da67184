//! What `causeway convert` does besides the fixtures.
