//! From the model to a wire: picks the kind.

use causeway_core::adapter::{Outgoing, RenderContext, Rendered, Verb};
use causeway_core::id::ObjectId;
use causeway_core::model::{Payload, Retracted};
use causeway_core::refusal::{Reason, Refusal};

use crate::Config;
use crate::{comment, direct, entry, follow, ids, post, profile, reaction, repost, retraction, whisper};

/// The wire for an activity: an `<item>` for what stands in a node, `<retract>` for what must go from it,
/// `<subscription>` or presence for follows, `<message>` between people and for a comment that is not for everybody, a
/// [`crate::wire::bundle`] for a profile. Whoever delivers it puts it into the stanza its target needs.
///
/// # Errors
/// `private-audience` for what may not stand where it would; `parent-not-bridged` for what has no place on XMPP;
/// `unsupported-kind`.
pub fn render(config: &Config, outgoing: &Outgoing, context: &RenderContext<'_>) -> Result<Rendered, Refusal> {
    let payload = &outgoing.activity.payload;
    if let (Verb::Retract, false, Some(object)) =
        (outgoing.verb, matches!(payload, Payload::Follow(_)), payload.object())
    {
        return end(outgoing, object);
    }
    let mut losses = Vec::new();
    let (object, entry) = match payload {
        Payload::Post(post) => (&post.id, post::render(config, outgoing, post, context, &mut losses)?),
        Payload::Comment(comment) if whisper::is(config, comment) => return whisper::render(outgoing, comment),
        Payload::Comment(comment) => (
            &comment.post.id,
            comment::render(config, outgoing, comment, context, &mut losses)?,
        ),
        Payload::Reaction(reaction) => (
            &reaction.id,
            reaction::render(config, outgoing, reaction, context, &mut losses)?,
        ),
        Payload::Repost(repost) => (
            &repost.id,
            repost::render(config, outgoing, repost, context, &mut losses)?,
        ),
        Payload::Follow(follow) => return follow::render(outgoing, follow),
        Payload::Retraction(retraction) => return ended(outgoing, &retraction.target),
        Payload::Profile(profile) => return profile::render(outgoing, profile),
        Payload::Direct(message) => return direct::render(outgoing, message),
        Payload::Move(_) | Payload::Block(_) | Payload::Report(_) => {
            return Err(unsupported("XMPP has no such thing"));
        }
    };
    entry::rendered(&entry::item_of(object)?, &entry, outgoing, losses)
}

/// An object is taken out of its node; a message, which stands in none, by another one.
fn end(outgoing: &Outgoing, object: &ObjectId) -> Result<Rendered, Refusal> {
    match ids::message_name(object) {
        Some(_) => direct::render_end(outgoing, object),
        None => retraction::render(outgoing, object),
    }
}

fn ended(outgoing: &Outgoing, target: &Retracted) -> Result<Rendered, Refusal> {
    match target {
        Retracted::Object(object) => end(outgoing, object),
        Retracted::Follow { follower, followee } => follow::render_end(outgoing, follower, followee),
        // core knows the item of a reaction and names it; what an actor said is taken back item by item
        Retracted::Reaction { .. } | Retracted::Reactions { .. } | Retracted::Actor(_) => Err(Refusal::ignore(
            Reason::UnsupportedKind,
            "there is no item to take back",
        )),
    }
}

fn unsupported(detail: &str) -> Refusal {
    Refusal::reject(Reason::UnsupportedKind, detail)
}
