//! What people attach to an item without writing to it.
//!
//! Wire: `<attachments xmlns="urn:xmpp:pubsub-attachments:1">` with `<noticed/>` and `<reactions><reaction>`; the counts of
//! a node in `<summary xmlns="urn:xmpp:pubsub-attachments:summary:1">`.
//! Spec: XEP-0470 0.2.0 §4.

use minidom::Element;

use crate::xml::{Build, attr, bare, deep_text};

/// The namespace, and what the name of a node of attachments begins with.
// XEP-0470 §4.1
pub const ATTACHMENTS: &str = "urn:xmpp:pubsub-attachments:1";
/// The namespace of counts, and what the name of a node of them begins with.
// XEP-0470 §4.6
pub const SUMMARY: &str = "urn:xmpp:pubsub-attachments:summary:1";

/// What one person attached to an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// That they noticed it.
    pub noticed: bool,
    /// What they feel about it, as written.
    pub reactions: Vec<String>,
    /// When they last said so, as written.
    pub at: Option<String>,
    /// Names of attachments of other sorts.
    pub unknown: Vec<String>,
}

impl Attached {
    /// Reads the payload of an item of attachments; `None` for any other element.
    pub fn from_element(element: &Element) -> Option<Self> {
        if !element.is("attachments", ATTACHMENTS) {
            return None;
        }
        let mut attached = Self::default();
        for child in element.children() {
            match (child.name(), child.ns() == ATTACHMENTS) {
                ("noticed", true) => attached.noticed = true,
                ("reactions", true) => {
                    let each = child.children().filter(|child| child.is("reaction", ATTACHMENTS));
                    attached.reactions.extend(each.map(deep_text));
                }
                (other, _) => {
                    attached.unknown.push(other.to_owned());
                    continue;
                }
            }
            attached.at = attr(child, "timestamp").max(attached.at);
        }
        Some(attached)
    }

    /// The payload.
    pub fn to_element(&self) -> Element {
        let stamped = |name: &str| bare(name, ATTACHMENTS).with_opt("timestamp", self.at.clone());
        let reactions = (!self.reactions.is_empty()).then(|| {
            let each = self.reactions.iter();
            stamped("reactions").children_from(each.map(|emoji| bare("reaction", ATTACHMENTS).text_node(emoji)))
        });
        bare("attachments", ATTACHMENTS)
            .children_from(self.noticed.then(|| stamped("noticed")))
            .children_from(reactions)
    }
}

/// How many noticed an item, and how many feel what about it.
// XEP-0470 §4.6, §4.7, §4.8
pub fn summary(noticed: usize, reactions: &[(String, usize)]) -> Element {
    let each = reactions.iter().map(|(emoji, count)| {
        bare("reaction", SUMMARY)
            .with_opt("count", (*count > 1).then(|| count.to_string()))
            .text_node(emoji)
    });
    bare("summary", SUMMARY)
        .children_from((noticed > 0).then(|| bare("noticed", SUMMARY).with("count", noticed.to_string())))
        .children_from((!reactions.is_empty()).then(|| bare("reactions", SUMMARY).children_from(each)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_read_back_and_others_are_named() {
        let attached = Attached {
            noticed: true,
            reactions: vec!["👷".into(), "🔨".into()],
            at: Some("2026-11-22T12:00:00Z".into()),
            unknown: Vec::new(),
        };
        assert_eq!(Attached::from_element(&attached.to_element()), Some(attached));
        assert_eq!(
            Attached::from_element(&Attached::default().to_element()),
            Some(Attached::default())
        );
        let rsvp = "<attachments xmlns='urn:xmpp:pubsub-attachments:1'><rsvp xmlns='x'/></attachments>";
        assert_eq!(
            Attached::from_element(&rsvp.parse().unwrap()).unwrap().unknown,
            ["rsvp"]
        );
        assert_eq!(Attached::from_element(&bare("attachments", "x")), None);
    }

    #[test]
    fn counts_are_written_where_there_is_more_than_one() {
        let element = summary(25, &[("🎉".into(), 1), ("💃".into(), 22)]);
        let text = String::from(&element);
        assert!(text.contains("count=\"25\"") || text.contains("count='25'"), "{text}");
        assert_eq!(text.matches("count=").count(), 2, "{text}");
    }
}
