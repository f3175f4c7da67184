//! vCards: XEP-0292 0.12 (vCard4 over XMPP) and XEP-0054 1.3 (vcard-temp), one struct for both.
//!
//! Only what a profile on another network can hold is read; nothing else of a vCard may leave its server.

use bytes::Bytes;
use minidom::Element;

use super::avatar::from_base64;
use crate::xml::{Build as _, bare};

/// Namespace of vCard4.
pub const VCARD4: &str = "urn:ietf:params:xml:ns:vcard-4.0";
/// PEP node of vCard4; the item's id is `current`.
pub const VCARD4_NODE: &str = "urn:xmpp:vcard4";
/// Namespace of vcard-temp.
pub const VCARD_TEMP: &str = "vcard-temp";

/// The public part of a vCard. Texts are as on the wire; blank ones count as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VCard {
    /// `kind`, in vCard4 only: `application`, `group`, `org`; a person has none. RFC 6350 §6.1.4
    pub kind: Option<String>,
    /// `fn`.
    pub full_name: Option<String>,
    /// `nickname`, the first one.
    pub nickname: Option<String>,
    /// `note`, in vcard-temp `DESC`.
    pub note: Option<String>,
    /// `url`.
    pub urls: Vec<String>,
    /// `bday`, as written (RFC 6350 §4.3.1).
    pub birthday: Option<String>,
    /// `photo` as an address.
    pub photo_url: Option<String>,
    /// `PHOTO` as bytes with their type, in vcard-temp only.
    pub photo: Option<(Option<String>, Bytes)>,
}

impl VCard {
    /// Reads either kind; `None` for any other element.
    #[must_use]
    pub fn from_element(element: &Element) -> Option<Self> {
        if element.is("vcard", VCARD4) {
            return Some(Self::from_vcard4(element));
        }
        element.is("vCard", VCARD_TEMP).then(|| Self::from_temp(element))
    }

    fn from_vcard4(vcard: &Element) -> Self {
        // RFC 6351 §5: a property holds one child per value, named for its type; properties may stand in groups
        let all = |name: &'static str| {
            let groups = vcard
                .children()
                .filter(|child| child.is("group", VCARD4))
                .flat_map(Element::children);
            let properties = vcard
                .children()
                .chain(groups)
                .filter(move |child| child.is(name, VCARD4));
            properties
                .flat_map(Element::children)
                .filter(|value| value.name() != "parameters")
                .filter_map(text)
        };
        Self {
            kind: all("kind").next(),
            full_name: all("fn").next(),
            nickname: all("nickname").next(),
            note: all("note").next(),
            urls: all("url").collect(),
            birthday: all("bday").next(),
            photo_url: all("photo").find(|uri| uri.starts_with("https://") || uri.starts_with("http://")),
            photo: None,
        }
    }

    fn from_temp(vcard: &Element) -> Self {
        let all = |name: &'static str| {
            vcard
                .children()
                .filter(move |child| child.is(name, VCARD_TEMP))
                .filter_map(text)
        };
        let photo = vcard.get_child("PHOTO", VCARD_TEMP);
        let part = |name| photo.and_then(|photo| photo.get_child(name, VCARD_TEMP)).and_then(text);
        Self {
            kind: None,
            full_name: all("FN").next(),
            nickname: all("NICKNAME").next(),
            note: all("DESC").next(),
            urls: all("URL").collect(),
            birthday: all("BDAY").next(),
            photo_url: part("EXTVAL"),
            photo: part("BINVAL")
                .and_then(|text| from_base64(&text))
                .map(|bytes| (part("TYPE"), bytes)),
        }
    }

    /// As vCard4.
    #[must_use]
    pub fn to_vcard4(&self) -> Element {
        let property =
            |name: &str, kind: &str, value: &String| bare(name, VCARD4).child(bare(kind, VCARD4).text_node(value));
        bare("vcard", VCARD4)
            .children_from(self.kind.iter().map(|value| property("kind", "text", value)))
            .children_from(self.full_name.iter().map(|value| property("fn", "text", value)))
            .children_from(self.nickname.iter().map(|value| property("nickname", "text", value)))
            .children_from(self.note.iter().map(|value| property("note", "text", value)))
            .children_from(self.urls.iter().map(|value| property("url", "uri", value)))
            .children_from(self.birthday.iter().map(|value| property("bday", "date", value)))
            .children_from(self.photo_url.iter().map(|value| property("photo", "uri", value)))
    }

    /// As vcard-temp.
    #[must_use]
    pub fn to_temp(&self) -> Element {
        let property = |name: &str, value: &String| bare(name, VCARD_TEMP).text_node(value);
        let photo = match (&self.photo, &self.photo_url) {
            (Some((media_type, bytes)), _) => Some(
                bare("PHOTO", VCARD_TEMP)
                    .children_from(media_type.as_ref().map(|value| property("TYPE", value)))
                    .child(property("BINVAL", &super::avatar::data(bytes).text())),
            ),
            (None, Some(url)) => Some(bare("PHOTO", VCARD_TEMP).child(property("EXTVAL", url))),
            (None, None) => None,
        };
        bare("vCard", VCARD_TEMP)
            .children_from(self.full_name.iter().map(|value| property("FN", value)))
            .children_from(self.nickname.iter().map(|value| property("NICKNAME", value)))
            .children_from(photo)
            .children_from(self.birthday.iter().map(|value| property("BDAY", value)))
            .children_from(self.urls.iter().map(|value| property("URL", value)))
            .children_from(self.note.iter().map(|value| property("DESC", value)))
    }
}

fn text(value: &Element) -> Option<String> {
    let text = value.text();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> VCard {
        VCard {
            kind: None,
            full_name: Some("Juliet C".into()),
            nickname: Some("jul".into()),
            note: Some("two\nlines".into()),
            urls: vec!["https://a.example/".into(), "https://b.example/".into()],
            birthday: Some("--02-14".into()),
            photo_url: Some("https://a.example/p.png".into()),
            photo: None,
        }
    }

    #[test]
    fn both_kinds_read_back() {
        assert_eq!(VCard::from_element(&card().to_vcard4()), Some(card()));
        let program = VCard {
            kind: Some("application".into()),
            ..card()
        };
        assert_eq!(VCard::from_element(&program.to_vcard4()), Some(program));
        assert_eq!(VCard::from_element(&card().to_temp()), Some(card()));
        let with_bytes = VCard {
            photo_url: None,
            photo: Some((Some("image/png".into()), Bytes::from_static(b"abc"))),
            ..card()
        };
        assert_eq!(VCard::from_element(&with_bytes.to_temp()), Some(with_bytes.clone()));
        xmpp_parsers::vcard::VCard::try_from(with_bytes.to_temp()).unwrap();
        assert_eq!(VCard::from_element(&bare("vcard", "other")), None);
    }

    #[test]
    fn values_are_found_in_groups_and_behind_parameters() {
        let vcard: Element = "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><group name='g'><fn><parameters><pref>\
            <integer>1</integer></pref></parameters><text>A</text></fn></group><nickname><text> </text></nickname>\
            <tel><uri>tel:+1</uri></tel><photo><uri>data:image/png;base64,AA</uri></photo></vcard>"
            .parse()
            .unwrap();
        assert_eq!(
            VCard::from_element(&vcard),
            Some(VCard {
                full_name: Some("A".into()),
                ..VCard::default()
            })
        );
    }
}
