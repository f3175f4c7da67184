//! What a local user's own server shows of them to strangers.

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::model::{Endpoints, Media, Profile, Reach};
use causeway_core::refusal::{Reason, Refusal};
use minidom::Element;
use url::Url;

use crate::ids::{self, Item, Place, Reference, read_uri};
use crate::service::avatar::image_type;
use crate::watch::read;
use crate::wire::avatar;
use crate::wire::bundle::Bundle;
use crate::wire::nick::NICK;
use crate::wire::vcard::{VCARD_TEMP, VCARD4_NODE, VCard};
use crate::xml::bare;
use crate::{Xmpp, profile as mapping};

/// Bytes of a picture taken at most.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// The profile of `actor`, with where it is reached. What is not public is left out.
///
/// # Errors
/// `not-found` for what is no account on XMPP; `Retry` when there is no stream.
pub(crate) async fn profile(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<Profile, Refusal> {
    let jid = ids::jid_of(actor).filter(|jid| ids::has_local_part(jid));
    let jid = jid.ok_or_else(|| Refusal::reject(Reason::NotFound, "not an account on XMPP"))?;
    if !xmpp.connected() {
        return Err(Refusal::retry(
            Reason::HostUnreachable,
            "there is no stream to the XMPP server",
        ));
    }
    let bundle = bundle(xmpp, context, actor).await;
    let mut profile = mapping::read(actor, &bundle, &mut Vec::new());
    profile.avatar = match profile.avatar.take() {
        Some(media) => served(xmpp, context, media, &bundle).await,
        None => photo(xmpp, context, &bundle).await,
    };
    let own = Reach {
        host: ids::domain_of(jid).to_owned(),
        address: jid.to_owned(),
    };
    profile.reach = Endpoints {
        own: Some(own),
        shared: None,
    };
    Ok(profile)
}

/// All that the three nodes, and where they are closed the vCard of old, say to a stranger.
pub(crate) async fn bundle(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Bundle {
    let mut bundle = Bundle::default();
    for node in [NICK, VCARD4_NODE, avatar::METADATA] {
        if let Some(payload) = newest(xmpp, context, actor, node).await {
            bundle.take(&payload);
        }
    }
    if bundle.vcard.is_none() {
        let answer = read::stranger(xmpp, context, actor.as_str(), bare("vCard", VCARD_TEMP)).await;
        bundle.vcard = answer.ok().flatten().as_ref().and_then(VCard::from_element);
    }
    bundle
}

async fn newest(xmpp: &Xmpp, context: &Context, actor: &ActorId, node: &str) -> Option<Element> {
    let place = Place::new(actor.as_str(), node)?;
    let items = read::newest(xmpp, context, &place, 1).await;
    let items = items
        .inspect_err(|refusal| tracing::debug!(%refusal, %actor, node, "not shown to strangers"))
        .ok()?;
    items.into_iter().next_back()?.payload
}

/// A picture that stands only in its node is served under our own URL; one that has an address keeps it.
// PRODUCT: Networks, "Avatars"
async fn served(xmpp: &Xmpp, context: &Context, media: Media, bundle: &Bundle) -> Option<Media> {
    let Some(Reference::Item(item)) = read_uri(media.url.as_str()) else {
        return Some(media);
    };
    match bytes(xmpp, context, &item).await {
        Some(bytes) => kept(xmpp, context, bytes, media).await,
        None => photo(xmpp, context, bundle).await,
    }
}

async fn bytes(xmpp: &Xmpp, context: &Context, item: &Item) -> Option<bytes::Bytes> {
    let found = read::one(xmpp, context, item).await.ok()?;
    let bytes = avatar::bytes(found.payload.as_ref()?)?;
    // the item's id is the hash of what it holds: XEP-0084 §4.1
    (avatar::id(&bytes) == item.id()).then_some(bytes)
}

async fn photo(xmpp: &Xmpp, context: &Context, bundle: &Bundle) -> Option<Media> {
    let (_, bytes) = bundle.vcard.as_ref()?.photo.clone()?;
    kept(xmpp, context, bytes, Media::at(xmpp.media_base.clone())).await
}

async fn kept(xmpp: &Xmpp, context: &Context, bytes: bytes::Bytes, media: Media) -> Option<Media> {
    let media_type = image_type(&bytes).filter(|_| bytes.len() <= MOST_BYTES)?;
    let (sha1, size) = (avatar::id(&bytes), bytes.len());
    let url = address(&xmpp.media_base, &sha1, media_type)?;
    let stored = context.media.put(&sha1, media_type, bytes).await;
    stored
        .inspect_err(|refusal| tracing::info!(%refusal, "an avatar was not kept"))
        .ok()?;
    Some(Media {
        url,
        media_type: Some(media_type.to_owned()),
        size: u64::try_from(size).ok(),
        ..media
    })
}

fn address(base: &Url, sha1: &str, media_type: &str) -> Option<Url> {
    let extension = match media_type {
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => "png",
    };
    base.join(&format!("/media/avatar/{sha1}.{extension}")).ok()
}
