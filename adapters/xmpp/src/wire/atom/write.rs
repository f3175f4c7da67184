//! Writing.

use causeway_core::model::Geo;
use minidom::Element;

use super::{ATOM, AtomEntry, AtomLink, AtomPerson, AtomText, GEOLOC, InReplyTo, MARK, THREAD, TextBody};
use crate::wire::attachments::Attached;
use crate::xml::{Build, bare};

impl AtomEntry {
    /// The element, its children in the order in which Movim writes them.
    pub fn to_element(&self) -> Element {
        bare("entry", ATOM)
            .lang(self.lang.as_deref())
            .children_from(simple("id", self.id.as_ref()))
            .children_from(self.titles.iter().map(|title| text("title", title)))
            .children_from(self.author.as_ref().map(person))
            .children_from(self.links.iter().map(link))
            .children_from(self.in_reply_to.iter().map(in_reply_to))
            .children_from(self.contents.iter().map(|content| text("content", content)))
            .children_from(self.summary.as_ref().map(|summary| text("summary", summary)))
            .children_from(simple("published", self.published.as_ref()))
            .children_from(
                self.categories
                    .iter()
                    .map(|term| bare("category", ATOM).with("term", term)),
            )
            .children_from(simple("updated", self.updated.as_ref()))
            .children_from(self.geo.as_ref().map(geo))
            .children_from(
                self.invented_title
                    .then(|| bare("invented", MARK).with("field", "title")),
            )
            .children_from(self.attached.as_ref().map(Attached::to_element))
            .children_from(self.deleted.then(|| bare("deleted", MARK)))
    }
}

fn simple(name: &str, value: Option<&String>) -> Option<Element> {
    value.map(|value| bare(name, ATOM).text_node(value))
}

fn person(person: &AtomPerson) -> Element {
    bare("author", ATOM)
        .children_from(simple("name", person.name.as_ref()))
        .children_from(simple("uri", person.uri.as_ref()))
}

fn link(link: &AtomLink) -> Element {
    bare("link", ATOM)
        .with("rel", &link.rel)
        .with_opt("title", link.title.as_ref())
        .with_opt("type", link.media_type.as_ref())
        .with_opt("length", link.length.map(|length| length.to_string()))
        .with_opt("logo", link.logo.as_ref())
        .with("href", &link.href)
}

fn in_reply_to(parent: &InReplyTo) -> Element {
    bare("in-reply-to", THREAD)
        .with_opt("ref", parent.reference.as_ref())
        .with_opt("href", parent.href.as_ref())
}

fn text(name: &str, text: &AtomText) -> Element {
    let element = bare(name, ATOM).lang(text.lang.as_deref());
    match &text.body {
        TextBody::Plain(plain) => element.with("type", "text").text_node(plain),
        TextBody::Html(html) => element.with("type", "html").text_node(html),
        TextBody::Xhtml(div) => element.with("type", "xhtml").child(div.clone()),
    }
}

fn geo(geo: &Geo) -> Element {
    let field = |name, value: String| bare(name, GEOLOC).text_node(value);
    bare("geoloc", GEOLOC)
        .child(field("lat", geo.latitude.to_string()))
        .child(field("lon", geo.longitude.to_string()))
        .children_from(geo.name.as_ref().map(|name| field("text", name.clone())))
}
