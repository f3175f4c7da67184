//! XML as people read it: default namespaces, attributes in one order, an element on each line where white space says
//! nothing. Documents that say the same have the same text.

use minidom::{Element, Node};

/// White space counts in what is shown.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// The one text of a document; what is wrong with it, for one that cannot be read.
pub(super) fn canonical(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match text.trim().parse::<Element>() {
        Ok(element) => {
            let mut out = String::new();
            write(&element, "", Some(0), &mut out);
            out
        }
        Err(error) => format!("unreadable: {error}\n{text}"),
    }
}

/// With `indent`, on lines of its own.
fn write(element: &Element, within: &str, indent: Option<usize>, out: &mut String) {
    let namespace = element.ns();
    let pad = " ".repeat(indent.unwrap_or_default());
    out.push_str(&pad);
    out.push('<');
    out.push_str(element.name());
    if namespace != within {
        attribute("xmlns", &namespace, out);
    }
    let mut attributes: Vec<(String, &str)> = element
        .attrs()
        .iter()
        .map(|((space, name), value)| {
            let prefix = if space.is_none() { "" } else { "xml:" };
            (format!("{prefix}{name}"), value.as_str())
        })
        .collect();
    attributes.sort();
    for (name, value) in attributes {
        attribute(&name, value, out);
    }
    content(element, &namespace, indent.filter(|_| namespace != XHTML), &pad, out);
    if indent.is_some() {
        out.push('\n');
    }
}

fn content(element: &Element, namespace: &str, indent: Option<usize>, pad: &str, out: &mut String) {
    let blank = element.nodes().all(|node| match node {
        Node::Text(text) => text.trim().is_empty(),
        Node::Element(_) => true,
    });
    let children = element.children().count();
    if element.nodes().next().is_none() || (blank && children == 0 && namespace != XHTML) {
        out.push_str("/>");
        return;
    }
    out.push('>');
    match indent.filter(|_| blank) {
        Some(indent) => {
            out.push('\n');
            for child in element.children() {
                write(child, namespace, Some(indent + 2), out);
            }
            out.push_str(pad);
        }
        None => {
            for node in element.nodes() {
                match node {
                    Node::Text(text) => out.push_str(&escaped(text)),
                    Node::Element(child) => write(child, namespace, None, out),
                }
            }
        }
    }
    out.push_str("</");
    out.push_str(element.name());
    out.push('>');
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push_str(&format!(" {name}=\"{}\"", escaped(value).replace('"', "&quot;")));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn only_what_says_something_counts() {
    let one = canonical(b"<a xmlns='x' c='1' b='2'> <d xmlns='y'>t &lt; </d>\n <e></e> </a>");
    let other = canonical(b"<p:a xmlns:p='x' b='2' c='1'><q:d xmlns:q='y'>t &lt; </q:d><p:e/></p:a>");
    assert_eq!(
        one,
        "<a xmlns=\"x\" b=\"2\" c=\"1\">\n  <d xmlns=\"y\">t &lt; </d>\n  <e/>\n</a>\n"
    );
    assert_eq!(one, other);
    assert_eq!(canonical(one.as_bytes()), one);
    let shown = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><b>a</b> <i>b</i></div>\n";
    assert_eq!(canonical(shown.as_bytes()), shown);
    for different in ["<a xmlns='x' c='1' b='3'/>", "<a xmlns='z'/>", "<a xmlns='x'>"] {
        assert_ne!(canonical(different.as_bytes()), one);
    }
}
