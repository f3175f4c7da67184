//! Attachments: enclosures.
//!
//! Wire: `<link rel="enclosure" href type title length/>`.
//! Spec: RFC 4287 §4.2.7; Movim 2026-08 shows type image/* as a picture and the title as its description.

use causeway_core::loss::Loss;
use causeway_core::model::Media;
use url::Url;

use crate::rules;
use crate::wire::atom::{AtomEntry, AtomLink};

/// Attachments of one post. security.md part 4.6
pub(crate) const MAX_MEDIA: usize = 16;
/// Longest address and description written, in bytes: an attribute of 8,192 bytes ends the stream of clients built on
/// rxml (security.md F2).
const MAX_ADDRESS: usize = 2_048;
const MAX_DESCRIPTION: usize = 4_096;

pub(crate) fn parse(entry: &AtomEntry, losses: &mut Vec<Loss>) -> Vec<Media> {
    let mut media = Vec::new();
    for (index, link) in entry.links("enclosure").enumerate() {
        let Some(url) = web_address(&link.href) else {
            let field = format!("entry/link[enclosure][{index}]");
            losses.push(rules::ENCLOSURE_ADDRESS.loss(field, "not a web address"));
            continue;
        };
        media.push(Media {
            media_type: link.media_type.clone(),
            alt: link.title.clone().filter(|title| !title.trim().is_empty()),
            size: link.length,
            ..Media::at(url)
        });
    }
    within_count(media, "entry/link[enclosure]", losses)
}

pub(crate) fn render(media: &[Media], losses: &mut Vec<Loss>) -> Vec<AtomLink> {
    let media = within_count(media.to_vec(), "media", losses);
    let mut links = Vec::new();
    for (index, media) in media.iter().enumerate() {
        let href = media.url.as_str();
        if href.len() > MAX_ADDRESS {
            losses.push(rules::ENCLOSURE_ADDRESS.loss(format!("media[{index}].url"), "longer than clients take"));
            continue;
        }
        let alt = media
            .alt
            .as_deref()
            .map(|alt| alt.get(..alt.floor_char_boundary(MAX_DESCRIPTION)).unwrap_or_default());
        if has_detail(media) || alt.map(str::len) < media.alt.as_ref().map(String::len) {
            losses.push(
                rules::ENCLOSURE_DETAIL.loss(format!("media[{index}]"), "a link has type, title and length only"),
            );
        }
        // a page is no file: Movim makes a card of a related one
        let relation = if is_page(media) { "related" } else { "enclosure" };
        let logo = media.preview.as_ref().filter(|_| is_page(media)).map(Url::as_str);
        links.push(AtomLink {
            media_type: media.media_type.clone(),
            title: alt.map(str::to_owned),
            length: media.size,
            logo: logo.map(str::to_owned),
            ..AtomLink::to(relation, href)
        });
    }
    links
}

/// Whether an attachment is a page that the post leads to.
pub(crate) fn is_page(media: &Media) -> bool {
    media.media_type.as_deref() == Some("text/html")
}

/// An http or https address.
pub(crate) fn web_address(href: &str) -> Option<Url> {
    Url::parse(href)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && href.len() <= MAX_ADDRESS)
}

fn has_detail(media: &Media) -> bool {
    media.width.is_some()
        || media.height.is_some()
        || media.duration_ms.is_some()
        || media.blurhash.is_some()
        || media.focal_point.is_some()
        || media.preview.is_some() && !is_page(media)
}

fn within_count(mut media: Vec<Media>, field: &'static str, losses: &mut Vec<Loss>) -> Vec<Media> {
    if media.len() > MAX_MEDIA {
        losses.push(rules::ENCLOSURE_COUNT.loss(field, format!("{} of {} are taken", MAX_MEDIA, media.len())));
        media.truncate(MAX_MEDIA);
    }
    media
}
