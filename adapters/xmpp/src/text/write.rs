//! From the model to the entry.

use causeway_core::loss::Loss;
use causeway_core::model::{Event, Poll, Post, Translation};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use causeway_formats::html::{Sanitised, first_line, from_plain, sanitise, to_xhtml};

use super::INVENTED_TITLE;
use super::title::one_line;
use crate::wire::atom::{AtomText, TextBody};
use crate::wire::document;
use crate::{media, mentions, quote, rules};

/// Plain text written at most, in bytes: with its XHTML and the rest it stays below the 256 KiB that servers let a
/// stanza have (security.md part 1).
pub(crate) const MAX_PLAIN: usize = 48 * 1024;
/// XHTML written at most, in bytes.
const MAX_XHTML: usize = 128 * 1024;

/// The texts of an entry.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) title: String,
    /// Whether the title was made up.
    pub(crate) invented: bool,
    pub(crate) contents: Vec<AtomText>,
}

/// Title and both contents of a post.
///
/// # Errors
/// `internal` only: what was sanitised is well-formed.
// XEP-0277 §2.3: a text content and an XHTML content
pub(crate) fn write(post: &Post, losses: &mut Vec<Loss>) -> Result<Written, Refusal> {
    note_forms(post, losses);
    let tail = tail(post, losses);
    let plain = cut(&quoting(join(typed(post), &tail), post), post, losses);
    let lang = post.text.lang.as_ref().map(|lang| lang.as_str().to_owned());
    let (title, invented) = match post.real_title() {
        Some(title) => (one_line(title), false),
        None => (invented_title(post, losses), true),
    };
    let mut contents = Vec::new();
    if !plain.is_empty() {
        let xhtml = to_xhtml(&rich(post, &plain, &tail));
        let xhtml = if xhtml.len() > MAX_XHTML {
            to_xhtml(&clean(&from_plain(&plain)))
        } else {
            xhtml
        };
        let room = MAX_XHTML.saturating_sub(xhtml.len());
        let (translations, left_out) = translations(&post.text.translations, room)?;
        if left_out {
            losses.push(rules::TRANSLATIONS.loss("text.translations", "more than a stanza should hold"));
        }
        let xhtml = AtomText {
            lang: lang.clone(),
            body: xhtml_body(&xhtml)?,
        };
        let plain = AtomText {
            lang,
            body: TextBody::Plain(plain),
        };
        if translations.is_empty() {
            contents.extend([xhtml, plain]);
        } else {
            // Movim 2026-08 shows the last XHTML, others the first content: both are the author's own language
            contents.push(plain);
            contents.extend(translations);
            contents.push(xhtml);
        }
    }
    Ok(Written {
        title,
        invented,
        contents,
    })
}

/// The other languages, as far as there is room: XHTML says all that plain text does.
// RFC 4287 §2: xml:lang
fn translations(all: &[Translation], mut room: usize) -> Result<(Vec<AtomText>, bool), Refusal> {
    let mut written = Vec::new();
    for translation in all {
        let html = translation
            .html
            .clone()
            .unwrap_or_else(|| from_plain(&translation.plain));
        let xhtml = sanitise(&html, None).map(|clean| to_xhtml(&clean)).ok();
        let fits = |xhtml: String| Some((room.checked_sub(xhtml.len())?, xhtml));
        let Some((rest, xhtml)) = xhtml.and_then(fits) else {
            return Ok((written, true));
        };
        room = rest;
        written.push(AtomText {
            lang: Some(translation.lang.as_str().to_owned()),
            body: xhtml_body(&xhtml)?,
        });
    }
    Ok((written, false))
}

fn xhtml_body(xhtml: &str) -> Result<TextBody, Refusal> {
    document::read(xhtml.as_bytes())
        .map(TextBody::Xhtml)
        .map_err(|refusal| Refusal::internal(refusal.detail))
}

/// A comment's one text, which stands in the title.
// PRODUCT: Threads; Movim 2026-08 shows nothing else of a comment
pub(crate) fn write_comment(post: &Post, losses: &mut Vec<Loss>) -> Written {
    note_forms(post, losses);
    if !post.text.translations.is_empty() {
        losses.push(rules::TRANSLATIONS.loss("text.translations", "a title has one language"));
    }
    let title = post.real_title().map(str::to_owned);
    let plain = quoting(join(post.text.plain.clone(), &tail(post, losses)), post);
    if title.is_some() {
        losses.push(rules::COMMENT_MARKUP.loss("title", "goes before the text, which stands in the title"));
    }
    let plain = cut(&join(title.unwrap_or_default(), &plain), post, losses);
    let markup = post
        .text
        .html
        .as_deref()
        .is_some_and(|html| clean(html).html() != clean(&from_plain(&plain)).html());
    if markup {
        losses.push(rules::COMMENT_MARKUP.loss("text.html", "the whole text goes into the title, without markup"));
    }
    if plain.is_empty() {
        return Written {
            title: invented_title(post, losses),
            invented: true,
            contents: Vec::new(),
        };
    }
    Written {
        title: plain,
        invented: false,
        contents: Vec::new(),
    }
}

/// What the author typed, if that is Markdown, as Movim sends it; else the plain text.
fn typed(post: &Post) -> String {
    match &post.text.source {
        Some((media_type, text)) if media_type == "text/markdown" => text.clone(),
        _ => post.text.plain.clone(),
    }
}

fn rich(post: &Post, plain: &str, tail: &str) -> Sanitised {
    let quoted = post.quote.as_ref().and_then(quote::paragraph).unwrap_or_default();
    let whole = |html: &str| format!("{html}{}{quoted}", from_plain(tail));
    let html = match post.text.html.as_deref() {
        _ if plain.len() >= MAX_PLAIN => return clean(&from_plain(plain)),
        None if quoted.is_empty() => return clean(&from_plain(plain)),
        None => whole(&from_plain(&post.text.plain)),
        Some(html) => whole(&mentions::link(html, &post.mentions)),
    };
    match sanitise(&html, None) {
        Ok(rich) if !rich.is_blank() => rich,
        _ => clean(&from_plain(plain)),
    }
}

/// Our own HTML is far below the limits.
fn clean(html: &str) -> Sanitised {
    sanitise(html, None).unwrap_or_default()
}

/// The first line of the text; of a post without text what else it is about. Atom demands a title, Movim drops an entry
/// whose title is empty.
// RFC 4287 §4.1.2; PRODUCT: Titles
fn invented_title(post: &Post, losses: &mut Vec<Loss>) -> String {
    let media = post.media.first();
    let file = media.and_then(|media| media.url.path_segments()?.next_back().map(str::to_owned));
    let tags = post.tags.first().map(|tag| format!("#{}", tag.name));
    let candidates = [
        post.summary.clone().filter(|_| post.sensitive),
        Some(post.text.plain.clone()),
        post.summary.clone(),
        media.and_then(|media| media.alt.clone()),
        post.quote.as_ref().and_then(quote::line),
        tags,
        file,
    ];
    let line = candidates
        .into_iter()
        .flatten()
        .map(|text| first_line(&text, INVENTED_TITLE));
    let title = line
        .into_iter()
        .find(|line| !line.is_empty())
        .unwrap_or_else(|| "…".to_owned());
    losses.push(rules::TITLE_INVENTED.loss("title", "the first line of the text: Atom demands a title"));
    title
}

/// Lines for what an entry has no element for.
fn tail(post: &Post, losses: &mut Vec<Loss>) -> String {
    let mut lines = Vec::new();
    if let Some(event) = &post.event {
        losses.push(rules::EVENT.loss("event", "becomes lines of the text"));
        lines.push(event_line(event));
    }
    if let Some(poll) = &post.poll {
        losses.push(rules::POLL.loss("poll", "becomes lines of the text; a comment votes"));
        lines.extend(poll_lines(poll, post.published));
    }
    // the pages that it leads to and does not name
    let pages = post.media.iter().filter(|media| media::is_page(media));
    let unnamed = pages
        .map(|media| media.url.as_str())
        .filter(|url| !post.text.plain.contains(url));
    lines.extend(unnamed.map(str::to_owned));
    lines.join("\n")
}

fn event_line(event: &Event) -> String {
    let ends = event.ends.map(|ends| format!(" – {ends}")).unwrap_or_default();
    let place = event
        .place
        .as_deref()
        .map(|place| format!(", {place}"))
        .unwrap_or_default();
    format!("{}{ends}{place}", event.starts)
}

/// The choices with their counts, until when, and how to vote.
fn poll_lines(poll: &Poll, published: Option<Timestamp>) -> impl Iterator<Item = String> {
    let mark = if poll.multiple { '☐' } else { '○' };
    let choices = (1..).zip(&poll.choices);
    let choices =
        choices.map(move |(number, choice)| format!("{mark} {number}. {} ({})", one_line(&choice.name), choice.votes));
    let voters = poll
        .voters
        .map(|voters| format!("{voters} voters, "))
        .unwrap_or_default();
    // Mastodon names the end of a poll that is over, and of one that goes on
    let over = poll
        .closed
        .filter(|closed| published.is_none_or(|published| *closed > published));
    let end = match (over, poll.ends) {
        (Some(closed), _) => format!("closed {closed}"),
        (None, Some(ends)) => format!("until {ends}; to vote, comment: vote 1"),
        (None, None) => "to vote, comment: vote 1".to_owned(),
    };
    choices.chain(std::iter::once(format!("{voters}{end}")))
}

/// The text with the line of what it quotes.
fn quoting(text: String, post: &Post) -> String {
    join(text, &post.quote.as_ref().and_then(quote::line).unwrap_or_default())
}

fn join(text: String, tail: &str) -> String {
    match (text.is_empty(), tail.is_empty()) {
        (_, true) => text,
        (true, false) => tail.to_owned(),
        (false, false) => format!("{}\n\n{tail}", text.trim_end()),
    }
}

/// At most [`MAX_PLAIN`], with the page where the rest can be read, if everybody may.
// security.md row 75
fn cut(text: &str, post: &Post, losses: &mut Vec<Loss>) -> String {
    let text = text.trim();
    if text.len() <= MAX_PLAIN {
        return text.to_owned();
    }
    losses.push(rules::TEXT_CUT.loss("text", "longer than a stanza should be"));
    let end = text.floor_char_boundary(MAX_PLAIN);
    let page = post.url.as_ref().filter(|_| post.audience.is_public());
    let page = page.map(|url| format!("\n\n{url}")).unwrap_or_default();
    format!("{}…{page}", text.get(..end).unwrap_or_default().trim_end())
}

fn note_forms(post: &Post, losses: &mut Vec<Loss>) {
    if post
        .text
        .source
        .as_ref()
        .is_some_and(|(media_type, _)| media_type != "text/markdown")
    {
        losses.push(rules::SOURCE.loss("text.source", "only Markdown is sent as typed"));
    }
}
