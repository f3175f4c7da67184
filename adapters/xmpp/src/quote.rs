//! A quoted post <-> [`Quote`].
//!
//! Wire: `<link rel="related">` to its item, another to its page, and a last line `RE: address` in the text, of class
//! `quote-inline` in XHTML: no client shows quotes (2026-11), all show links, and Movim makes a card of a page.
//! Spec: RFC 4287 §4.2.7.2; the line as FEP-044f has it.
//! Losses out: it is shown as a link.

use causeway_core::loss::Loss;
use causeway_core::model::Quote;
use url::Url;

use crate::ids::{self, Reference, read_uri};
use crate::rules;
use crate::wire::atom::{AtomEntry, AtomLink};

/// What the line begins with.
const MARK: &str = "RE: ";

/// The first related item.
pub(crate) fn parse(entry: &AtomEntry) -> Option<Quote> {
    let item = entry.links("related").find_map(|link| match read_uri(&link.href)? {
        Reference::Item(item) => Some(item),
        Reference::Place(_) | Reference::Jid(_) => None,
    })?;
    Some(Quote {
        url: Url::parse(&item.uri()).ok(),
        object: item.object(),
    })
}

/// The text without the line that stands for a quote which is known otherwise.
pub(crate) fn without_line<'a>(entry: &AtomEntry, text: &'a str) -> &'a str {
    let Some((before, last)) = text.trim_end().rsplit_once('\n').or(Some(("", text.trim_end()))) else {
        return text;
    };
    let named = last.strip_prefix(MARK).is_some_and(|address| {
        let mut related = entry.links("related");
        related.any(|link| link.href == address)
    });
    if named { before.trim_end() } else { text }
}

/// The links, and where the line leads.
pub(crate) fn render(quote: &Quote, losses: &mut Vec<Loss>) -> Vec<AtomLink> {
    losses.push(rules::QUOTE.loss("quote", "becomes a link"));
    let item = ids::uri_of(&quote.object).map(|uri| AtomLink::to("related", uri));
    let page = page(quote).map(|url| AtomLink::to("related", url.as_str()).of_type("text/html"));
    item.into_iter().chain(page).collect()
}

/// The line.
pub(crate) fn line(quote: &Quote) -> Option<String> {
    address(quote).map(|address| format!("{MARK}{address}"))
}

/// The line as a paragraph of HTML.
pub(crate) fn paragraph(quote: &Quote) -> Option<String> {
    let address = address(quote)?.replace('&', "&amp;").replace('"', "&quot;");
    Some(format!(
        "<p class=\"quote-inline\">{MARK}<a href=\"{address}\">{address}</a></p>"
    ))
}

/// The page, for whoever reads elsewhere; else the item.
fn address(quote: &Quote) -> Option<String> {
    let page = page(quote).map(|url| url.as_str().to_owned());
    page.or_else(|| ids::uri_of(&quote.object).map(str::to_owned))
}

fn page(quote: &Quote) -> Option<&Url> {
    quote
        .url
        .as_ref()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}
