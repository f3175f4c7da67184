//! Messages between two people.
//!
//! Wire: `<message type="chat" id>` with `<body/>`, `<replace/>`, `<reply/>`, `<retract/>`, `<file-sharing/>`, `<x/>`.
//! Spec: RFC 6121 §5, XEP-0308 §3, XEP-0424 §3, XEP-0447 §3, XEP-0461 §3.
//! Model: [`DirectMessage`], [`Retraction`]. It stands in no node; its id is its sender's JID and the id of its stanza.
//! Losses: markup, who else got it, what a file has no element for; a content warning is the first line.

use causeway_core::adapter::{Crossed, Outgoing, Rendered, Verb};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::loss::Loss;
use causeway_core::model::{
    Activity, Audience, DirectMessage, Lang, Media, Payload, Retracted, Retraction, Scope, Text,
};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use minidom::Element;

use crate::Config;
use crate::ids;
use crate::media::{MAX_MEDIA, web_address};
use crate::rules;
use crate::text::MAX_PLAIN;
use crate::wire::document;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::STANZA_MEDIA_TYPE;
use crate::wire::message::{File, Message};
use crate::xml::{Build, attr};

/// Marks the line of a content warning.
const WARNING: &str = "\u{26a0} ";

pub(crate) fn parse(
    config: &Config,
    element: &Element,
    envelope: &Envelope,
    received: Timestamp,
) -> Result<Crossed, Refusal> {
    let (sender, recipient) = ends(config, element, envelope)?;
    let message = Message::from_element(element);
    if let Some(id) = &message.retracts {
        let target = Retracted::Object(named(&sender, id)?);
        return Ok(crossed(
            sender,
            received,
            Payload::Retraction(Retraction { target }),
            Vec::new(),
        ));
    }
    let mut losses = Vec::new();
    let media = taken(&message.files, &mut losses);
    if message.body.is_empty() && media.is_empty() {
        return Err(Refusal::ignore(Reason::UnsupportedKind, "a message that says nothing"));
    }
    // XEP-0308 §3: every correction names the first version
    let id = message.replaces.as_ref().or(message.id.as_ref());
    let id = id.ok_or_else(|| malformed("a message without an id"))?;
    let corrected = message.replaces.is_some();
    let parent = message.answers.as_ref().and_then(|(to, id)| {
        let author = ids::resolve_virtual(config, to).or_else(|| ids::actor(to))?;
        named(&author, id).ok()
    });
    let direct = DirectMessage {
        id: named(&sender, id)?,
        author: sender.clone(),
        audience: Audience::new(Scope::Direct, [recipient]),
        summary: None,
        text: Text {
            lang: message.lang.as_deref().and_then(Lang::parse),
            ..Text::plain(message.body)
        },
        media,
        parent,
        published: (!corrected).then_some(received),
        edited: corrected.then_some(received),
    };
    Ok(crossed(sender, received, Payload::Direct(Box::new(direct)), losses))
}

/// Who writes to whom. A file says so itself.
fn ends(config: &Config, element: &Element, envelope: &Envelope) -> Result<(ActorId, ActorId), Refusal> {
    let in_file = |name| attr(element, name).filter(|_| envelope.how == How::File);
    let from = envelope.from.clone().or_else(|| in_file("from"));
    let to = envelope.to.clone().or_else(|| in_file("to"));
    let sender = from.as_deref().and_then(ids::actor);
    let recipient = to.and_then(|to| ids::resolve_virtual(config, &to).or_else(|| ids::actor(&to)));
    sender
        .zip(recipient)
        .ok_or_else(|| malformed("a message of nobody, or to nobody"))
}

fn named(author: &ActorId, id: &str) -> Result<ObjectId, Refusal> {
    ids::message_id(author, id).ok_or_else(|| malformed("an impossible id of a message"))
}

fn taken(files: &[File], losses: &mut Vec<Loss>) -> Vec<Media> {
    let mut media = Vec::new();
    for (index, file) in files.iter().enumerate() {
        match web_address(&file.url).filter(|_| media.len() < MAX_MEDIA) {
            Some(url) => media.push(Media {
                media_type: file.media_type.clone(),
                alt: file.desc.clone(),
                size: file.size,
                width: file.width,
                height: file.height,
                ..Media::at(url)
            }),
            None => losses
                .push(rules::DIRECT_FILE.loss(format!("file-sharing[{index}]"), "not a web address, or one too many")),
        }
    }
    media
}

/// The stanza, without the ends that only its delivery knows where there are several.
///
/// # Errors
/// `malformed` for an id that is none of a message's; `internal`.
pub(crate) fn render(outgoing: &Outgoing, direct: &DirectMessage) -> Result<Rendered, Refusal> {
    let name = name_of(&direct.id)?;
    let mut losses = Vec::new();
    let edits = outgoing.verb == Verb::Update;
    let message = Message {
        id: Some(match edits {
            true => format!("{name}-{}", outgoing.version),
            false => name.clone(),
        }),
        lang: direct.text.lang.as_ref().map(|lang| lang.as_str().to_owned()),
        body: body(direct, &mut losses),
        replaces: edits.then_some(name),
        retracts: None,
        answers: answered(direct),
        files: files(direct, &mut losses),
    };
    let element = addressed(message.to_element(), direct, &mut losses);
    Ok(Rendered {
        losses,
        ..rendered(outgoing, &direct.id, element)?
    })
}

/// The end of a message of which nothing but the id is known.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_end(outgoing: &Outgoing, object: &ObjectId) -> Result<Rendered, Refusal> {
    let element = Message::retracting(&name_of(object)?).to_element();
    let element = element.with_opt("from", ids::jid_of(&outgoing.activity.actor));
    Ok(Rendered {
        verb: Verb::Retract,
        ..rendered(outgoing, object, element)?
    })
}

fn name_of(object: &ObjectId) -> Result<String, Refusal> {
    ids::message_name(object).ok_or_else(|| malformed("an object that is no message"))
}

fn rendered(outgoing: &Outgoing, object: &ObjectId, message: Element) -> Result<Rendered, Refusal> {
    Ok(Rendered {
        media_type: STANZA_MEDIA_TYPE,
        body: document::write(&document::clean(message))?,
        actor: outgoing.activity.actor.clone(),
        object: Some(object.clone()),
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses: Vec::new(),
    })
}

/// Warning, words, and the addresses of files, for clients that show words alone.
fn body(direct: &DirectMessage, losses: &mut Vec<Loss>) -> String {
    let mut lines = Vec::new();
    if let Some(summary) = &direct.summary {
        losses.push(rules::DIRECT_WARNING.loss("summary", "the first line"));
        lines.push(format!("{WARNING}{summary}"));
    }
    if !direct.text.plain.is_empty() {
        let kept = direct.text.plain.floor_char_boundary(MAX_PLAIN);
        if kept < direct.text.plain.len() {
            losses.push(rules::DIRECT_TEXT.loss("text.plain", "cut"));
        }
        lines.push(direct.text.plain.get(..kept).unwrap_or_default().to_owned());
    }
    if direct.text.html.is_some() || direct.text.source.is_some() || !direct.text.translations.is_empty() {
        losses.push(rules::DIRECT_TEXT.loss("text", "plain text, in one language"));
    }
    lines.extend(
        direct
            .media
            .iter()
            .take(MAX_MEDIA)
            .map(|media| media.url.as_str().to_owned()),
    );
    lines.join("\n")
}

fn files(direct: &DirectMessage, losses: &mut Vec<Loss>) -> Vec<File> {
    let mut files = Vec::new();
    for (index, media) in direct.media.iter().enumerate() {
        if index >= MAX_MEDIA || web_address(media.url.as_str()).is_none() {
            losses.push(rules::DIRECT_FILE.loss(format!("media[{index}]"), "one too many, or too long an address"));
            continue;
        }
        if media.blurhash.is_some()
            || media.focal_point.is_some()
            || media.preview.is_some()
            || media.duration_ms.is_some()
        {
            losses.push(rules::DIRECT_FILE.loss(format!("media[{index}]"), "previews and the like"));
        }
        files.push(File {
            url: media.url.as_str().to_owned(),
            media_type: media.media_type.clone(),
            desc: media.alt.clone(),
            size: media.size,
            width: media.width,
            height: media.height,
        });
    }
    files
}

/// What it answers, where that is a message. An answer to a post says so by its words alone.
fn answered(direct: &DirectMessage) -> Option<(String, String)> {
    let parent = direct.parent.as_ref()?;
    Some((ids::message_author(parent)?, ids::message_name(parent)?))
}

fn addressed(element: Element, direct: &DirectMessage, losses: &mut Vec<Loss>) -> Element {
    let element = element.with_opt("from", ids::jid_of(&direct.author));
    match direct.audience.recipients.as_slice() {
        [only] => element.with_opt("to", ids::jid_of(only)),
        [] => element,
        [..] => {
            losses.push(rules::DIRECT_RECIPIENTS.loss("audience.recipients", "who else got it is not said"));
            element
        }
    }
}

fn crossed(actor: ActorId, at: Timestamp, payload: Payload, losses: Vec<Loss>) -> Crossed {
    let activity = Activity {
        id: None,
        actor,
        at: Some(at),
        payload,
    };
    Crossed::new(activity, losses)
}

fn malformed(detail: &str) -> Refusal {
    Refusal::reject(Reason::Malformed, detail)
}
