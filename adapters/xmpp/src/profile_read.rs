//! What a local user's own server shows of them to strangers.

use bytes::Bytes;
use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::model::{Endpoints, Profile, Reach};
use causeway_core::refusal::{Reason, Refusal};
use minidom::Element;
use url::Url;

use crate::ids::{self, Item, Place};
use crate::service::avatar::image_type;
use crate::watch::read;
use crate::wire::avatar::{self, AvatarInfo};
use crate::wire::bundle::Bundle;
use crate::wire::nick::NICK;
use crate::wire::vcard::{VCARD_TEMP, VCARD4_NODE, VCard};
use crate::xml::bare;
use crate::{Xmpp, profile as mapping};

/// Forms of an avatar tried at most.
const FORMS: usize = 3;
/// Bytes of a picture taken at most.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// The profile of `actor`, with where it is reached. What is not public is left out.
///
/// # Errors
/// `not-found` for what is no account on XMPP; `Retry` when there is no stream, or a node could not be read now: an empty
/// profile is one that says nothing, not one that nobody could read.
pub(crate) async fn profile(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<Profile, Refusal> {
    let jid = ids::jid_of(actor).filter(|jid| ids::has_local_part(jid));
    let jid = jid.ok_or_else(|| Refusal::reject(Reason::NotFound, "not an account on XMPP"))?;
    if !xmpp.connected() {
        return Err(Refusal::retry(
            Reason::HostUnreachable,
            "there is no stream to the XMPP server",
        ));
    }
    let bundle = bundle(xmpp, context, actor).await?;
    let own = Reach {
        host: ids::domain_of(jid).to_owned(),
        address: jid.to_owned(),
    };
    Ok(Profile {
        reach: Endpoints {
            own: Some(own),
            shared: None,
        },
        ..mapping::read(actor, &bundle, &mut Vec::new())
    })
}

/// All that the three nodes, and where they are closed the vCard of old, say to a stranger. A picture that has no address
/// of its own is kept, and has one of ours.
///
/// # Errors
/// `Retry` when a part could not be read now.
pub(crate) async fn bundle(xmpp: &Xmpp, context: &Context, actor: &ActorId) -> Result<Bundle, Refusal> {
    let mut bundle = Bundle::default();
    for node in [NICK, VCARD4_NODE, avatar::METADATA] {
        if let Some(payload) = newest(xmpp, context, actor, node).await? {
            bundle.take(&payload);
        }
    }
    if bundle.vcard.is_none() {
        let answer = read::stranger(xmpp, context, actor.as_str(), bare("vCard", VCARD_TEMP)).await;
        // the same server said just now that there is nothing else: one that has no vCards answers service-unavailable
        let answer = match answer {
            Err(refusal) if refusal.reason == Reason::HostRefused => None,
            answer => shown(answer)?.flatten(),
        };
        bundle.vcard = answer.as_ref().and_then(VCard::from_element);
    }
    bundle.avatar = picture(xmpp, context, actor, &mut bundle).await?.into_iter().collect();
    Ok(bundle)
}

/// What is shown to strangers, if anything: only an answer says that nothing is.
fn shown<T>(answer: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(shown) => Ok(Some(shown)),
        Err(refusal) if refusal.is_transient() => Err(refusal),
        Err(refusal) => {
            tracing::debug!(%refusal, "not shown to strangers");
            Ok(None)
        }
    }
}

async fn newest(xmpp: &Xmpp, context: &Context, actor: &ActorId, node: &str) -> Result<Option<Element>, Refusal> {
    let Some(place) = Place::new(actor.as_str(), node) else {
        return Ok(None);
    };
    let items = shown(read::newest(xmpp, context, &place, 1).await)?;
    Ok(items
        .into_iter()
        .flatten()
        .next_back()
        .and_then(|newest| newest.payload))
}

/// The form of the avatar to show: one with an address, else one of those in the data node, else the vCard's.
// PRODUCT: Networks, "Avatars"; XEP-0084 §4.2.1
async fn picture(
    xmpp: &Xmpp,
    context: &Context,
    actor: &ActorId,
    bundle: &mut Bundle,
) -> Result<Option<AvatarInfo>, Refusal> {
    let photo = bundle.vcard.as_mut().and_then(|vcard| vcard.photo.take());
    let forms = std::mem::take(&mut bundle.avatar);
    if let Some(form) = forms.iter().find(|form| form.url.is_some()) {
        return Ok(Some(form.clone()));
    }
    for form in forms.into_iter().take(FORMS) {
        if let Some(bytes) = bytes(xmpp, context, actor, &form).await?
            && let Some(kept) = kept(xmpp, context, bytes).await
        {
            return Ok(Some(AvatarInfo {
                width: form.width,
                height: form.height,
                ..kept
            }));
        }
    }
    let Some((_, photo)) = photo else {
        return Ok(None);
    };
    Ok(kept(xmpp, context, photo).await)
}

async fn bytes(xmpp: &Xmpp, context: &Context, actor: &ActorId, form: &AvatarInfo) -> Result<Option<Bytes>, Refusal> {
    let Some(item) = Item::new(actor.as_str(), avatar::DATA, &form.id) else {
        return Ok(None);
    };
    let found = shown(read::one(xmpp, context, &item).await)?;
    let bytes = found
        .and_then(|found| found.payload)
        .and_then(|payload| avatar::bytes(&payload));
    // the item's id is the hash of what it holds: XEP-0084 §4.1
    Ok(bytes.filter(|bytes| avatar::id(bytes).eq_ignore_ascii_case(item.id())))
}

async fn kept(xmpp: &Xmpp, context: &Context, bytes: Bytes) -> Option<AvatarInfo> {
    let media_type = image_type(&bytes).filter(|_| bytes.len() <= MOST_BYTES)?;
    let (id, size) = (avatar::id(&bytes), bytes.len());
    let url = address(&xmpp.media_base, &id, media_type)?;
    let stored = context.media.put(&id, media_type, bytes).await;
    stored
        .inspect_err(|refusal| tracing::info!(%refusal, "an avatar was not kept"))
        .ok()?;
    Some(AvatarInfo {
        id,
        bytes: u64::try_from(size).ok(),
        media_type: Some(media_type.to_owned()),
        width: None,
        height: None,
        url: Some(url.to_string()),
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
