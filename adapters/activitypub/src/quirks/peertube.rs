//! PeerTube (seen by its documentation, 6.x): a `Video` gives its files as `url`, an array of `Link`s of many media
//! types, some of them inside the `tag` of a playlist; its author and its channel are both in `attributedTo`.

use crate::wire::{Doc, Link, Ref};

/// Lines of a film's picture above which a smaller file is preferred.
const MAX_HEIGHT: u32 = 1_080;

/// The file to show: of what the object's type says, the largest that is not too large, else the first.
pub(crate) fn file<'a>(doc: Doc<'a>, sort: &str) -> Option<Link<'a>> {
    let outer = doc.links("url");
    let nested = outer
        .iter()
        .filter_map(|link| link.doc)
        .flat_map(|playlist| playlist.links("tag"));
    let files: Vec<Link<'a>> = outer
        .iter()
        .copied()
        .chain(nested)
        .filter(|link| fits(link, sort))
        .collect();
    let height = |link: &Link<'_>| link.doc.and_then(|doc| doc.pixels("height")).unwrap_or_default();
    let modest = files
        .iter()
        .filter(|link| (1..=MAX_HEIGHT).contains(&height(link)))
        .max_by_key(|link| height(link));
    modest.or_else(|| files.first()).copied()
}

fn fits(link: &Link<'_>, sort: &str) -> bool {
    link.web().is_some() && (link.is(sort) || (link.media_type.is_none() && sort != "video"))
}

/// The author among several: a person before a channel.
pub(crate) fn author<'a>(doc: Doc<'a>) -> Option<&'a str> {
    let person = doc
        .refs("attributedTo")
        .find(|each| matches!(each, Ref::Object(actor) if actor.is("Person")));
    person.or_else(|| doc.first("attributedTo")).and_then(Ref::id)
}

/// The language, where there is no language map.
pub(crate) fn language<'a>(doc: Doc<'a>) -> Option<&'a str> {
    doc.docs("language")
        .next()
        .and_then(|language| language.text("identifier"))
        .or_else(|| doc.text("language"))
}
