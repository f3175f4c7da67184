//! What stays and what goes.

use proptest::prelude::*;
use url::Url;

use super::{clean, cleaned};
use crate::html::{Limits, sanitise, sanitise_within, strip_quote_inline};

const REL: &str = r#"rel="nofollow noopener""#;

#[test]
fn a_mastodon_post_stays_as_it_is() {
    let post = concat!(
        r#"<p><span class="h-card"><a class="u-url mention" href="https://masto.example/@bob" rel="nofollow noopener">@<span>bob</span></a></span> see "#,
        r#"<a href="https://blog.example/a-long-path" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">blog.example/a</span><span class="invisible">-long-path</span></a></p>"#,
        r#"<p><strong>bold</strong> <em>slanted</em> <code>x &lt; y &amp;&amp; z</code></p><blockquote><p>said</p></blockquote>"#,
        r#"<ul><li>one</li><li>two</li></ul><ol reversed="" start="3"><li value="3">three</li></ol><pre>a
  b</pre><h2>title</h2>"#,
    );
    let result = clean(post);
    assert_eq!(result.html(), post);
    assert!(result.removed().is_empty(), "{:?}", result.removed());
}

#[test]
fn active_content_goes_whole_and_is_counted() {
    let result = clean(
        "a<script>alert(1)</script><style>b{}</style>b<svg><g onload=x><title>t</title></g></svg>c<iframe src=//x></iframe>",
    );
    assert_eq!(result.html(), "abc");
    assert_eq!(result.removed().active, 4);
    let result = clean(r#"<p onclick="x()" style="color:red" id="a">hi<video src="v.mp4">no player</video></p>"#);
    assert_eq!(result.html(), "<p>hi</p>");
    let counts: Vec<_> = result.removed().iter().collect();
    assert_eq!(counts, [("media-player", 1), ("attribute", 3)]);
}

#[test]
fn link_schemes_are_a_list_and_relative_links_need_a_base() {
    assert_eq!(
        cleaned(r#"<a href="xmpp:juliet@capulet.example">j</a>"#),
        format!(r#"<a href="xmpp:juliet@capulet.example" {REL}>j</a>"#)
    );
    for bad in [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//host/x",
        "/x",
        "x",
        "",
        "https://",
    ] {
        let result = clean(&format!("<a href='{bad}'>t</a>"));
        assert_eq!(result.html(), "t", "{bad:?}");
        assert_eq!(result.removed().links, 1, "{bad:?}");
    }
    let base = Url::parse("https://blog.example/2026/post").unwrap();
    let result = sanitise(r#"<a href="../x?a=b&c">t</a> <img src="/i.png" alt="i">"#, Some(&base)).unwrap();
    assert_eq!(
        result.html(),
        format!(
            r#"<a href="https://blog.example/x?a=b&amp;c" {REL}>t</a> <img alt="i" src="https://blog.example/i.png">"#
        )
    );
}

#[test]
fn addresses_are_spelt_so_that_all_parsers_agree() {
    for (written, kept) in [
        ("HTTPS://Host.example/A", "https://host.example/A"),
        ("https:host.example", "https://host.example/"),
        (r"https:\\host.example\a", "https://host.example/a"),
        ("https://a b.example/", ""),
        ("https://h.example/a b\u{202E}c", "https://h.example/a%20b%E2%80%AEc"),
        ("https://user:pw@h.example/x", "https://h.example/x"),
        ("https://h.example/é", "https://h.example/é"),
    ] {
        let expected = if kept.is_empty() {
            "t".to_owned()
        } else {
            format!(r#"<a href="{kept}" {REL}>t</a>"#)
        };
        assert_eq!(cleaned(&format!(r#"<a href="{written}">t</a>"#)), expected, "{written}");
    }
    let long = format!("https://h.example/{}", "a".repeat(3_000));
    assert_eq!(cleaned(&format!(r#"<a href="{long}">t</a>"#)), "t");
}

#[test]
fn row_25_a_link_that_names_another_host_shows_the_real_one() {
    let result = clean(r#"<a href="https://evil.example/x">https://<b>good</b>.example</a>"#);
    assert_eq!(
        result.html(),
        format!(r#"<a href="https://evil.example/x" {REL}>https://<b>good</b>.example [evil.example]</a>"#)
    );
    assert_eq!(result.removed().disguised, 1);
    assert_eq!(cleaned(result.html()), result.html());
}

#[test]
fn classes_of_the_list_stay() {
    let result = clean(r#"<span class="mention evil u-url h-CARD p-nickname">x</span><span class="evil">y</span>"#);
    assert_eq!(
        result.html(),
        r#"<span class="mention u-url p-nickname">x</span><span>y</span>"#
    );
    assert_eq!(result.removed().classes, 2);
}

#[test]
fn blocks_that_go_leave_their_lines_and_tables_their_rows() {
    assert_eq!(cleaned("<div>a</div><div>b</div>c<hr>d"), "a<br>b<br>c<br>d");
    assert_eq!(cleaned("<div><p>a</p><div><p>b</p></div></div>"), "<p>a</p><p>b</p>");
    assert_eq!(
        cleaned("<div><b>a</b></div><div><i>b</i></div>"),
        "<b>a</b><br><i>b</i>"
    );
    let result = clean("<table><tr><th>a<th>b<tr><td>c</td><td>d</td></tr></table>");
    assert_eq!(result.html(), "a b<br>c d");
    assert_eq!(result.removed().iter().collect::<Vec<_>>(), [("table", 1)]);
    assert_eq!(cleaned("<dl><dt>a<dd>b</dl>"), "a<br>b");
}

#[test]
fn broken_nesting_is_mended_as_browsers_do_or_nearly() {
    for (broken, mended) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p><b>a<p>b", "<p><b>a</b></p><p>b</p>"),
        (
            "<ul><li>a<li><b>b<li>c</ul>d",
            "<ul><li>a</li><li><b>b</b></li><li>c</li></ul>d",
        ),
        (
            "<ul><li>a<ul><li>b</ul><li>c</ul>",
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        ),
        ("<b><i>x</b>y</i>z", "<b><i>x</i></b>yz"),
        ("<b>1<p>2</b>3</p>4", "<b>1<p>23</p></b>4"),
        ("</p></b></div>x", "x"),
        ("<h1>a</h2>b<h2>c<h3>d", "<h1>a</h1>b<h2>c</h2><h3>d</h3>"),
        ("<pre>\n\n a</pre>", "<pre> a</pre>"),
        (
            "<a href=https://a.example>x<a href=https://b.example>y</a>",
            "<a href=\"https://a.example\" rel=\"nofollow noopener\">x</a><a href=\"https://b.example\" rel=\"nofollow noopener\">y</a>",
        ),
        ("<a name=top>x</a>y", "xy"),
        ("<img alt='a cat'>", "a cat"),
    ] {
        assert_eq!(cleaned(broken), mended, "{broken}");
        assert_eq!(cleaned(mended), mended);
    }
}

#[test]
fn row_74_forbidden_characters_go() {
    let result = clean("a&#0;b\u{1}c&#xFFFE;d&#13;e");
    assert_eq!(result.html(), "a\u{FFFD}bcd\ne");
    assert_eq!(result.removed().characters, 1);
}

#[test]
fn limits_refuse_with_a_reason() {
    let fits = "a".repeat(64 * 1024);
    let long = format!("{fits}a");
    assert_eq!(sanitise(&long, None).unwrap_err().reason(), "html-too-long");
    assert!(sanitise(&fits, None).is_ok());
    for tag in ["b", "blockquote", "div", "x-unknown"] {
        let nested = |times| format!("<{tag}>").repeat(times) + "x";
        assert!(sanitise(&nested(100), None).is_ok(), "{tag}");
        assert_eq!(
            sanitise(&nested(101), None).unwrap_err().reason(),
            "html-too-deep",
            "{tag}"
        );
    }
    let small = Limits { bytes: 10, depth: 2 };
    assert!(sanitise_within("<b><i>x", None, &small).is_ok());
    assert!(sanitise_within("<b><i><u>", None, &small).is_err());
}

#[test]
fn blank_is_said() {
    assert!(clean("<p> <b></b><script>x</script></p>").is_blank());
    assert!(!clean("<p>x</p>").is_blank());
    assert!(!clean("<img src='https://h.example/a.png'>").is_blank());
}

#[test]
fn inline_quotes_are_stripped_with_the_breaks_before_them() {
    let strip = |html: &str| strip_quote_inline(&clean(html)).into_html();
    assert_eq!(
        strip(
            r#"<p>Look<br><br><span class="quote-inline">RE: <a href="https://h.example/1">https://h.example/1</a><br></span></p>"#
        ),
        "<p>Look</p>"
    );
    assert_eq!(
        strip(r#"<p class="quote-inline">RE: <b>x</b></p><p>Text &amp; more</p>"#),
        "<p>Text &amp; more</p>"
    );
    assert_eq!(
        strip(r#"<p><span class="quote-inline">RE: x</span></p><p>y</p>"#),
        "<p>y</p>"
    );
    assert_eq!(strip("<p>none<br></p>"), "<p>none<br></p>");
}

proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(html in soup()) {
        if let Ok(once) = sanitise(&html, None) {
            let twice = sanitise(once.html(), None).unwrap();
            prop_assert_eq!(twice.html(), once.html());
            prop_assert!(twice.removed().is_empty(), "{:?} from {:?}", twice.removed(), once.html());
        }
    }
}

/// Tag soup: tags open and shut at random, attributes good and bad, text with odd characters.
pub(super) fn soup() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "p",
        "b",
        "i",
        "u",
        "a",
        "span",
        "ul",
        "ol",
        "li",
        "pre",
        "code",
        "blockquote",
        "h1",
        "h2",
        "div",
        "table",
        "tr",
        "td",
        "svg",
        "math",
        "script",
        "style",
        "title",
        "br",
        "img",
        "em",
        "del",
        "template",
        "select",
        "option",
        "form",
        "hr",
        "strike",
        "video",
        "font",
        "nobr",
        "textarea",
        "plaintext",
        "noscript",
        "s",
        "strong",
        "x-y",
        "mi",
        "foreignObject",
    ]);
    let attribute = prop::sample::select(vec![
        "",
        " class='mention x h-card'",
        " href='https://h.example/a?b&c'",
        " href=javascript:x",
        " src='https://h.example/i.png'",
        " alt='it&apos;s &quot;x&quot;'",
        " onclick=x",
        " href='/rel'",
        " title=\"a\nb&nbsp;\u{202e}\"",
        " start=4",
        " reversed",
        " value=-2",
        " style=x",
        " /",
        " href='https://evil.example'",
        " href='xmpp:a@b;x\u{1}'",
        " width=99999999",
        " rel=me",
    ]);
    let text = prop_oneof![
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("&#13;".to_owned()),
        Just("https://good.example".to_owned()),
        Just("&lt;b&gt; &amp;amp;".to_owned()),
        Just("]]>".to_owned()),
        Just("<!-- c -->".to_owned()),
        Just("<![CDATA[x]]>".to_owned()),
        Just("\u{a0}".to_owned()),
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    let tag = (name, prop::collection::vec(attribute, 0..3), 0..5_u8).prop_map(|(name, attributes, kind)| match kind {
        0 | 1 => format!("</{name}>"),
        _ => format!("<{name}{}>", attributes.concat()),
    });
    prop::collection::vec(prop_oneof![3 => tag, 2 => text], 0..40).prop_map(|pieces| pieces.concat())
}
