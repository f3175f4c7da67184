//! Atom entries, there and back.

use super::*;
use crate::wire::attachments::Attached;
use crate::wire::document;

fn read(xml: &str) -> AtomEntry {
    AtomEntry::from_element(&document::read(xml.as_bytes()).unwrap()).unwrap()
}

fn written(entry: &AtomEntry) -> String {
    String::from_utf8(document::write(&entry.to_element()).unwrap().to_vec()).unwrap()
}

fn full() -> AtomEntry {
    let attached = Attached {
        noticed: true,
        ..Attached::default()
    };
    let div = document::read(b"<div xmlns='http://www.w3.org/1999/xhtml'><p>a <b>b</b></p></div>").unwrap();
    AtomEntry {
        id: Some("xmpp:a@b.example?;node=urn:xmpp:microblog:0;item=abcdef".into()),
        titles: vec![AtomText::plain("Title")],
        author: Some(AtomPerson {
            name: Some("A".into()),
            uri: Some(r"xmpp:a\40c.example@b.example".into()),
        }),
        links: vec![
            AtomLink::to("replies", "xmpp:a@b.example?;node=urn:xmpp:microblog:0:comments/abcdef").titled("comments"),
            AtomLink {
                length: Some(7),
                ..AtomLink::to("enclosure", "https://c.example/x.png").of_type("image/png")
            },
        ],
        in_reply_to: vec![InReplyTo {
            href: Some("xmpp:x".into()),
            reference: Some("tag:x".into()),
        }],
        contents: vec![
            AtomText {
                lang: Some("en".into()),
                body: TextBody::Xhtml(div),
            },
            AtomText {
                lang: Some("en".into()),
                body: TextBody::Plain("a b".into()),
            },
        ],
        summary: Some(AtomText::plain("warning")),
        published: Some("2026-11-22T10:00:00Z".into()),
        categories: vec!["nsfw".into()],
        updated: Some("2026-11-22T10:00:00Z".into()),
        geo: Some(Geo {
            latitude: 48.5,
            longitude: -3.25,
            name: Some("Brest".into()),
        }),
        invented_title: true,
        deleted: true,
        attached: Some(attached),
        lang: Some("en".into()),
        unknown: Vec::new(),
    }
}

#[test]
fn what_is_written_reads_back() {
    let text = written(&full());
    assert_eq!(read(&text), full());
    assert!(
        text.parse::<minidom::Element>().is_ok(),
        "every XMPP program must be able to read it"
    );
}

// Movim 2026-08 deletes the colon of a prefixed name
#[test]
fn no_element_has_a_prefix() {
    let text = written(&full());
    assert!(
        text.contains("<in-reply-to xmlns='http://purl.org/syndication/thread/1.0'")
            || text.contains("<in-reply-to xmlns=\"http://purl.org/syndication/thread/1.0\""),
        "{text}"
    );
    for tag in text.split('<').skip(1) {
        let name = tag.split([' ', '>', '/']).find(|part| !part.is_empty()).unwrap();
        assert!(!name.contains(':'), "{name} in {text}");
    }
}

#[test]
fn odd_entries_are_read_as_far_as_they_go() {
    let entry = read(
        "<entry xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>\
         <title>one</title><title type='xhtml'>two</title><title type='application/pdf'>x</title>\
         <author><name>N</name></author><author><uri>xmpp:a@b.example</uri></author>\
         <link/><link href=' https://a.example '/><link rel='enclosure' href='x' length='many'/>\
         <thr:in-reply-to/><rights>mine</rights><rights>mine</rights><published> </published>\
         <geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>NaN</lat><lon>400</lon></geoloc></entry>",
    );
    assert_eq!(entry.titles.len(), 2);
    assert_eq!(entry.author.unwrap().uri.as_deref(), Some("xmpp:a@b.example"));
    assert_eq!(entry.links.len(), 2);
    assert_eq!(entry.links[0], AtomLink::to("alternate", "https://a.example"));
    assert_eq!((entry.published, entry.geo, entry.in_reply_to.len()), (None, None, 1));
    assert_eq!(entry.unknown, ["title", "link", "rights", "published", "geoloc"]);
    assert_eq!(AtomEntry::from_element(&minidom::Element::bare("entry", "")), None);
}
