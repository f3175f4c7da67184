//! The store suite on each back-end, and what is peculiar to one.

mod sqlite;
