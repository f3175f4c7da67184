//! A quoted post <-> [`Quote`].
//!
//! Wire: `quote` (FEP-044f), `quoteUrl`, `quoteUri`, `_misskey_quote`, a `tag` of type `Link` (FEP-e232), and a text
//! fallback of class `quote-inline`. Mastodon takes the first quote only, and so do we.
//! Losses: a second quote (`post-quote`), links of other relations (`post-tag`).

use causeway_core::model::Quote;

use crate::ids;
use crate::losses::Losses;
use crate::rules;
use crate::text;
use crate::wire::{Doc, out, web};

/// Properties that name a quoted post, the standard's own first.
const PROPERTIES: [&str; 4] = ["quote", "quoteUrl", "quoteUri", "_misskey_quote"];

/// The relation of an object link that is a quote.
// FEP-e232, "Examples"
const QUOTE_REL: &str = "https://misskey-hub.net/ns#_misskey_quote";

/// The media type of an object link.
const AS_LD: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

/// The post that `doc` quotes.
pub(crate) fn parse(doc: Doc<'_>, losses: &mut Losses) -> Option<Quote> {
    let mut quoted: Vec<&str> = PROPERTIES.into_iter().flat_map(|property| doc.ids(property)).collect();
    for link in doc.docs("tag").filter(|entry| entry.is("Link")) {
        let quotes = link.each("rel").any(|rel| rel.as_text() == Some(QUOTE_REL));
        match link.text("href").filter(|_| quotes) {
            Some(href) => quoted.push(href),
            None => losses.dropped(rules::POST_TAG, "tag", "a link of another relation"),
        }
    }
    let mut objects = quoted.iter().filter_map(|id| ids::object(id));
    let object = objects.next()?;
    if objects.any(|other| other != object) {
        losses.dropped(rules::POST_QUOTE, "quote", "more than one quoted post");
    }
    // an id shows a page to a browser
    let url = web(object.as_str());
    Some(Quote { object, url })
}

/// What stands on the wire for a quote.
#[derive(Debug, Default)]
pub(crate) struct Quoted {
    /// The id, where the quoted post has one on this network.
    pub id: Option<String>,
    /// The object link.
    pub tag: Option<out::Tag>,
    /// The fallback for programs that know no quotes.
    pub fallback: String,
}

/// The quote in every form that programs read.
pub(crate) fn render(quote: Option<&Quote>, losses: &mut Losses) -> Quoted {
    let Some(quote) = quote else { return Quoted::default() };
    let id = (*quote.object.network() == ids::NETWORK).then(|| quote.object.as_str().to_owned());
    if id.is_none() {
        losses.degraded(
            rules::POST_QUOTE,
            "quote",
            "the quoted post is not on this network: a link in the text",
        );
    }
    let page = quote.url.as_ref().map(ToString::to_string);
    // an address of another network is for those alone who have no other
    let page = page.filter(|page| id.is_none() || web(page).is_some());
    let Some(page) = page.or_else(|| id.clone()) else {
        return Quoted::default();
    };
    let page = text::escaped(&page);
    let fallback = format!("<p class=\"quote-inline\">RE: <a href=\"{page}\">{page}</a></p>");
    Quoted {
        tag: id.as_ref().map(|id| link(id)),
        id,
        fallback,
    }
}

fn link(id: &str) -> out::Tag {
    let (href, name) = (Some(id.to_owned()), format!("RE: {id}"));
    out::Tag {
        kind: "Link",
        href,
        name,
        icon: None,
        media_type: Some(AS_LD),
        rel: Some(QUOTE_REL),
    }
}
