//! XHTML out and in.

use proptest::prelude::*;

use super::cleaning::soup;
use super::{clean, cleaned, words};
use crate::html::{from_xhtml, sanitise, to_plain, to_xhtml};
use crate::xml_limits::{Limits, check_document};

fn xhtml(html: &str) -> String {
    let out = to_xhtml(&clean(html));
    check_document(out.as_bytes(), &Limits::default()).expect("well-formed");
    out.strip_prefix(r#"<div xmlns="http://www.w3.org/1999/xhtml">"#)
        .and_then(|rest| rest.strip_suffix("</div>"))
        .expect("one div")
        .to_owned()
}

#[test]
fn void_elements_are_closed_and_entities_resolved() {
    assert_eq!(xhtml("a<br>b&nbsp;&eacute;&lt;&amp;"), "a<br/>b\u{a0}é&lt;&amp;");
    assert_eq!(
        xhtml(r#"<img src="https://h.example/a.png?x=1&y=2" alt='"q"'>"#),
        r#"<img alt="&quot;q&quot;" src="https://h.example/a.png?x=1&amp;y=2"/>"#
    );
    assert_eq!(
        xhtml("<ol reversed><li>x</ol>"),
        r#"<ol reversed="reversed"><li>x</li></ol>"#
    );
    assert_eq!(xhtml("a ]]> b"), "a ]]&gt; b");
}

#[test]
fn xhtml_of_a_client_becomes_html() {
    let from = |fragment: &str| from_xhtml(fragment, None).unwrap().into_html();
    assert_eq!(
        from("<div xmlns='http://www.w3.org/1999/xhtml'><p>a<br/>b</p></div>"),
        "<p>a<br>b</p>"
    );
    assert_eq!(from("<p>a</p><p>b</p>"), "<p>a</p><p>b</p>");
    // An HTML parser would leave both open for ever.
    assert_eq!(from("<b/>x<p/>y"), "<b></b>x<p></p>y");
    assert_eq!(from("<br>x</br>y"), "<br>xy");
    assert_eq!(from("a &lt;script&gt; b"), "a &lt;script&gt; b");
    assert_eq!(from("<SCRIPT>alert(1)</SCRIPT>x"), "x");
    assert_eq!(from("<h:b xmlns:h='http://www.w3.org/1999/xhtml'>x</h:b>"), "<b>x</b>");
    assert_eq!(
        from("<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>y"),
        "y"
    );
    assert_eq!(from("<p><![CDATA[<b>&]]></p>"), "<p>&lt;b&gt;&amp;</p>");
    assert_eq!(from(r#"<a href="javascript:x" onclick="y">t</a>"#), "t");
}

#[test]
fn bad_xhtml_is_refused_with_a_reason() {
    let reason = |fragment: &str| from_xhtml(fragment, None).unwrap_err().reason();
    assert_eq!(reason("<p>"), "xml-malformed");
    assert_eq!(reason("</div><div>"), "xml-malformed");
    assert_eq!(reason("a &nbsp; b"), "xml-entity");
    assert_eq!(reason(&"<b>".repeat(65)), "xml-too-deep");
    assert_eq!(reason(&"x".repeat(70_000)), "html-too-long");
}

proptest! {
    #[test]
    fn xhtml_is_well_formed_and_comes_back(html in soup()) {
        if let Ok(once) = sanitise(&html, None) {
            let out = to_xhtml(&once);
            let limits = Limits { depth: 200, ..Limits::default() };
            prop_assert_eq!(check_document(out.as_bytes(), &limits), Ok(()), "{}", &out);
            if let Ok(back) = from_xhtml(&out, None) {
                // The no-break space between two images is one more space.
                prop_assert_eq!(words(back.html()).concat(), words(once.html()).concat());
            }
        }
    }
}

#[test]
fn html_goes_out_and_comes_back() {
    let html = r#"<p>a <b>b</b> <i>c</i></p><ul><li>d<br>e</li></ul>"#;
    let back = from_xhtml(&to_xhtml(&clean(html)), None).unwrap();
    assert_eq!(back.html(), r#"<p>a <b>b </b><i>c</i></p><ul><li>d<br>e</li></ul>"#);
    assert_eq!(to_plain(back.html()), to_plain(&cleaned(html)));
}
