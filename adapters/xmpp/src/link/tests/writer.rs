//! What the link writes.

use minidom::Element;

use super::tree;
use crate::link::writer::{Unwritable, write_stanza};

fn written(stanza: &Element) -> String {
    String::from_utf8(write_stanza(stanza, "b.example").unwrap()).unwrap()
}

#[test]
fn the_stanza_stands_in_the_streams_namespace_and_the_rest_in_its_own() {
    let stanza = tree(
        "<iq xmlns='jabber:client' type='error' id='1'><q xmlns='d'><i/><e xmlns='jabber:client'/></q>\
         <error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
    assert_eq!(
        written(&stanza),
        "<iq id='1' type='error' from='b.example'><q xmlns='d'><i/><e xmlns='jabber:client'/></q>\
         <error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
    );
}

#[test]
fn no_prefix_is_written_but_for_attributes() {
    let stanza =
        tree("<message xmlns='jabber:client' from='b.example' xmlns:t='urn:t' xml:lang='en'><t:x t:a='1'/></message>");
    assert_eq!(
        written(&stanza),
        "<message from='b.example' xml:lang='en'><x xmlns='urn:t' xmlns:a0='urn:t' a0:a='1'/></message>"
    );
}

#[test]
fn nothing_that_xml_forbids_gets_out() {
    let mut stanza = tree("<message xmlns='jabber:client' from='b.example'/>");
    stanza.append_text("a\0\u{b}\u{1f}\u{fffe}\u{ffff}b\t\r\nc\rd]]><x a='\"'>&");
    stanza.attrs_mut().insert(
        rxml::Namespace::NONE,
        "id".try_into().unwrap(),
        "'\"<>&\t\n\r\0".to_owned(),
    );
    assert_eq!(
        written(&stanza),
        "<message from='b.example' id='&apos;\"&lt;&gt;&amp;&#x9;&#xA;&#xA;\u{fffd}'>\
         a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}b\t\nc\nd]]&gt;&lt;x a='\"'&gt;&amp;</message>"
    );
}

#[test]
fn what_cannot_be_written_is_said_and_does_not_panic() {
    let stanza = |child: Element| {
        let mut stanza = tree("<message xmlns='jabber:client'/>");
        stanza.append_child(child);
        write_stanza(&stanza, "b.example")
    };
    for bad in [
        Element::bare("a b", "d"),
        Element::bare("a><b", "d"),
        Element::bare("", "d"),
        Element::bare("a:b", "d"),
        Element::bare("x", rxml::XMLNS_XML),
        Element::bare("x", rxml::XMLNS_XMLNS),
        {
            let mut odd = Element::bare("x", "d");
            odd.attrs_mut()
                .insert(rxml::Namespace::NONE, "xmlns".try_into().unwrap(), "e".into());
            odd
        },
    ] {
        assert_eq!(stanza(bad.clone()), Err(Unwritable::BadName), "{bad:?}");
    }
    let deep = (0..70).fold(Element::bare("x", "d"), |inner, _| {
        let mut outer = Element::bare("x", "d");
        outer.append_child(inner);
        outer
    });
    assert_eq!(stanza(deep), Err(Unwritable::TooDeep));
    assert_eq!(
        write_stanza(&Element::bare("x", "d"), "b.example"),
        Err(Unwritable::NotAStanza)
    );
}
