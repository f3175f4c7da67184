//! Moving house, blocking, reporting.

use serde::{Deserialize, Serialize};

use crate::id::{ActorId, ObjectId};

/// An account goes elsewhere and asks its followers to come along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The old account, which says so.
    pub from: ActorId,
    /// The new account, valid only if it names the old one as its own.
    pub to: ActorId,
}

/// One actor will not hear another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its id.
    pub id: ObjectId,
    /// Who blocks.
    pub author: ActorId,
    /// Whom.
    pub target: Blocked,
}

/// Who is blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Blocked {
    /// One actor.
    Actor(ActorId),
    /// Everybody of a host.
    Host(String),
}

/// A complaint to the operators concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its id.
    pub id: ObjectId,
    /// Who complains; what leaves does not name them.
    pub author: ActorId,
    /// Of whom.
    pub actor: ActorId,
    /// About what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectId>,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}
