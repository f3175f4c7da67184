//! What `parse` asks for, as `fetch` reads it.

use causeway_core::adapter::Need;
use causeway_core::id::ActorId;

use super::{Item, Place, Reference, actor, read_uri};

/// Something that `parse` may ask for. The text in the need is a word of ours, a colon, and an address or JID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `probe:URI`: the item, asked for by a virtual JID without any tie to the service (a random local part). To be
    /// answered with the item as a wire; only an answer proves that everybody may read it.
    // PRODUCT: Consent, "Openness"
    Probe(Item),
    /// `first:URI`: the post whose comments the place gathers. To be answered with a wire whose body is that post's id.
    First(Place),
    /// `profile:JID`: everything of an actor's profile, as one [`crate::wire::bundle`].
    Profile(ActorId),
    /// `URI`: an item, by whoever may read it.
    Item(Item),
}

impl Wanted {
    /// The need for it.
    pub fn need(&self) -> Need {
        match self {
            Self::Probe(item) => Need::Object(format!("probe:{}", item.uri())),
            Self::First(place) => Need::Object(format!("first:{}", place.uri())),
            Self::Profile(actor) => Need::Actor(format!("profile:{}", actor.as_str())),
            Self::Item(item) => Need::Object(item.uri()),
        }
    }

    /// What a need is for; `None` for one that XMPP does not know.
    pub fn of(need: &Need) -> Option<Self> {
        match need {
            Need::Object(text) => Self::object(text),
            Need::Actor(text) => actor(text.strip_prefix("profile:").unwrap_or(text)).map(Self::Profile),
            Need::Key(_) => None,
        }
    }

    fn object(text: &str) -> Option<Self> {
        let (word, uri) = match text.split_once(':')? {
            (word @ ("probe" | "first"), uri) => (word, uri),
            _ => ("", text),
        };
        match (word, read_uri(uri)?) {
            ("probe", Reference::Item(item)) => Some(Self::Probe(item)),
            ("first", Reference::Place(place)) => Some(Self::First(place)),
            ("", Reference::Item(item)) => Some(Self::Item(item)),
            _ => None,
        }
    }
}
