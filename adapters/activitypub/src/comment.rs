//! A post with `inReplyTo` <-> [`Comment`].
//!
//! Wire: as a post, with `inReplyTo`; a poll's vote looks like one and is none.
//! Spec: AS2 vocabulary §4 `inReplyTo`; AP §7.1.2; Mastodon notifies by `Mention` tags alone.
//! Model: [`Comment`]; whether the parent is known is not decided here.
//! Losses: all but the first of several parents, parents that are no ids (`comment-parent`).

use causeway_core::id::ObjectId;
use causeway_core::model::{Comment, Mention, Post};
use causeway_core::refusal::{Reason, Refusal};

use crate::losses::Losses;
use crate::wire::{Doc, out};
use crate::{ids, post, rules};

/// What `doc` answers, if it answers anything.
pub(crate) fn parent(doc: Doc<'_>, losses: &mut Losses) -> Option<ObjectId> {
    if !doc.has("inReplyTo") {
        return None;
    }
    let mut named = doc.ids("inReplyTo");
    let parent = named.next().and_then(ids::object);
    if named.next().is_some() {
        losses.degraded(rules::COMMENT_PARENT, "inReplyTo", "the first of several parents");
    } else if parent.is_none() {
        losses.dropped(rules::COMMENT_PARENT, "inReplyTo", "no id");
    }
    parent
}

/// Whether this is a vote in a poll: an answer with a name and no content.
// Mastodon, "ActivityPub", Poll options
pub(crate) fn is_vote(doc: Doc<'_>) -> bool {
    let silent = !doc.has("content") && !doc.has("contentMap") && !doc.has("attachment");
    silent && doc.is("Note") && doc.has("name") && doc.has("inReplyTo")
}

/// The comment that `post` is, as an answer to `parent`.
pub(crate) fn parse(parent: ObjectId, post: Post) -> Comment {
    Comment {
        parent: Some(parent),
        root: None,
        place: None,
        post,
    }
}

/// Writes a comment as the object of an activity. Whoever it is addressed to is mentioned: that is how they hear of it.
///
/// # Errors
/// `parent-not-bridged` when what it answers has no id on this network; others as [`post::render`].
pub(crate) fn render(comment: &Comment, losses: &mut Losses) -> Result<out::Object, Refusal> {
    let parent = comment
        .parent
        .as_ref()
        .filter(|parent| *parent.network() == ids::NETWORK)
        .ok_or_else(|| Refusal::ignore(Reason::ParentNotBridged, "what it answers is not on this network"))?;
    let mut post = comment.post.clone();
    mention_recipients(&mut post);
    post::render(&post, Some(parent), losses)
}

// PRODUCT, Networks and directions: "a Mention tag and cc for the parent's author"
pub(crate) fn mention_recipients(post: &mut Post) {
    for actor in &post.audience.recipients {
        if *actor != post.author && post.mentions.iter().all(|mention| mention.actor != *actor) {
            post.mentions.push(Mention {
                actor: actor.clone(),
                name: None,
            });
        }
    }
}
