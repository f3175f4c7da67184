//! Bytes to a tree and back.

use bytes::Bytes;
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::xml_text;
use causeway_formats::xml_limits::{self, XmlRefusal};
use minidom::{Element, Node};
use rxml::Event;

/// Reads one element from bytes that may come from anywhere. Limits hold before any tree is built; prefixes are not
/// kept, so that what is written again has a default `xmlns`.
///
/// # Errors
/// `too-large` and `malformed`.
pub fn read(bytes: &[u8]) -> Result<Element, Refusal> {
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    xml_limits::read(bytes, &xml_limits::Limits::default(), |event| match event {
        Event::XmlDeclaration(..) => {}
        Event::StartElement(_, (namespace, name), attributes) => {
            let mut element = Element::bare(name.to_string(), namespace.to_string());
            for ((namespace, name), value) in attributes {
                element.attrs_mut().insert(namespace, name, value);
            }
            open.push(element);
        }
        Event::Text(_, text) => {
            if let Some(element) = open.last_mut() {
                element.append_text(text.to_string());
            }
        }
        Event::EndElement(_) => match (open.pop(), open.last_mut()) {
            (Some(element), Some(parent)) => {
                parent.append_child(element);
            }
            (done, _) => root = done,
        },
    })
    .map_err(|refusal| refused(&refusal))?;
    root.ok_or_else(|| Refusal::reject(Reason::Malformed, "a document without an element"))
}

/// The bytes of an element, every namespace as a default one.
///
/// # Errors
/// `internal`, if the tree holds what XML cannot: see [`clean`].
pub fn write(element: &Element) -> Result<Bytes, Refusal> {
    let mut bytes = Vec::new();
    element.write_to(&mut bytes).map_err(Refusal::internal)?;
    Ok(bytes.into())
}

/// The element without the characters that XML forbids, one of which would end the stream. For trees built of remote
/// text, which this module's reader never lets hold any.
// XML 1.0 §2.2; security.md row 74
pub fn clean(mut element: Element) -> Element {
    let attributes: Vec<_> = element
        .attrs()
        .iter()
        .map(|((ns, name), value)| (ns.clone(), name.clone(), xml_text(value).into_owned()))
        .collect();
    for (namespace, name, value) in attributes {
        element.attrs_mut().insert(namespace, name, value);
    }
    for node in element.take_nodes() {
        match node {
            Node::Text(text) => element.append_text(xml_text(&text)),
            // of our own making: as deep as what we build
            Node::Element(child) => {
                element.append_child(clean(child));
            }
        }
    }
    element
}

fn refused(refusal: &XmlRefusal) -> Refusal {
    let reason = match refusal {
        XmlRefusal::TooDeep(_)
        | XmlRefusal::TooManyAttributes(_)
        | XmlRefusal::TooManyChildren(_)
        | XmlRefusal::TokenTooLong(_)
        | XmlRefusal::TooLarge(_) => Reason::TooLarge,
        XmlRefusal::Doctype | XmlRefusal::Entity | XmlRefusal::NotUtf8 | XmlRefusal::Malformed(_) => Reason::Malformed,
    };
    Refusal::reject(reason, refusal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_documents_are_refused_before_any_tree() {
        let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
        assert_eq!(read(deep.as_bytes()).unwrap_err().reason, Reason::TooLarge);
        for bad in [
            "",
            "<a>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<a>&nbsp;</a>",
            "\u{0}",
            "<a b='1' b='2'/>",
        ] {
            assert_eq!(read(bad.as_bytes()).unwrap_err().reason, Reason::Malformed, "{bad}");
        }
    }

    #[test]
    fn prefixes_become_default_namespaces() {
        let element =
            read(b"<?xml version='1.0'?><!-- x --><e xmlns='a' xmlns:t='b'><t:c t:d='1' e='2'/>f</e>").unwrap();
        let child = element.get_child("c", "b").unwrap();
        assert_eq!(child.attr("e"), Some("2"));
        let again = String::from_utf8(write(&element).unwrap().to_vec()).unwrap();
        assert!(
            again.contains("<c xmlns='b'") || again.contains("<c xmlns=\"b\""),
            "{again}"
        );
    }

    #[test]
    fn row_74_forbidden_characters_never_reach_the_stream() {
        let mut element = Element::bare("a", "b");
        element.append_text("x\u{0}y\u{FFFE}]]>");
        assert_eq!(clean(element).text(), "xy]]>");
    }
}
