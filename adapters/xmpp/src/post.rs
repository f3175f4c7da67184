//! Posts.
//!
//! Wire: an Atom entry in a microblog node, or in any other node that is not one of comments.
//! Spec: XEP-0277 0.6.5 §2.3, XEP-0472 0.2.1 §4, RFC 4287.
//! Model: [`Post`]. Losses in: link previews, unknown elements; out: what Atom has no element for.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext};
use causeway_core::id::PlaceId;
use causeway_core::loss::Loss;
use causeway_core::model::{Audience, Mention, Payload, Post, PostForm, Tag, Text};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::from_plain;

use crate::Config;
use crate::arrived::Arrived;
use crate::ids::{self, Item, Place};
use crate::text::{Written, read, write};
use crate::thread::Thread;
use crate::wire::atom::{AtomEntry, AtomLink, AtomText};
use crate::{entry, media, mentions, quote, rules};

/// The category that stands for a content warning, as Movim 2026-08 has it.
pub(crate) const SENSITIVE: &str = "nsfw";
/// Tags of one post. security.md part 4.6
const MAX_TAGS: usize = 64;

pub(crate) fn parse(arrived: &Arrived<'_>) -> Result<Crossed, Refusal> {
    let mut losses = Vec::new();
    let post = body(arrived, &mut losses)?;
    let at = post.edited.or(post.published);
    Ok(arrived.crossed(Payload::Post(Box::new(post)), at, losses))
}

/// What a post and a comment share.
pub(crate) fn body(arrived: &Arrived<'_>, losses: &mut Vec<Loss>) -> Result<Post, Refusal> {
    let entry = arrived.entry;
    let (title, text) = read(entry, losses)?;
    let quote = quote::parse(entry);
    let text = with_related(entry, text, quote.is_some(), losses);
    let (tags, sensitive) = categories(entry, losses);
    let (published, edited) = arrived.dates(losses);
    let post = Post {
        title,
        summary: entry
            .summary
            .as_ref()
            .map(entry::plain)
            .filter(|summary| !summary.is_empty()),
        sensitive,
        tags,
        mentions: mentions::parse(arrived.config, &text),
        quote,
        media: media::parse(entry, losses),
        geo: entry.geo.clone(),
        published,
        edited,
        url: entry.links("alternate").find_map(|link| media::web_address(&link.href)),
        replies: replies(arrived, losses),
        ..Post::note(arrived.item.object(), arrived.author.clone(), text)
    };
    arrived.note_claim(losses);
    arrived.note_unknown(losses);
    says_something(post)
}

pub(crate) fn render(
    config: &Config,
    outgoing: &Outgoing,
    post: &Post,
    context: &RenderContext<'_>,
    losses: &mut Vec<Loss>,
) -> Result<AtomEntry, Refusal> {
    let item = entry::item_of(&post.id)?;
    entry::may_stand(config, &item, &post.audience)?;
    let Written {
        title,
        invented,
        contents,
    } = write(post, losses)?;
    let mut entry = AtomEntry {
        contents,
        ..entry::begun(outgoing, context)
    };
    entry.titles = vec![AtomText::plain(title)];
    entry.invented_title = invented;
    fill(&item, post, &mut entry, losses);
    if let Some(replies) = post.replies.clone().or_else(|| ids::place_of(config, &post.id)) {
        entry
            .links
            .extend(Place::of(&replies).map(|place| AtomLink::to("replies", place.raw_uri()).titled("comments")));
    }
    entry::dated(&mut entry, post.published.or(outgoing.activity.at), post.edited, losses);
    Ok(entry)
}

/// What a post and a comment share, but for the text.
pub(crate) fn fill(item: &Item, post: &Post, entry: &mut AtomEntry, losses: &mut Vec<Loss>) {
    entry.id = Some(item.uri());
    page(item, post, entry, losses);
    entry.links.extend(media::render(&post.media, losses));
    entry
        .links
        .extend(post.quote.iter().flat_map(|quote| quote::render(quote, losses)));
    entry.summary = post.summary.as_deref().map(AtomText::plain);
    entry.categories = post.tags.iter().map(|tag| tag.name.clone()).take(MAX_TAGS).collect();
    if post.sensitive {
        entry.categories.push(SENSITIVE.to_owned());
    }
    entry.geo = post.geo.clone();
    note_lost(post, losses);
}

/// Everybody's page of what everybody may see; its address is the entry's id then, by which copies that came by other
/// ways are known.
// PRODUCT: Consent: what is not public has no HTML alternate link
fn page(item: &Item, post: &Post, entry: &mut AtomEntry, losses: &mut Vec<Loss>) {
    entry.links.push(AtomLink::to("alternate", item.uri()));
    let Some(url) = &post.url else { return };
    if post.audience.is_public() {
        entry.id = Some(url.to_string());
        entry
            .links
            .push(AtomLink::to("alternate", url.as_str()).of_type("text/html"));
    } else {
        losses.push(rules::PAGE_WITHHELD.loss("url", "not for everybody"));
    }
}

fn replies(arrived: &Arrived<'_>, losses: &mut Vec<Loss>) -> Option<PlaceId> {
    let thread = Thread::of(arrived.config, arrived.item, arrived.author, arrived.entry);
    if thread == Thread::Squatted {
        losses.push(rules::THREAD.loss("entry/link[replies]", "not a place of its author's: the bridge has one"));
    }
    thread.place().map(|place| place.id())
}

fn categories(entry: &AtomEntry, losses: &mut Vec<Loss>) -> (Vec<Tag>, bool) {
    let mut tags: Vec<Tag> = Vec::new();
    let mut sensitive = false;
    for term in &entry.categories {
        let name = term.trim().trim_start_matches('#');
        sensitive |= name.eq_ignore_ascii_case(SENSITIVE);
        let known = name.eq_ignore_ascii_case(SENSITIVE) || tags.iter().any(|tag| tag.name == name);
        if !name.is_empty() && !known && tags.len() < MAX_TAGS {
            tags.push(Tag {
                name: name.to_owned(),
                url: None,
            });
        }
    }
    if entry.categories.len() > MAX_TAGS {
        losses.push(rules::TAG_COUNT.loss("entry/category", format!("{MAX_TAGS} are taken")));
    }
    (tags, sensitive)
}

/// The addresses of link previews that the text does not hold are added to it, so that no link is lost.
fn with_related(entry: &AtomEntry, mut text: Text, quoted: bool, losses: &mut Vec<Loss>) -> Text {
    // one page is that of the quoted item, right behind it
    let previews = entry
        .links("related")
        .filter(|link| !quoted || !is_quoted_page(entry, link));
    for link in previews.take(MAX_TAGS) {
        let Some(url) = media::web_address(&link.href) else {
            continue;
        };
        let escaped = link.href.replace('&', "&amp;");
        let held = |form: &str| form.contains(&link.href) || form.contains(url.as_str()) || form.contains(&escaped);
        if held(&text.plain) || text.html.as_deref().is_some_and(held) {
            continue;
        }
        losses.push(rules::RELATED.loss("entry/link[related]", "its address is added to the text"));
        let plain = format!("{}\n\n{url}", text.plain.trim_end());
        text.plain = plain.trim_start().to_owned();
        text.html = text.html.map(|html| format!("{html}{}", from_plain(url.as_str())));
    }
    text
}

fn is_quoted_page(entry: &AtomEntry, link: &AtomLink) -> bool {
    let mut related = entry.links("related");
    let item = related.any(|link| link.href.starts_with("xmpp:"));
    item && related.next() == Some(link) && link.media_type.as_deref() == Some("text/html")
}

fn says_something(post: Post) -> Result<Post, Refusal> {
    let silent = post.text.is_empty() && post.title.is_none() && post.summary.is_none();
    if silent && post.media.is_empty() && post.quote.is_none() {
        return Err(Refusal::reject(
            Reason::HtmlEmptyAfterSanitise,
            "an entry that says nothing",
        ));
    }
    Ok(post)
}

fn note_lost(post: &Post, losses: &mut Vec<Loss>) {
    let mut note = |lost: bool, rule: rules::Rule, field: &'static str, reason: &'static str| {
        if lost {
            losses.push(rule.loss(field, reason));
        }
    };
    let unnamed = |mention: &Mention| {
        mention
            .name
            .as_deref()
            .is_none_or(|name| !post.text.plain.contains(name))
    };
    note(
        !post.mentions.is_empty(),
        rules::MENTION,
        "mentions",
        mention_reason(post.mentions.iter().any(unnamed)),
    );
    note(
        !post.emoji.is_empty(),
        rules::EMOJI,
        "emoji",
        "their names stay in the text",
    );
    note(post.form != PostForm::Note, rules::FORM, "form", "an entry is an entry");
    note(
        post.tags.iter().any(|tag| tag.url.is_some()),
        rules::TAG_PAGE,
        "tags",
        "a category has no page",
    );
    note(
        post.tags.len() > MAX_TAGS,
        rules::TAG_COUNT,
        "tags",
        "more than are taken",
    );
    note(
        post.audience != Audience::public(),
        rules::AUDIENCE,
        "audience",
        "kept by who is shown it, not by the entry",
    );
}

fn mention_reason(unnamed: bool) -> &'static str {
    if unnamed {
        "not all are named in the text"
    } else {
        "named in the text only"
    }
}
