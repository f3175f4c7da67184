//! A post to named people who are all mentioned <-> [`DirectMessage`].
//!
//! Wire: as a post; `to` and `tag` name the same actors; Pleroma adds `directMessage`, and has a `ChatMessage`.
//! Spec: AP §5.6, §7.1; that addressing nobody else makes it a conversation is Mastodon's convention, which all follow.
//! Losses: of a post, whatever a message has no place for.

use causeway_core::id::ObjectId;
use causeway_core::model::{DirectMessage, Post};
use causeway_core::refusal::Refusal;

use crate::losses::Losses;
use crate::wire::out;
use crate::{comment, ids, post, rules};

/// The message that `post` is.
pub(crate) fn parse(parent: Option<ObjectId>, post: Post, losses: &mut Losses) -> DirectMessage {
    let lost = [
        (rules::POST_TITLE, "name", post.title.is_some()),
        (
            rules::POST_SENSITIVE,
            "sensitive",
            post.sensitive && post.summary.is_none(),
        ),
        (rules::POST_QUOTE, "quote", post.quote.is_some()),
        (rules::POST_POLL, "oneOf", post.poll.is_some()),
        (rules::POST_EVENT, "startTime", post.event.is_some()),
        (rules::POST_LOCATION, "location", post.geo.is_some()),
        (rules::POST_EMOJI, "tag", !post.emoji.is_empty()),
    ];
    for (rule, field, _) in lost.into_iter().filter(|(_, _, there)| *there) {
        losses.dropped(rule, field, "a message has none");
    }
    DirectMessage {
        id: post.id,
        author: post.author,
        audience: post.audience,
        summary: post.summary,
        text: post.text,
        media: post.media,
        parent,
        published: post.published,
        edited: post.edited,
    }
}

/// Writes a message as the object of an activity. Whoever it is for is mentioned: that is how programs know it for one.
///
/// # Errors
/// As [`post::render`].
pub(crate) fn render(message: &DirectMessage, losses: &mut Losses) -> Result<out::Object, Refusal> {
    let mut post = Post {
        audience: message.audience.clone(),
        sensitive: message.summary.is_some(),
        summary: message.summary.clone(),
        media: message.media.clone(),
        published: message.published,
        edited: message.edited,
        ..Post::note(message.id.clone(), message.author.clone(), message.text.clone())
    };
    comment::mention_recipients(&mut post);
    // what is not on this network is answered by its words alone
    let parent = message
        .parent
        .as_ref()
        .filter(|parent| *parent.network() == ids::NETWORK);
    let object = post::render(&post, parent, losses)?;
    Ok(out::Object {
        // who answers a message is nobody's business
        replies: String::new(),
        ..object
    })
}
