//! Everything public of a profile in one element: how it is handed from where it was read to where it is understood, and
//! back. It never leaves the bridge.
//!
//! Wire: `<profile xmlns="urn:causeway:profile:0">` with `<nick/>` (XEP-0172), `<vcard/>` (XEP-0292) and `<metadata/>`
//! (XEP-0084), each at most once.

use minidom::Element;

use super::avatar::{self, AvatarInfo};
use super::nick;
use super::vcard::VCard;
use crate::xml::{Build as _, bare};

/// Its namespace.
pub const PROFILE: &str = "urn:causeway:profile:0";

/// What XMPP says of a person, in the three places where it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The nickname.
    pub nick: Option<String>,
    /// The vCard.
    pub vcard: Option<VCard>,
    /// The forms of the avatar.
    pub avatar: Vec<AvatarInfo>,
}

impl Bundle {
    /// Reads a bundle, or a part of one as it stands in its own node. `None` for any other element.
    pub fn from_element(element: &Element) -> Option<Self> {
        let mut bundle = Self::default();
        if !element.is("profile", PROFILE) {
            return bundle.take(element).then_some(bundle);
        }
        for part in element.children() {
            bundle.take(part);
        }
        Some(bundle)
    }

    /// The element.
    pub fn to_element(&self) -> Element {
        bare("profile", PROFILE)
            .children_from(self.nick.as_deref().map(nick::to_element))
            .children_from(self.vcard.as_ref().map(VCard::to_vcard4))
            .children_from((!self.avatar.is_empty()).then(|| avatar::metadata(&self.avatar)))
    }

    /// Takes one part in place of the one held, as an event tells that it changed; `false` if it is none.
    pub fn take(&mut self, part: &Element) -> bool {
        if part.is("nick", nick::NICK) {
            self.nick = nick::from_element(part);
            return true;
        }
        if let Some(infos) = avatar::infos(part) {
            self.avatar = infos;
            return true;
        }
        let vcard = VCard::from_element(part);
        let taken = vcard.is_some();
        self.vcard = vcard.or_else(|| self.vcard.take());
        taken
    }
}
