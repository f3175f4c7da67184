//! What a social post may hold: the one list of elements, attributes, classes and address schemes.
//!
//! It is what Mastodon 4.2 and later keeps (headings and images included, which other networks use),
//! without tables, which no XMPP client of ours shows: their rows become lines.

use std::borrow::Cow;

use url::Url;

use super::text::is_xml_char;

/// Elements kept, and nothing else reaches the output.
pub(super) const ELEMENTS: [&str; 24] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "u",
    "ul",
];

/// Schemes a link may have.
pub(super) const LINK_SCHEMES: [&str; 18] = [
    "http", "https", "xmpp", "mailto", "gemini", "gopher", "magnet", "ipfs", "ipns", "dat", "dweb", "ssb", "irc",
    "ircs", "matrix", "tel", "geo", "acct",
];

/// Schemes an image may have.
pub(super) const IMAGE_SCHEMES: [&str; 2] = ["http", "https"];

/// The rel of every link: no credit to the target, no handle on the opener.
pub(super) const LINK_REL: &str = "nofollow noopener";

/// Longest address kept, in bytes: escaped, it must stay below the 8,192 bytes at which rxml and
/// with it tokio-xmpp clients give up on a whole stream.
const MAX_ADDRESS: usize = 2_048;

/// Longest `alt` or `title` kept, in characters (Mastodon's own limit for descriptions).
const MAX_DESCRIPTION: usize = 1_500;

/// Classes kept on one element.
const MAX_CLASSES: usize = 8;

const CLASSES: [&str; 5] = ["mention", "hashtag", "ellipsis", "invisible", "quote-inline"];
const CLASS_PREFIXES: [&str; 5] = ["h-", "p-", "u-", "dt-", "e-"];

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Kept, under this name.
    Keep(&'static str),
    /// The tag goes, its content stays on a line of its own.
    Line,
    /// A table cell: the tag goes, its content stays, set off by a space.
    Cell,
    /// The tag goes, its content stays.
    Unwrap,
    /// A script, style, frame or plug-in: goes with its content.
    Active,
    /// A sound or film: goes with its content.
    Media,
}

/// What becomes of an element of this (lower-case) name.
pub(super) fn fate(name: &str) -> Fate {
    if let Some(kept) = ELEMENTS.iter().find(|each| **each == name) {
        return Fate::Keep(kept);
    }
    match name {
        "strike" => Fate::Keep("s"),
        "ins" => Fate::Keep("u"),
        "tt" | "kbd" | "samp" => Fate::Keep("code"),
        "cite" | "dfn" | "var" => Fate::Keep("em"),
        "address" | "article" | "aside" | "body" | "caption" | "center" | "dd" | "details" | "dialog" | "div"
        | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "header" | "hgroup" | "hr"
        | "html" | "legend" | "main" | "menu" | "nav" | "optgroup" | "option" | "search" | "section" | "summary"
        | "table" | "tbody" | "tfoot" | "thead" | "tr" => Fate::Line,
        "td" | "th" => Fate::Cell,
        "script" | "style" | "template" | "iframe" | "frame" | "frameset" | "noframes" | "noembed" | "noscript"
        | "object" | "embed" | "applet" | "svg" | "math" | "textarea" | "select" | "canvas" | "title" | "xmp"
        | "plaintext" => Fate::Active,
        "audio" | "video" => Fate::Media,
        _ => Fate::Unwrap,
    }
}

/// Whether the element has no content and no end tag (WHATWG HTML §13.1.2).
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether a kept element is a block: white space around it means nothing, it ends a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(name, "p" | "ul" | "ol" | "li" | "blockquote" | "pre") || is_heading(name)
}

/// `h1` to `h6`.
pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// The attributes beside `class`, `href` and `src` that an element keeps.
pub(super) const ATTRIBUTES: [(&str, &[&str]); 4] = [
    ("a", &["href", "title"]),
    ("img", &["src", "alt", "title", "width", "height"]),
    ("ol", &["start", "reversed"]),
    ("li", &["value"]),
];

/// Attributes that every Mastodon post carries and nobody misses: dropped without being counted.
pub(super) fn is_cosmetic(name: &str) -> bool {
    matches!(name, "rel" | "target" | "translate")
}

/// The value that an attribute keeps, `None` if the attribute goes.
pub(super) fn attribute<'a>(element: &str, name: &str, value: &'a str, base: Option<&Url>) -> Option<Cow<'a, str>> {
    match (element, name) {
        (_, "class") => classes(value).map(Cow::Owned),
        ("a", "href") => address(value, base, &LINK_SCHEMES).map(Cow::Owned),
        ("img", "src") => address(value, base, &IMAGE_SCHEMES).map(Cow::Owned),
        ("a" | "img", "title") | ("img", "alt") => Some(description(value)),
        ("img", "width" | "height") | ("ol", "start") | ("li", "value") => number(value).map(Cow::Borrowed),
        ("ol", "reversed") => Some(Cow::Borrowed("")),
        _ => None,
    }
}

/// The classes of the list, in their order; `None` if none is left.
fn classes(value: &str) -> Option<String> {
    let kept: Vec<&str> = value
        .split_ascii_whitespace()
        .filter(|class| is_class(class))
        .take(MAX_CLASSES)
        .collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

fn is_class(class: &str) -> bool {
    let microformat = class.len() <= 40
        && CLASS_PREFIXES.iter().any(|each| class.starts_with(each))
        && class
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    microformat || CLASSES.contains(&class)
}

/// The absolute address meant, if its scheme is on the list.
///
/// The sender's spelling is kept where every parser reads it alike; otherwise it is the URL
/// standard's. User names in web addresses go: they only make one host look like another.
pub(super) fn address(value: &str, base: Option<&Url>, schemes: &[&str]) -> Option<String> {
    let value = value.trim_matches(|each: char| each <= ' ');
    let mut parsed = match Url::parse(value) {
        Ok(absolute) => absolute,
        Err(url::ParseError::RelativeUrlWithoutBase) => base?.join(value).ok()?,
        Err(_) => return None,
    };
    if !schemes.contains(&parsed.scheme()) {
        return None;
    }
    let userinfo = !parsed.username().is_empty() || parsed.password().is_some();
    if userinfo {
        parsed.set_username("").ok()?;
        parsed.set_password(None).ok()?;
    }
    let address = if !userinfo && is_plainly_spelt(value, &parsed) {
        value.to_owned()
    } else {
        parsed.to_string()
    };
    (address.len() <= MAX_ADDRESS).then_some(address)
}

fn is_plainly_spelt(value: &str, parsed: &Url) -> bool {
    let Some(rest) = value
        .strip_prefix(parsed.scheme())
        .and_then(|rest| rest.strip_prefix(':'))
    else {
        return false;
    };
    let plain = |each: char| {
        !each.is_whitespace()
            && !each.is_control()
            && is_xml_char(each)
            && !matches!(each, '"' | '<' | '>' | '\\' | '`' | '\u{61C}' | '\u{FEFF}')
            && !matches!(each, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    };
    let slashes = !rest.starts_with("///") && rest.starts_with("//");
    (slashes || parsed.cannot_be_a_base()) && value.chars().all(plain)
}

/// Text of an attribute on one line, without what XML forbids, not too long.
fn description(value: &str) -> Cow<'_, str> {
    let fits =
        value.chars().count() <= MAX_DESCRIPTION && value.chars().all(|each| is_xml_char(each) && !is_line(each));
    if fits {
        return Cow::Borrowed(value);
    }
    let one_line = value
        .chars()
        .filter(|&each| is_xml_char(each))
        .map(|each| if is_line(each) { ' ' } else { each })
        .take(MAX_DESCRIPTION);
    Cow::Owned(one_line.collect())
}

fn is_line(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t')
}

fn number(value: &str) -> Option<&str> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    let good = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then_some(value)
}
