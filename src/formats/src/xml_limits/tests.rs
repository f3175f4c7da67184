//! Bombs and floods: refused, quickly, without expansion.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rxml::{Event, Options, Parse, Parser, WithOptions};

use super::*;

/// Generous for an unoptimised build on a busy machine.
const QUICK: Duration = Duration::from_secs(5);

fn bomb(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures/xml-bombs");
    std::fs::read(path.join(name)).unwrap()
}

fn reason(document: impl AsRef<[u8]>) -> &'static str {
    let begun = Instant::now();
    let result = check_document(document.as_ref(), &Limits::default());
    assert!(begun.elapsed() < QUICK, "took {:?}", begun.elapsed());
    result.map_or_else(|refusal| refusal.reason(), |()| "ok")
}

#[test]
fn row_56_entity_bombs_and_external_entities_are_refused() {
    for name in [
        "cyclic.xml",
        "dtd.xml",
        "external.xml",
        "external_file.xml",
        "quadratic.xml",
        "xmlbomb.xml",
        "xmlbomb2.xml",
    ] {
        assert_eq!(reason(bomb(name)), "xml-doctype", "{name}");
    }
    assert_eq!(reason(bomb("simple.xml")), "ok");
    assert_eq!(reason(bomb("simple-ns.xml")), "ok");
    assert_eq!(reason("<a>&b;</a>"), "xml-entity");
    assert_eq!(reason("<a b='&c;'/>"), "xml-entity");
    assert_eq!(reason("<a><!DOCTYPE a></a>"), "xml-malformed");
    assert_eq!(reason("<!-- x --><?y z?> <!doctype a><a/>"), "xml-doctype");
    assert_eq!(reason("<a>&lt;&#x41;&amp;</a>"), "ok");
}

#[test]
fn row_51_xmpp_010_011_depth() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(reason(nested(64)), "ok");
    assert_eq!(reason(nested(65)), "xml-too-deep");
    assert_eq!(reason(nested(36_000)), "xml-too-deep");
    assert_eq!(reason("<a>".repeat(150_000)), "xml-too-deep");
}

#[test]
fn row_52_xmpp_014_long_start_tag() {
    let attribute = |length: usize| format!("<a b='{}'/>", "x".repeat(length));
    assert_eq!(reason(attribute(9_000)), "ok");
    assert_eq!(reason(attribute(60_000)), "ok");
    assert_eq!(reason(attribute(70_000)), "xml-token-too-long");
    assert_eq!(reason(format!("<{}/>", "x".repeat(70_000))), "xml-token-too-long");
    assert_eq!(reason(format!("<a {}='x'/>", "x".repeat(70_000))), "xml-token-too-long");
    assert_eq!(reason(format!("<a>{}</a>", "x".repeat(500_000))), "ok");
}

#[test]
fn row_53_54_size() {
    assert_eq!(reason(format!("<a>{}</a>", " ".repeat(512 * 1024))), "xml-too-large");
}

#[test]
fn row_55_attribute_namespace_and_child_floods() {
    let attributes = |count: usize| format!("<a {}/>", (0..count).map(|n| format!("b{n}='' ")).collect::<String>());
    assert_eq!(reason(attributes(256)), "ok");
    assert_eq!(reason(attributes(257)), "xml-too-many-attributes");
    assert_eq!(reason(attributes(40_000)), "xml-too-many-attributes");
    assert_eq!(reason(attributes(80_000)), "xml-too-large");
    let namespaces = |count: usize| {
        format!(
            "<a {}/>",
            (0..count).map(|n| format!("xmlns:b{n}='c' ")).collect::<String>()
        )
    };
    assert_eq!(reason(namespaces(10_000)), "xml-token-too-long");
    assert_eq!(reason(namespaces(1_000)), "ok");
    let children = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count));
    assert_eq!(reason(children(4_096)), "ok");
    assert_eq!(reason(children(4_097)), "xml-too-many-children");
    assert_eq!(reason(format!("<a>{}</a>", "<b><c/><c/></b>".repeat(4_000))), "ok");
}

#[test]
fn only_utf8_is_read() {
    assert_eq!(reason("<?xml version='1.0' encoding='UTF-8'?><a/>"), "ok");
    assert_eq!(reason("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a/>"), "ok");
    assert_eq!(
        reason("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"),
        "xml-not-utf8"
    );
    assert_eq!(reason("<?xml version='1.0' encoding='UTF-7'?><a/>"), "xml-not-utf8");
    assert_eq!(reason(b"<a>\xE9</a>"), "xml-not-utf8");
    assert_eq!(reason(b"\xFF\xFE<\0a\0/\0>\0"), "xml-not-utf8");
}

#[test]
fn well_formedness_is_asked_for() {
    for bad in [
        "",
        " ",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "x",
        "<a b='1' b='2'/>",
        "<p:a/>",
        "<a>\u{1}</a>",
        "<a>&#0;</a>",
        "<?xml",
        "<!-- ",
        "<a/><?xml version='1.0'?>",
    ] {
        assert_eq!(reason(bad), "xml-malformed", "{bad:?}");
    }
    let feed = "\n<?xml version='1.0'?>\n<?xml-stylesheet href='x'?>\n<!-- c -->\n<rss><!-- c --><channel/></rss>\n";
    assert_eq!(reason(feed), "ok");
    let mut names = Vec::new();
    read(feed.as_bytes(), &Limits::default(), |event| {
        if let Event::StartElement(_, (_, name), _) = event {
            names.push(name.to_string());
        }
    })
    .unwrap();
    assert_eq!(names, ["rss", "channel"]);
}

#[test]
fn row_51_52_a_stream_skips_the_bad_element_and_goes_on() {
    let stream = format!(
        "<stream><good/><bad>{}{}</bad><long a='{}'/><good>x</good>",
        "<b>".repeat(5_000),
        "</b>".repeat(5_000),
        "x".repeat(100_000)
    );
    let mut parser = Parser::with_options(Options {
        max_token_length: 1 << 20,
        ..Options::default()
    });
    let mut bytes = stream.as_bytes();
    let mut outcomes = Vec::new();
    let mut guard: Option<Guard> = None;
    let mut in_stream = false;
    while let Ok(Some(event)) = parser.parse(&mut bytes, false) {
        if !in_stream {
            in_stream = matches!(event, Event::StartElement(..));
            continue;
        }
        let current = guard.get_or_insert_with(|| Guard::new(Limits::default()));
        let outcome = current.feed(&event);
        if current.is_complete() {
            outcomes.push(outcome.map_or_else(|refusal| refusal.reason(), |()| "ok"));
            guard = None;
        }
    }
    assert_eq!(outcomes, ["ok", "xml-too-deep", "xml-token-too-long", "ok"]);
}
