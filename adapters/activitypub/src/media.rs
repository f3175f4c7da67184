//! `attachment` <-> [`Media`].
//!
//! Wire: `attachment`: `Document|Image|Video|Audio{mediaType,url,name,width,height,duration,blurhash,focalPoint,icon}`.
//! Spec: AS2 vocabulary §3.3, §4; Mastodon's `blurhash` and `focalPoint`; PeerTube's `size`.
//! Losses: attachments that are no files (`post-attachment`), all but one of several forms of a file
//! (`post-attachment-variants`), a media type read off the file name (`post-attachment-type`).

use causeway_core::model::Media;
use url::Url;

use crate::losses::Losses;
use crate::rules;
use crate::wire::{Doc, Link, out, web};

/// Attachments of one post kept, at most.
const MAX_MEDIA: usize = 32;

/// Characters of a description kept.
const MAX_ALT: usize = 10_000;

/// Types of attachments that are files.
const FILES: [&str; 5] = ["Document", "Image", "Video", "Audio", "Link"];

/// Reads `attachment`, and whether one of them is marked sensitive.
pub(crate) fn parse(doc: Doc<'_>, losses: &mut Losses) -> (Vec<Media>, bool) {
    let mut media: Vec<Media> = Vec::new();
    let mut sensitive = false;
    for (index, value) in doc.each("attachment").enumerate() {
        let field = || format!("attachment[{index}]");
        let file = Doc::of(value).and_then(|entry| Some((entry, file(entry, &field(), losses)?)));
        let Some((entry, file)) = file.filter(|_| media.len() < MAX_MEDIA) else {
            losses.dropped(rules::POST_ATTACHMENT, field(), "no file on the web, or too many");
            continue;
        };
        sensitive |= entry.flag("sensitive") == Some(true);
        if media.iter().all(|known| known.url != file.url) {
            media.push(file);
        }
    }
    (media, sensitive)
}

/// The file an attachment is, if it is one.
fn file(entry: Doc<'_>, field: &str, losses: &mut Losses) -> Option<Media> {
    let untyped = entry.types().next().is_none();
    if !untyped && !FILES.iter().any(|each| entry.is(each)) {
        return None;
    }
    let links = own_links(entry);
    let best = best(&links)?;
    if links.len() > 1 {
        losses.dropped(
            rules::POST_ATTACHMENT_VARIANTS,
            field.to_owned(),
            "other forms of the same file",
        );
    }
    let url = best.web()?;
    let mut media = Media {
        alt: alt(entry),
        ..described(&best, entry, url)
    };
    if media.media_type.is_none() {
        media.media_type = if entry.is("Link") {
            Some("text/html".to_owned())
        } else {
            by_name(&media.url).map(str::to_owned)
        };
        if media.media_type.is_some() {
            losses.invented(
                rules::POST_ATTACHMENT_TYPE,
                format!("{field}.mediaType"),
                "read off type and file name",
            );
        }
    }
    Some(media)
}

/// The addresses of an attachment: of its `url`; of a `Link`, and of some programs' files, its `href`.
fn own_links(entry: Doc<'_>) -> Vec<Link<'_>> {
    let links = entry.links("url");
    match entry.text("href") {
        Some(href) if links.is_empty() => vec![Link {
            href,
            media_type: None,
            doc: None,
        }],
        _ => links,
    }
}

/// The first address of the web.
fn best<'a>(links: &[Link<'a>]) -> Option<Link<'a>> {
    links.iter().find(|link| link.web().is_some()).copied()
}

/// A file with all that its link, and the object around it, say of it.
pub(crate) fn described(link: &Link<'_>, entry: Doc<'_>, url: Url) -> Media {
    let either = |read: &dyn Fn(Doc<'_>) -> Option<u64>| link.doc.and_then(read).or_else(|| read(entry));
    let pixels = |name: &'static str| {
        either(&|doc| doc.pixels(name).map(u64::from)).and_then(|pixels| u32::try_from(pixels).ok())
    };
    let media_type = link.media_type.or_else(|| entry.text("mediaType"));
    Media {
        media_type: media_type
            .map(str::trim)
            .filter(|media_type| is_media_type(media_type))
            .map(str::to_ascii_lowercase),
        size: either(&|doc| doc.count("size")),
        width: pixels("width"),
        height: pixels("height"),
        duration_ms: entry.text("duration").and_then(duration),
        blurhash: entry
            .text("blurhash")
            .filter(|hash| is_blurhash(hash))
            .map(str::to_owned),
        focal_point: focal_point(entry),
        preview: entry.links("icon").iter().find_map(Link::web),
        ..Media::at(url)
    }
}

/// The description: where several properties could hold it, Mastodon's first.
fn alt(entry: Doc<'_>) -> Option<String> {
    let words = ["name", "summary", "content"].into_iter().find_map(|name| {
        let worded = entry.worded(name);
        worded
            .plain
            .or_else(|| worded.map.first().map(|(_, text)| *text))
            .filter(|text| !text.trim().is_empty())
    })?;
    let clean = causeway_formats::html::xml_text(words.trim());
    Some(clean.chars().take(MAX_ALT).collect())
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    text.len() <= 100 && text.split_once('/').is_some_and(|(top, sub)| token(top) && token(sub))
}

// The alphabet of Base 83 as BlurHash uses it
fn is_blurhash(hash: &str) -> bool {
    (6..=200).contains(&hash.len())
        && hash
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"#$%*+,-.:;=?@[]^_{|}~".contains(&byte))
}

/// What a file is by the end of its name.
fn by_name(url: &Url) -> Option<&'static str> {
    let (_, end) = url.path().rsplit_once('.')?;
    let media_type = match end.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "flac" => "audio/flac",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => return None,
    };
    Some(media_type)
}

/// The length of an XML Schema duration without years and months, in milliseconds.
// AS2 vocabulary §4 `duration`; XML Schema 2 §3.3.6
fn duration(text: &str) -> Option<u64> {
    let mut rest = text.trim().strip_prefix('P')?;
    let mut seconds = 0.0_f64;
    let mut in_time = false;
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, in_time) = (time, true);
            continue;
        }
        let at = rest.find(|each: char| !each.is_ascii_digit() && each != '.')?;
        let (number, tail) = rest.split_at(at);
        let unit = tail.chars().next()?;
        seconds += number.parse::<f64>().ok()? * f64::from(unit_seconds(unit, in_time)?);
        rest = tail.strip_prefix(unit)?;
    }
    let milliseconds = seconds * 1000.0;
    // a year is longer than any film; below it, the cast is exact
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked against the range"
    )]
    (milliseconds.is_finite() && milliseconds < 3.2e10).then(|| milliseconds.round() as u64)
}

fn unit_seconds(unit: char, in_time: bool) -> Option<u32> {
    match (unit, in_time) {
        ('W', false) => Some(604_800),
        ('D', false) => Some(86_400),
        ('H', true) => Some(3_600),
        ('M', true) => Some(60),
        ('S', true) => Some(1),
        _ => None,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a point between -1 and 1 loses nothing that shows"
)]
fn focal_point(entry: Doc<'_>) -> Option<(f32, f32)> {
    let mut point = entry
        .each("focalPoint")
        .filter_map(crate::wire::Json::as_float)
        .map(|float| float as f32);
    let (x, y) = (point.next()?, point.next()?);
    ((-1.0..=1.0).contains(&x) && (-1.0..=1.0).contains(&y)).then_some((x, y))
}

/// A picture that stands for something: the first of a property that has an address of the web.
pub(crate) fn picture(doc: Doc<'_>, property: &str) -> Option<Media> {
    doc.each(property).find_map(|value| match Doc::of(value) {
        None => value.as_text().and_then(web).map(Media::at),
        Some(entry) => {
            let link = best(&own_links(entry))?;
            Some(Media {
                alt: alt(entry),
                ..described(&link, entry, link.web()?)
            })
        }
    })
}

/// Writes `attachment`.
pub(crate) fn render(media: &[Media]) -> Vec<out::Attachment> {
    media.iter().map(attachment).collect()
}

/// One file with all that is known of it.
pub(crate) fn attachment(media: &Media) -> out::Attachment {
    let kind = ["image", "video", "audio"].into_iter().find(|sort| media.is(sort));
    let kind = match kind {
        Some("image") => "Image",
        Some("video") => "Video",
        Some("audio") => "Audio",
        _ => "Document",
    };
    out::Attachment {
        media_type: media.media_type.clone(),
        name: media.alt.clone(),
        size: media.size,
        width: media.width,
        height: media.height,
        duration: media.duration_ms.map(render_duration),
        blurhash: media.blurhash.clone(),
        focal_point: media.focal_point,
        icon: media
            .preview
            .as_ref()
            .map(|preview| Box::new(out::Attachment::new("Image", preview))),
        ..out::Attachment::new(kind, &media.url)
    }
}

fn render_duration(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let fraction = if rest == 0 {
        String::new()
    } else {
        format!(".{rest:03}").trim_end_matches('0').to_owned()
    };
    format!("PT{seconds}{fraction}S")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_there_and_back() {
        for (text, milliseconds) in [
            ("PT3S", 3_000),
            ("PT2.1S", 2_100),
            ("P1DT1H1M1S", 90_061_000),
            ("PT0S", 0),
        ] {
            assert_eq!(duration(text), Some(milliseconds), "{text}");
        }
        for milliseconds in [0, 1, 2_100, 113_000, 90_061_120] {
            assert_eq!(duration(&render_duration(milliseconds)), Some(milliseconds));
        }
        for bad in [
            "",
            "P",
            "3S",
            "PT",
            "P1Y",
            "PTS",
            "PT1S1",
            "PT9e9S",
            "PT1.1.1S",
            "PT99999999999999999999S",
            "P1é",
        ] {
            let read = duration(bad);
            assert!(read.is_none() || matches!(bad, "P" | "PT"), "{bad}: {read:?}");
        }
    }

    #[test]
    fn media_types_are_checked() {
        for good in ["image/png", "image/svg+xml", "application/vnd.x-y.z"] {
            assert!(is_media_type(good));
        }
        for bad in ["", "image", "image/", "/png", "image/png; x", "image/p\u{e9}", "a/b/c"] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
