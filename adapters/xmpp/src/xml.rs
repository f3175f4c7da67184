//! Short ways to build and look into `minidom` trees.

use minidom::Element;
use rxml::{Namespace, NcName};

/// Chained building of an [`Element`].
pub(crate) trait Build: Sized {
    /// Sets an un-namespaced attribute. A name that XML does not allow is left out: ours are all constants.
    fn with(self, name: &str, value: impl Into<String>) -> Self;
    /// [`Build::with`], where there is a value.
    fn with_opt(self, name: &str, value: Option<impl Into<String>>) -> Self;
    /// Sets `xml:lang`, where there is a value.
    fn lang(self, lang: Option<&str>) -> Self;
    /// Appends a child.
    fn child(self, child: Element) -> Self;
    /// Appends children.
    fn children_from(self, children: impl IntoIterator<Item = Element>) -> Self;
    /// Appends text.
    fn text_node(self, text: impl Into<String>) -> Self;
}

impl Build for Element {
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Ok(name) = NcName::try_from(name) {
            self.attrs_mut().insert(Namespace::NONE, name, value.into());
        }
        self
    }

    fn with_opt(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn lang(mut self, lang: Option<&str>) -> Self {
        if let (Some(lang), Ok(name)) = (lang, NcName::try_from("lang")) {
            self.attrs_mut().insert(Namespace::XML, name, lang.to_owned());
        }
        self
    }

    fn child(mut self, child: Element) -> Self {
        self.append_child(child);
        self
    }

    fn children_from(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        for child in children {
            self.append_child(child);
        }
        self
    }

    fn text_node(mut self, text: impl Into<String>) -> Self {
        self.append_text(text);
        self
    }
}

/// An element with nothing in it.
pub(crate) fn bare(name: &str, namespace: &str) -> Element {
    Element::bare(name, namespace)
}

/// An un-namespaced attribute, owned.
pub(crate) fn attr(element: &Element, name: &str) -> Option<String> {
    element.attr(name).map(str::to_owned)
}

/// `xml:lang` of this very element.
pub(crate) fn lang(element: &Element) -> Option<String> {
    element.attr_ns(rxml::XMLNS_XML, "lang").map(str::to_owned)
}

/// All text below the element, in document order.
pub(crate) fn deep_text(element: &Element) -> String {
    let mut text = String::new();
    collect_text(element, &mut text, 0);
    text
}

fn collect_text(element: &Element, text: &mut String, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for node in element.nodes() {
        match node {
            minidom::Node::Text(own) => text.push_str(own),
            minidom::Node::Element(child) => collect_text(child, text, depth + 1),
        }
    }
}

/// Deeper trees do not get past the link's guard; this bounds what is handed in otherwise.
const MAX_DEPTH: usize = 128;
