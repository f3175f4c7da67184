//! What the link reads, odd stanzas among it.

use minidom::Element;

use crate::link::fault::Condition;
use crate::link::guard::{Limits, Reason};
use crate::link::incoming::{Incoming, Sorted, sort};
use crate::link::reader::{StreamEvent, StreamReader};
use crate::link::refused::{Refused, StanzaKind};

const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' \
    xmlns:stream='http://etherx.jabber.org/streams' xmlns:p='urn:p' id='a&amp;b' from='b.example'>";

/// All events of a stream with that content, fed in chunks of `chunk` bytes.
fn events(content: &str, limits: Limits, chunk: usize) -> Vec<StreamEvent> {
    let mut reader = StreamReader::new(limits);
    let mut events = Vec::new();
    for chunk in format!("{HEADER}{content}").as_bytes().chunks(chunk) {
        reader.feed(chunk);
        while let Some(event) = reader.next().unwrap() {
            events.push(event);
        }
    }
    let StreamEvent::Opened { id } = events.remove(0) else {
        panic!("{events:?}")
    };
    assert_eq!(id.as_deref(), Some("a&b"));
    events
}

/// The one element of that content, the same however it is cut.
fn element(content: &str) -> Element {
    let whole = one_element(events(content, Limits::default(), usize::MAX));
    assert_eq!(one_element(events(content, Limits::default(), 1)), whole);
    whole
}

fn one_element(mut events: Vec<StreamEvent>) -> Element {
    match (events.pop(), events.pop()) {
        (Some(StreamEvent::Element(element)), None) => element,
        other => panic!("{other:?}"),
    }
}

/// The refusal of the first of two stanzas; the second has to get through.
fn refusal(content: &str, limits: Limits) -> Refused {
    let content = format!("{content}<message id='behind'/>");
    for chunk in [1, 7, usize::MAX] {
        let events = events(&content, limits, chunk);
        match events.as_slice() {
            [StreamEvent::Refused(_), StreamEvent::Element(next)] => assert_eq!(next.attr("id"), Some("behind")),
            other => panic!("{other:?}"),
        }
        if chunk == usize::MAX {
            let Some(StreamEvent::Refused(refused)) = events.into_iter().next() else {
                unreachable!()
            };
            return refused;
        }
    }
    unreachable!()
}

fn nested(levels: usize) -> String {
    format!(
        "<message from='a@b.example' to='c@d.example' id='i'>{}{}</message>",
        "<x>".repeat(levels),
        "</x>".repeat(levels)
    )
}

#[test]
fn stanzas_come_out_in_the_client_namespace() {
    let message =
        element("<message to='a@b'><body xml:lang='en'>a &lt; b<![CDATA[ && c ]]]]></body><p:x p:y='1'/></message>");
    assert!(message.is("message", "jabber:client"));
    let body = message.get_child("body", "jabber:client").unwrap();
    assert_eq!(body.text(), "a < b && c ]]");
    assert_eq!(body.attr_ns(rxml::XMLNS_XML, "lang"), Some("en"));
    assert_eq!(
        message.get_child("x", "urn:p").unwrap().attr_ns("urn:p", "y"),
        Some("1")
    );
    let bytes = String::from(&message);
    assert!(!bytes.contains("p:x"), "no prefix is kept: {bytes}");
}

#[test]
fn only_the_stanza_itself_changes_its_namespace() {
    let forwarded = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body/></message>\
        <message xmlns='jabber:component:accept'/></forwarded>";
    let message = element(&format!("<message><error/>{forwarded}</message>"));
    assert!(message.has_child("error", "jabber:client"));
    let forwarded = message.get_child("forwarded", "urn:xmpp:forward:0").unwrap();
    let inner: Vec<_> = forwarded.children().map(Element::ns).collect();
    assert_eq!(inner, ["jabber:client", "jabber:component:accept"]);
}

#[test]
fn declarations_end_with_their_element() {
    let message = element("<message><x xmlns='d' xmlns:p='e'><p:y/></x><p:z/><body/></message>");
    let spaces: Vec<_> = message
        .children()
        .map(|child| (child.name().to_owned(), child.ns()))
        .collect();
    let expected = [("x", "d"), ("z", "urn:p"), ("body", "jabber:client")];
    assert_eq!(
        spaces,
        expected.map(|(name, space)| (name.to_owned(), space.to_owned()))
    );
    assert!(message.get_child("x", "d").unwrap().has_child("y", "e"));
}

#[test]
fn carriage_returns_and_keep_alives_do_no_harm() {
    let message = element(" \n <message id='a\rb'><body>a\r\nb\rc\r\r\nd</body></message>\r\n ");
    assert_eq!(message.attr("id"), Some("a b"));
    assert_eq!(
        message.get_child("body", "jabber:client").unwrap().text(),
        "a\nb\nc\n\nd"
    );
}

#[test]
fn signs_inside_quotes_and_sections_are_no_tags() {
    let message = element("<message a='/>' b=\">'\"><!-- <x> --> <body><![CDATA[</body><x>]]></body><e/></message>");
    assert_eq!((message.attr("a"), message.attr("b")), (Some("/>"), Some(">'")));
    assert_eq!(message.get_child("body", "jabber:client").unwrap().text(), "</body><x>");
    assert_eq!(message.children().count(), 2);
}

#[test]
fn each_limit_trips_one_above_it() {
    let limits = Limits {
        depth: 5,
        attributes: 4,
        children: 3,
        bytes: 300,
        namespace_bytes: 10,
    };
    assert_eq!(events(&nested(4), limits, 9).len(), 1);
    assert_eq!(refusal(&nested(5), limits).reason, Reason::TooDeep);

    let attributes = |count: usize| (0..count).map(|number| format!(" a{number}=''")).collect::<String>();
    assert_eq!(
        one_element(events(&format!("<iq{}/>", attributes(4)), limits, 9))
            .attrs()
            .len(),
        4
    );
    let refused = refusal(&format!("<iq{} type='set' id='i'/>", attributes(4)), limits);
    assert_eq!(
        (refused.reason, refused.kind),
        (Reason::TooManyAttributes, StanzaKind::Request)
    );
    assert_eq!(refused.id.as_deref(), Some("i"), "found behind the limit");

    assert_eq!(
        one_element(events("<iq><a/><a/><a/></iq>", limits, 9))
            .children()
            .count(),
        3
    );
    assert_eq!(
        refusal("<iq><a/><a/><a/><a/></iq>", limits).reason,
        Reason::TooManyChildren
    );

    let sized = |bytes: usize| format!("<message>{}</message>", "b".repeat(bytes - "<message></message>".len()));
    assert_eq!(events(&sized(300), limits, 9).len(), 1);
    assert_eq!(refusal(&sized(301), limits).reason, Reason::TooBig);
    assert_eq!(
        refusal(&format!("<message a='{}'/>", "b".repeat(500)), limits).reason,
        Reason::TooBig
    );

    assert_eq!(
        one_element(events("<iq><a xmlns='0123456789'/></iq>", limits, 9))
            .children()
            .count(),
        1
    );
    assert_eq!(
        refusal("<iq><a xmlns='0123456789x'/></iq>", limits).reason,
        Reason::BadNamespace
    );
}

#[test]
fn what_the_parser_refuses_is_one_stanza() {
    for (content, reason) in [
        ("<message><q:x/></message>", Reason::BadNamespace),
        ("<message><x q:a=''/></message>", Reason::BadNamespace),
        ("<message a='1' a='2'/>", Reason::DuplicateAttribute),
        (
            "<message><x xmlns:a='u' xmlns:b='u' a:y='1' b:y='2'/></message>",
            Reason::DuplicateAttribute,
        ),
        (
            "<message><x xmlns='d' xmlns='e'/></message>",
            Reason::DuplicateAttribute,
        ),
        (
            "<message><x xmlns='http://www.w3.org/XML/1998/namespace'/></message>",
            Reason::Malformed,
        ),
        ("<message><a:b:c/></message>", Reason::Malformed),
        ("<message><body>&nbsp;</body></message>", Reason::Malformed),
        ("<message><body>\u{1}</body></message>", Reason::Malformed),
        ("<message><body>&#xFFFF;</body></message>", Reason::Malformed),
        ("<message><a></b></message>", Reason::Malformed),
        ("<message 1='2'/>", Reason::Malformed),
    ] {
        assert_eq!(refusal(content, Limits::default()).reason, reason, "{content}");
    }
}

#[test]
fn a_stanza_of_a_million_levels_costs_nothing() {
    let refused = refusal(&nested(1_000_000), Limits::default());
    assert_eq!(refused.reason, Reason::TooDeep);
    assert_eq!(
        (refused.from.as_deref(), refused.id.as_deref()),
        (Some("a@b.example"), Some("i"))
    );
}

#[test]
fn a_namespace_is_not_copied_a_thousand_times() {
    let long = format!(
        "<message><x xmlns='{}'>{}</x></message>",
        "n".repeat(100_000),
        "<a/>".repeat(4000)
    );
    assert_eq!(refusal(&long, Limits::default()).reason, Reason::BadNamespace);
}

#[test]
fn replies_follow_the_rules() {
    let reply = |content: &str| refusal(&content.replace("></", "><q:x/></"), Limits::default()).reply();
    let addresses = "from='a@b.example/c' to='d@e.example' id='i'";
    let answer = reply(&format!("<iq type='get' {addresses}></iq>")).unwrap();
    assert_eq!(answer.name(), "iq");
    let [kind, from, to, id] = ["type", "from", "to", "id"].map(|name| answer.attr(name).unwrap_or_default());
    assert_eq!([kind, from, to, id], ["error", "d@e.example", "a@b.example/c", "i"]);
    let fault = crate::link::Fault::of_stanza(&answer);
    assert_eq!(
        (fault.condition, fault.text.as_deref()),
        (Condition::BadRequest, Some("xml-bad-namespace"))
    );

    assert_eq!(
        reply(&format!("<message {addresses}></message>")).unwrap().name(),
        "message"
    );
    for silent in [
        format!("<message type='error' {addresses}></message>"),
        format!("<iq type='result' {addresses}></iq>"),
        format!("<presence {addresses}></presence>"),
        "<message to='d@e.example'></message>".to_owned(),
        "<message from='@@' to='d@e.example'></message>".to_owned(),
    ] {
        assert_eq!(reply(&silent), None, "{silent}");
    }
}

fn sorted(stanza: &str) -> Result<Sorted, Refused> {
    sort(element(stanza), "e.example")
}

#[test]
fn addresses_and_outer_grammar_are_checked() {
    let reason = |stanza: &str| sorted(stanza).unwrap_err().reason;
    assert_eq!(reason("<message to='e.example'/>"), Reason::BadAddress);
    assert_eq!(reason("<message from='a@b.example'/>"), Reason::BadAddress);
    assert_eq!(
        reason("<message from='a@b.example' to='x@f.example'/>"),
        Reason::NotForUs
    );
    assert_eq!(
        reason("<message xmlns='other' from='a@b.example' to='e.example'/>"),
        Reason::UnknownStanza
    );
    assert_eq!(
        reason("<other from='a@b.example' to='e.example'/>"),
        Reason::UnknownStanza
    );
    let iq = |rest: &str| format!("<iq from='a@b.example' to='e.example' {rest}");
    for malformed in [
        "id='i'/>",
        "type='get'><q xmlns='q'/></iq>",
        "id='i' type='get'/>",
        "id='i' type='odd'/>",
    ] {
        assert_eq!(reason(&iq(malformed)), Reason::Malformed, "{malformed}");
    }
    assert_eq!(reason(&iq("id='i' type='set'><a/><b/></iq>")), Reason::Malformed);
    let good = sorted(&iq("id='i' type='set'> <a/> </iq>"));
    assert!(matches!(good, Ok(Sorted::Hand(Incoming::Request(request))) if request.is_set && request.id == "i"));
}

#[test]
fn only_our_own_domain_echoes() {
    let ping = |from: &str| {
        sorted(&format!(
            "<iq type='get' id='i' from='{from}' to='e.example'><ping xmlns='urn:xmpp:ping'/></iq>"
        ))
    };
    assert!(matches!(ping("e.example"), Ok(Sorted::Echo { .. })));
    assert!(matches!(ping("a@b.example"), Ok(Sorted::Hand(Incoming::Request(_)))));
}

#[test]
fn a_document_type_ends_the_stream() {
    let mut reader = StreamReader::new(Limits::default());
    reader.feed(format!("{HEADER}<!DOCTYPE x [").as_bytes());
    assert!(matches!(reader.next(), Ok(Some(StreamEvent::Opened { .. }))));
    reader.next().unwrap_err();
}

#[test]
fn what_stands_between_stanzas_is_passed_over() {
    let limits = Limits {
        bytes: 300,
        ..Limits::default()
    };
    let noise = format!("<!-- {} --> text <?x y?>", "c".repeat(900));
    let events = events(
        &format!("{noise}<message id='behind'/>{noise}</stream:stream>"),
        limits,
        11,
    );
    let [StreamEvent::Element(message), StreamEvent::Closed] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(message.attr("id"), Some("behind"));
}

/// What a stream can be made of, well-formed or not.
const PIECES: [&str; 24] = [
    "<message from='a@b' to='c@d'>",
    "</message>",
    "<x/>",
    "<x xmlns='d'>",
    "</x>",
    "<p:y p:a='1' a=\">\">",
    "</p:y>",
    "text",
    "&amp;",
    "&#13;",
    "\r",
    "\r\n",
    "é\u{10ffff}",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x",
    "?>",
    "<",
    ">",
    "'",
    "</stream:stream>",
    "\0",
];

proptest::proptest! {
    #[test]
    fn however_it_is_cut_it_reads_the_same(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES.as_slice()), 0..40),
        chunk in 1_usize..20,
    ) {
        let limits = Limits { depth: 4, attributes: 3, children: 3, bytes: 300, namespace_bytes: 10 };
        let read = |chunk: usize| {
            let mut reader = StreamReader::new(limits);
            let mut seen = Vec::new();
            for chunk in format!("{HEADER}{}", pieces.concat()).as_bytes().chunks(chunk) {
                reader.feed(chunk);
                loop {
                    match reader.next() {
                        Ok(Some(event)) => seen.push(format!("{event:?}")),
                        Ok(None) => break,
                        Err(error) => {
                            seen.push(format!("{error:?}"));
                            return seen;
                        }
                    }
                }
            }
            seen
        };
        proptest::prop_assert_eq!(read(chunk), read(usize::MAX));
    }
}
