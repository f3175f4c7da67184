//! Reposts.
//!
//! Wire: an entry in the repeater's own microblog with a link of relation `via` to the original.
//! Spec: XEP-0277 0.6.5 §2.6, XEP-0472 0.2.1 §4.5. Movim 2026-08 shows it as an entry of its author, so the author is
//! the repeater, who is also its publisher.
//! Model: [`Repost`]. Losses in: the copy of the original; out: none, but what Atom demands is made up.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext};
use causeway_core::loss::Loss;
use causeway_core::model::{Audience, Payload, Repost};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::{from_plain, sanitise, to_xhtml};

use crate::Config;
use crate::arrived::Arrived;
use crate::ids::{self, Item, Place, Reference, read_uri};
use crate::wire::atom::{AtomEntry, AtomLink, AtomText, TextBody};
use crate::wire::document;
use crate::{entry, rules};

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
    entry.titles = vec![AtomText::plain(title(config, &original))];
    entry.invented_title = true;
    losses.push(rules::REPOST_TITLE.loss("title", "names whose post it is: Atom demands a title"));
    entry.contents = contents(&original)?;
    entry.links = vec![
        AtomLink::to("alternate", item.uri()),
        AtomLink::to("via", original.uri()),
    ];
    // the same discussion as the original's: XEP-0277 §2.6
    let replies = ids::place_of(config, &repost.object).and_then(|place| Place::of(&place));
    entry
        .links
        .extend(replies.map(|place| AtomLink::to("replies", place.raw_uri()).titled("comments")));
    entry::dated(&mut entry, repost.published.or(outgoing.activity.at), None, losses);
    Ok(entry)
}

/// In no language.
fn title(config: &Config, original: &Item) -> String {
    let address = ids::address_of(config, original.service());
    format!("♻ {}", address.as_deref().unwrap_or(original.service()))
}

fn contents(original: &Item) -> Result<Vec<AtomText>, Refusal> {
    let uri = original.uri();
    let clean = sanitise(&from_plain(&uri), None).unwrap_or_default();
    let div = document::read(to_xhtml(&clean).as_bytes()).map_err(|refusal| Refusal::internal(refusal.detail))?;
    Ok(vec![
        AtomText {
            lang: None,
            body: TextBody::Xhtml(div),
        },
        AtomText::plain(uri),
    ])
}
