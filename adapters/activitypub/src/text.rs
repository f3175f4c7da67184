//! `content` and its companions <-> [`Text`].
//!
//! Wire: `content` (HTML unless `mediaType` says otherwise), `contentMap`, `source`.
//! Spec: AS2 vocabulary §4 `content`, `mediaType`; AP §3.3 `source`; AS2 §4.7 language maps.
//! Losses: what the sanitiser took away (`post-content`, `profile-bio`), languages that are none (`post-translations`).

use std::collections::BTreeMap;

use causeway_core::model::{Lang, Mention, Text, Translation};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::{self, HtmlRefusal, Limits, Links, Sanitised};
use url::Url;

use crate::losses::Losses;
use crate::wire::{Doc, out};
use crate::{rules, tags};

/// Bytes of one text read at most.
const MAX_TEXT: usize = 128 * 1024;

/// Translations of one text kept.
const MAX_TRANSLATIONS: usize = 16;

/// Which property a text stands in, and the rule that its losses name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// `content` of a post, `summary` of an actor, `value` of a field.
    pub property: &'static str,
    /// The rule.
    pub rule: &'static str,
}

/// `content` of an object.
pub(crate) const CONTENT: Place = Place {
    property: "content",
    rule: rules::POST_CONTENT,
};

/// How the strings of a property are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Markup<'a> {
    Html,
    Plain,
    Typed(&'a str),
}

/// The text in `place`. `quoting` takes away what stands for a quote that is known otherwise.
///
/// # Errors
/// `too-large` for what is longer or deeper than any program writes.
pub(crate) fn parse(doc: Doc<'_>, place: Place, quoting: bool, losses: &mut Losses) -> Result<Text, Refusal> {
    let worded = doc.worded(place.property);
    let Some(primary) = worded.plain.or_else(|| worded.map.first().map(|(_, text)| *text)) else {
        return Ok(Text::default());
    };
    let reader = Reader {
        place,
        markup: markup(doc, place),
        base: doc.id().and_then(|id| Url::parse(id).ok()),
        quoting,
    };
    let mut text = reader.read(primary, losses)?;
    if place.property == "content" {
        typed_plain(doc, &mut text);
        text.source = text.source.or_else(|| source(doc, losses));
    }
    text.lang = worded
        .map
        .iter()
        .find(|(_, text)| *text == primary)
        .and_then(|(tag, _)| lang(tag));
    for (tag, translated) in worded.map.iter().filter(|(_, text)| *text != primary) {
        let Some(lang) = lang(tag).filter(|_| text.translations.len() < MAX_TRANSLATIONS) else {
            losses.dropped(
                rules::POST_TRANSLATIONS,
                format!("{}Map", place.property),
                "no language tag, or too many",
            );
            continue;
        };
        let Text { plain, html, .. } = reader.read(translated, losses)?;
        text.translations.push(Translation { lang, plain, html });
    }
    Ok(text)
}

/// A language, unless it says that it is not known.
fn lang(tag: &str) -> Option<Lang> {
    Lang::parse(tag).filter(|lang| !lang.as_str().eq_ignore_ascii_case("und"))
}

// AS2 vocabulary: `mediaType` of an object is that of its `content`; an actor's `summary` is HTML always
fn markup<'a>(doc: Doc<'a>, place: Place) -> Markup<'a> {
    let essence = |media_type: &'a str| media_type.split(';').next().unwrap_or_default().trim();
    let media_type = doc
        .text("mediaType")
        .filter(|_| place.property == "content")
        .map(essence);
    match media_type {
        Some(plain) if plain.eq_ignore_ascii_case("text/plain") => Markup::Plain,
        Some(typed) if typed.to_ascii_lowercase().starts_with("text/") && !typed.eq_ignore_ascii_case("text/html") => {
            Markup::Typed(typed)
        }
        _ => Markup::Html,
    }
}

struct Reader<'a> {
    place: Place,
    markup: Markup<'a>,
    base: Option<Url>,
    quoting: bool,
}

impl Reader<'_> {
    fn read(&self, text: &str, losses: &mut Losses) -> Result<Text, Refusal> {
        match self.markup {
            Markup::Html => self.html(text, losses),
            Markup::Plain => Ok(Text::plain(html::xml_text(limited(text)?))),
            Markup::Typed(media_type) => {
                losses.transformed(
                    rules::POST_CONTENT_TYPE,
                    "mediaType",
                    "read as plain text, kept as source",
                );
                let plain = html::xml_text(limited(text)?).into_owned();
                Ok(Text {
                    source: Some((media_type.to_owned(), plain.clone())),
                    ..Text::plain(plain)
                })
            }
        }
    }

    fn html(&self, text: &str, losses: &mut Losses) -> Result<Text, Refusal> {
        let mut clean = sanitised(text, self.base.as_ref())?;
        for (what, _) in clean.removed().iter() {
            losses.degraded(self.place.rule, self.place.property, format!("sanitised: {what}"));
        }
        if self.quoting {
            let stripped = html::strip_quote_inline(&clean);
            if stripped != clean {
                losses.transformed(rules::POST_QUOTE_FALLBACK, "content", "the quote itself says it");
                clean = stripped;
            }
        }
        let plain = html::to_plain_with(clean.html(), Links::TextAndAddress);
        Ok(Text {
            html: Some(clean.into_html()),
            ..Text::plain(plain)
        })
    }
}

/// HTML without what may not be in it.
///
/// # Errors
/// `too-large` when it is longer or deeper than the limits.
pub(crate) fn sanitised(text: &str, base: Option<&Url>) -> Result<Sanitised, Refusal> {
    let limits = Limits {
        bytes: MAX_TEXT,
        ..Limits::default()
    };
    html::sanitise_within(text, base, &limits)
        .map_err(|refusal: HtmlRefusal| Refusal::reject(Reason::TooLarge, refusal.to_string()))
}

fn limited(text: &str) -> Result<&str, Refusal> {
    if text.len() > MAX_TEXT {
        return Err(Refusal::reject(
            Reason::TooLarge,
            format!("a text of more than {MAX_TEXT} bytes"),
        ));
    }
    Ok(text)
}

/// Drops HTML that only spells out the plain text its author typed: [`render`] writes such.
fn typed_plain(doc: Doc<'_>, text: &mut Text) {
    let source = doc
        .docs("source")
        .next()
        .filter(|source| source.text("mediaType") == Some("text/plain"));
    let Some(typed) = source
        .and_then(|source| source.text("content"))
        .filter(|typed| typed.len() <= MAX_TEXT)
    else {
        return;
    };
    let unlinked = text.html.as_deref().map(tags::unlink_typed);
    if unlinked.as_deref() == Some(html::from_plain(typed).as_str()) {
        *text = Text::plain(html::xml_text(typed));
    }
}

/// What the author typed, when it is something else than the text itself.
fn source(doc: Doc<'_>, losses: &mut Losses) -> Option<(String, String)> {
    let source = doc.docs("source").next()?;
    let media_type = source.text("mediaType")?.trim();
    let content = source.text("content")?;
    if content.is_empty() || matches!(media_type, "text/html" | "text/plain") {
        return None;
    }
    if content.len() > MAX_TEXT || media_type.len() > 80 || !media_type.is_ascii() {
        losses.dropped(rules::POST_SOURCE, "source", "too long");
        return None;
    }
    Some((media_type.to_ascii_lowercase(), html::xml_text(content).into_owned()))
}

/// A line of plain text from a property that programs fill with text or HTML.
pub(crate) fn line(text: &str) -> String {
    html::display_name(text)
}

/// Plain text from a property that may hold HTML, and whether it did.
///
/// # Errors
/// `too-large` as [`sanitised`].
pub(crate) fn plain(text: &str) -> Result<(String, bool), Refusal> {
    let clean = sanitised(text, None)?;
    let plain = html::to_plain(clean.html());
    let marked = plain.trim() != text.trim();
    Ok((plain, marked))
}

/// What stands on the wire for a text.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// `content`.
    pub content: String,
    /// `contentMap`; empty when the language is not known.
    pub content_map: BTreeMap<String, String>,
    /// `source`.
    pub source: Option<out::Source>,
}

/// The text as HTML, with `before` and `after` around it in every language, and links to whom it names.
pub(crate) fn render(text: &Text, before: &str, after: &str, mentions: &[Mention]) -> Content {
    let whole = |html: Option<&str>, plain: &str| {
        let body = html.map_or_else(|| html::from_plain(plain), str::to_owned);
        format!("{before}{}{after}", tags::link_typed(&body, mentions))
    };
    let content = whole(text.html.as_deref(), &text.plain);
    let mut content_map: BTreeMap<String, String> = text
        .translations
        .iter()
        .map(|each| (each.lang.as_str().to_owned(), whole(each.html.as_deref(), &each.plain)))
        .collect();
    if let Some(lang) = &text.lang {
        content_map.insert(lang.as_str().to_owned(), content.clone());
    }
    Content {
        content,
        content_map,
        source: typed(text),
    }
}

/// What the author typed, where that is not the HTML itself.
fn typed(text: &Text) -> Option<out::Source> {
    let (media_type, content) = match (&text.source, &text.html) {
        (Some((media_type, content)), _) => (media_type.clone(), content.clone()),
        (None, None) if !text.plain.is_empty() => ("text/plain".to_owned(), text.plain.clone()),
        (None, _) => return None,
    };
    Some(out::Source { content, media_type })
}

/// Text that stands for itself in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for each in html::xml_text(text).chars() {
        match each {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
