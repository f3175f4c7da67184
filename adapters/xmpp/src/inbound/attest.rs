//! Wires of what our server routed to us: it vouches for the sender, and the sender for its nodes.

use causeway_core::adapter::{Arrival, Raw, RawSource, Wire};
use causeway_core::id::ActorId;
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use minidom::Element;

use crate::author::author_of;
use crate::ids::{self, Place};
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{ITEM_MEDIA_TYPE, STANZA_MEDIA_TYPE};
use crate::wire::pubsub::PubsubEvent;
use crate::{Config, Xmpp};

/// A live wire of one element.
///
/// # Errors
/// `internal`, if the element cannot be written.
pub(crate) fn wire(
    author: ActorId,
    id: String,
    element: Element,
    envelope: &Envelope,
    received: Timestamp,
) -> Result<Wire, Refusal> {
    let media_type = if element.name() == "item" {
        ITEM_MEDIA_TYPE
    } else {
        STANZA_MEDIA_TYPE
    };
    Ok(Wire {
        network: ids::NETWORK,
        attested: Attested::Actor(author),
        id: Some(id),
        arrival: Arrival::Live,
        media_type: media_type.to_owned(),
        body: document::write(&document::clean(element))?,
        envelope: envelope.entries(),
        received,
    })
}

/// Who vouches for a whole stanza: of an event the author of its first item, of anything else its sender.
///
/// # Errors
/// `malformed`; `author-unproven` for an event of which nobody can tell who wrote it; `loop`.
pub(crate) fn authenticate(xmpp: &Xmpp, raw: Raw) -> Result<Wire, Refusal> {
    let RawSource::Stream { from } = &raw.source else {
        return Err(Refusal::reject(Reason::UnsupportedKind, "XMPP does not come by HTTP"));
    };
    let sender = ids::actor(from).ok_or_else(|| malformed("the sender is no JID"))?;
    if xmpp.is_ours(sender.as_str()) {
        return Err(Refusal::ignore(Reason::Loop, "by this bridge"));
    }
    let element = document::read(&raw.body)?;
    let (author, envelope) = match PubsubEvent::in_message(&element) {
        Some(event) => of_event(&xmpp.config, &sender, &event)?,
        None => {
            let to = element.attr("to").and_then(ids::canonical_jid);
            let from = Some(sender.as_str().to_owned());
            let envelope = Envelope {
                how: How::Iq,
                service: to.clone(),
                from,
                to,
                ..Envelope::default()
            };
            (sender, envelope)
        }
    };
    Ok(Wire {
        network: ids::NETWORK,
        attested: Attested::Actor(author),
        id: None,
        arrival: Arrival::Live,
        media_type: STANZA_MEDIA_TYPE.to_owned(),
        body: raw.body,
        envelope: envelope.entries(),
        received: raw.received,
    })
}

/// Of one item: the publisher of one says nothing of another.
fn of_event(config: &Config, service: &ActorId, event: &PubsubEvent) -> Result<(ActorId, Envelope), Refusal> {
    let PubsubEvent::Items { node, items, retracted } = event else {
        return Err(unsupported("says nothing of what anybody wrote"));
    };
    let ([item], []) = (items.as_slice(), retracted.as_slice()) else {
        return Err(unsupported("more than one item, or none"));
    };
    let place = Place::new(service.as_str(), node).ok_or_else(|| malformed("an impossible node"))?;
    let publisher = item.publisher.clone();
    let author = author_of(config, &place, How::Event, publisher.as_deref(), None)?;
    let envelope = Envelope {
        how: How::Event,
        service: Some(place.service().to_owned()),
        node: Some(place.node().to_owned()),
        publisher,
        ..Envelope::default()
    };
    Ok((author, envelope))
}

fn unsupported(detail: &str) -> Refusal {
    Refusal::ignore(Reason::UnsupportedKind, detail)
}

fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
