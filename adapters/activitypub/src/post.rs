//! A `Note`, `Article` or other object <-> [`Post`].
//!
//! Wire: `id type attributedTo name content summary sensitive published updated url to cc tag attachment …`.
//! Spec: AS2 vocabulary §3.3; AP §3.1, §6.2, §6.3; Mastodon's "ActivityPub" page for `sensitive`, `summary` and tags.
//! Model: [`Post`] in all its fields.
//! Losses: see `docs/mapping/post.toml`; a title of a `Note` becomes a bold paragraph on the way out.

use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Audience, Media, Mention, Post, PostForm, Scope, Text, Title};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use url::Url;

use crate::audience::{self, Addressed};
use crate::losses::Losses;
use crate::quirks::peertube;
use crate::wire::{Doc, Link, out};
use crate::{event, ids, media, members, poll, quote, rules, tags, text};

/// Types that are posts, as Mastodon takes them, and files that stand for themselves.
const POSTS: [&str; 11] = [
    "Note",
    "Article",
    "Page",
    "Question",
    "Video",
    "Audio",
    "Image",
    "Event",
    "Document",
    "ChatMessage",
    "Podcast",
];

/// Characters of a title or summary kept.
const MAX_LINE: usize = 1_000;

/// Reads a post by `actor`, or by whom it says when nobody acts. `outer` is the activity around it.
///
/// # Errors
/// `unsupported-kind`, `malformed`, `author-unproven`, `origin-mismatch`, `private-audience`,
/// `html-empty-after-sanitise`, `too-large`.
pub(crate) fn parse(
    doc: Doc<'_>,
    actor: Option<&ActorId>,
    outer: Option<Doc<'_>>,
    losses: &mut Losses,
) -> Result<Post, Refusal> {
    let form = form(doc)?;
    let id = doc
        .id()
        .and_then(ids::object)
        .ok_or_else(|| Refusal::reject(Reason::Malformed, "an object without id"))?;
    let author = author(doc, actor, losses)?;
    let tags = tags::parse(doc, losses);
    let audience = addressed(doc, outer, &author, &tags.mentions, losses)?;
    let quote = quote::parse(doc, losses);
    let mut text = text::parse(doc, text::CONTENT, quote.is_some(), losses)?;
    if text.lang.is_none() && !doc.has("contentMap") {
        text.lang = peertube::language(doc).and_then(causeway_core::model::Lang::parse);
    }
    let summary = summary(doc, losses)?;
    let (mut media, sensitive_media) = media::parse(doc, losses);
    own_files(doc, &mut media, losses);
    let (event, geo) = event::parse(doc, losses);
    let post = Post {
        sensitive: sensitive(doc, &form, summary.is_some(), sensitive_media, losses),
        title: title(doc, losses),
        url: page(doc, &id, losses),
        published: published(doc, outer, losses),
        edited: edited(doc, losses),
        poll: poll::parse(doc, losses),
        vote: None,
        tags: tags.tags,
        mentions: tags.mentions,
        emoji: tags.emoji,
        replies: None,
        id,
        author,
        form,
        text,
        summary,
        quote,
        media,
        event,
        geo,
        audience,
    };
    members::unread(doc, losses);
    says_something(doc, &post)?;
    Ok(post)
}

fn form(doc: Doc<'_>) -> Result<PostForm, Refusal> {
    match doc.types().find(|each| POSTS.contains(each)) {
        Some("Note" | "ChatMessage") => Ok(PostForm::Note),
        Some("Article") => Ok(PostForm::Article),
        Some(other) => Ok(PostForm::Other(other.to_owned())),
        None if doc.is("Tombstone") => Err(Refusal::gone(Reason::Gone, "deleted where it was")),
        None => {
            let kind = doc.types().next().unwrap_or("nothing");
            let kind: String = kind.chars().take(40).collect();
            Err(Refusal::ignore(
                Reason::UnsupportedKind,
                format!("an object of type {kind}"),
            ))
        }
    }
}

/// The author: the actor, when the object names no other or names it among others.
// AP §6.2; security.md rows 9, 10
fn author(doc: Doc<'_>, actor: Option<&ActorId>, losses: &mut Losses) -> Result<ActorId, Refusal> {
    let named: Vec<&str> = doc.ids("attributedTo").collect();
    if named.len() > 1 {
        losses.degraded(rules::POST_AUTHORS, "attributedTo", "one author is kept");
    }
    match (actor, named.is_empty()) {
        (Some(actor), true) => {
            losses.invented(
                rules::POST_AUTHOR_IMPLIED,
                "attributedTo",
                "the actor is taken for the author",
            );
            Ok(actor.clone())
        }
        (Some(actor), false) if named.contains(&actor.as_str()) => Ok(actor.clone()),
        (Some(_), false) => Err(Refusal::reject(
            Reason::OriginMismatch,
            "the actor is not the object's author",
        )),
        (None, _) => peertube::author(doc)
            .and_then(ids::actor)
            .ok_or_else(|| Refusal::reject(Reason::AuthorUnproven, "the object names no author")),
    }
}

/// The object's own audience; only where it has none, that of the activity.
// security.md row 28: nobody but the author widens
fn addressed(
    doc: Doc<'_>,
    outer: Option<Doc<'_>>,
    author: &ActorId,
    mentions: &[Mention],
    losses: &mut Losses,
) -> Result<Audience, Refusal> {
    let own = audience::parse(doc, author, losses);
    let implied = || audience::parse(outer?, author, &mut Losses::default());
    let audience = match own {
        Some(audience) => audience,
        None => {
            let audience = implied().ok_or_else(nobody)?;
            losses.invented(rules::POST_AUDIENCE, "to", "that of the activity");
            audience
        }
    };
    if audience.scope > Scope::Followers && audience.recipients.is_empty() {
        return Err(nobody());
    }
    let said_direct = doc.is("ChatMessage") || doc.flag("directMessage") == Some(true);
    Ok(audience::conversation(audience, mentions, said_direct))
}

fn nobody() -> Refusal {
    Refusal::reject(Reason::PrivateAudience, "it is addressed to nobody by name")
}

fn title(doc: Doc<'_>, losses: &mut Losses) -> Option<Title> {
    let worded = doc.worded("name");
    let name = worded.plain.or_else(|| worded.map.first().map(|(_, text)| *text))?;
    let text = cut(text::line(name), rules::POST_TITLE, "name", losses);
    (!text.is_empty()).then_some(Title { text, invented: false })
}

fn summary(doc: Doc<'_>, losses: &mut Losses) -> Result<Option<String>, Refusal> {
    let worded = doc.worded("summary");
    let Some(summary) = worded.plain.or_else(|| worded.map.first().map(|(_, text)| *text)) else {
        return Ok(None);
    };
    let (plain, marked) = text::plain(summary)?;
    if marked {
        losses.transformed(rules::POST_SUMMARY, "summary", "HTML made plain text");
    }
    let plain = cut(text::line(&plain), rules::POST_SUMMARY, "summary", losses);
    Ok((!plain.is_empty()).then_some(plain))
}

fn cut(line: String, rule: &'static str, field: &'static str, losses: &mut Losses) -> String {
    if line.chars().nth(MAX_LINE).is_none() {
        return line;
    }
    losses.degraded(rule, field, "cut");
    line.chars().take(MAX_LINE).collect()
}

/// Folded: said so, or a short post with a content warning, or with a picture that is marked.
// Mastodon folds what has a `summary`; of an article, it is what other programs call an abstract
fn sensitive(doc: Doc<'_>, form: &PostForm, warned: bool, media: bool, losses: &mut Losses) -> bool {
    let said = doc.flag("sensitive") == Some(true);
    let short = *form == PostForm::Note || doc.is("Question");
    let implied = media || (warned && short);
    if implied && !said {
        losses.invented(
            rules::POST_SENSITIVE,
            "sensitive",
            "a content warning, or a marked picture, folds the post",
        );
    }
    said || implied
}

fn time(doc: Doc<'_>, name: &'static str, losses: &mut Losses) -> Option<Timestamp> {
    let time = doc.time(name);
    if time.is_none() && doc.has(name) {
        losses.dropped(rules::POST_DATE, name, "not a date");
    }
    time
}

/// `published`, else that of the activity that made it.
fn published(doc: Doc<'_>, outer: Option<Doc<'_>>, losses: &mut Losses) -> Option<Timestamp> {
    let own = time(doc, "published", losses);
    let made = own
        .is_none()
        .then(|| outer.filter(|outer| outer.is("Create"))?.time("published"))
        .flatten();
    if made.is_some() {
        losses.invented(rules::POST_DATE, "published", "that of the activity");
    }
    own.or(made)
}

/// `updated`, where it says more than `published`: WordPress, Lemmy and others always send it.
fn edited(doc: Doc<'_>, losses: &mut Losses) -> Option<Timestamp> {
    let published = doc.time("published");
    time(doc, "updated", losses).filter(|updated| published.is_none_or(|published| *updated > published))
}

/// The page for people: of the object's own host, else the id itself, which shows one to a browser.
// copies of one post are known by their pages: an author must not be able to name another's
fn page(doc: Doc<'_>, id: &ObjectId, losses: &mut Losses) -> Option<Url> {
    let links = doc.links("url");
    let html = |link: &&Link<'_>| {
        link.media_type
            .is_some_and(|media_type| media_type.starts_with("text/html"))
    };
    let untyped = |link: &&Link<'_>| link.media_type.is_none() && own_sort(doc).is_none();
    let own = |link: &&Link<'_>| ids::same_host(link.href, id.as_str());
    let pages = || links.iter().filter(html).chain(links.iter().filter(untyped));
    let page = pages().find(own).and_then(Link::web);
    if page.is_none() {
        let reason = if pages().next().is_some() {
            "the id: the page is on another host"
        } else {
            "the id"
        };
        losses.invented(rules::POST_URL, "url", reason);
    }
    page.or_else(|| Url::parse(id.as_str()).ok())
}

/// Of an object that is a file: which sort.
fn own_sort(doc: Doc<'_>) -> Option<&'static str> {
    [
        ("Video", "video"),
        ("Audio", "audio"),
        ("Image", "image"),
        ("Document", ""),
    ]
    .into_iter()
    .find_map(|(kind, sort)| doc.is(kind).then_some(sort))
}

/// Files outside `attachment`: the object's own, and the picture that illustrates it.
fn own_files(doc: Doc<'_>, files: &mut Vec<Media>, losses: &mut Losses) {
    let illustration = media::picture(doc, "image");
    if illustration.is_none() && doc.has("image") || doc.has("icon") && own_sort(doc).is_none() {
        losses.dropped(rules::POST_IMAGE, "image", "no picture on the web, or an icon");
    }
    if let Some((link, url)) = own_sort(doc)
        .and_then(|sort| peertube::file(doc, sort))
        .and_then(|link| Some((link, link.web()?)))
    {
        if doc.links("url").len() > 1 {
            losses.dropped(rules::POST_ATTACHMENT_VARIANTS, "url", "other forms of the same file");
        }
        let mut own = media::described(&link, doc, url);
        own.preview = own.preview.or_else(|| illustration.map(|picture| picture.url));
        files.insert(0, own);
        return;
    }
    let Some(picture) = illustration else { return };
    losses.transformed(rules::POST_IMAGE, "image", "an attachment, or the preview of one");
    // Lemmy: the thumbnail of the page that is linked to
    let linked = files
        .first_mut()
        .filter(|first| first.media_type.as_deref() == Some("text/html"));
    if let Some(linked) = linked {
        linked.preview = Some(picture.url);
    } else if files.iter().all(|known| known.url != picture.url) {
        files.push(picture);
    }
}

fn says_something(doc: Doc<'_>, post: &Post) -> Result<(), Refusal> {
    let shown = post.text.html.as_deref().is_some_and(|html| html.contains("<img "));
    let words = !post.text.plain.trim().is_empty() || shown || post.title.is_some() || post.summary.is_some();
    if words || !post.media.is_empty() || post.quote.is_some() || post.poll.is_some() {
        return Ok(());
    }
    let written = doc
        .worded("content")
        .plain
        .is_some_and(|content| !content.trim().is_empty());
    Err(match written {
        true => Refusal::reject(Reason::HtmlEmptyAfterSanitise, "nothing is left of its text"),
        false => Refusal::reject(Reason::Malformed, "an object that says nothing"),
    })
}

/// Writes a post as the object of an activity. `in_reply_to` is what it answers.
///
/// # Errors
/// `private-audience` when nobody on this network may see it; `not-opted-in` when its author has no id here.
pub(crate) fn render(post: &Post, in_reply_to: Option<&ObjectId>, losses: &mut Losses) -> Result<out::Object, Refusal> {
    let author = on_network(&post.author)?;
    let Addressed { to, mut cc } = audience::render(&post.audience, author, losses)?;
    if post.audience.scope <= Scope::Followers {
        cc.extend(unaddressed(post, &to, &cc));
    }
    let quoted = quote::render(post.quote.as_ref(), losses);
    let title = post.real_title();
    let named = is_named(post);
    let lead = title
        .filter(|_| !named)
        .map(|title| lead(title, &post.text, losses))
        .unwrap_or_default();
    let content = text::render(&post.text, &lead, &quoted.fallback, &post.mentions);
    let mut tag = tags::render(&post.tags, &post.mentions, &post.emoji, losses);
    tag.extend(quoted.tag);
    let mut object = out::Object {
        id: post.id.as_str().to_owned(),
        kind: if post.form == PostForm::Article {
            "Article"
        } else {
            "Note"
        },
        attributed_to: author.as_str().to_owned(),
        in_reply_to: in_reply_to.map(|parent| parent.as_str().to_owned()),
        name: title.filter(|_| named).map(str::to_owned),
        summary: post.summary.clone(),
        sensitive: post.sensitive,
        content: content.content,
        content_map: content.content_map,
        source: content.source,
        published: post.published,
        updated: post.edited,
        url: own_page(post, losses),
        to,
        cc,
        tag,
        attachment: media::render(&post.media),
        quote: quoted.id.clone(),
        quote_url: quoted.id.clone(),
        misskey_quote: quoted.id,
        replies: ids::replies(&post.id),
        ..out::Object::default()
    };
    event::render(post, &mut object);
    if let Some(poll) = &post.poll {
        poll::render(poll, &mut object);
    }
    if let PostForm::Other(form) = &post.form
        && form != object.kind
    {
        losses.transformed(rules::POST_FORM, "form", "a note");
    }
    Ok(object)
}

/// Whether the title is the object's `name`: programs show that of these types. Of a note they do not.
// PRODUCT, Titles
fn is_named(post: &Post) -> bool {
    post.form == PostForm::Article || post.event.is_some()
}

/// The title as the first paragraph, unless the text begins with it.
fn lead(title: &str, text: &Text, losses: &mut Losses) -> String {
    if causeway_formats::html::first_line(&text.plain, usize::MAX) == title.trim() {
        return String::new();
    }
    losses.transformed(rules::POST_TITLE_BOLD, "title", "the first paragraph, bold");
    format!("<p><strong>{}</strong></p>", text::escaped(title))
}

/// Those mentioned who are not addressed yet: a mention is heard by who is addressed only.
fn unaddressed(post: &Post, to: &[String], cc: &[String]) -> Vec<String> {
    let here = post
        .mentions
        .iter()
        .filter(|mention| *mention.actor.network() == ids::NETWORK && mention.actor != post.author);
    here.map(|mention| mention.actor.as_str().to_owned())
        .filter(|id| !to.contains(id) && !cc.contains(id))
        .collect()
}

/// The page for people: the object's own address, which shows one to a browser, unless there is another of that host.
fn own_page(post: &Post, losses: &mut Losses) -> String {
    let page = post.url.as_ref().map(Url::as_str);
    match page.filter(|page| ids::same_host(page, post.id.as_str())) {
        Some(page) => page.to_owned(),
        None => {
            if page.is_some() {
                losses.dropped(rules::POST_URL, "url", "on another host than the id");
            }
            post.id.as_str().to_owned()
        }
    }
}

/// The author, if it has an id on this network.
///
/// # Errors
/// `not-opted-in` when it has none.
pub(crate) fn on_network(actor: &ActorId) -> Result<&ActorId, Refusal> {
    if *actor.network() == ids::NETWORK {
        return Ok(actor);
    }
    Err(Refusal::ignore(
        Reason::NotOptedIn,
        "the author has no identity on this network",
    ))
}
