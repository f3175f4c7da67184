//! What an adapter can carry, as a constant table that the router consults and the support page is made from.

use serde::Serialize;

use crate::model::{Kind, Scope, TextFormat};

/// What one adapter carries, and within which limits.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Capabilities {
    /// From the wire to the model, kind by kind. A kind that is not listed is not carried.
    pub inbound: &'static [(Kind, Support)],
    /// From the model to the wire.
    pub outbound: &'static [(Kind, Support)],
    /// Text formats the wire carries.
    pub formats: &'static [TextFormat],
    /// Sizes the wire or its common programs allow.
    pub limits: Limits,
    /// Whether an edit of what was sent is possible.
    pub edits: bool,
    /// Audiences the network keeps; the router sends it nothing with another.
    pub audiences: &'static [Scope],
}

/// How well one kind crosses in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// Nothing that the model holds is lost.
    Full,
    /// Crosses, with the loss named.
    Lossy(&'static str),
    /// Does not cross, for the reason named.
    No(&'static str),
}

/// Sizes. `None` is "no limit of its own"; each limit names its source beside the constant.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Limits {
    /// Bytes of one wire.
    pub wire_bytes: Option<usize>,
    /// Characters of a title.
    pub title_chars: Option<usize>,
    /// Bytes of a text.
    pub text_bytes: Option<usize>,
    /// Attachments of one post.
    pub media: Option<usize>,
}

impl Capabilities {
    /// How `kind` is carried from the wire to the model.
    pub fn takes(&self, kind: Kind) -> Support {
        find(self.inbound, kind)
    }

    /// How `kind` is carried from the model to the wire.
    pub fn gives(&self, kind: Kind) -> Support {
        find(self.outbound, kind)
    }

    /// Whether the network can keep something to `scope`.
    pub fn keeps(&self, scope: Scope) -> bool {
        self.audiences.contains(&scope)
    }
}

impl Support {
    /// Whether the kind crosses at all.
    pub fn carries(self) -> bool {
        !matches!(self, Support::No(_))
    }
}

fn find(table: &'static [(Kind, Support)], kind: Kind) -> Support {
    table
        .iter()
        .find(|(k, _)| *k == kind)
        .map_or(Support::No("not carried"), |(_, s)| *s)
}
