//! Who may see something.

use serde::{Deserialize, Serialize};

use crate::id::ActorId;

/// Who may see something: a scope, and the actors it is addressed to by name.
///
/// In the scopes up to [`Scope::Followers`] the recipients are addressed besides; in [`Scope::Limited`] and
/// [`Scope::Direct`] they are all there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// How wide.
    pub scope: Scope,
    /// Actors addressed by name, without repetition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<ActorId>,
}

/// How wide an audience is, from the widest to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Everybody, and listed where public things are listed.
    Public,
    /// Everybody who knows of it; not listed.
    Unlisted,
    /// The author's confirmed followers.
    Followers,
    /// The named recipients, as readers of a post.
    Limited,
    /// The named recipients, as partners in a conversation.
    Direct,
}

impl Audience {
    /// Everybody.
    pub const fn public() -> Self {
        Self {
            scope: Scope::Public,
            recipients: Vec::new(),
        }
    }

    /// An audience of this scope with these recipients, each once.
    pub fn new(scope: Scope, recipients: impl IntoIterator<Item = ActorId>) -> Self {
        let mut seen = Vec::new();
        for actor in recipients {
            if !seen.contains(&actor) {
                seen.push(actor);
            }
        }
        Self {
            scope,
            recipients: seen,
        }
    }

    /// Whether everybody may see it.
    pub fn is_public(&self) -> bool {
        self.scope.is_public()
    }

    /// Whether `viewer` is named in it.
    pub fn names(&self, viewer: &ActorId) -> bool {
        self.recipients.contains(viewer)
    }
}

impl Scope {
    /// Whether everybody may see it: [`Scope::Public`] and [`Scope::Unlisted`].
    pub const fn is_public(self) -> bool {
        matches!(self, Scope::Public | Scope::Unlisted)
    }

    /// The name used in files and stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Public => "public",
            Scope::Unlisted => "unlisted",
            Scope::Followers => "followers",
            Scope::Limited => "limited",
            Scope::Direct => "direct",
        }
    }

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Public,
            Self::Unlisted,
            Self::Followers,
            Self::Limited,
            Self::Direct,
        ]
        .into_iter()
        .find(|scope| scope.as_str() == name)
    }
}
