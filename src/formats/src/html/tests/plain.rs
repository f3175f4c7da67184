//! Text out and in.

use proptest::prelude::*;

use super::cleaned;
use crate::html::{Links, from_plain, sanitise, to_plain, to_plain_with};

#[test]
fn paragraphs_breaks_lists_and_quotes_read_well() {
    for (html, plain) in [
        ("<p>One</p><p>two<br>three</p>", "One\n\ntwo\nthree"),
        ("<p>a\n  b &amp; <b>c</b> <i>d</i></p>", "a b & c d"),
        (
            "<ul><li>one</li><li><p>two</p></li></ul><p>end</p>",
            "• one\n• two\n\nend",
        ),
        ("<ol start=3><li>x<li>y</ol>", "3. x\n4. y"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "• a\n  • b\n• c"),
        (
            "<p>He:</p><blockquote><p>a</p><p>b</p></blockquote><p>no</p>",
            "He:\n\n> a\n\n> b\n\nno",
        ),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ("x <img src=y alt='a cat'> z", "x a cat z"),
        ("a<br><br><br>b", "a\n\nb"),
        ("a<script>b</script><style>c</style>d", "ad"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a&nbsp;b\u{1}", "a b"),
        ("1 < 2 &lt;b&gt;", "1 < 2 <b>"),
        ("", ""),
        ("<p></p>", ""),
    ] {
        assert_eq!(to_plain(html), plain, "{html}");
    }
}

#[test]
fn shortened_addresses_come_out_whole() {
    let link = r#"<a href="https://blog.example/a-long-path"><span class="invisible">https://</span><span class="ellipsis">blog.example/a</span><span class="invisible">-long-path</span></a>"#;
    assert_eq!(to_plain(link), "https://blog.example/a-long-path");
    assert_eq!(
        to_plain_with(link, Links::TextAndAddress),
        "https://blog.example/a-long-path"
    );
}

#[test]
fn addresses_behind_words_are_written_where_asked() {
    let html = r##"see <a href="https://h.example/1">this</a>, <a class="mention" href="https://h.example/@b">@b</a> <a href="https://h.example/t/x">#x</a>"##;
    assert_eq!(to_plain(html), "see this, @b #x");
    assert_eq!(
        to_plain_with(html, Links::TextAndAddress),
        "see this (https://h.example/1), @b #x"
    );
}

#[test]
fn plain_text_becomes_safe_html() {
    let link = |href: &str, text: &str| format!(r#"<a href="{href}" rel="nofollow noopener">{text}</a>"#);
    for (plain, html) in [
        ("a\nb\n\n\nc", "<p>a<br>b</p><p>c</p>".to_owned()),
        ("\n\n a <b> & \"c\"\r\n", "<p> a &lt;b&gt; &amp; \"c\"</p>".to_owned()),
        ("**bold** _x_", "<p>**bold** _x_</p>".to_owned()),
        (
            "see https://h.example/a(b).",
            format!(
                "<p>see {}.</p>",
                link("https://h.example/a(b)", "https://h.example/a(b)")
            ),
        ),
        (
            "(https://h.example/a?b&c)",
            format!(
                "<p>({})</p>",
                link("https://h.example/a?b&amp;c", "https://h.example/a?b&amp;c")
            ),
        ),
        (
            "xmpp:juliet@capulet.example?message!",
            format!(
                "<p>{}!</p>",
                link(
                    "xmpp:juliet@capulet.example?message",
                    "xmpp:juliet@capulet.example?message"
                )
            ),
        ),
        (
            "HTTP://H.example",
            format!("<p>{}</p>", link("http://h.example/", "HTTP://H.example")),
        ),
        (
            "xhttps://a https:// http://",
            "<p>xhttps://a https:// http://</p>".to_owned(),
        ),
        (
            "<https://h.example>",
            format!("<p>&lt;{}&gt;</p>", link("https://h.example", "https://h.example")),
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>".to_owned()),
        ("", String::new()),
    ] {
        assert_eq!(from_plain(plain), html, "{plain:?}");
        assert_eq!(cleaned(&html), html);
    }
}

proptest! {
    #[test]
    fn html_from_text_needs_no_cleaning(text in "(?s)(.|\n|https://|xmpp:|[a-z.&<>\"' ]){0,200}") {
        let html = from_plain(&text);
        let clean = sanitise(&html, None).unwrap();
        prop_assert_eq!(clean.html(), &html);
        prop_assert!(clean.removed().is_empty());
    }

    #[test]
    fn text_survives_the_way_to_html_and_back(text in "[a-zé.&<>\"'*]{1,8}([ \n][a-zé.&<>\"'*]{1,8}){0,20}") {
        prop_assert_eq!(to_plain(&from_plain(&text)), text);
    }
}
