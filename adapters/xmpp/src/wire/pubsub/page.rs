//! XEP-0059 1.0, result set management.

use minidom::Element;

use crate::xml::{Build as _, attr, bare};

const RSM: &str = "http://jabber.org/protocol/rsm";

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// At most so many; 0 asks for the count only (XEP-0059 §2.7).
    pub max: Option<u32>,
    /// Those that follow this id.
    pub after: Option<String>,
    /// Those that come before this id; empty for the last page (XEP-0059 §2.5).
    pub before: Option<String>,
    /// Those from this position on (XEP-0059 §2.6).
    pub index: Option<u32>,
}

impl PageRequest {
    /// Finds `<set/>` among the children of a request. Numbers that are none count as absent.
    #[must_use]
    pub fn inside(parent: &Element) -> Option<Self> {
        let set = parent.get_child("set", RSM)?;
        let text = |name: &str| set.get_child(name, RSM).map(Element::text);
        let number = |name: &str| text(name).and_then(|text| text.trim().parse().ok());
        Some(Self {
            max: number("max"),
            after: text("after"),
            before: text("before"),
            index: number("index"),
        })
    }

    /// The `<set/>`.
    #[must_use]
    pub fn to_element(&self) -> Element {
        bare("set", RSM)
            .children_from(part("max", self.max))
            .children_from(part("after", self.after.as_ref()))
            .children_from(part("before", self.before.as_ref()))
            .children_from(part("index", self.index))
    }
}

/// Which part of a list came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Id of the first one here, and its position in the whole.
    pub first: Option<(String, Option<u32>)>,
    /// Id of the last one here.
    pub last: Option<String>,
    /// How many there are in the whole.
    pub count: Option<u32>,
}

impl Page {
    /// Finds `<set/>` among the children of an answer.
    #[must_use]
    pub fn inside(parent: &Element) -> Option<Self> {
        let set = parent.get_child("set", RSM)?;
        let first = set.get_child("first", RSM);
        Some(Self {
            first: first.map(|first| (first.text(), attr(first, "index").and_then(|index| index.parse().ok()))),
            last: set.get_child("last", RSM).map(Element::text),
            count: set
                .get_child("count", RSM)
                .and_then(|count| count.text().trim().parse().ok()),
        })
    }

    /// The `<set/>`.
    #[must_use]
    pub fn to_element(&self) -> Element {
        let first = self.first.as_ref().map(|(id, index)| {
            bare("first", RSM)
                .with_opt("index", index.map(|index| index.to_string()))
                .text_node(id)
        });
        bare("set", RSM)
            .children_from(first)
            .children_from(part("last", self.last.as_ref()))
            .children_from(part("count", self.count))
    }
}

fn part(name: &str, value: Option<impl ToString>) -> Option<Element> {
    let value = value?.to_string();
    let part = bare(name, RSM);
    Some(if value.is_empty() { part } else { part.text_node(value) })
}
