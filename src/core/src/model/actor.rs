//! Sorts of actors.

use serde::{Deserialize, Serialize};

/// What an actor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person.
    #[default]
    Person,
    /// A community that passes on what its members post.
    Group,
    /// An organisation.
    Organization,
    /// A program that acts as an account.
    Service,
    /// A server or a program acting for itself.
    Application,
    /// A feed without a person behind it.
    Feed,
}
