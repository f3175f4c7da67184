//! Comments that are not for everybody, where the node is.
//!
//! Wire: a chat message of their author to each whom they name; an edit corrects it, an end retracts it.
//! Spec: RFC 6121 §5, XEP-0308 §3, XEP-0424 §3.
//! Model: [`Comment`]. Losses out: it stands in no thread, and has no markup.

use causeway_core::adapter::{Outgoing, Rendered, Verb};
use causeway_core::model::{Comment, Scope};
use causeway_core::refusal::Refusal;

use crate::Config;
use crate::ids::Item;
use crate::text::write_comment;
use crate::wire::document;
use crate::wire::item::STANZA_MEDIA_TYPE;
use crate::wire::message::Message;
use crate::{entry, rules};

/// Whether a comment must not stand where its thread is gathered, and can be said to whom it names all the same.
// PRODUCT: Consent, "Audience"; security.md rows 26, 29
pub(crate) fn is(config: &Config, comment: &Comment) -> bool {
    let audience = &comment.post.audience;
    let item = Item::of(&comment.post.id);
    audience.scope != Scope::Direct && item.is_some_and(|item| entry::may_stand(config, &item, audience).is_err())
}

/// The message, without addresses.
///
/// # Errors
/// `parent-not-bridged`, if the comment has no id on XMPP.
pub(crate) fn render(outgoing: &Outgoing, comment: &Comment) -> Result<Rendered, Refusal> {
    let item = entry::item_of(&comment.post.id)?;
    let mut losses = vec![rules::COMMENT_MESSAGE.loss("place", "not for everybody: said to whom it names")];
    let text = write_comment(&comment.post, &mut losses).title;
    let edits = outgoing.verb == Verb::Update;
    let message = Message {
        id: Some(match edits {
            true => format!("{}-{}", item.id(), outgoing.version),
            false => item.id().to_owned(),
        }),
        body: format!("{}\n{text}", heading(comment)),
        replaces: edits.then(|| item.id().to_owned()),
        ..Message::default()
    };
    Ok(Rendered {
        media_type: STANZA_MEDIA_TYPE,
        body: document::write(&document::clean(message.to_element()))?,
        actor: outgoing.activity.actor.clone(),
        object: Some(item.object()),
        verb: outgoing.verb,
        id: outgoing.activity.id.clone(),
        losses,
    })
}

/// Who else may read it, and what it answers.
fn heading(comment: &Comment) -> String {
    let who = match comment.post.audience.scope {
        Scope::Public | Scope::Unlisted => "for everybody",
        Scope::Followers => "for my followers and you",
        Scope::Limited | Scope::Direct => "for you and whom else it names",
    };
    match comment.parent.as_ref().and_then(Item::of) {
        Some(parent) => format!("[{who}, in answer to {}]", parent.uri()),
        None => format!("[{who}]"),
    }
}
