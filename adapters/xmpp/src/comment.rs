//! Comments.
//!
//! Wire: an Atom entry in a node of comments, its whole text in the title; or an entry with an in-reply-to elsewhere.
//! Spec: XEP-0277 0.6.5 §2.5, §3; RFC 4685 §3. Movim 2026-08 writes and shows comments without content.
//! Model: [`Comment`]. Losses in: as posts; out: markup.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext};
use causeway_core::id::ObjectId;
use causeway_core::loss::Loss;
use causeway_core::model::{Comment, Payload};
use causeway_core::refusal::{Reason, Refusal};

use crate::Config;
use crate::arrived::Arrived;
use crate::ids::{Item, Reference, read_uri};
use crate::text::write_comment;
use crate::wire::atom::{AtomEntry, AtomText, InReplyTo};
use crate::{entry, post, rules};

/// Whether an entry is one: by where it stands, or because it answers something.
pub(crate) fn is(item: &Item, entry: &AtomEntry) -> bool {
    item.place().is_comments() || !entry.in_reply_to.is_empty()
}

pub(crate) fn parse(arrived: &Arrived<'_>) -> Result<Crossed, Refusal> {
    let mut losses = Vec::new();
    let place = arrived.item.place();
    let place = place.is_comments().then(|| place.id());
    let parent = parent(arrived.entry, &mut losses).map(|parent| parent.object());
    if place.is_none() && parent.is_none() {
        return Err(Refusal::ignore(
            Reason::ParentUnknown,
            "answers nothing that has an address on XMPP",
        ));
    }
    let post = post::body(arrived, &mut losses)?;
    let at = post.edited.or(post.published);
    let comment = Comment {
        parent,
        root: None,
        place,
        post,
    };
    Ok(arrived.crossed(Payload::Comment(Box::new(comment)), at, losses))
}

pub(crate) fn render(
    config: &Config,
    outgoing: &Outgoing,
    comment: &Comment,
    context: &RenderContext<'_>,
    losses: &mut Vec<Loss>,
) -> Result<AtomEntry, Refusal> {
    let item = entry::item_of(&comment.post.id)?;
    entry::may_stand(config, &item, &comment.post.audience)?;
    let written = write_comment(&comment.post, losses);
    let mut entry = entry::begun(outgoing, context);
    entry.titles = vec![AtomText::plain(written.title)];
    entry.invented_title = written.invented;
    post::fill(&item, &comment.post, &mut entry, losses);
    entry.in_reply_to = answers(comment, losses);
    entry::dated(
        &mut entry,
        comment.post.published.or(outgoing.activity.at),
        comment.post.edited,
        losses,
    );
    Ok(entry)
}

/// The item answered. An entry may answer several and name each twice, here and on the web; the first item counts.
// XEP-0277 §2.5
pub(crate) fn parent(entry: &AtomEntry, losses: &mut Vec<Loss>) -> Option<Item> {
    let mut items = entry.in_reply_to.iter().filter_map(item);
    let first = items.next();
    if items.any(|item| Some(&item) != first.as_ref()) {
        losses.push(rules::LINK_FURTHER.loss("entry/in-reply-to", "the first item answered counts"));
    }
    first
}

fn item(parent: &InReplyTo) -> Option<Item> {
    [&parent.href, &parent.reference]
        .into_iter()
        .flatten()
        .find_map(|uri| match read_uri(uri)? {
            Reference::Item(item) => Some(item),
            Reference::Place(_) | Reference::Jid(_) => None,
        })
}

fn answers(comment: &Comment, losses: &mut Vec<Loss>) -> Vec<InReplyTo> {
    let Some(parent) = comment.parent.as_ref().or(comment.root.as_ref()) else {
        return Vec::new();
    };
    let answers = to(parent);
    if answers.is_empty() {
        losses.push(rules::COMMENT_PARENT.loss("parent", "has no address on XMPP"));
    }
    answers
}

/// In Movim's form: `xmpp:SERVICE?;node=NODE;item=ITEM`, nothing encoded. Empty for what has no address on XMPP.
// RFC 4685 §3; XEP-0472 §4.4 wants the address
pub(crate) fn to(parent: &ObjectId) -> Vec<InReplyTo> {
    let item = Item::of(parent);
    item.map(|item| InReplyTo {
        href: Some(item.raw_uri()),
        reference: Some(item.uri()),
    })
    .into_iter()
    .collect()
}
