//! Input that means harm.

use proptest::prelude::*;

use super::*;
use crate::ids::{COMMENTS, MICROBLOG};

fn envelopes() -> Vec<Envelope> {
    vec![
        Envelope::default(),
        event("juliet@capulet.lit", MICROBLOG),
        event("comments.capulet.lit", &format!("{COMMENTS}abc")),
        request("juliet@capulet.lit", ALICE, &format!("{COMMENTS}abc")),
        Envelope {
            how: How::Read,
            open: true,
            ..event("juliet@capulet.lit", MICROBLOG)
        },
        event("@", ""),
    ]
}

#[test]
fn f1_a_deep_document_is_refused_before_any_tree() {
    let deep = format!(
        "<item id='abcdef'>{}{}</item>",
        "<a>".repeat(40_000),
        "</a>".repeat(40_000)
    );
    assert_eq!(
        refused(&deep, &event("juliet@capulet.lit", MICROBLOG)),
        Reason::TooLarge
    );
    let nested = format!("{}<x/>{}", "<items>".repeat(60), "</items>".repeat(60));
    assert_eq!(
        refused(&nested, &event("juliet@capulet.lit", MICROBLOG)),
        Reason::Malformed
    );
}

#[test]
fn a_page_has_no_end_but_ours() {
    let page = format!("<items>{}</items>", "<x/>".repeat(4_000));
    assert_eq!(parse(&page, &event("juliet@capulet.lit", MICROBLOG)).refused.len(), 512);
}

#[test]
fn bombs_are_refused() {
    for (name, bomb) in [
        (
            "xmlbomb",
            include_str!("../../../../tests/captures/xml-bombs/xmlbomb.xml"),
        ),
        (
            "quadratic",
            include_str!("../../../../tests/captures/xml-bombs/quadratic.xml"),
        ),
        (
            "external",
            include_str!("../../../../tests/captures/xml-bombs/external.xml"),
        ),
    ] {
        for envelope in envelopes() {
            assert_eq!(refused(bomb, &envelope), Reason::Malformed, "{name}");
        }
    }
}

#[test]
fn row_82_much_of_everything_is_bounded() {
    let many = |part: &str| part.repeat(500);
    let xml = format!(
        "<item id='abcdef'><entry xmlns='http://www.w3.org/2005/Atom'><title>x</title>{}{}{}{}{}</entry></item>",
        many("<category term='a'/><category term='b'/>"),
        many("<link rel='enclosure' href='https://a.example/x'/>"),
        many("<link rel='related' href='https://a.example/y'/>"),
        (0..300)
            .map(|n| format!("<content xml:lang='l{n}'>x</content>"))
            .collect::<String>(),
        many("<content>@a@b.example </content>"),
    );
    let crossed = one(&xml, &event("juliet@capulet.lit", MICROBLOG));
    let causeway_core::model::Payload::Post(post) = &crossed.activity.payload else {
        panic!()
    };
    assert_eq!((post.media.len(), post.tags.len()), (16, 2));
    assert!(
        post.text.translations.len() <= 16 && crossed.losses.len() < 16,
        "{:?}",
        crossed.losses.len()
    );
}

proptest! {
    #[test]
    fn no_text_panics(xml in "\\PC{0,200}") {
        for envelope in envelopes() {
            let _ = parse(&xml, &envelope);
        }
    }

    #[test]
    fn no_attachment_and_no_event_panics(
        fields in prop::collection::vec((
            prop::sample::select(vec![
                "noticed", "reactions", "reaction", "rsvp", "name", "start", "end", "description", "category", "location",
                "head-picture", "geoloc xmlns='http://jabber.org/protocol/geoloc'",
            ]),
            prop::sample::select(vec!["", " timestamp='x'", " timestamp='2026-11-22T12:00:00Z'", " type='xhtml'", " term='é'"]),
            "([a-z<>&;\"'#@ ♥é\u{202E}]|2026-11-22T12:00:00Z|<x/>){0,20}",
        ), 0..12),
        root in prop::sample::select(vec![
            "attachments xmlns='urn:xmpp:pubsub-attachments:1'", "event xmlns='urn:xmpp:calendar-events:0'",
            "event xmlns='urn:xmpp:events:0'",
        ]),
        node in "[ -~é]{0,40}",
    ) {
        let body: String = fields.iter().map(|(name, attributes, text)| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let end = name.split(' ').next().unwrap();
            format!("<{name}{attributes}>{text}</{end}>")
        }).collect();
        let end = root.split(' ').next().unwrap();
        let xml = format!("<item id='romeo@montague.lit' publisher='romeo@montague.lit'><{root}>{body}</{end}></item>");
        let nodes = [format!("urn:xmpp:pubsub-attachments:1/{node}"), "urn:xmpp:calendar-events:0".to_owned()];
        for node in &nodes {
            for envelope in [request("romeo@montague.lit", ALICE, node), event("juliet@capulet.lit", node)] {
                for crossed in parse(&xml, &envelope).activities {
                    let _ = render(&Outgoing { verb: Verb::Create, activity: crossed.activity, version: 1 });
                }
            }
        }
    }

    #[test]
    fn no_entry_panics(
        fields in prop::collection::vec((
            prop::sample::select(vec!["id", "title", "content", "summary", "updated", "published", "author", "link", "category"]),
            prop::sample::select(vec!["", " type='xhtml'", " type='html'", " rel='via' href='xmpp:a.b?;node=c;item=d'", " rel='related' href='xmpp:a.b?;node=c;item=d'", " rel='enclosure' href='x'", " xml:lang='%'"]),
            "([a-z<>&;\"'#@ ♥é\u{202E}]|&amp;){0,20}",
        ), 0..12),
        id in "[ -~é]{0,20}",
    ) {
        let body: String = fields.iter().map(|(name, attributes, text)| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!("<{name}{attributes}>{text}</{name}>")
        }).collect();
        let id = id.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;");
        let xml = format!("<item id='{id}' publisher='romeo@montague.lit'><entry xmlns='http://www.w3.org/2005/Atom'>{body}</entry></item>");
        for envelope in envelopes() {
            for crossed in parse(&xml, &envelope).activities {
                // what came in can be said again
                let _ = render(&Outgoing { verb: Verb::Create, activity: crossed.activity, version: 1 });
            }
        }
    }
}
