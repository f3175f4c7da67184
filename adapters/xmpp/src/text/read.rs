//! From the entry to the model.

use std::sync::LazyLock;

use causeway_core::loss::Loss;
use causeway_core::model::{Lang, Text, Title, Translation};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::{
    self, Links, Removed, Sanitised, from_plain, from_xhtml, sanitise, strip_quote_inline, to_plain, to_plain_with,
};

use super::title::{Verdict, judge, one_line};
use crate::wire::atom::{AtomEntry, AtomText, TextBody};
use crate::wire::document;
use crate::{quote, rules};

/// Languages of one text taken besides the first.
const MAX_TRANSLATIONS: usize = 16;

/// A text in one language.
#[derive(Default)]
struct Variant {
    lang: Option<String>,
    typed: Option<String>,
    rich: Option<Sanitised>,
}

/// What an entry says, and its title where that is one. An entry without content says what its titles say.
///
/// # Errors
/// `too-large`, `malformed`: the text has one form, and that is over the limits or unreadable.
// XEP-0277 §2.3: text alone, or text and XHTML; Libervia 0.9 gives two titles and no content
pub(crate) fn read(entry: &AtomEntry, losses: &mut Vec<Loss>) -> Result<(Option<Title>, Text), Refusal> {
    let bare = entry.contents.is_empty();
    if bare && entry.invented_title {
        return Ok((None, Text::default()));
    }
    let (forms, field) = if bare {
        (&entry.titles, "entry/title")
    } else {
        (&entry.contents, "entry/content")
    };
    let mut variants = variants(entry, forms, field, losses)?.into_iter();
    let first = variants.next().unwrap_or_default();
    let lang = first.lang.as_deref().or(entry.lang.as_deref()).and_then(Lang::parse);
    let typed = first.typed.clone().unwrap_or_default();
    let mut text = Text { lang, ..text_of(first) };
    text.translations = variants.filter_map(translation).take(MAX_TRANSLATIONS).collect();
    let title = if bare {
        None
    } else {
        title(entry, &text, &typed, losses)
    };
    Ok((title, text))
}

/// Groups forms by language, in the order in which the languages come. Of several rich forms the last counts, as for
/// Movim 2026-08.
fn variants(
    entry: &AtomEntry,
    forms: &[AtomText],
    field: &'static str,
    losses: &mut Vec<Loss>,
) -> Result<Vec<Variant>, Refusal> {
    let quoting = quote::parse(entry).is_some();
    let mut variants: Vec<Variant> = Vec::new();
    let mut unreadable = None;
    for form in forms {
        if variants.len() <= MAX_TRANSLATIONS && variants.iter().all(|variant| variant.lang != form.lang) {
            variants.push(Variant {
                lang: form.lang.clone(),
                ..Variant::default()
            });
        }
        let Some(variant) = variants.iter_mut().find(|variant| variant.lang == form.lang) else {
            continue;
        };
        match rich(&form.body) {
            None => {
                let typed = variant.typed.take().or_else(|| plain(&form.body));
                variant.typed = match typed {
                    Some(typed) if quoting => Some(quote::without_line(entry, &typed).to_owned()),
                    typed => typed,
                };
            }
            Some(Ok(clean)) => {
                let wrapped = matches!(form.body, TextBody::Xhtml(_));
                note_removed(*clean.removed(), wrapped, field, losses);
                variant.rich = Some(if quoting { strip_quote_inline(&clean) } else { clean });
            }
            Some(Err(refusal)) => {
                losses.push(rules::TEXT_UNREADABLE.loss(field, refusal.detail.clone()));
                unreadable = Some(refusal);
            }
        }
    }
    match unreadable {
        Some(refusal) if variants.iter().all(|each| each.typed.is_none() && each.rich.is_none()) => Err(refusal),
        _ => Ok(variants),
    }
}

fn plain(body: &TextBody) -> Option<String> {
    match body {
        TextBody::Plain(text) => Some(text.trim().replace("\r\n", "\n")),
        TextBody::Html(_) | TextBody::Xhtml(_) => None,
    }
}

fn rich(body: &TextBody) -> Option<Result<Sanitised, Refusal>> {
    let clean = match body {
        TextBody::Plain(_) => return None,
        TextBody::Html(html) => sanitise(html, None),
        TextBody::Xhtml(div) => match document::write(div) {
            Ok(xhtml) => from_xhtml(&String::from_utf8_lossy(&xhtml), None),
            Err(refusal) => return Some(Err(refusal)),
        },
    };
    Some(clean.map_err(|refusal| {
        let reason = match refusal {
            html::HtmlRefusal::TooLong { .. } | html::HtmlRefusal::TooDeep { .. } => Reason::TooLarge,
            html::HtmlRefusal::Xhtml(_) => Reason::Malformed,
        };
        Refusal::reject(reason, refusal.to_string())
    }))
}

/// The forms of one language. HTML that is only the plain text again is left out; what was typed is kept as Markdown
/// (which any plain text is) where the HTML says it otherwise: Movim 2026-08 publishes its Markdown as type text.
fn text_of(variant: Variant) -> Text {
    let Some(rich) = variant.rich.filter(|rich| !rich.is_blank()) else {
        return Text::plain(variant.typed.unwrap_or_default());
    };
    let Some(typed) = variant.typed.filter(|typed| !typed.trim().is_empty()) else {
        return Text {
            plain: to_plain_with(rich.html(), Links::TextAndAddress),
            html: Some(rich.into_html()),
            ..Text::default()
        };
    };
    if same_html(&rich, &typed) {
        return Text::plain(typed);
    }
    let (short, full) = (to_plain(rich.html()), to_plain_with(rich.html(), Links::TextAndAddress));
    let says_the_same = |plain: &String| one_line(plain) == one_line(&typed);
    if says_the_same(&full) || says_the_same(&short) {
        return Text {
            plain: typed,
            html: Some(rich.into_html()),
            ..Text::default()
        };
    }
    let source = Some(("text/markdown".to_owned(), typed));
    Text {
        plain: full,
        html: Some(rich.into_html()),
        source,
        ..Text::default()
    }
}

fn same_html(rich: &Sanitised, typed: &str) -> bool {
    sanitise(&from_plain(typed), None).is_ok_and(|plain| plain.html() == rich.html())
}

fn translation(variant: Variant) -> Option<Translation> {
    let lang = variant.lang.as_deref().and_then(Lang::parse)?;
    let Text { plain, html, .. } = text_of(variant);
    Some(Translation { lang, plain, html })
}

fn title(entry: &AtomEntry, text: &Text, typed: &str, losses: &mut Vec<Loss>) -> Option<Title> {
    let given = entry.titles.iter().find_map(|title| plain(&title.body));
    let given = given.or_else(|| Some(to_plain(rich(&entry.titles.first()?.body)?.ok()?.html())))?;
    match judge(&given, entry.invented_title, &[&text.plain, typed]) {
        Verdict::Real(title) => Some(title),
        Verdict::Cut(title) => {
            losses.push(rules::TITLE_CUT.loss("entry/title", "longer than a title is"));
            Some(title)
        }
        Verdict::Repeats => {
            losses.push(rules::TITLE_REPEATS.loss("entry/title", "the text begins with it"));
            None
        }
        Verdict::None => None,
    }
}

fn note_removed(removed: Removed, wrapped: bool, field: &'static str, losses: &mut Vec<Loss>) {
    let wrappers = if wrapped { *WRAPPERS } else { 0 };
    let removed = Removed {
        elements: removed.elements.saturating_sub(wrappers),
        ..removed
    };
    if !removed.is_empty() {
        let what: Vec<_> = removed
            .iter()
            .map(|(class, count)| format!("{class} {count}"))
            .collect();
        losses.push(rules::TEXT_CLEANED.loss(field, what.join(", ")));
    }
}

/// What counts as removed of nothing but the `div` that RFC 4287 §3.1.1.3 demands: that is no loss.
static WRAPPERS: LazyLock<u32> =
    LazyLock::new(|| from_xhtml("<div/>", None).map_or(0, |empty| empty.removed().elements));
