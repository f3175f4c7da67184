//! What Movim's reader (2026-08-06) does to XHTML, and that our text survives it.

use proptest::prelude::*;

use super::cleaning::soup;
use super::{clean, words};
use crate::html::{from_xhtml, sanitise, to_xhtml};

/// Deletes white space between tags, as that reader does.
fn read_by_movim(xhtml: &str) -> String {
    let mut out = String::new();
    let mut rest = xhtml;
    while let Some((before, after)) = rest.split_once('>') {
        out.push_str(before);
        out.push('>');
        let trimmed = after.trim_ascii_start();
        rest = if trimmed.starts_with('<') { trimmed } else { after };
    }
    out + rest
}

fn xhtml(html: &str) -> String {
    let out = to_xhtml(&clean(html));
    out.strip_prefix("<div xmlns=\"http://www.w3.org/1999/xhtml\">")
        .and_then(|rest| rest.strip_suffix("</div>"))
        .expect("one div")
        .to_owned()
}

#[test]
fn white_space_between_inline_tags_moves_into_the_text() {
    for (html, expected) in [
        ("<b>a</b> <i>b</i>", "<b>a </b><i>b</i>"),
        ("<b><u>a</u></b> <i><s>b</s></i>", "<b><u>a </u></b><i><s>b</s></i>"),
        ("<b><i>a</i> </b>c", "<b><i>a </i></b>c"),
        ("a<b> <i>b</i></b>", "a <b><i>b</i></b>"),
        ("a<b> </b>c", "a <b></b>c"),
        ("<p><b>a</b> </p> <p> <i>b</i></p>", "<p><b>a</b></p><p><i>b</i></p>"),
        ("<b>a</b><br> <i>b</i>", "<b>a</b><br/><i>b</i>"),
        ("<b>a</b>\n<br><i>b</i>", "<b>a</b><br/><i>b</i>"),
        (
            "<pre><span>a</span>\n  <span>b</span></pre>",
            "<pre><span>a\n  </span><span>b</span></pre>",
        ),
        (
            "<img src='https://h.example/1.png'> <img src='https://h.example/2.png'>",
            "<img src=\"https://h.example/1.png\"/>\u{a0}<img src=\"https://h.example/2.png\"/>",
        ),
        ("<b>a</b> b <i>c</i>", "<b>a</b> b <i>c</i>"),
    ] {
        assert_eq!(xhtml(html), expected, "{html}");
    }
}

#[test]
fn apostrophes_in_attributes_are_replaced() {
    assert_eq!(
        xhtml(r#"<img src="https://h.example/it's.png" alt="it's">it's"#),
        "<img alt=\"it\u{2019}s\" src=\"https://h.example/it%27s.png\"/>it's"
    );
}

proptest! {
    #[test]
    fn no_two_words_grow_together(html in soup()) {
        if let Ok(once) = sanitise(&html, None) {
            let read = read_by_movim(&to_xhtml(&once));
            if let Ok(back) = from_xhtml(&read, None) {
                prop_assert_eq!(words(back.html()), words(once.html()), "{}", read);
            }
        }
    }
}
