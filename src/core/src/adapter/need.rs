//! What `parse` may ask for.

use serde::{Deserialize, Serialize};

use super::Wire;
use crate::refusal::Refusal;

/// Something a wire names and does not hold, by an id that its adapter's `fetch` understands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// A post or other object.
    Object(String),
    /// An actor.
    Actor(String),
    /// A key.
    Key(String),
}

/// What is known of a need.
#[derive(Clone, Debug)]
pub enum Answer<'a> {
    /// Nobody has asked yet: `parse` may answer [`super::Parsed::Needs`].
    NotAsked,
    /// Here it is, attested by its own origin.
    Found(&'a Wire),
    /// It cannot be had: `parse` must finish, with a loss or a refusal.
    Failed(&'a Refusal),
}

/// Answers to needs.
pub trait Lookup: Sync {
    /// What is known of `need`.
    fn lookup(&self, need: &Need) -> Answer<'_>;
}

/// Knows nothing and says so: every need fails. For files, where nothing can be fetched.
#[derive(Clone, Debug)]
pub struct NothingKnown(pub Refusal);

impl Lookup for NothingKnown {
    fn lookup(&self, _: &Need) -> Answer<'_> {
        Answer::Failed(&self.0)
    }
}
