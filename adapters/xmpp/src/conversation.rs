//! Messages of local people to people elsewhere.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::refusal::Refusal;
use minidom::Element;

use crate::link::Stanza;
use crate::notices::Notice;
use crate::service::{address, subscribe};
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::STANZA_MEDIA_TYPE;
use crate::xml::{Build, attr};
use crate::{Xmpp, chat};

/// Ids of stanzas that are shorter are counters: the next session uses them again.
const UNIQUE: usize = 8;

/// Stores a message for the person it is to, and returns when it is known what comes of it.
///
/// # Errors
/// `not-served`, `not-opted-in`, `not-found`, and what the bus says.
pub(crate) async fn pass_on(xmpp: &Xmpp, context: &Context, sender: &ActorId, stanza: &Stanza) -> Result<(), Refusal> {
    subscribe::consented(xmpp, context, sender).await?;
    let person = address::person(xmpp, context, sender, stanza.to.as_str()).await?;
    warn(xmpp, sender, &person.id).await;
    let element = identified(context, stanza.element.clone());
    let id = attr(&element, "id").unwrap_or_default();
    let envelope = Envelope {
        how: How::Iq,
        service: Some(person.id.as_str().to_owned()),
        from: Some(sender.as_str().to_owned()),
        to: Some(person.id.as_str().to_owned()),
        ..Envelope::default()
    };
    let mut wire = subscribe::asked_for(context, sender, &element, STANZA_MEDIA_TYPE, &envelope)?;
    // a client that lost its stream sends again what it is not sure of, under the same id
    wire.id = Some(format!("message {} {id}", person.id.as_str()));
    wire.body = document::write(&document::clean(element))?;
    subscribe::processed(context, wire).await
}

/// Said before the first message to a person leaves.
// PRODUCT: Consent
async fn warn(xmpp: &Xmpp, sender: &ActorId, person: &ActorId) {
    let text = format!(
        "Your messages to {} are not encrypted end to end: their server reads them, and so does this bridge while it \
         passes them on.",
        person.as_str()
    );
    chat::notice_about(xmpp, Notice::Unencrypted, sender, person.as_str(), &text).await;
}

/// The message with an id that no other of its sender has.
fn identified(context: &Context, element: Element) -> Element {
    match element.attr("id").map_or(0, str::len) {
        0..UNIQUE => element.with("id", context.random.token()),
        _ => element,
    }
}
