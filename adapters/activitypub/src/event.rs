//! `startTime`, `endTime`, `location` <-> [`Event`] and [`Geo`].
//!
//! Wire: `Event{startTime,endTime,location{type:Place,name,latitude,longitude}}`; Pixelfed gives notes a `location`.
//! Spec: AS2 vocabulary §3.3 `Event`, `Place`.
//! Losses: an event without a beginning (`post-event`), a place without name and point (`post-location`).

use causeway_core::model::{Event, Geo, Post};

use crate::losses::Losses;
use crate::rules;
use crate::text;
use crate::wire::{Doc, out};

/// What takes place, and where.
pub(crate) fn parse(doc: Doc<'_>, losses: &mut Losses) -> (Option<Event>, Option<Geo>) {
    let place = doc.docs("location").next();
    let name = place
        .and_then(|place| place.text("name"))
        .or_else(|| doc.text("location"))
        .map(text::line);
    let name = name.filter(|name| !name.is_empty());
    let geo = place.and_then(|place| point(place, name.clone()));
    let starts = doc.is("Event").then(|| doc.time("startTime")).flatten();
    if doc.is("Event") && starts.is_none() {
        losses.dropped(rules::POST_EVENT, "startTime", "an event that begins at no known time");
    }
    let event = starts.map(|starts| Event {
        starts,
        ends: doc.time("endTime"),
        place: name,
    });
    if doc.has("location") && geo.is_none() && event.as_ref().is_none_or(|event| event.place.is_none()) {
        losses.dropped(rules::POST_LOCATION, "location", "no point on the map");
    }
    (event, geo)
}

fn point(place: Doc<'_>, name: Option<String>) -> Option<Geo> {
    let (latitude, longitude) = (place.float("latitude")?, place.float("longitude")?);
    let there = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    there.then_some(Geo {
        latitude,
        longitude,
        name,
    })
}

/// Writes event and point into `object`; what takes place is an `Event`.
pub(crate) fn render(post: &Post, object: &mut out::Object) {
    let named = post.event.as_ref().and_then(|event| event.place.clone());
    let name = named.or_else(|| post.geo.as_ref().and_then(|geo| geo.name.clone()));
    if name.is_some() || post.geo.is_some() {
        let point = post.geo.as_ref();
        object.location = Some(out::Place {
            kind: "Place",
            name,
            latitude: point.map(|geo| geo.latitude),
            longitude: point.map(|geo| geo.longitude),
        });
    }
    if let Some(event) = &post.event {
        object.kind = "Event";
        object.start_time = Some(event.starts);
        object.end_time = event.ends;
    }
}
