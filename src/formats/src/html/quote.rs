//! The text that stands in for a quote.

use super::sanitise::Sanitised;
use super::tokens::{Tag, Token, tokens};
use super::{policy, write};

/// The HTML without elements of class `quote-inline` and the line breaks right before them.
///
/// Programs that quote by property add `RE: <a…>` under this class for those that cannot
/// (FEP-044f; Mastodon hides it by style). Paragraphs left empty go too.
#[must_use]
pub fn strip_quote_inline(html: &Sanitised) -> Sanitised {
    if !html.html().contains("quote-inline") {
        return html.clone();
    }
    let mut out = String::with_capacity(html.html().len());
    // How many elements are open inside the one being dropped, itself included.
    let mut dropping = 0_usize;
    for token in tokens(html.html()) {
        match token {
            Token::Start(tag) if dropping > 0 => dropping += usize::from(!policy::is_void(&tag.name)),
            Token::Start(tag) if tag.has_class("quote-inline") && !policy::is_void(&tag.name) => {
                dropping = 1;
                trim_breaks(&mut out);
            }
            Token::Start(tag) => copy_start(&mut out, &tag),
            Token::End(_) if dropping > 0 => dropping -= 1,
            Token::End(name) => copy_end(&mut out, &name),
            Token::Text(_) if dropping > 0 => {}
            Token::Text(text) => write::text(&mut out, &text),
        }
    }
    html.with_html(out)
}

fn copy_start(out: &mut String, tag: &Tag) {
    let pairs = tag.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    write::start(out, &tag.name, pairs);
}

fn copy_end(out: &mut String, name: &str) {
    if name == "p" && out.ends_with("<p>") {
        out.truncate(out.len() - "<p>".len());
    } else {
        write::end(out, name);
    }
}

fn trim_breaks(out: &mut String) {
    loop {
        let text = out.trim_end();
        let kept = text.strip_suffix("<br>").unwrap_or(text).len();
        if kept == out.len() {
            return;
        }
        out.truncate(kept);
    }
}
