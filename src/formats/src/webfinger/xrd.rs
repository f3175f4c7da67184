//! The same descriptor as XRD 1.0: host-meta, and WebFinger as OStatus knows it.

use std::collections::BTreeMap;

use rxml::Event;

use super::jrd::{Jrd, JrdRefusal, Link};
use crate::html::xml_text;
use crate::xml_limits::{self, Limits};

const XRD: &str = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl Jrd {
    /// Reads an XRD document (media type `application/xrd+xml`), under [`xml_limits`].
    ///
    /// # Errors
    /// [`JrdRefusal`] where it is over a limit, not well-formed, or its root is not `XRD`.
    pub fn from_xrd(xml: &[u8]) -> Result<Self, JrdRefusal> {
        let mut reader = Reader::default();
        xml_limits::read(xml, &Limits::default(), |event| reader.event(event))?;
        if reader.is_xrd {
            Ok(reader.jrd)
        } else {
            Err(JrdRefusal::NotADescriptor)
        }
    }

    /// Writes an XRD document.
    #[must_use]
    pub fn to_xrd(&self) -> String {
        let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"{XRD}\">\n");
        if let Some(subject) = &self.subject {
            element(&mut out, "  ", "Subject", &[], Some(subject));
        }
        for alias in &self.aliases {
            element(&mut out, "  ", "Alias", &[], Some(alias));
        }
        properties(&mut out, "  ", &self.properties);
        for link in &self.links {
            write_link(&mut out, link);
        }
        out.push_str("</XRD>\n");
        out
    }
}

/// What is being read: where we are, and the text of the present leaf.
#[derive(Default)]
struct Reader {
    jrd: Jrd,
    is_xrd: bool,
    depth: usize,
    in_link: bool,
    leaf: Option<Leaf>,
    text: String,
}

struct Leaf {
    name: String,
    depth: usize,
    /// Attribute `type` of a property, `xml:lang` of a title.
    key: Option<String>,
    nil: bool,
}

impl Reader {
    fn event(&mut self, event: Event) {
        match event {
            Event::StartElement(_, (namespace, name), attributes) => {
                self.depth += 1;
                let get = |space: &str, key: &str| {
                    attributes
                        .iter()
                        .find(|((each, name), _)| **each == *space && name.as_str() == key)
                        .map(|(_, value)| value.clone())
                };
                if self.depth == 1 {
                    self.is_xrd = namespace == *XRD && name == "XRD";
                } else if namespace == *XRD && self.depth == 2 && name == "Link" {
                    self.in_link = true;
                    self.jrd.links.push(Link {
                        rel: get("", "rel").unwrap_or_default(),
                        media_type: get("", "type"),
                        href: get("", "href"),
                        template: get("", "template"),
                        ..Link::default()
                    });
                } else if namespace == *XRD && self.depth == if self.in_link { 3 } else { 2 } {
                    let key = if name == "Title" {
                        get(rxml::parser::XMLNS_XML, "lang")
                    } else {
                        get("", "type")
                    };
                    let nil = get(XSI, "nil").is_some_and(|nil| matches!(nil.trim(), "true" | "1"));
                    self.leaf = Some(Leaf {
                        name: name.to_string(),
                        depth: self.depth,
                        key,
                        nil,
                    });
                    self.text.clear();
                }
            }
            Event::Text(_, text) if self.leaf.is_some() => self.text.push_str(&text),
            Event::EndElement(_) => {
                if let Some(leaf) = self.leaf.take_if(|leaf| leaf.depth == self.depth) {
                    self.finish(leaf);
                }
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 1 {
                    self.end_link();
                }
            }
            Event::Text(..) | Event::XmlDeclaration(..) => {}
        }
    }

    fn finish(&mut self, leaf: Leaf) {
        let text = self.text.trim().to_owned();
        let link = self.jrd.links.last_mut().filter(|_| self.in_link);
        match (leaf.name.as_str(), link) {
            ("Subject", None) => self.jrd.subject = Some(text),
            ("Alias", None) => self.jrd.aliases.push(text),
            ("Property", link) => {
                let properties = link.map_or(&mut self.jrd.properties, |link| &mut link.properties);
                if let Some(key) = leaf.key {
                    properties.insert(key, (!leaf.nil).then_some(text));
                }
            }
            ("Title", Some(link)) => {
                link.titles.insert(leaf.key.unwrap_or_else(|| "und".to_owned()), text);
            }
            _ => {}
        }
    }

    fn end_link(&mut self) {
        if std::mem::take(&mut self.in_link) && self.jrd.links.last().is_some_and(|link| link.rel.is_empty()) {
            self.jrd.links.pop();
        }
    }
}

fn write_link(out: &mut String, link: &Link) {
    let mut attributes = vec![("rel", link.rel.as_str())];
    let optional = [
        ("type", &link.media_type),
        ("href", &link.href),
        ("template", &link.template),
    ];
    attributes.extend(
        optional
            .iter()
            .filter_map(|(key, value)| Some((*key, value.as_deref()?))),
    );
    if link.titles.is_empty() && link.properties.is_empty() {
        element(out, "  ", "Link", &attributes, None);
        return;
    }
    out.push_str("  ");
    start(out, "Link", &attributes);
    out.push_str(">\n");
    for (language, title) in &link.titles {
        let lang = [("xml:lang", language.as_str())];
        let known = if language == "und" { &[][..] } else { &lang };
        element(out, "    ", "Title", known, Some(title));
    }
    properties(out, "    ", &link.properties);
    out.push_str("  </Link>\n");
}

fn properties(out: &mut String, indent: &str, properties: &BTreeMap<String, Option<String>>) {
    for (key, value) in properties {
        match value {
            Some(value) => element(out, indent, "Property", &[("type", key)], Some(value)),
            None => {
                let nil = [("xmlns:xsi", XSI), ("xsi:nil", "true"), ("type", key)];
                element(out, indent, "Property", &nil, None);
            }
        }
    }
}

fn element(out: &mut String, indent: &str, name: &str, attributes: &[(&str, &str)], text: Option<&str>) {
    out.push_str(indent);
    start(out, name, attributes);
    match text {
        Some(text) => {
            out.push('>');
            escape(out, text);
            out.push_str("</");
            out.push_str(name);
            out.push_str(">\n");
        }
        None => out.push_str("/>\n"),
    }
}

fn start(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        escape(out, value);
        out.push('"');
    }
}

fn escape(out: &mut String, text: &str) {
    for character in xml_text(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rel;
    use super::*;

    #[test]
    fn host_meta_writes_and_reads_back() {
        let meta = Jrd {
            links: vec![
                Link::template(
                    rel::LRDD,
                    Some("application/jrd+json"),
                    "https://h/.well-known/webfinger?resource={uri}",
                ),
                Link::new(rel::XMPP_WEBSOCKET, None, "wss://h/ws?a=1&b=2"),
            ],
            ..Jrd::default()
        };
        assert_eq!(
            meta.to_xrd(),
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n",
                "  <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"https://h/.well-known/webfinger?resource={uri}\"/>\n",
                "  <Link rel=\"urn:xmpp:alt-connections:websocket\" href=\"wss://h/ws?a=1&amp;b=2\"/>\n",
                "</XRD>\n",
            )
        );
        assert_eq!(Jrd::from_xrd(meta.to_xrd().as_bytes()).unwrap(), meta);
    }

    #[test]
    fn an_ostatus_answer_with_other_namespaces_reads() {
        let xml = r#"<?xml version='1.0' encoding='UTF-8'?>
            <x:XRD xmlns:x="http://docs.oasis-open.org/ns/xri/xrd-1.0" xmlns:hm="http://host-meta.net/ns/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <hm:Host>social.example</hm:Host> <!-- c -->
              <x:Subject> acct:bob@social.example </x:Subject>
              <x:Alias>https://social.example/user/1</x:Alias>
              <x:Property type="p">v<x:Subject>no</x:Subject></x:Property><x:Property type="q" xsi:nil="true"/>
              <x:Link href="no rel"/>
              <x:Link rel="salmon" href="https://social.example/main/salmon/user/1"><x:Title xml:lang="en">In &amp; out</x:Title><x:Property type="k">w</x:Property></x:Link>
              <hm:Link rel="other"/>
            </x:XRD>"#;
        let jrd = Jrd::read(xml.as_bytes()).unwrap();
        assert_eq!(jrd.subject.as_deref(), Some("acct:bob@social.example"));
        assert_eq!(jrd.aliases, ["https://social.example/user/1"]);
        assert_eq!(jrd.properties["p"].as_deref(), Some("vno"));
        assert_eq!(jrd.properties["q"], None);
        assert_eq!(jrd.links.len(), 1);
        assert_eq!(jrd.links[0].titles["en"], "In & out");
        assert_eq!(jrd.links[0].properties["k"].as_deref(), Some("w"));
        assert_eq!(Jrd::from_xrd(jrd.to_xrd().as_bytes()).unwrap(), jrd);
    }

    #[test]
    fn row_56_an_xrd_with_a_document_type_is_refused() {
        let xml = "<!DOCTYPE XRD [<!ENTITY a 'b'>]><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'/>";
        assert_eq!(Jrd::from_xrd(xml.as_bytes()).unwrap_err().reason(), "xml-doctype");
        assert_eq!(Jrd::from_xrd(b"<XRD/>").unwrap_err().reason(), "descriptor-malformed");
    }

    proptest! {
        #[test]
        fn any_descriptor_survives_xml(subject in text(), alias in text(), href in text(), title in text(), value in proptest::option::of(text())) {
            let mut link = Link::new("r", None, &href);
            link.titles.insert("und".to_owned(), title);
            link.properties.insert("k".to_owned(), value);
            let jrd = Jrd { subject: Some(subject), aliases: vec![alias], links: vec![link], ..Jrd::default() };
            prop_assert_eq!(Jrd::from_xrd(jrd.to_xrd().as_bytes()), Ok(jrd));
        }
    }

    /// Text without white space at its ends, which reading trims.
    fn text() -> impl Strategy<Value = String> {
        "[\\PC\n\t]{0,20}".prop_map(|text| xml_text(text.trim()).trim().to_owned())
    }
}
