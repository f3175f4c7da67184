//! Lemmy (seen by its documentation, 0.19): a community announces whole activities (FEP-1b12), not objects.

use crate::wire::{Doc, Ref};

/// What is announced.
pub(crate) enum Announced<'a> {
    /// A post, by its id.
    Object(&'a str),
    /// A post that an announced `Create` makes.
    Created(&'a str),
    /// An activity that makes nothing to pass on.
    Activity,
}

/// What `object` of an `Announce` is. Only ids are taken from it: the rest is the word of somebody else.
// FEP-1b12 "The Announce Activity"; security.md row 10
pub(crate) fn announced<'a>(object: Ref<'a>) -> Option<Announced<'a>> {
    let Some(activity) = object.doc().filter(|doc| is_activity(*doc)) else {
        return object.id().map(Announced::Object);
    };
    if !activity.is("Create") {
        return Some(Announced::Activity);
    }
    activity.first("object").and_then(Ref::id).map(Announced::Created)
}

fn is_activity(doc: Doc<'_>) -> bool {
    doc.has("actor") && doc.has("object")
}
