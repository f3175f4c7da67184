//! How an actor presents themself, and where they can be reached.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{ActorKind, CustomEmoji, Media, Text, is_false};
use crate::id::ActorId;
use crate::time::Timestamp;

/// How an actor presents themself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose.
    pub actor: ActorId,
    /// Person, group, program.
    #[serde(default)]
    pub kind: ActorKind,
    /// The address people type, such as `alice@masto.example`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The name shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// About themself.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub bio: Text,
    /// Name and value pairs in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProfileField>,
    /// Their picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Media>,
    /// The wide picture behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Media>,
    /// Pictures that stand for `:names:`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emoji: Vec<CustomEmoji>,
    /// Their page for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// Whether each follower is confirmed by hand.
    #[serde(default, skip_serializing_if = "is_false")]
    pub locked: bool,
    /// Whether they may be suggested to others; `None` is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discoverable: Option<bool>,
    /// Whether what they write may be searched; `None` is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexable: Option<bool>,
    /// Whether they allow bridging; `None` is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridgeable: Option<bool>,
    /// Where they went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<ActorId>,
    /// Other accounts of theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_known_as: Vec<ActorId>,
    /// Since when they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When the profile last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// Where to deliver to them.
    #[serde(default, skip_serializing_if = "Endpoints::is_empty")]
    pub reach: Endpoints,
}

/// A name and a value that an actor shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileField {
    /// What it is, in plain text.
    pub name: String,
    /// Its value.
    pub value: Text,
}

/// Where an actor's deliveries go, in their network's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// For them alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Reach>,
    /// For everybody of their host at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Reach>,
}

/// An address that an adapter can deliver to, and the host it is on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reach {
    /// The host, in canonical form: deliveries of one host share a lane.
    pub host: String,
    /// The address, meaningful to the adapter.
    pub address: String,
}

impl Profile {
    /// A profile that says nothing yet.
    pub fn of(actor: ActorId) -> Self {
        Self {
            actor,
            kind: ActorKind::Person,
            handle: None,
            name: None,
            bio: Text::default(),
            fields: Vec::new(),
            avatar: None,
            header: None,
            emoji: Vec::new(),
            url: None,
            locked: false,
            discoverable: None,
            indexable: None,
            bridgeable: None,
            moved_to: None,
            also_known_as: Vec::new(),
            created: None,
            edited: None,
            reach: Endpoints::default(),
        }
    }

    /// The name to show: the name, else the handle, else the id.
    pub fn shown_name(&self) -> &str {
        self.name
            .as_deref()
            .or(self.handle.as_deref())
            .unwrap_or_else(|| self.actor.as_str())
    }
}

impl Endpoints {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.own.is_none() && self.shared.is_none()
    }
}
