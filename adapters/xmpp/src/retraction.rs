//! Retractions.
//!
//! Wire: `<retract id/>` of an event; where this bridge may publish but not retract, the same item again as a tombstone.
//! Spec: XEP-0060 1.30.0 §7.2. An item that merely vanished was not taken back: eviction, purge and the end of a node
//! say nothing of what was published (PRODUCT: XMPP side).
//! Model: [`Retraction`]. Losses out: a tombstone stays where it is.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext, Rendered};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Activity, Payload, Retracted, Retraction};
use causeway_core::refusal::{Reason, Refusal};

use crate::Config;
use crate::arrived::Arrived;
use crate::author::retractor_of;
use crate::ids::Place;
use crate::wire::atom::{AtomLink, AtomText};
use crate::wire::document;
use crate::wire::envelope::Envelope;
use crate::wire::item::{self, STANZA_MEDIA_TYPE};
use crate::{attachments, entry, rules};

/// What a tombstone shows to people.
const TOMBSTONE: &str = "[deleted]";

pub(crate) fn parse(
    config: &Config,
    place: &Place,
    element: &minidom::Element,
    envelope: &Envelope,
) -> Result<Crossed, Refusal> {
    let id = item::retracted(element)?;
    let object = place
        .item(&id)
        .ok_or_else(|| Refusal::reject(Reason::Malformed, "an impossible item id"))?;
    let actor = retractor_of(config, place, envelope)?;
    if attachments::is(place) {
        return Ok(crossed(actor, attachments::over(&object)));
    }
    Ok(crossed(actor, Retracted::Object(object.object())))
}

/// A tombstone that another bridge left.
pub(crate) fn parse_tombstone(arrived: &Arrived<'_>) -> Crossed {
    crossed(arrived.author.clone(), Retracted::Object(arrived.item.object()))
}

pub(crate) fn render(outgoing: &Outgoing, object: &ObjectId) -> Result<Rendered, Refusal> {
    let item = entry::item_of(object)?;
    Ok(Rendered {
        media_type: STANZA_MEDIA_TYPE,
        body: document::write(&item::retract(item.id()))?,
        actor: outgoing.activity.actor.clone(),
        object: Some(item.object()),
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses: Vec::new(),
    })
}

/// In place of a retraction, for a node where this bridge may publish and not retract: the item again, saying that it is
/// gone. Its owner is told once (PRODUCT: Threads).
///
/// # Errors
/// As [`crate::render()`].
pub fn tombstone(outgoing: &Outgoing, object: &ObjectId, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
    let item = entry::item_of(object)?;
    let mut losses = vec![rules::TOMBSTONE.loss("retraction", "the node lets us publish and not retract")];
    let mut entry = entry::begun(outgoing, context);
    entry.id = Some(item.uri());
    entry.titles = vec![AtomText::plain(TOMBSTONE)];
    entry.invented_title = true;
    // RFC 4287 §4.1.1.1: an entry without content has one
    entry.links = vec![AtomLink::to("alternate", item.uri())];
    entry.deleted = true;
    entry::dated(&mut entry, outgoing.activity.at, None, &mut losses);
    entry::rendered(&item, &entry, outgoing, losses)
}

fn crossed(actor: ActorId, target: Retracted) -> Crossed {
    let payload = Payload::Retraction(Retraction { target });
    let activity = Activity {
        id: None,
        actor,
        at: None,
        payload,
    };
    Crossed::new(activity, Vec::new())
}
