//! Events of a calendar.
//!
//! Wire: `<event xmlns="urn:xmpp:calendar-events:0">`, with Libervia's older `urn:xmpp:events:0`, in a node of events.
//! Spec: XEP-0471 0.2.0 §4, §6.
//! Model: a [`Post`](causeway_core::model::Post) with an [`Event`]; the rest of it is read as the entry that says the same.
//! Losses in: forms, invitations, schedules and files (`xmpp-post-unknown`). None is written: an event from elsewhere is
//! an entry of its author's microblog, where its readers look. Answers (RSVP) do not cross.

use causeway_core::adapter::Crossed;
use causeway_core::model::{Event, Payload, PostForm, Title};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::html::display_name;
use minidom::Element;

use crate::arrived::Arrived;
use crate::post;
use crate::wire::atom::{ATOM, AtomEntry, GEOLOC};
use crate::wire::message::URL_DATA;
use crate::xml::{Build, bare, deep_text};

/// Namespaces of events, the standard's own first.
const EVENTS: [&str; 2] = ["urn:xmpp:calendar-events:0", "urn:xmpp:events:0"];
/// What ActivityStreams and we call it.
const FORM: &str = "Event";

/// Whether an element is one.
pub(crate) fn is(element: &Element) -> bool {
    EVENTS.iter().any(|namespace| element.is("event", *namespace))
}

/// The Atom entry that says what an event says, but for its times.
pub(crate) fn entry(event: &Element) -> AtomEntry {
    let mut entry = bare("entry", ATOM);
    for child in event.children().filter(|child| child.ns() == event.ns()) {
        let said = match child.name() {
            "start" | "end" => None,
            "name" => Some(renamed(child, "title")),
            "description" => Some(renamed(child, "content")),
            "category" => Some(renamed(child, "category")),
            "location" => geoloc(child).cloned(),
            "head-picture" => Some(enclosure(child)),
            // nothing is made of it, which is named
            other => Some(bare(other, URL_DATA)),
        };
        entry = entry.children_from(said);
    }
    AtomEntry::from_element(&entry).unwrap_or_default()
}

/// The post that an event is. `arrived` holds the entry of [`entry`].
///
/// # Errors
/// `malformed` without a name or a beginning; others as of posts.
// XEP-0471 §4.1: name, start and end are required
pub(crate) fn parse(arrived: &Arrived<'_>, element: &Element) -> Result<Crossed, Refusal> {
    let own = |name: &str| {
        element
            .children()
            .find(|child| child.name() == name && child.ns() == element.ns())
    };
    let time = |name: &str| own(name).and_then(|child| Timestamp::parse(deep_text(child).trim()));
    let starts = time("start").ok_or_else(|| malformed("an event that begins at no known time"))?;
    let name = own("name").map(|name| display_name(&deep_text(name)));
    let name = name.filter(|name| !name.is_empty());
    let mut losses = Vec::new();
    let mut post = post::body(arrived, &mut losses)?;
    post.form = PostForm::Other(FORM.to_owned());
    post.title = Some(Title {
        text: name.ok_or_else(|| malformed("an event without a name"))?,
        invented: false,
    });
    if arrived.entry.contents.is_empty() {
        post.text = Default::default();
    }
    post.event = Some(Event {
        starts,
        ends: time("end").filter(|ends| *ends >= starts),
        place: own("location").and_then(place),
    });
    Ok(arrived.crossed(Payload::Post(Box::new(post)), None, losses))
}

fn renamed(element: &Element, name: &str) -> Element {
    let mut renamed = bare(name, ATOM).lang(crate::xml::lang(element).as_deref());
    for attribute in ["type", "term"] {
        renamed = renamed.with_opt(attribute, element.attr(attribute));
    }
    for node in element.nodes() {
        match node {
            minidom::Node::Element(child) => {
                renamed.append_child(child.clone());
            }
            minidom::Node::Text(text) => renamed.append_text(text.clone()),
        }
    }
    renamed
}

fn geoloc(location: &Element) -> Option<&Element> {
    location.get_child("geoloc", GEOLOC)
}

/// Where, in words.
// XEP-0080 §3.1
fn place(location: &Element) -> Option<String> {
    let geoloc = geoloc(location)?;
    let part = |name: &str| {
        geoloc
            .get_child(name, GEOLOC)
            .map(|part| display_name(&deep_text(part)))
    };
    let parts = ["description", "building", "street", "locality", "country"];
    let words: Vec<_> = parts
        .iter()
        .filter_map(|name| part(name))
        .filter(|part| !part.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The address of the picture; one without is named by the loss of an enclosure.
// XEP-0447 §3, XEP-0446 §3
fn enclosure(picture: &Element) -> Element {
    let target = descendant(picture, &|each| each.is("url-data", URL_DATA)).and_then(|found| found.attr("target"));
    let text = |name: &str| descendant(picture, &|each| each.name() == name).map(deep_text);
    bare("link", ATOM)
        .with("rel", "enclosure")
        .with("href", target.unwrap_or("cid:"))
        .with("type", text("media-type").unwrap_or_else(|| "image/jpeg".to_owned()))
        .with_opt("title", text("desc"))
        .with_opt("length", text("size"))
}

/// The first element of this sort, at most as deep as files are described.
fn descendant<'a>(element: &'a Element, wanted: &dyn Fn(&Element) -> bool) -> Option<&'a Element> {
    let mut level: Vec<&Element> = element.children().collect();
    for _ in 0..4 {
        if let Some(found) = level.iter().find(|each| wanted(each)) {
            return Some(found);
        }
        level = level.into_iter().flat_map(Element::children).collect();
    }
    None
}

fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
