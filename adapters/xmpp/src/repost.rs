//! Reposts.
//!
//! Wire: an entry in the repeater's own microblog with a link of relation `via` to the original.
//! Spec: XEP-0277 0.6.5 §2.6, XEP-0472 0.2.1 §4.5. Movim 2026-08 shows it as an entry of its author, so the author is
//! the repeater, who is also its publisher.
//! Model: [`Repost`]. Losses in: the copy of the original; out: none, but what Atom demands is made up, and a copy of the
//! original is shown where it is known: clients show reposts as entries and nothing of what they lead to.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext};
use causeway_core::loss::Loss;
use causeway_core::model::{Audience, Payload, Post, Repost};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::{first_line, from_plain, sanitise, to_xhtml};
use minidom::Node;

use crate::Config;
use crate::arrived::Arrived;
use crate::ids::{self, Item, Place, Reference, read_uri};
use crate::text::{INVENTED_TITLE, write};
use crate::wire::atom::{AtomEntry, AtomLink, AtomText, TextBody};
use crate::wire::document;
use crate::xml::{Build, bare};
use crate::{entry, media, post, rules};

/// The item that an entry passes on, if it does.
pub(crate) fn original(entry: &AtomEntry) -> Option<Item> {
    entry.links("via").find_map(|link| match read_uri(&link.href)? {
        Reference::Item(item) => Some(item),
        Reference::Place(_) | Reference::Jid(_) => None,
    })
}

pub(crate) fn parse(arrived: &Arrived<'_>, original: &Item) -> Crossed {
    let mut losses = Vec::new();
    let (published, _) = arrived.dates(&mut losses);
    let copies = !arrived.entry.contents.is_empty() || arrived.entry.links("enclosure").next().is_some();
    if copies || !arrived.entry.invented_title {
        losses.push(rules::REPOST_COPY.loss("entry/content", "the original is read where it stands"));
    }
    arrived.note_unknown(&mut losses);
    let repost = Repost {
        id: arrived.item.object(),
        author: arrived.author.clone(),
        object: original.object(),
        audience: Audience::public(),
        published,
        shown: None,
    };
    arrived.crossed(Payload::Repost(repost), published, losses)
}

pub(crate) fn render(
    config: &Config,
    outgoing: &Outgoing,
    repost: &Repost,
    context: &RenderContext<'_>,
    losses: &mut Vec<Loss>,
) -> Result<AtomEntry, Refusal> {
    let item = entry::item_of(&repost.id)?;
    entry::may_stand(config, &item, &repost.audience)?;
    let Some(original) = Item::of(&repost.object) else {
        return Err(Refusal::reject(
            Reason::ParentNotBridged,
            "the original has no address on XMPP",
        ));
    };
    let mut entry = entry::begun(outgoing, context);
    entry.id = Some(item.uri());
    let shown = repost.shown.as_deref().filter(|shown| shown.audience.is_public());
    entry.titles = vec![AtomText::plain(title(config, &original, shown))];
    entry.invented_title = true;
    losses.push(rules::REPOST_TITLE.loss("title", "names whose post it is: Atom demands a title"));
    entry.contents = contents(config, &original, shown)?;
    entry.links = vec![
        AtomLink::to("alternate", item.uri()),
        AtomLink::to("via", original.uri()),
    ];
    if let Some(shown) = shown {
        show(shown, &mut entry);
    }
    // the same discussion as the original's: XEP-0277 §2.6
    let replies = ids::place_of(config, &repost.object).and_then(|place| Place::of(&place));
    entry
        .links
        .extend(replies.map(|place| AtomLink::to("replies", place.raw_uri()).titled("comments")));
    entry::dated(&mut entry, repost.published.or(outgoing.activity.at), None, losses);
    Ok(entry)
}

/// In no language: whose it is, and its own title or first line.
fn title(config: &Config, original: &Item, shown: Option<&Post>) -> String {
    let whose = format!("♻ {}", whose(config, original));
    let said = shown.map(|shown| shown.real_title().unwrap_or(&shown.text.plain).to_owned());
    let said = said
        .map(|said| first_line(&said, INVENTED_TITLE))
        .filter(|said| !said.is_empty());
    said.map_or(whose.clone(), |said| format!("{whose}: {said}"))
}

fn whose(config: &Config, original: &Item) -> String {
    ids::address_of(config, original.service()).unwrap_or_else(|| original.service().to_owned())
}

/// What a client shows that knows nothing of reposts: files, tags, the fold, and the page of the original.
fn show(shown: &Post, entry: &mut AtomEntry) {
    let page = shown
        .url
        .as_ref()
        .map(|url| AtomLink::to("alternate", url.as_str()).of_type("text/html"));
    entry.links.extend(page);
    // what of the original does not fit is no loss of the repost
    let mut not_lost = Vec::new();
    entry.links.extend(media::render(&shown.media, &mut not_lost));
    entry.summary = shown.summary.as_deref().map(AtomText::plain);
    entry.categories = shown
        .sensitive
        .then(|| post::SENSITIVE.to_owned())
        .into_iter()
        .collect();
}

/// The original's text behind a line that says whose it is; of one that is not known, its address.
fn contents(config: &Config, original: &Item, shown: Option<&Post>) -> Result<Vec<AtomText>, Refusal> {
    let uri = original.uri();
    let Some(shown) = shown else {
        return texts(from_plain(&uri), uri);
    };
    let mut not_lost = Vec::new();
    let written = write(shown, &mut not_lost)?;
    let whose = format!("♻ {}", whose(config, original));
    let mut contents = written.contents;
    if contents.is_empty() {
        return texts(from_plain(&whose), whose);
    }
    for text in &mut contents {
        match &mut text.body {
            TextBody::Plain(plain) => *plain = format!("{whose}\n\n{plain}"),
            TextBody::Xhtml(div) => {
                let mut led = bare("div", &div.ns());
                led.append_child(bare("p", &div.ns()).text_node(&whose));
                for node in div.take_nodes() {
                    match node {
                        Node::Element(child) => {
                            led.append_child(child);
                        }
                        Node::Text(text) => led.append_text(text),
                    }
                }
                *div = led;
            }
            TextBody::Html(_) => {}
        }
    }
    Ok(contents)
}

fn texts(html: String, plain: String) -> Result<Vec<AtomText>, Refusal> {
    let clean = sanitise(&html, None).unwrap_or_default();
    let div = document::read(to_xhtml(&clean).as_bytes()).map_err(|refusal| Refusal::internal(refusal.detail))?;
    Ok(vec![
        AtomText {
            lang: None,
            body: TextBody::Xhtml(div),
        },
        AtomText::plain(plain),
    ])
}
