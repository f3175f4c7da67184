//! Reading others' nodes as a stranger does: what such a read brings is open to everybody.

use causeway_core::adapter::Context;
use causeway_core::refusal::{Reason, Refusal};
use jid::Jid;
use minidom::Element;

use crate::ids::{Item, Place};
use crate::link::Query;
use crate::wire::item::PubsubItem;
use crate::wire::pubsub::{ItemsAnswer, PubsubRequest};
use crate::{Xmpp, error};

/// The newest `count` items of a node, oldest first, read by a JID without any tie to its service.
///
/// # Errors
/// `node-closed`, `not-found`, `Retry` when the service does not answer.
// PRODUCT: Consent, "Openness"
pub(crate) async fn newest(
    xmpp: &Xmpp,
    context: &Context,
    place: &Place,
    count: u32,
) -> Result<Vec<PubsubItem>, Refusal> {
    let mut count = count;
    let items = loop {
        let request = PubsubRequest::Items {
            node: place.node().to_owned(),
            max_items: Some(count),
            ids: Vec::new(),
            page: None,
        };
        match asked(xmpp, context, place.service(), &request).await {
            // more than a stanza holds: fewer may fit
            Err(refusal) if refusal.reason == Reason::TooLarge && count > 1 => count /= 5,
            answer => break answer?,
        }
        count = count.max(1);
    };
    Ok(items
        .into_iter()
        .filter(|item| item.id.is_some() && item.payload.is_some())
        .collect())
}

/// One item, read the same way.
///
/// # Errors
/// As [`newest`]; `not-found` also where the answer holds no such item.
pub(crate) async fn one(xmpp: &Xmpp, context: &Context, item: &Item) -> Result<PubsubItem, Refusal> {
    let ids = vec![item.id().to_owned()];
    let request = PubsubRequest::Items {
        node: item.node().to_owned(),
        max_items: None,
        ids,
        page: None,
    };
    let items = asked(xmpp, context, item.service(), &request).await?;
    let found = items
        .into_iter()
        .find(|found| found.id.as_deref() == Some(item.id()) && found.payload.is_some());
    found.ok_or_else(|| Refusal::reject(Reason::NotFound, "no such item"))
}

async fn asked(
    xmpp: &Xmpp,
    context: &Context,
    service: &str,
    request: &PubsubRequest,
) -> Result<Vec<PubsubItem>, Refusal> {
    let answer = stranger(xmpp, context, service, request.to_element()).await?;
    Ok(answer
        .as_ref()
        .and_then(ItemsAnswer::from_element)
        .unwrap_or_default()
        .items)
}

/// Asks as somebody whom nobody knows: a virtual JID with a random local part.
///
/// # Errors
/// `not-found` for services of our own; as reading has them.
pub(crate) async fn stranger(
    xmpp: &Xmpp,
    context: &Context,
    service: &str,
    payload: Element,
) -> Result<Option<Element>, Refusal> {
    if xmpp.is_ours(service) {
        return Err(Refusal::reject(Reason::NotFound, "a node of our own is not asked for"));
    }
    let malformed = |_| Refusal::reject(Reason::Malformed, "a service that is no JID");
    let from: Jid = format!("{}@{}", context.random.token(), xmpp.config.bridge)
        .parse()
        .map_err(malformed)?;
    let to: Jid = service.parse().map_err(malformed)?;
    xmpp.link
        .iq(Query::get(from, to, payload))
        .await
        .map_err(|error| error::reading(&error))
}
