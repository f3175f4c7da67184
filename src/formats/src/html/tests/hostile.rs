//! Attacks: nothing active survives, nothing takes long.

use std::path::Path;
use std::time::{Duration, Instant};

use super::clean;
use crate::html::{Limits, from_plain, from_xhtml, sanitise, sanitise_within, to_plain, to_xhtml};

/// What must not be found in markup (text may say what it likes).
fn is_active(xhtml: &str) -> Option<String> {
    let mut found = None;
    crate::xml_limits::read(xhtml.as_bytes(), &crate::xml_limits::Limits::default(), |event| {
        let rxml::Event::StartElement(_, (_, name), attributes) = event else {
            return;
        };
        if name != "div" && !super::super::policy::ELEMENTS.contains(&name.as_str()) {
            found = Some(format!("element {name}"));
        }
        for ((_, key), value) in attributes.iter() {
            let value = value.trim().to_ascii_lowercase();
            let allowed = [
                "class", "href", "src", "alt", "title", "rel", "start", "value", "reversed", "width", "height",
            ];
            let address = matches!(key.as_str(), "href" | "src");
            if !allowed.contains(&key.as_str())
                || (address && !value.starts_with("http") && !value.starts_with("mailto:"))
            {
                found = Some(format!("{name} {key}={value}"));
            }
        }
    })
    .expect("well-formed");
    found
}

#[test]
fn row_71_html5sec_nothing_active_survives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures/html5sec/vectors.jsonl");
    let vectors = std::fs::read_to_string(path).unwrap();
    assert_eq!(vectors.lines().count(), 139);
    for line in vectors.lines() {
        let vector: serde_json::Value = serde_json::from_str(line).unwrap();
        let input = vector["input"].as_str().unwrap();
        let result = clean(input);
        assert_eq!(
            is_active(&to_xhtml(&result)),
            None,
            "{}: {}",
            vector["id"],
            result.html()
        );
        assert_eq!(clean(result.html()).html(), result.html(), "{}", vector["id"]);
        if let Ok(again) = from_xhtml(input, None) {
            assert_eq!(is_active(&to_xhtml(&again)), None, "{}", vector["id"]);
        }
        assert_eq!(is_active(&to_xhtml(&clean(&from_plain(input)))), None);
        let _ = to_plain(input);
    }
}

/// Generous for an unoptimised build on a busy machine; the quadratic cases took minutes there.
const QUICK: Duration = Duration::from_secs(5);

fn assert_quick(name: &str, html: &str) {
    let begun = Instant::now();
    if let Ok(result) = sanitise(html, None) {
        let _ = to_xhtml(&result);
    }
    let _ = to_plain(html);
    let _ = from_plain(html);
    assert!(begun.elapsed() < QUICK, "{name}: {:?}", begun.elapsed());
}

fn fill(piece: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut number = 0;
    while out.len() < 64 * 1024 - 64 {
        out.push_str(&piece(number));
        number += 1;
    }
    out
}

#[test]
fn res_026_027_deep_nesting_is_refused_quickly() {
    for tag in [
        "div",
        "b",
        "blockquote",
        "ul><li",
        "span",
        "svg",
        "a href=https://h.example",
    ] {
        assert_quick(tag, &fill(|_| format!("<{tag}>")));
    }
    assert_eq!(
        sanitise(&"<div>".repeat(10_000), None).unwrap_err().reason(),
        "html-too-deep"
    );
}

#[test]
fn res_027_rebuilt_formatting_elements_stay_linear() {
    // Each paragraph would rebuild every formatting element left open before it.
    assert_quick("formatting", &fill(|n| format!("<p><b id={n}>x")));
    assert_quick("formatting in div", &fill(|n| format!("<div><i class=h-{n}></div>x")));
    assert_quick(
        "formatting in object",
        &fill(|n| format!("<u id={n}><object></u></object>")),
    );
    assert_quick("foster parents", &fill(|_| "<table><b>x".to_owned()));
    assert_quick("misnested", &fill(|_| "<b><p></b></p>".to_owned()));
    let rebuilt = fill(|n| format!("<p><b id={n}>x"));
    assert!(sanitise(&rebuilt, None).unwrap().html().len() < 2 * rebuilt.len());
}

#[test]
fn res_028_scanners_stay_linear() {
    for piece in [
        "<",
        "</",
        "<!--",
        "&",
        "&#",
        "<a ",
        "<a href=",
        "\"",
        "<![CDATA[",
        "<pre>\n",
        " ",
        "\n",
        "<b> ",
        "http://",
        "xmpp:",
        "(",
        ")",
        "https://a)",
        "<br>",
        "<li>",
        "</b>",
        "<img ",
        "<p class='",
    ] {
        assert_quick(piece, &fill(|_| piece.to_owned()));
    }
    assert_quick("attributes", &format!("<a {}>", fill(|n| format!("a{n} "))));
    assert_quick(
        "link text",
        &format!(
            "<a href=https://h.example>{}</a>",
            fill(|_| "www.x.example ".to_owned())
        ),
    );
}

#[test]
fn row_78_a_stanza_in_text_stays_text() {
    let smuggled = "</body></message><message to='a@b'><body>hi";
    let xhtml = to_xhtml(&clean(&from_plain(smuggled)));
    assert!(xhtml.contains("&lt;/body&gt;&lt;/message&gt;"));
    let deep = Limits {
        bytes: usize::MAX,
        depth: 100,
    };
    assert!(sanitise_within(smuggled, None, &deep).is_ok());
}
