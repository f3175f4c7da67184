//! Events of a calendar, read.

use causeway_core::model::{Post, PostForm};

use super::*;

const NODE: &str = "urn:xmpp:calendar-events:0";

fn own() -> Envelope {
    Envelope {
        publisher: Some("juliet@capulet.lit".into()),
        ..event("juliet@capulet.lit", NODE)
    }
}

fn item(namespace: &str, inner: &str) -> String {
    format!("<item id='2022_ball'><event xmlns='{namespace}'>{inner}</event></item>")
}

const MINIMAL: &str = "<name>Coffee</name><start>2022-09-05T12:00:00Z</start><end>2022-09-05T13:00:00Z</end>";

fn post(xml: &str) -> (Post, Vec<String>) {
    let crossed = one(xml, &own());
    let lost = rules(&crossed.losses).into_iter().map(str::to_owned).collect();
    (crossed.activity.payload.post().unwrap().clone(), lost)
}

#[test]
fn a_name_and_two_times_are_an_event_in_either_namespace() {
    for namespace in [NODE, "urn:xmpp:events:0"] {
        let (post, lost) = post(&item(namespace, MINIMAL));
        let event = post.event.unwrap();
        assert_eq!(event.starts.to_string(), "2022-09-05T12:00:00Z");
        assert_eq!(event.ends.unwrap().to_string(), "2022-09-05T13:00:00Z");
        assert_eq!(
            (post.form, post.title.unwrap().text.as_str()),
            (PostForm::Other("Event".into()), "Coffee")
        );
        assert!(post.text.is_empty() && lost.is_empty(), "{lost:?}");
    }
}

#[test]
fn description_picture_place_and_categories_come_along() {
    let inner = format!(
        "{MINIMAL}<description type='text'>Come!</description>\
         <description type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Come<b>!</b></div></description>\
         <category term='ball'/><head-picture><file-sharing xmlns='urn:xmpp:sfs:0'>\
         <file xmlns='urn:xmpp:file:metadata:0'><media-type>image/jpeg</media-type><size>7</size><desc>The room</desc></file>\
         <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://d.example/room.jpg'/></sources>\
         </file-sharing></head-picture><location><geoloc xmlns='http://jabber.org/protocol/geoloc'>\
         <locality>Capulet House</locality><country>Italy</country><lat>45.4</lat><lon>10.9</lon></geoloc></location>\
         <rsvp/><invitees jid='x' node='y'/>"
    );
    let (post, lost) = post(&item(NODE, &inner));
    assert_eq!(
        (post.text.plain.as_str(), post.text.html.as_deref()),
        ("Come!", Some("Come<b>!</b>"))
    );
    assert_eq!(post.event.unwrap().place.as_deref(), Some("Capulet House, Italy"));
    assert_eq!(post.geo.unwrap().latitude, 45.4);
    assert_eq!(post.tags[0].name, "ball");
    let picture = &post.media[0];
    assert_eq!(
        (picture.url.as_str(), picture.alt.as_deref(), picture.size),
        ("https://d.example/room.jpg", Some("The room"), Some(7))
    );
    assert_eq!(lost, ["xmpp-post-unknown", "xmpp-post-unknown"]);
}

#[test]
fn without_a_name_or_a_beginning_it_is_none() {
    for inner in [
        "",
        "<name>x</name>",
        "<start>2022-09-05T12:00:00Z</start>",
        "<name> </name><start>2022-09-05T12:00:00Z</start>",
        "<name>x</name><start>soon</start>",
        "<name xmlns='y'>x</name><start>2022-09-05T12:00:00Z</start>",
    ] {
        let reason = refused(&item(NODE, inner), &own());
        assert!(
            matches!(reason, Reason::Malformed | Reason::HtmlEmptyAfterSanitise),
            "{inner}: {reason}"
        );
    }
    // an end before the beginning is none
    let (post, _) = post(&item(
        NODE,
        "<name>x</name><start>2022-09-05T12:00:00Z</start><end>2022-09-04T12:00:00Z</end>",
    ));
    assert_eq!(post.event.unwrap().ends, None);
    // nobody makes events in another's name
    let other = Envelope {
        publisher: Some("romeo@evil.example".into()),
        ..event("juliet@capulet.lit", NODE)
    };
    let made = parse(&item(NODE, MINIMAL), &other);
    assert!(
        made.activities
            .iter()
            .all(|made| made.activity.actor.as_str() == "romeo@evil.example")
    );
}
