//! Misskey (general knowledge, 2023 and later) and its kin: a `Like` carries an emoji.

use crate::wire::Doc;

/// The emoji of a `Like`, by either of its names.
pub(crate) fn emoji<'a>(like: Doc<'a>) -> Option<&'a str> {
    like.text("_misskey_reaction")
        .or_else(|| like.text("content"))
        .filter(|emoji| !emoji.trim().is_empty())
}
