//! Polls.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A question with choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// The choices in order.
    pub choices: Vec<Choice>,
    /// Whether a voter may take several.
    pub multiple: bool,
    /// When voting ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// How many people voted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voters: Option<u64>,
}

/// One choice of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its text.
    pub name: String,
    /// Votes so far.
    #[serde(default)]
    pub votes: u64,
}
