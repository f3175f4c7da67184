//! Members of an object that are not read: each is a loss, and most are of a known sort.

use crate::losses::Losses;
use crate::rules;
use crate::wire::{Doc, Json};

/// What the parsers of posts read, or what says nothing of the post.
const READ: &[&str] = &[
    "@context",
    "id",
    "@id",
    "type",
    "@type",
    "attributedTo",
    "inReplyTo",
    "name",
    "nameMap",
    "summary",
    "summaryMap",
    "sensitive",
    "content",
    "contentMap",
    "mediaType",
    "source",
    "published",
    "updated",
    "url",
    "to",
    "cc",
    "bto",
    "bcc",
    "audience",
    "tag",
    "attachment",
    "image",
    "icon",
    "duration",
    "width",
    "height",
    "size",
    "blurhash",
    "focalPoint",
    "quote",
    "quoteUrl",
    "quoteUri",
    "_misskey_quote",
    "oneOf",
    "anyOf",
    "startTime",
    "endTime",
    "closed",
    "votersCount",
    "location",
    "language",
    "directMessage",
    // the same again, for OStatus
    "atomUri",
    "inReplyToAtomUri",
];

/// What ties a post to a thread besides `inReplyTo`.
const THREAD: &[&str] = &["context", "conversation", "contextHistory"];

/// What others said and did about it.
const COLLECTIONS: &[&str] = &[
    "replies",
    "likes",
    "shares",
    "dislikes",
    "comments",
    "emojiReactions",
    "reactions",
];

/// Characters of a member's name shown.
const MAX_NAME: usize = 60;

/// Notes each member of a post that nobody reads.
pub(crate) fn unread(doc: Doc<'_>, losses: &mut Losses) {
    for (name, _) in doc
        .members()
        .filter(|(name, value)| !READ.contains(name) && says(value))
    {
        if THREAD.contains(&name) {
            losses.dropped(
                rules::POST_THREAD,
                name.to_owned(),
                "threads are known by what answers what",
            );
        } else if COLLECTIONS.contains(&name) {
            losses.dropped(
                rules::POST_COLLECTIONS,
                name.to_owned(),
                "what others did comes by itself",
            );
        } else {
            losses.dropped(rules::POST_EXTENSION, shown(name), "not carried");
        }
    }
}

/// Notes each member that is not in `read`.
pub(crate) fn others(doc: Doc<'_>, read: &[&str], rule: &'static str, losses: &mut Losses) {
    for (name, _) in doc
        .members()
        .filter(|(name, value)| !read.contains(name) && says(value))
    {
        losses.dropped(rule, shown(name), "not carried");
    }
}

fn says(value: &Json) -> bool {
    !matches!(value, Json::Null) && !matches!(value, Json::List(list) if list.is_empty())
}

fn shown(name: &str) -> String {
    name.chars().filter(|each| !each.is_control()).take(MAX_NAME).collect()
}
