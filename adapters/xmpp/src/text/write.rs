//! From the model to the entry.

use causeway_core::loss::Loss;
use causeway_core::model::{Event, Poll, Post};
use causeway_core::refusal::Refusal;
use causeway_formats::html::{Sanitised, first_line, from_plain, sanitise, to_xhtml};

use super::INVENTED_TITLE;
use super::title::one_line;
use crate::rules;
use crate::wire::atom::{AtomText, TextBody};
use crate::wire::document;

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
    let plain = cut(&join(typed(post), &tail), post, losses);
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
        let div = document::read(xhtml.as_bytes()).map_err(|refusal| Refusal::internal(refusal.detail))?;
        contents.push(AtomText {
            lang: lang.clone(),
            body: TextBody::Xhtml(div),
        });
        contents.push(AtomText {
            lang,
            body: TextBody::Plain(plain),
        });
    }
    Ok(Written {
        title,
        invented,
        contents,
    })
}

/// A comment's one text, which stands in the title.
// PRODUCT: Threads; Movim 2026-08 shows nothing else of a comment
pub(crate) fn write_comment(post: &Post, losses: &mut Vec<Loss>) -> Written {
    note_forms(post, losses);
    let title = post.real_title().map(str::to_owned);
    let plain = join(post.text.plain.clone(), &tail(post, losses));
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
    let Some(html) = post.text.html.as_deref().filter(|_| plain.len() < MAX_PLAIN) else {
        return clean(&from_plain(plain));
    };
    match sanitise(&format!("{html}{}", from_plain(tail)), None) {
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
        losses.push(rules::POLL.loss("poll", "becomes lines of the text; nobody can vote"));
        lines.extend(poll_lines(poll));
    }
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

fn poll_lines(poll: &Poll) -> impl Iterator<Item = String> {
    let mark = if poll.multiple { '☐' } else { '○' };
    poll.choices
        .iter()
        .map(move |choice| format!("{mark} {} ({})", one_line(&choice.name), choice.votes))
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
    if !post.text.translations.is_empty() {
        losses.push(rules::TRANSLATIONS.loss("text.translations", "one language is sent"));
    }
    if post
        .text
        .source
        .as_ref()
        .is_some_and(|(media_type, _)| media_type != "text/markdown")
    {
        losses.push(rules::SOURCE.loss("text.source", "only Markdown is sent as typed"));
    }
}
