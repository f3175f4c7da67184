//! Documents that are asked for: actors, objects, collections.
//!
//! What it is: the answer to a GET with an ActivityPub media type; the same bytes as inside an activity.
//! Spec: AP §3.2 (retrieving objects), §4.1 (actors), §5 (collections); AS2 vocabulary §3.3 `Tombstone`.
//! Who may see what is decided before: a [`Resource`] holds only what its reader may see.

mod collections;

use std::collections::BTreeMap;

use causeway_core::adapter::{Outgoing, RenderContext, Rendered, Resource, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::{Activity, ActorKind, Payload, Profile};
use causeway_core::ports::{ActorView, ObjectView, Standing};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::losses::Losses;
use crate::wire::out::{self, Attachment, Document, MEDIA_TYPE, Tombstone};
use crate::{comment, ids, media, poll, post, profile, render, rules, text};

/// The media type that AP names first.
// AP §3.2
const LD_JSON: &str = "application/ld+json";

/// The document for `resource`, if one of `accept` is a media type of ActivityPub.
///
/// The result is `Err` with disposition `Gone` for an actor that is no more, and for what is not carried.
/// A retracted object is a `Tombstone`, to be answered with 410.
pub fn representation(
    config: &Config,
    resource: &Resource,
    accept: &[String],
    context: &RenderContext<'_>,
) -> Option<Result<Rendered, Refusal>> {
    accept
        .iter()
        .any(|each| is_activity_type(each))
        .then(|| match resource {
            Resource::Actor(view) => actor(config, view, context),
            Resource::Object(view) => object(config, view, context),
            Resource::Outbox { actor, total, page } => {
                collections::outbox(config, actor, *total, page.as_ref(), context)
            }
            Resource::Replies {
                actor,
                object,
                total,
                page,
            } => collections::replies(actor, object, *total, page.as_ref()),
            Resource::Followers { actor, total, page } => {
                collections::people(actor, ids::followers(actor), *total, page.as_ref())
            }
            Resource::Following { actor, total, page } => {
                collections::people(actor, ids::following(actor), *total, page.as_ref())
            }
        })
}

fn is_activity_type(accept: &str) -> bool {
    let essence = accept.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(MEDIA_TYPE) || essence.eq_ignore_ascii_case(LD_JSON)
}

/// An actor of ours.
// AP §4.1
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Actor {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    preferred_username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    webfinger: Option<String>,
    name: String,
    summary: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    summary_map: BTreeMap<String, String>,
    url: String,
    inbox: String,
    outbox: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    following: Option<String>,
    endpoints: SharedInbox,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Attachment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachment: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag: Vec<out::Tag>,
    manually_approves_followers: bool,
    discoverable: bool,
    indexable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_known_as: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<PublicKey>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SharedInbox {
    shared_inbox: String,
}

#[derive(Debug, Serialize)]
struct Field {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicKey {
    id: String,
    owner: String,
    public_key_pem: String,
}

/// The actor that `profile`, in this network's terms, shows.
///
/// # Errors
/// `not-opted-in` when it has no id on this network.
pub(crate) fn person(
    config: &Config,
    profile: &Profile,
    public_key: Option<&str>,
    losses: &mut Losses,
) -> Result<Actor, Refusal> {
    let actor = render::on_network(&profile.actor)?;
    let id = actor.as_str().to_owned();
    let name = profile.handle.as_deref().and_then(|handle| handle.split('@').next());
    let name = name.or_else(|| config.opaque_of(&id)).unwrap_or("unknown");
    let known_here = |other: &&ActorId| *other.network() == ids::NETWORK;
    if profile
        .also_known_as
        .iter()
        .chain(&profile.moved_to)
        .any(|other| !known_here(&other))
    {
        losses.dropped(rules::PROFILE_ALIAS, "also_known_as", "not on this network");
    }
    if profile.bio.source.is_some() {
        losses.dropped(rules::PROFILE_BIO, "bio.source", "an actor has none");
    }
    let bio = text::render(&profile.bio, "", "", &[]);
    Ok(Actor {
        kind: kind(profile.kind),
        preferred_username: name.to_owned(),
        webfinger: profile.handle.clone(),
        name: profile.name.clone().unwrap_or_else(|| name.to_owned()),
        summary: bio.content,
        summary_map: bio.content_map,
        url: page(profile, losses),
        inbox: ids::inbox(actor),
        outbox: ids::outbox(actor),
        followers: Some(ids::followers(actor)),
        following: Some(ids::following(actor)),
        endpoints: SharedInbox {
            shared_inbox: config.shared_inbox(),
        },
        icon: profile.avatar.as_ref().map(|avatar| picture(avatar, losses)),
        image: profile.header.as_ref().map(|header| picture(header, losses)),
        attachment: profile.fields.iter().map(field).collect(),
        tag: profile::emoji_tags(&profile.emoji),
        manually_approves_followers: profile.locked,
        // PRODUCT, Consent: false until they say otherwise
        discoverable: profile.discoverable.unwrap_or_default(),
        indexable: profile.indexable.unwrap_or_default(),
        published: profile.created,
        updated: profile.edited,
        moved_to: profile
            .moved_to
            .as_ref()
            .filter(known_here)
            .map(|to| to.as_str().to_owned()),
        also_known_as: profile
            .also_known_as
            .iter()
            .filter(known_here)
            .map(|other| other.as_str().to_owned())
            .collect(),
        public_key: public_key.map(|pem| key(actor, pem)),
        id,
    })
}

/// The page for people: the id shows one to a browser, unless there is another of its host.
fn page(profile: &Profile, losses: &mut Losses) -> String {
    let page = profile.url.as_ref().map(Url::as_str);
    match page.filter(|page| ids::same_host(page, profile.actor.as_str())) {
        Some(page) => page.to_owned(),
        None => {
            if page.is_some() {
                losses.dropped(rules::PROFILE_URL, "url", "on another host than the id");
            }
            profile.actor.as_str().to_owned()
        }
    }
}

fn kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Person => "Person",
        ActorKind::Group => "Group",
        ActorKind::Organization => "Organization",
        ActorKind::Service | ActorKind::Feed => "Service",
        ActorKind::Application => "Application",
    }
}

/// A picture as programs read it: address, type and description.
fn picture(picture: &causeway_core::model::Media, losses: &mut Losses) -> Attachment {
    if picture.blurhash.is_some() || picture.focal_point.is_some() || picture.preview.is_some() {
        losses.dropped(
            rules::PROFILE_PICTURE,
            "avatar",
            "only address, type, size and description",
        );
    }
    let plain = causeway_core::model::Media {
        blurhash: None,
        focal_point: None,
        preview: None,
        ..picture.clone()
    };
    Attachment {
        kind: "Image",
        ..media::attachment(&plain)
    }
}

fn field(field: &causeway_core::model::ProfileField) -> Field {
    let value = field
        .value
        .html
        .clone()
        .unwrap_or_else(|| text::escaped(&field.value.plain));
    Field {
        kind: "PropertyValue",
        name: field.name.clone(),
        value,
    }
}

fn key(actor: &ActorId, pem: &str) -> PublicKey {
    PublicKey {
        id: ids::key(actor),
        owner: actor.as_str().to_owned(),
        public_key_pem: pem.to_owned(),
    }
}

/// The document of an actor of ours.
fn actor(config: &Config, view: &ActorView, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
    if matches!(view.standing, Standing::Stopped | Standing::Gone) {
        return Err(Refusal::gone(Reason::ActorGone, "the account is gone"));
    }
    let mut losses = Losses::default();
    let profile = Profile {
        actor: view.id.clone(),
        ..view.profile.clone()
    };
    // keys are made when first asked for: the view may be older than the key
    let key = context.public_key.or(view.public_key.as_deref());
    let document = person(config, &profile, key, &mut losses)?;
    let id = Some(document.id.clone());
    rendered(&view.id, None, id, Document::bytes(document)?, losses)
}

/// The instance actor, which signs what this bridge fetches.
///
/// # Errors
/// `internal` if it cannot be written.
pub fn instance_actor(config: &Config, public_key: &str) -> Result<Rendered, Refusal> {
    let actor = config.instance_actor();
    let host = config.authority();
    let mut profile = Profile::of(actor.clone());
    profile.kind = ActorKind::Application;
    profile.handle = Some(format!("{host}@{host}"));
    profile.locked = true;
    let document = person(config, &profile, Some(public_key), &mut Losses::default())?;
    let document = Actor {
        followers: None,
        following: None,
        ..document
    };
    rendered(
        &actor,
        None,
        Some(actor.as_str().to_owned()),
        Document::bytes(document)?,
        Losses::default(),
    )
}

/// The document of an object of ours: the object itself, or what is left of it.
fn object(config: &Config, view: &ObjectView, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
    let author = view.author.actor.clone();
    let mut losses = Losses::default();
    let body = match (&view.payload, view.gone) {
        (_, Some(_)) | (None, _) => {
            let id = view.id.as_str().to_owned();
            Document::bytes(Tombstone {
                id,
                kind: "Tombstone",
                deleted: view.gone,
            })?
        }
        (Some(Payload::Post(each)), None) => Document::bytes(post::render(each, None, &mut losses)?)?,
        (Some(Payload::Comment(each)), None) if each.post.vote.is_some() => {
            Document::bytes(poll::document(&each.post, each.parent.as_ref())?)?
        }
        (Some(Payload::Comment(each)), None) => Document::bytes(comment::render(each, &mut losses)?)?,
        (
            Some(
                payload @ (Payload::Reaction(_)
                | Payload::Repost(_)
                | Payload::Follow(_)
                | Payload::Profile(_)
                | Payload::Retraction(_)
                | Payload::Direct(_)
                | Payload::Move(_)
                | Payload::Block(_)
                | Payload::Report(_)),
            ),
            None,
        ) => return render::render(config, &outgoing(view, payload.clone()), context),
    };
    rendered(&author, Some(&view.id), Some(view.id.as_str().to_owned()), body, losses)
}

fn outgoing(view: &ObjectView, payload: Payload) -> Outgoing {
    let actor = view.author.actor.clone();
    Outgoing {
        verb: Verb::Create,
        activity: Activity {
            id: None,
            actor,
            at: None,
            payload,
        },
        version: view.version,
    }
}

/// An answer with these bytes.
fn rendered(
    actor: &ActorId,
    object: Option<&ObjectId>,
    id: Option<String>,
    body: bytes::Bytes,
    losses: Losses,
) -> Result<Rendered, Refusal> {
    let (actor, object, losses) = (actor.clone(), object.cloned(), losses.into_vec());
    Ok(Rendered {
        media_type: MEDIA_TYPE,
        body,
        actor,
        object,
        verb: Verb::Create,
        id,
        losses,
    })
}
