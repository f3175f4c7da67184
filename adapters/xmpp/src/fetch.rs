//! What the mapping needs and does not have.

use bytes::Bytes;
use causeway_core::adapter::{Arrival, Context, Need, Wire};
use causeway_core::model::{Attested, Payload};
use causeway_core::ports::{ObjectView, Page, Viewer};
use causeway_core::refusal::{Reason, Refusal};

use crate::author::author_of;
use crate::ids::{self, Item, Place, Wanted};
use crate::watch::read;
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{ITEM_MEDIA_TYPE, STANZA_MEDIA_TYPE};
use crate::{Xmpp, profile_read};

/// Gets it.
///
/// # Errors
/// `unsupported-kind` for what XMPP does not know; otherwise why it cannot be had.
pub(crate) async fn fetch(xmpp: &Xmpp, context: &Context, need: &Need) -> Result<Wire, Refusal> {
    let wanted = Wanted::of(need).ok_or_else(|| Refusal::reject(Reason::UnsupportedKind, "nothing XMPP knows"))?;
    match wanted {
        // whoever may read it is everybody: nothing else is ever bridged
        Wanted::Probe(item) | Wanted::Item(item) => probe(xmpp, context, &item).await,
        Wanted::First(place) => first(context, &place).await,
        Wanted::Profile(actor) => {
            let bundle = profile_read::bundle(xmpp, context, &actor).await?;
            let body = document::write(&document::clean(bundle.to_element()))?;
            let service = Some(actor.as_str().to_owned());
            let envelope = Envelope {
                how: How::Read,
                service,
                open: true,
                ..Envelope::default()
            };
            Ok(wire(
                context,
                Attested::Actor(actor),
                STANZA_MEDIA_TYPE,
                body,
                &envelope,
            ))
        }
    }
}

/// The item, read by somebody whom nobody knows: an answer proves that everybody may read it.
// PRODUCT: Consent, "Openness"
async fn probe(xmpp: &Xmpp, context: &Context, item: &Item) -> Result<Wire, Refusal> {
    let found = read::one(xmpp, context, item).await?;
    let place = item.place();
    let attested = match author_of(&xmpp.config, &place, How::Read, found.publisher.as_deref(), None) {
        Ok(author) => Attested::Actor(author),
        Err(_) => Attested::Host(ids::domain_of(item.service()).to_owned()),
    };
    let envelope = Envelope {
        how: How::Read,
        service: Some(place.service().to_owned()),
        node: Some(place.node().to_owned()),
        publisher: found.publisher.clone(),
        open: true,
        ..Envelope::default()
    };
    let body = document::write(&document::clean(found.to_element()))?;
    Ok(wire(context, attested, ITEM_MEDIA_TYPE, body, &envelope))
}

/// The post whose comments a place gathers, as the comments that are known say.
async fn first(context: &Context, place: &Place) -> Result<Wire, Refusal> {
    let page = Page {
        max: 1,
        ..Page::default()
    };
    let comments = context
        .reads
        .comments(&Viewer::Anyone, &place.id(), &ids::NETWORK, &page)
        .await?;
    let begun = |view: &ObjectView| match view.payload.as_ref()? {
        Payload::Comment(comment) => comment.root.clone().or_else(|| comment.parent.clone()),
        Payload::Reaction(reaction) => Some(reaction.object.clone()),
        _ => None,
    };
    let post = comments
        .items
        .iter()
        .find_map(begun)
        .filter(|post| *post.network() == ids::NETWORK);
    let post = post.ok_or_else(|| Refusal::reject(Reason::NotFound, "nobody here knows whose comments these are"))?;
    let body = Bytes::copy_from_slice(post.as_str().as_bytes());
    let host = Attested::Host(ids::domain_of(place.service()).to_owned());
    Ok(wire(context, host, "text/plain", body, &Envelope::default()))
}

fn wire(context: &Context, attested: Attested, media_type: &str, body: Bytes, envelope: &Envelope) -> Wire {
    Wire {
        network: ids::NETWORK,
        attested,
        id: None,
        arrival: Arrival::Backfill,
        media_type: media_type.to_owned(),
        body,
        envelope: envelope.entries(),
        received: context.clock.now(),
    }
}
