//! An actor document <-> [`Profile`].
//!
//! Wire: `id type preferredUsername name summary icon image attachment url manuallyApprovesFollowers discoverable
//! indexable inbox endpoints.sharedInbox publicKey movedTo alsoKnownAs published updated`.
//! Spec: AP §4.1; Mastodon's `PropertyValue` fields and flags; FEP-fb2a (fields as notes); FEP-2c59 (`webfinger`).
//! Model: [`Profile`] with its endpoints; keys are read by [`keys`](crate::keys) only.
//! Losses: see `docs/mapping/profile.toml`.

use causeway_core::adapter::{Crossed, Outgoing, RenderContext, Rendered, Verb};
use causeway_core::id::ActorId;
use causeway_core::model::{
    Activity, ActorKind, CustomEmoji, Endpoints, Media, Payload, Profile, ProfileField, Tag, Text,
};
use causeway_core::refusal::Refusal;
use url::Url;

use crate::config::Config;
use crate::losses::Losses;
use crate::parse::malformed;
use crate::render::{self, on_network};
use crate::wire::out::{self, PUBLIC};
use crate::wire::{Doc, Link, Ref, web};
use crate::{document, ids, media, members, rules, tags, text};

/// Fields of a profile kept, at most.
const MAX_FIELDS: usize = 32;

/// Other accounts kept, at most.
const MAX_ALIASES: usize = 32;

/// Tags that say: do not bridge me.
// PRODUCT, Consent
const OPT_OUT: [&str; 2] = ["nobridge", "nobot"];

const BIO: text::Place = text::Place {
    property: "summary",
    rule: rules::PROFILE_BIO,
};
const FIELD: text::Place = text::Place {
    property: "value",
    rule: rules::PROFILE_FIELD,
};
const FIELD_NOTE: text::Place = text::Place {
    property: "content",
    rule: rules::PROFILE_FIELD,
};

/// What is read, or is of no use outside its own server.
const READ: &[&str] = &[
    "@context",
    "id",
    "@id",
    "type",
    "@type",
    "preferredUsername",
    "inbox",
    "outbox",
    "followers",
    "following",
    "name",
    "nameMap",
    "summary",
    "summaryMap",
    "icon",
    "image",
    "attachment",
    "tag",
    "url",
    "endpoints",
    "publicKey",
    "manuallyApprovesFollowers",
    "discoverable",
    "indexable",
    "bridgeable",
    "published",
    "updated",
    "alsoKnownAs",
    "movedTo",
    "webfinger",
    "featured",
    "featuredTags",
    "assertionMethod",
    "liked",
    "streams",
];

/// Whether `doc` is an actor.
// AS2 vocabulary §3.2
pub(crate) fn is_actor(doc: Doc<'_>) -> bool {
    kind(doc).is_some()
}

fn kind(doc: Doc<'_>) -> Option<ActorKind> {
    doc.types().find_map(|each| match each {
        "Person" => Some(ActorKind::Person),
        "Group" => Some(ActorKind::Group),
        "Organization" => Some(ActorKind::Organization),
        "Service" => Some(ActorKind::Service),
        "Application" => Some(ActorKind::Application),
        _ => None,
    })
}

/// Reads an actor document.
///
/// # Errors
/// `malformed` without an id or an inbox; `too-large`.
pub(crate) fn parse(doc: Doc<'_>) -> Result<Crossed, Refusal> {
    let mut losses = Losses::default();
    let actor = doc
        .id()
        .and_then(ids::actor)
        .ok_or_else(|| malformed("an actor without id"))?;
    // their emoji stay; hashtags stand in the text as well
    let tags = tags::parse(doc, &mut Losses::default());
    let bio = text::parse(doc, BIO, false, &mut losses)?;
    let profile = Profile {
        kind: kind(doc).unwrap_or_default(),
        handle: handle(doc, &mut losses),
        name: name(doc, &mut losses),
        fields: fields(doc, &mut losses)?,
        avatar: picture(doc, "icon", &mut losses),
        header: picture(doc, "image", &mut losses),
        emoji: tags.emoji,
        url: page(doc, &actor, &mut losses),
        locked: doc.flag("manuallyApprovesFollowers").unwrap_or_default(),
        discoverable: doc.flag("discoverable"),
        indexable: doc.flag("indexable"),
        bridgeable: bridgeable(doc, &tags.tags, &bio, &mut losses),
        moved_to: doc.first("movedTo").and_then(Ref::id).and_then(ids::actor),
        also_known_as: doc
            .ids("alsoKnownAs")
            .filter_map(ids::actor)
            .take(MAX_ALIASES)
            .collect(),
        created: doc.time("published"),
        edited: doc.time("updated"),
        reach: endpoints(doc)?,
        bio,
        ..Profile::of(actor.clone())
    };
    members::others(doc, READ, rules::PROFILE_EXTENSION, &mut losses);
    let at = profile.edited;
    let activity = Activity {
        id: None,
        actor,
        at,
        payload: Payload::Profile(Box::new(profile)),
    };
    Ok(Crossed::new(activity, losses.into_vec()))
}

/// The same profile under the address that discovery has proven both ways, if it has.
pub(crate) fn known_as(mut crossed: Crossed, proven: Option<&str>) -> Crossed {
    if let (Payload::Profile(profile), Some(handle)) = (&mut crossed.activity.payload, proven) {
        profile.handle = Some(handle.to_owned());
    }
    crossed
}

/// The address by the actor's own host. Another one, of a delegated domain, must be proven by looking it up.
// FEP-2c59 only hints at it
fn handle(doc: Doc<'_>, losses: &mut Losses) -> Option<String> {
    let id = doc.id()?;
    let handle = doc.text("preferredUsername").and_then(|name| ids::handle_at(name, id));
    if handle.is_none() {
        losses.dropped(
            rules::PROFILE_HANDLE,
            "preferredUsername",
            "no name that can be an address",
        );
    }
    handle
}

fn name(doc: Doc<'_>, losses: &mut Losses) -> Option<String> {
    let worded = doc.worded("name");
    let said = worded.plain.or_else(|| worded.map.first().map(|(_, name)| *name))?;
    let name: String = text::line(said).chars().take(500).collect();
    if name != said {
        losses.transformed(rules::PROFILE_NAME, "name", "one line without controls");
    }
    (!name.is_empty()).then_some(name)
}

fn picture(doc: Doc<'_>, property: &'static str, losses: &mut Losses) -> Option<Media> {
    let picture = media::picture(doc, property);
    if picture.is_none() && doc.has(property) {
        losses.dropped(rules::PROFILE_PICTURE, property, "no picture on the web");
    }
    picture
}

/// Their page for people: of their own host, like a post's.
fn page(doc: Doc<'_>, actor: &ActorId, losses: &mut Losses) -> Option<Url> {
    let links = doc.links("url");
    let page = links
        .iter()
        .filter(|link| ids::same_host(link.href, actor.as_str()))
        .find_map(Link::web);
    if page.is_none() && doc.has("url") {
        losses.dropped(rules::PROFILE_URL, "url", "on another host than the id");
    }
    page
}

/// Name and value pairs, in any of the three forms; the same name twice is one field said twice.
// Mastodon: PropertyValue; FEP-fb2a: Note and Link; WordPress sends both
fn fields(doc: Doc<'_>, losses: &mut Losses) -> Result<Vec<ProfileField>, Refusal> {
    let mut fields: Vec<ProfileField> = Vec::new();
    for entry in doc.docs("attachment") {
        let name = entry.text("name").map(text::line).unwrap_or_default();
        let value = if entry.is("PropertyValue") {
            text::parse(entry, FIELD, false, losses)?
        } else if entry.is("Note") {
            text::parse(entry, FIELD_NOTE, false, losses)?
        } else {
            entry
                .text("href")
                .and_then(web)
                .map(|url| linked(url.as_str()))
                .unwrap_or_default()
        };
        if name.is_empty() || value.is_empty() || fields.len() >= MAX_FIELDS {
            losses.dropped(rules::PROFILE_FIELD, "attachment", "no name and value, or too many");
        } else if fields.iter().all(|field| field.name != name) {
            fields.push(ProfileField { name, value });
        }
    }
    Ok(fields)
}

fn linked(url: &str) -> Text {
    let shown = text::escaped(url);
    Text {
        html: Some(format!("<a href=\"{shown}\" rel=\"me\">{shown}</a>")),
        ..Text::plain(url)
    }
}

/// What they say about bridging: by the flag, or by a tag in the text about themself.
fn bridgeable(doc: Doc<'_>, tags: &[Tag], bio: &Text, losses: &mut Losses) -> Option<bool> {
    let opts_out = |name: &str| OPT_OUT.iter().any(|each| name.eq_ignore_ascii_case(each));
    let mut words = bio.plain.split(|each: char| !each.is_alphanumeric() && each != '#');
    let tagged =
        tags.iter().any(|tag| opts_out(&tag.name)) || words.any(|word| word.strip_prefix('#').is_some_and(opts_out));
    if tagged {
        losses.transformed(rules::PROFILE_OPT_OUT, "summary", "a tag that says: do not bridge");
        return Some(false);
    }
    doc.flag("bridgeable")
}

fn endpoints(doc: Doc<'_>) -> Result<Endpoints, Refusal> {
    let own = doc.first("inbox").and_then(Ref::id).and_then(ids::reach);
    let own = own.ok_or_else(|| malformed("an actor without inbox"))?;
    let shared = doc
        .docs("endpoints")
        .next()
        .and_then(|endpoints| endpoints.text("sharedInbox"))
        .and_then(ids::reach);
    // Mastodon trusts it likewise: a shared inbox of another host is nobody's to give
    let shared = shared.filter(|shared| shared.host == own.host);
    Ok(Endpoints { own: Some(own), shared })
}

/// Writes `Update` of an actor, or its `Delete`. Nobody is told of a profile that is new.
// AP §7.3
pub(crate) fn render(
    config: &Config,
    outgoing: &Outgoing,
    profile: &Profile,
    context: &RenderContext<'_>,
) -> Result<Rendered, Refusal> {
    let actor = on_network(&profile.actor)?;
    match outgoing.verb {
        Verb::Create | Verb::Update => {}
        Verb::Retract => return crate::retraction::delete_actor(outgoing, actor),
        Verb::Relay => return Err(render::never(outgoing)),
    }
    let mut losses = Losses::default();
    let document = document::person(config, profile, context.public_key, &mut losses)?;
    let id = ids::activity(actor.as_str(), Verb::Update, outgoing.version);
    let mut activity = out::Activity::new("Update", id, actor.as_str(), document);
    activity.published = profile.edited;
    activity.to = vec![PUBLIC.to_owned()];
    activity.cc = vec![ids::followers(actor)];
    render::finish(outgoing, actor, None, activity, losses)
}

/// The tags of an actor document: emoji only.
pub(crate) fn emoji_tags(emoji: &[CustomEmoji]) -> Vec<out::Tag> {
    emoji.iter().map(tags::render_emoji).collect()
}
