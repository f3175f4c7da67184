//! Profiles.
//!
//! Wire: the payloads of three nodes of an account (nick, vCard4, avatar metadata), bundled.
//! Spec: XEP-0172 1.1, XEP-0292 0.12.0, XEP-0084 1.1.4.
//! Model: [`Profile`]. Losses in: birthdays and whatever else is not for the web; out: markup, header, emoji.
//!
//! An event tells of one node only, and a profile is whole: all of it is asked for, as strangers see it
//! ([`Wanted::Profile`]). What the event holds is newer by nothing, and may be more than strangers see.

use causeway_core::adapter::{Answer, Crossed, Outgoing, ParseContext, Rendered, Verb};
use causeway_core::id::ActorId;
use causeway_core::loss::Loss;
use causeway_core::model::{Activity, ActorKind, Media, Payload, Profile, ProfileField, Text};
use causeway_core::refusal::{Reason, Refusal};
use causeway_formats::html::{display_name, from_plain, sanitise};
use minidom::Element;
use url::Url;

use crate::arrived::Stop;
use crate::ids::{self, Item, Wanted};
use crate::media::web_address;
use crate::rules;
use crate::wire::avatar::{self, AvatarInfo};
use crate::wire::bundle::Bundle;
use crate::wire::document;
use crate::wire::item::STANZA_MEDIA_TYPE;
use crate::wire::vcard::VCard;

/// Longest name, in characters.
const MAX_NAME: usize = 256;
/// Fields of one profile.
const MAX_FIELDS: usize = 16;
/// Longest text about oneself, in bytes.
const MAX_BIO: usize = 16 * 1024;

/// What became of the part of a profile that a node of `actor` holds now.
pub(crate) fn parse(actor: &ActorId, part: &Element, context: &ParseContext<'_>) -> Result<Crossed, Stop> {
    let need = Wanted::Profile(actor.clone()).need();
    if !Bundle::default().take(part) {
        return Err(Refusal::ignore(Reason::UnsupportedKind, "nothing of a profile").into());
    }
    let bundle = match context.lookup.lookup(&need) {
        Answer::NotAsked => return Err(Stop::Needs(need)),
        Answer::Failed(refusal) => return Err(refusal.clone().into()),
        Answer::Found(wire) => Bundle::from_element(&document::read(&wire.body)?).unwrap_or_default(),
    };
    Ok(crossed(actor, &bundle))
}

/// A whole bundle, as it was read.
pub(crate) fn crossed(actor: &ActorId, bundle: &Bundle) -> Crossed {
    let mut losses = Vec::new();
    let payload = Payload::Profile(Box::new(read(actor, bundle, &mut losses)));
    let activity = Activity {
        id: None,
        actor: actor.clone(),
        at: None,
        payload,
    };
    Crossed::new(activity, losses)
}

/// The profile of `actor` from all that XMPP says of them. An avatar that exists only as bytes has the address of the
/// item that holds them: `xmpp:JID?;node=urn:xmpp:avatar:data;item=SHA1`.
pub fn read(actor: &ActorId, bundle: &Bundle, losses: &mut Vec<Loss>) -> Profile {
    let vcard = bundle.vcard.clone().unwrap_or_default();
    if vcard.birthday.is_some() || vcard.photo.is_some() {
        losses.push(rules::PROFILE_UNKNOWN.loss("vcard", "not for the web"));
    }
    let mut urls = vcard.urls.iter().filter_map(|url| web_address(url));
    let names = [
        bundle.nick.as_deref(),
        vcard.full_name.as_deref(),
        vcard.nickname.as_deref(),
    ];
    let name = names
        .into_iter()
        .flatten()
        .map(display_name)
        .find(|name| !name.is_empty());
    let avatar = bundle.avatar.iter().find_map(|info| picture(actor, info));
    Profile {
        handle: Some(actor.as_str().to_owned()),
        name: name.map(|name| name.chars().take(MAX_NAME).collect()),
        bio: Text::plain(cut(vcard.note.as_deref().unwrap_or_default(), MAX_BIO)),
        kind: kind(vcard.kind.as_deref()),
        url: urls.next(),
        fields: urls.take(MAX_FIELDS).filter_map(|url| further(&url)).collect(),
        avatar: avatar.or_else(|| vcard.photo_url.as_deref().and_then(web_address).map(Media::at)),
        ..Profile::of(actor.clone())
    }
}

/// What XMPP can say of a profile. The avatar's metadata needs its bytes and is left to whoever serves them; its address
/// stands in the vCard.
pub fn written(profile: &Profile, losses: &mut Vec<Loss>) -> Bundle {
    let name = display_name(profile.shown_name());
    let markup = |html: &str| sanitise(&from_plain(&profile.bio.plain), None).is_ok_and(|plain| plain.html() != html);
    if profile.bio.html.as_deref().is_some_and(markup) {
        losses.push(rules::PROFILE_MARKUP.loss("bio.html", "plain text only"));
    }
    if !profile.fields.is_empty() {
        losses.push(rules::PROFILE_FIELD.loss("fields", "become lines of the note, links addresses too"));
    }
    if profile.header.is_some() || !profile.emoji.is_empty() {
        losses.push(rules::PROFILE_OTHER.loss("header, emoji", "no vCard has them"));
    }
    if profile.moved_to.is_some() || !profile.also_known_as.is_empty() {
        losses.push(rules::PROFILE_OTHER.loss("moved_to, also_known_as", "a line of the note, or nothing"));
    }
    let vcard = VCard {
        full_name: Some(name.clone()),
        nickname: profile.handle.clone(),
        note: Some(note(profile)).filter(|note| !note.is_empty()),
        kind: kind_name(profile.kind).map(str::to_owned),
        urls: profile
            .url
            .iter()
            .map(ToString::to_string)
            .chain(linked(profile))
            .collect(),
        photo_url: profile.avatar.as_ref().map(|avatar| avatar.url.to_string()),
        ..VCard::default()
    };
    Bundle {
        nick: Some(name),
        vcard: Some(vcard),
        avatar: Vec::new(),
    }
}

/// Sorts of actors as vCards have them.
// RFC 6350 §6.1.4, and its registry: application
fn kind(named: Option<&str>) -> ActorKind {
    match named.map(str::to_ascii_lowercase).as_deref() {
        Some("application") => ActorKind::Service,
        Some("group") => ActorKind::Group,
        Some("org") => ActorKind::Organization,
        _ => ActorKind::Person,
    }
}

fn kind_name(kind: ActorKind) -> Option<&'static str> {
    match kind {
        ActorKind::Person => None,
        ActorKind::Group => Some("group"),
        ActorKind::Organization => Some("org"),
        ActorKind::Service | ActorKind::Application | ActorKind::Feed => Some("application"),
    }
}

/// A further address of a vCard: a field by the name of its host.
fn further(url: &Url) -> Option<ProfileField> {
    let name = url.host_str()?.trim_start_matches("www.").to_owned();
    let shown = url.as_str().replace('&', "&amp;");
    let html = format!("<a href=\"{shown}\" rel=\"me\">{shown}</a>");
    let value = Text {
        html: Some(html),
        ..Text::plain(url.as_str())
    };
    Some(ProfileField { name, value })
}

/// The addresses that fields lead to, besides the page; in sanitised HTML, whose attributes all stand in double quotes.
fn linked(profile: &Profile) -> impl Iterator<Item = String> {
    let html = profile.fields.iter().filter_map(|field| field.value.html.as_deref());
    let hrefs = html.filter_map(|html| html.split(" href=\"").nth(1)?.split('"').next());
    let urls = hrefs.filter_map(|href| web_address(&href.replace("&amp;", "&")));
    let page = profile.url.clone();
    urls.filter(move |url| Some(url) != page.as_ref())
        .map(|url| url.to_string())
        .take(MAX_FIELDS)
}

/// A bundle, which whoever delivers it takes apart into the events of the nodes that changed.
pub(crate) fn render(outgoing: &Outgoing, profile: &Profile) -> Result<Rendered, Refusal> {
    let mut losses = Vec::new();
    // whoever is gone says nothing of themself
    let bundle = match outgoing.verb {
        Verb::Retract => Bundle::default(),
        Verb::Create | Verb::Update | Verb::Relay => written(profile, &mut losses),
    };
    let element = document::clean(bundle.to_element());
    Ok(Rendered {
        media_type: STANZA_MEDIA_TYPE,
        body: document::write(&element)?,
        actor: outgoing.activity.actor.clone(),
        object: None,
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses,
    })
}

fn note(profile: &Profile) -> String {
    let fields = profile
        .fields
        .iter()
        .map(|field| format!("{}: {}", display_name(&field.name), field.value.plain.trim()));
    let moved = profile.moved_to.as_ref().map(|to| format!("Moved to: {}", to.as_str()));
    let lines: Vec<_> = std::iter::once(profile.bio.plain.trim().to_owned())
        .chain(moved)
        .chain(fields)
        .collect();
    cut(lines.join("\n").trim(), MAX_BIO)
}

fn picture(actor: &ActorId, info: &AvatarInfo) -> Option<Media> {
    // XEP-0084 §4.2.1: without an address it is in the data node
    let item = || Item::new(ids::jid_of(actor)?, avatar::DATA, &info.id).and_then(|item| Url::parse(&item.uri()).ok());
    let url = match &info.url {
        Some(url) => web_address(url)?,
        None => item()?,
    };
    Some(Media {
        media_type: info.media_type.clone(),
        size: info.bytes,
        width: info.width,
        height: info.height,
        ..Media::at(url)
    })
}

fn cut(text: &str, limit: usize) -> String {
    text.get(..text.floor_char_boundary(limit))
        .unwrap_or_default()
        .to_owned()
}
