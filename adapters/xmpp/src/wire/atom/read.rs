//! Reading.

use causeway_core::model::Geo;
use minidom::Element;

use super::{ATOM, AtomEntry, AtomLink, AtomPerson, AtomText, GEOLOC, InReplyTo, MARK, THREAD, TextBody};
use crate::wire::attachments::{ATTACHMENTS, Attached};
use crate::xml::{attr, deep_text, lang};

impl AtomEntry {
    /// Whether an element is one.
    pub fn is(element: &Element) -> bool {
        element.is("entry", ATOM)
    }

    /// Reads an entry; `None` for any other element. Whatever is odd in it is left out and named.
    pub fn from_element(element: &Element) -> Option<Self> {
        if !Self::is(element) {
            return None;
        }
        let mut entry = Self {
            lang: lang(element),
            ..Self::default()
        };
        for child in element.children() {
            if !entry.take(child) && !entry.unknown.iter().any(|name| name == child.name()) {
                entry.unknown.push(child.name().to_owned());
            }
        }
        Some(entry)
    }

    /// Takes one child; `false` if nothing was made of it.
    fn take(&mut self, child: &Element) -> bool {
        match (child.name(), child.ns().as_str()) {
            ("id", ATOM) => set(&mut self.id, child),
            ("published", ATOM) => set(&mut self.published, child),
            ("updated", ATOM) => set(&mut self.updated, child),
            ("title", ATOM) => text(child).map(|text| self.titles.push(text)).is_some(),
            ("content", ATOM) => text(child).map(|text| self.contents.push(text)).is_some(),
            ("summary", ATOM) if self.summary.is_none() => {
                self.summary = text(child);
                self.summary.is_some()
            }
            ("author", ATOM) => self.author(child),
            ("link", ATOM) => link(child).map(|link| self.links.push(link)).is_some(),
            ("category", ATOM) => attr(child, "term").map(|term| self.categories.push(term)).is_some(),
            ("in-reply-to", THREAD) => {
                self.in_reply_to.push(InReplyTo {
                    href: attr(child, "href"),
                    reference: attr(child, "ref"),
                });
                true
            }
            ("geoloc", GEOLOC) if self.geo.is_none() => {
                self.geo = geo(child);
                self.geo.is_some()
            }
            ("attachments", ATTACHMENTS) if self.attached.is_none() => {
                self.attached = Attached::from_element(child);
                true
            }
            ("invented", MARK) => {
                self.invented_title |= child.attr("field") == Some("title");
                true
            }
            ("deleted", MARK) => {
                self.deleted = true;
                true
            }
            _ => false,
        }
    }

    /// The first author that has an address, else the first.
    fn author(&mut self, child: &Element) -> bool {
        let person = AtomPerson {
            name: own_text(child, "name"),
            uri: own_text(child, "uri"),
        };
        let better = person.uri.is_some() && self.author.as_ref().is_some_and(|author| author.uri.is_none());
        if self.author.is_none() || better {
            self.author = Some(person);
            return true;
        }
        false
    }
}

fn set(field: &mut Option<String>, child: &Element) -> bool {
    let text = deep_text(child).trim().to_owned();
    if field.is_some() || text.is_empty() {
        return false;
    }
    *field = Some(text);
    true
}

/// RFC 4287 §3.1.1, §4.1.3.1: the other media types of content are not read.
fn text(element: &Element) -> Option<AtomText> {
    let form = element.attr("type").unwrap_or("text").to_ascii_lowercase();
    let body = match form.as_str() {
        "text" | "text/plain" => TextBody::Plain(deep_text(element)),
        "html" | "text/html" => TextBody::Html(deep_text(element)),
        "xhtml" | "application/xhtml+xml" => match element.children().next() {
            Some(div) => TextBody::Xhtml(div.clone()),
            None => TextBody::Plain(deep_text(element)),
        },
        _ => return None,
    };
    Some(AtomText {
        lang: lang(element),
        body,
    })
}

fn link(element: &Element) -> Option<AtomLink> {
    Some(AtomLink {
        rel: attr(element, "rel").unwrap_or_else(|| "alternate".to_owned()),
        href: attr(element, "href")
            .map(|href| href.trim().to_owned())
            .filter(|href| !href.is_empty())?,
        media_type: attr(element, "type"),
        title: attr(element, "title"),
        logo: attr(element, "logo"),
        length: element.attr("length").and_then(|length| length.trim().parse().ok()),
    })
}

fn geo(element: &Element) -> Option<Geo> {
    let number = |name, limit: f64| {
        let degrees: f64 = own_text(element, name)?.parse().ok()?;
        (degrees.abs() <= limit).then_some(degrees)
    };
    let name = ["text", "locality", "region", "country"]
        .into_iter()
        .find_map(|name| own_text(element, name));
    Some(Geo {
        latitude: number("lat", 90.0)?,
        longitude: number("lon", 180.0)?,
        name,
    })
}

fn own_text(element: &Element, name: &str) -> Option<String> {
    let child = element.children().find(|child| child.name() == name)?;
    Some(deep_text(child).trim().to_owned()).filter(|text| !text.is_empty())
}
