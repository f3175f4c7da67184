//! `tag` <-> tags, mentions and emoji.
//!
//! Wire: `tag`: `Mention{href,name}`, `Hashtag{name,href}`, `Emoji{name,icon}`, `Link` (FEP-e232).
//! Spec: AS2 vocabulary §5 `Mention`; Mastodon's `Hashtag` and `Emoji`; FEP-e232 object links.
//! Losses: entries that say nothing usable (`post-hashtag`, `post-mention`, `post-emoji`, `post-tag`).

use std::fmt::Write as _;

use causeway_core::model::{CustomEmoji, Mention, Tag};
use causeway_formats::html::{attribute, change_links};

use crate::ids;
use crate::losses::Losses;
use crate::rules;
use crate::text;
use crate::wire::{Doc, out, web};

/// Tags of one sort kept, at most.
const MAX_TAGS: usize = 64;

/// Characters of a tag or a name.
const MAX_NAME: usize = 200;

/// What `tag` holds.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    /// Hashtags.
    pub tags: Vec<Tag>,
    /// Mentions.
    pub mentions: Vec<Mention>,
    /// Emoji.
    pub emoji: Vec<CustomEmoji>,
}

/// The sorts of entries. An entry without a type is what its name looks like.
enum Sort {
    Hashtag,
    Mention,
    Emoji,
    Link,
    Other,
}

/// Reads `tag`. Links to quoted objects are left to the quote.
pub(crate) fn parse(doc: Doc<'_>, losses: &mut Losses) -> Tags {
    let mut tags = Tags::default();
    for value in doc.each("tag") {
        let Some(entry) = Doc::of(value) else {
            losses.dropped(rules::POST_TAG, "tag", "an id without what it stands for");
            continue;
        };
        match sort(entry) {
            Sort::Hashtag => hashtag(entry, &mut tags.tags, losses),
            Sort::Mention => mention(entry, &mut tags.mentions, losses),
            Sort::Emoji => emoji(entry, &mut tags.emoji, losses),
            Sort::Link => {}
            Sort::Other => losses.dropped(rules::POST_TAG, "tag", "of a sort that is not carried"),
        }
    }
    tags
}

fn sort(entry: Doc<'_>) -> Sort {
    let named = |sort| entry.is(sort);
    let typed = entry.types().next().is_some();
    let begins = entry.text("name").and_then(|name| name.chars().next());
    match begins {
        _ if named("Hashtag") => Sort::Hashtag,
        _ if named("Mention") => Sort::Mention,
        _ if named("Emoji") => Sort::Emoji,
        _ if named("Link") => Sort::Link,
        Some('#') if !typed => Sort::Hashtag,
        Some('@') if !typed && entry.has("href") => Sort::Mention,
        _ => Sort::Other,
    }
}

fn hashtag(entry: Doc<'_>, tags: &mut Vec<Tag>, losses: &mut Losses) {
    let name = entry
        .text("name")
        .map(|name| text::line(name.trim_start_matches(['#', '＃'])))
        .unwrap_or_default();
    let known = tags.iter().any(|tag| tag.name.to_lowercase() == name.to_lowercase());
    if name.is_empty() || name.chars().count() > MAX_NAME || tags.len() >= MAX_TAGS {
        losses.dropped(rules::POST_HASHTAG, "tag", "a hashtag without a name, or too many");
    } else if !known {
        tags.push(Tag {
            name,
            url: entry.text("href").and_then(web),
        });
    }
}

fn mention(entry: Doc<'_>, mentions: &mut Vec<Mention>, losses: &mut Losses) {
    let actor = entry.text("href").and_then(ids::actor);
    let Some(actor) = actor.filter(|_| mentions.len() < MAX_TAGS) else {
        losses.dropped(rules::POST_MENTION, "tag", "a mention of nobody, or too many");
        return;
    };
    if mentions.iter().all(|mention| mention.actor != actor) {
        let name = entry
            .text("name")
            .map(text::line)
            .filter(|name| (1..=MAX_NAME).contains(&name.chars().count()));
        mentions.push(Mention { actor, name });
    }
}

fn emoji(entry: Doc<'_>, emoji: &mut Vec<CustomEmoji>, losses: &mut Losses) {
    match custom_emoji(entry).filter(|_| emoji.len() < MAX_TAGS) {
        Some(new) if emoji.iter().all(|known| known.name != new.name) => emoji.push(new),
        Some(_) => {}
        None => losses.dropped(
            rules::POST_EMOJI,
            "tag",
            "an emoji without a name or picture, or too many",
        ),
    }
}

/// The emoji of an `Emoji` tag.
pub(crate) fn custom_emoji(entry: Doc<'_>) -> Option<CustomEmoji> {
    let name = text::line(entry.text("name")?.trim_matches(':'));
    let fits = (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains([':', ' ']);
    let link = entry.links("icon").into_iter().next()?;
    let media_type = link
        .media_type
        .filter(|media_type| media_type.starts_with("image/"))
        .map(str::to_owned);
    fits.then_some(CustomEmoji {
        name: format!(":{name}:"),
        url: link.web()?,
        media_type,
    })
}

/// Writes `tag`: mentions, hashtags, emoji, in this order.
pub(crate) fn render(tags: &[Tag], mentions: &[Mention], emoji: &[CustomEmoji], losses: &mut Losses) -> Vec<out::Tag> {
    let mut written = Vec::new();
    for mention in mentions {
        if *mention.actor.network() == ids::NETWORK {
            written.push(render_mention(mention));
        } else {
            losses.dropped(rules::POST_MENTION, "mentions", "not on this network");
        }
    }
    written.extend(tags.iter().map(|tag| out::Tag {
        href: tag.url.as_ref().map(ToString::to_string),
        ..plain("Hashtag", format!("#{}", tag.name))
    }));
    written.extend(emoji.iter().map(render_emoji));
    written
}

/// The class of a link to somebody.
// Mastodon, "ActivityPub"
const MENTION: &str = "u-url mention";

/// The HTML with each name that its author typed, outside of links, made a link to whom it names: programs show a mention
/// as one by that.
pub(crate) fn link_typed(html: &str, mentions: &[Mention]) -> String {
    let here = mentions
        .iter()
        .filter(|mention| *mention.actor.network() == ids::NETWORK);
    let named: Vec<(&str, &str)> = here
        .filter_map(|mention| Some((mention.name.as_deref()?, mention.actor.as_str())))
        .filter(|(name, _)| name.matches('@').count() == 2)
        .collect();
    if named.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut within = 0_usize;
    for (index, piece) in html.split('<').enumerate() {
        let (tag, text) = match (index, piece.split_once('>')) {
            (0, _) => (None, piece),
            (_, Some((tag, text))) => (Some(tag), text),
            (_, None) => (Some(piece), ""),
        };
        if let Some(tag) = tag {
            within += usize::from(tag.starts_with("a "));
            within -= usize::from(tag == "/a" && within > 0);
            out.push('<');
            out.push_str(tag);
            if piece.len() > tag.len() {
                out.push('>');
            }
        }
        match within {
            0 => link_words(text, &named, &mut out),
            _ => out.push_str(text),
        }
    }
    out
}

fn link_words(text: &str, named: &[(&str, &str)], out: &mut String) {
    let inside = |each: char| each.is_alphanumeric() || matches!(each, '@' | '_' | '-');
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let begins = !before.ends_with(inside);
        let whole = |name: &str| {
            after.strip_prefix(name).filter(|rest| {
                begins
                    && !rest.starts_with(inside)
                    && !rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(inside))
            })
        };
        match named.iter().find_map(|(name, id)| Some((name, id, whole(name)?))) {
            Some((name, id, tail)) => {
                let id = text::escaped(id);
                let _ = write!(out, "<a href=\"{id}\" class=\"{MENTION}\">{name}</a>");
                rest = tail;
            }
            None => {
                out.push('@');
                rest = after.strip_prefix('@').unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
}

/// The HTML without the links of [`link_typed`], their text kept.
pub(crate) fn unlink_typed(html: &str) -> String {
    change_links(html, |tag, inner| {
        (attribute(tag, "class") == Some(MENTION)).then(|| inner.to_owned())
    })
}

fn render_mention(mention: &Mention) -> out::Tag {
    let id = mention.actor.as_str();
    let guess = || ids::guessed_handle(id).map_or_else(|| id.to_owned(), |handle| format!("@{handle}"));
    out::Tag {
        href: Some(id.to_owned()),
        ..plain("Mention", mention.name.clone().unwrap_or_else(guess))
    }
}

/// The tag of a custom emoji.
pub(crate) fn render_emoji(emoji: &CustomEmoji) -> out::Tag {
    let icon = out::Attachment {
        media_type: emoji.media_type.clone(),
        ..out::Attachment::new("Image", &emoji.url)
    };
    out::Tag {
        icon: Some(icon),
        ..plain("Emoji", emoji.name.clone())
    }
}

fn plain(kind: &'static str, name: String) -> out::Tag {
    out::Tag {
        kind,
        href: None,
        name,
        icon: None,
        media_type: None,
        rel: None,
    }
}
