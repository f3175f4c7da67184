//! A post to named people who are all mentioned -> [`DirectMessage`]. Parsed so that it can be shown and converted; the
//! router passes none on yet, and none is written.
//!
//! Wire: as a post; `to` and `tag` name the same actors; Pleroma adds `directMessage`, and has a `ChatMessage`.

use causeway_core::id::ObjectId;
use causeway_core::model::{DirectMessage, Post};

use crate::losses::Losses;
use crate::rules;

/// The message that `post` is.
pub(crate) fn parse(parent: Option<ObjectId>, post: Post, losses: &mut Losses) -> DirectMessage {
    let lost = [
        (rules::POST_TITLE, "name", post.title.is_some()),
        (rules::POST_SUMMARY, "summary", post.summary.is_some()),
        (rules::POST_SENSITIVE, "sensitive", post.sensitive),
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
        text: post.text,
        media: post.media,
        parent,
        published: post.published,
        edited: post.edited,
    }
}
