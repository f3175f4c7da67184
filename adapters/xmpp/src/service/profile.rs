//! What a person elsewhere shows of themself: the nodes of avatar, nickname and vCard, and vCards by IQ.

use std::sync::Arc;

use causeway_core::ports::ActorView;
use minidom::Element;

use super::Answer;
use super::address::Asked;
use super::avatar::Picture;
use super::node::Part;
use crate::error::{fault, no};
use crate::link::{Condition, Fault};
use crate::profile::written;
use crate::wire::avatar::{self, AvatarInfo};
use crate::wire::item::PubsubItem;
use crate::wire::nick;
use crate::wire::pubsub;
use crate::wire::vcard::VCard;

/// The id of the only item of a node that holds one.
// XEP-0060 §12.20
const CURRENT: &str = "current";

/// The one item of such a node; none at all where there is nothing to show.
pub(super) async fn items(asked: &Asked<'_>, node: &str, person: &ActorView, part: Part, ids: &[String]) -> Answer {
    let found = match part {
        Part::Nick => Some((CURRENT.to_owned(), nick::to_element(person.profile.shown_name()))),
        Part::VCard => Some((CURRENT.to_owned(), card(person).to_vcard4())),
        Part::AvatarMetadata => picture(asked, person)
            .await
            .map(|picture| (picture.id.clone(), metadata(&picture))),
        Part::AvatarData => picture(asked, person)
            .await
            .map(|picture| (picture.id.clone(), avatar::data(&picture.bytes))),
    };
    // Movim 2026-08 asks for avatars by the node's own name in place of an id, or without
    let wanted = |id: &str| ids.is_empty() || ids.iter().any(|asked| asked == id || asked == node);
    let item = found.filter(|(id, _)| wanted(id)).map(|(id, payload)| PubsubItem {
        id: Some(id),
        publisher: Some(person.id.as_str().to_owned()),
        payload: Some(payload),
    });
    if item.is_none() && !ids.is_empty() {
        return Err(no(Condition::ItemNotFound, "not-found: there is no such item"));
    }
    Ok(Some(pubsub::items(node, item.as_slice(), None)))
}

/// XEP-0292 §3.
pub(super) async fn vcard4(asked: &Asked<'_>) -> Answer {
    let person = person(asked).await?;
    Ok(Some(card(&person).to_vcard4()))
}

/// XEP-0054 §3.1, with the picture, as old clients know no other place for it.
pub(super) async fn vcard_temp(asked: &Asked<'_>) -> Answer {
    let person = person(asked).await?;
    let photo = picture(asked, &person).await;
    let photo = photo.map(|picture| (Some(picture.media_type.to_owned()), picture.bytes.clone()));
    Ok(Some(VCard { photo, ..card(&person) }.to_temp()))
}

async fn person(asked: &Asked<'_>) -> Result<ActorView, Fault> {
    if asked.is_bridge() {
        return Err(Fault::from(Condition::ServiceUnavailable));
    }
    asked.person().await.map_err(|refusal| fault(&refusal))
}

/// What a vCard says; the picture is served by the bridge, so that nobody's client asks elsewhere for it.
fn card(person: &ActorView) -> VCard {
    let vcard = written(&person.profile, &mut Vec::new()).vcard.unwrap_or_default();
    VCard {
        photo_url: None,
        ..vcard
    }
}

fn metadata(picture: &Picture) -> Element {
    avatar::metadata(&[AvatarInfo {
        id: picture.id.clone(),
        bytes: u64::try_from(picture.bytes.len()).ok(),
        media_type: Some(picture.media_type.to_owned()),
        width: None,
        height: None,
        url: None,
    }])
}

/// The picture, fetched where the sender may cause that.
async fn picture(asked: &Asked<'_>, person: &ActorView) -> Option<Arc<Picture>> {
    let media = person.profile.avatar.as_ref()?;
    asked
        .xmpp
        .avatars
        .picture(asked.context, &media.url, asked.is_served())
        .await
}
