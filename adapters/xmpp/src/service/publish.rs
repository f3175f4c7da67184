//! What local users publish here: comments, into the nodes of comments that the bridge keeps, and what they attach to
//! its items.

use causeway_core::refusal::{Reason, Refusal};

use super::address::Asked;
use super::node::Node;
use super::subscribe::{asked_for, consented, processed};
use super::{Answer, attachments};
use crate::error::{fault, no};
use crate::ids::{self, Place};
use crate::link::{Condition, Fault};
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{ITEM_MEDIA_TYPE, PubsubItem, STANZA_MEDIA_TYPE, retract as retract_element};
use crate::wire::pubsub::{PubsubError, published};

/// The node takes one comment at a time; what the publisher wants the node to be (publish-options) changes nothing.
// XEP-0060 §7.1
pub(super) async fn publish(asked: &Asked<'_>, node: &str, items: Vec<PubsubItem>) -> Answer {
    let place = writable(asked, node).await?;
    let mut items = items.into_iter();
    let (Some(item), None) = (items.next(), items.next()) else {
        return Err(PubsubError::ItemRequired.into());
    };
    if item.payload.is_none() {
        return Err(PubsubError::PayloadRequired.into());
    }
    let id = item.id.clone().filter(|id| !id.is_empty());
    let id = id.unwrap_or_else(|| asked.context.random.token());
    if place.item(&id).is_none() {
        return Err(no(Condition::BadRequest, "malformed: an impossible item id"));
    }
    if crate::attachments::is(&place) {
        attachments::valid(asked, &item)?;
    }
    let item = PubsubItem {
        id: Some(id.clone()),
        publisher: Some(asked.sender.as_str().to_owned()),
        ..item
    };
    let wire = asked_for(
        asked.context,
        &asked.sender,
        &item.to_element(),
        ITEM_MEDIA_TYPE,
        &envelope(asked, &place),
    );
    taken(asked, wire).await?;
    Ok(Some(published(node, &[&id])))
}

/// One's own comments only.
// XEP-0060 §7.2
pub(super) async fn retract(asked: &Asked<'_>, node: &str, ids: &[String]) -> Answer {
    let place = writable(asked, node).await?;
    let [id] = ids else {
        return Err(no(Condition::BadRequest, "malformed: one item at a time"));
    };
    let object = place
        .item(id)
        .ok_or_else(|| Fault::from(Condition::ItemNotFound))?
        .object();
    if crate::attachments::is(&place) {
        // what ends is looked up by who asks: of others' there is nothing
        return ended(asked, &place, id).await;
    }
    let view = asked
        .context
        .reads
        .object(&asked.viewer(), &object, &ids::NETWORK)
        .await;
    let view = view
        .map_err(|refusal| fault(&refusal))?
        .filter(|view| view.payload.is_some());
    match view {
        None => return Err(no(Condition::ItemNotFound, "not-found: there is no such item")),
        Some(view) if view.author.actor != asked.sender => {
            return Err(fault(&Refusal::reject(
                Reason::OriginMismatch,
                "somebody else wrote it",
            )));
        }
        Some(_) => {}
    }
    ended(asked, &place, id).await
}

async fn ended(asked: &Asked<'_>, place: &Place, id: &str) -> Answer {
    let wire = asked_for(
        asked.context,
        &asked.sender,
        &retract_element(id),
        STANZA_MEDIA_TYPE,
        &envelope(asked, place),
    );
    taken(asked, wire).await?;
    Ok(None)
}

async fn taken(asked: &Asked<'_>, wire: Result<causeway_core::adapter::Wire, Refusal>) -> Result<(), Fault> {
    let wire = wire.map_err(|refusal| fault(&refusal))?;
    processed(asked.context, wire).await.map_err(|refusal| fault(&refusal))
}

/// The node of comments of this name, if the sender may write there.
async fn writable(asked: &Asked<'_>, node: &str) -> Result<Place, Fault> {
    let found = asked.node(node).await.map_err(|refusal| fault(&refusal))?;
    let (Node::Comments(_) | Node::Attachments(_)) = found else {
        return Err(no(
            Condition::Forbidden,
            "publish-forbidden: only its owner publishes there",
        ));
    };
    consented(asked.xmpp, asked.context, &asked.sender)
        .await
        .map_err(|refusal| fault(&refusal))?;
    Place::new(&asked.service, node).ok_or_else(|| Fault::from(Condition::ItemNotFound))
}

fn envelope(asked: &Asked<'_>, place: &Place) -> Envelope {
    Envelope {
        how: How::Iq,
        service: Some(place.service().to_owned()),
        node: Some(place.node().to_owned()),
        from: Some(asked.sender.as_str().to_owned()),
        to: Some(place.service().to_owned()),
        ..Envelope::default()
    }
}
