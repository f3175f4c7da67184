//! What every entry we write has.

use causeway_core::adapter::{Outgoing, RenderContext, Rendered};
use causeway_core::id::ObjectId;
use causeway_core::loss::Loss;
use causeway_core::model::{Audience, Scope};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::html::{display_name, to_plain};

use crate::Config;
use crate::ids::{self, Item};
use crate::rules;
use crate::wire::atom::{AtomEntry, AtomPerson, AtomText, TextBody};
use crate::wire::document;
use crate::wire::item::{ITEM_MEDIA_TYPE, PubsubItem};

/// Where an object stands.
pub(crate) fn item_of(object: &ObjectId) -> Result<Item, Refusal> {
    Item::of(object).ok_or_else(|| Refusal::reject(Reason::ParentNotBridged, "an object without a place on XMPP"))
}

/// Whether something of this audience may stand there: what is not for everybody only in nodes that this bridge keeps,
/// because only it knows whom to show it to; a conversation in none.
// PRODUCT: Consent, "Audience"; security.md rows 26, 29
pub(crate) fn may_stand(config: &Config, item: &Item, audience: &Audience) -> Result<(), Refusal> {
    let ours = ids::domain_of(item.service()) == config.bridge;
    if audience.scope == Scope::Direct || !(ours || audience.is_public()) {
        return Err(Refusal::reject(
            Reason::PrivateAudience,
            "the node is open to more than may see it",
        ));
    }
    Ok(())
}

/// An entry with its author. Movim 2026-08 shows an author only where address and publisher are the same text, so the
/// backslash stays as it is.
pub(crate) fn begun(outgoing: &Outgoing, context: &RenderContext<'_>) -> AtomEntry {
    let name = context
        .author
        .map(|profile| display_name(profile.shown_name()))
        .filter(|name| !name.is_empty());
    let uri = format!("xmpp:{}", outgoing.activity.actor.as_str());
    AtomEntry {
        author: Some(AtomPerson { name, uri: Some(uri) }),
        ..AtomEntry::default()
    }
}

/// Sets both dates: Atom demands the second, and an event without the first counts as new.
// RFC 4287 §4.2.15
pub(crate) fn dated(
    entry: &mut AtomEntry,
    published: Option<Timestamp>,
    edited: Option<Timestamp>,
    losses: &mut Vec<Loss>,
) {
    let published = published.or(edited).unwrap_or_else(|| {
        losses.push(rules::DATE_INVENTED.loss("published", "Atom demands a date: the epoch stands for none"));
        Timestamp::from_millis(0)
    });
    entry.published = Some(published.to_string());
    entry.updated = Some(edited.unwrap_or(published).max(published).to_string());
}

/// The wire of an entry.
pub(crate) fn rendered(
    item: &Item,
    entry: &AtomEntry,
    outgoing: &Outgoing,
    losses: Vec<Loss>,
) -> Result<Rendered, Refusal> {
    let payload = document::clean(entry.to_element());
    let publisher = Some(outgoing.activity.actor.as_str().to_owned());
    let wire = PubsubItem {
        id: Some(item.id().to_owned()),
        publisher,
        payload: Some(payload),
    };
    Ok(Rendered {
        media_type: ITEM_MEDIA_TYPE,
        body: document::write(&wire.to_element())?,
        actor: outgoing.activity.actor.clone(),
        object: Some(item.object()),
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses,
    })
}

/// A text construct as plain text.
pub(crate) fn plain(text: &AtomText) -> String {
    match &text.body {
        TextBody::Plain(plain) => plain.trim().to_owned(),
        TextBody::Html(html) => to_plain(html),
        TextBody::Xhtml(div) => crate::xml::deep_text(div).trim().to_owned(),
    }
}

/// The only text of an entry that has no content.
pub(crate) fn only_title(entry: &AtomEntry) -> Option<String> {
    entry.contents.is_empty().then(|| entry.titles.first().map(plain))?
}
