//! Cleaning hostile HTML.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::normalise::{normalise, restore};
use super::policy;
use super::refusal::{HtmlRefusal, Limits};

/// HTML that [`sanitise`] let pass: balanced, of allowed elements only, every address absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sanitised {
    html: String,
    removed: Removed,
}

/// How often something was taken away or changed, by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Scripts, styles, frames, plug-ins, drawings: gone with their content.
    pub active: u32,
    /// Sound and film players: gone with their content.
    pub media: u32,
    /// Tables, whose rows became lines.
    pub tables: u32,
    /// Other elements that gave way to their content.
    pub elements: u32,
    /// Attributes, event handlers and inline styles among them.
    pub attributes: u32,
    /// Class attributes that lost at least one class.
    pub classes: u32,
    /// Links whose address has a forbidden scheme, or is relative without a base: now plain text.
    pub links: u32,
    /// Images without a usable address: now their description.
    pub images: u32,
    /// Texts that held characters XML forbids.
    pub characters: u32,
    /// Links whose text names another host: the real one was written behind it.
    pub disguised: u32,
}

impl Removed {
    /// Whether nothing was taken away.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The classes that are not zero, under kebab-case names, for losses and metrics.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u32)> {
        [
            ("active-content", self.active),
            ("media-player", self.media),
            ("table", self.tables),
            ("element", self.elements),
            ("attribute", self.attributes),
            ("class", self.classes),
            ("link-address", self.links),
            ("image-address", self.images),
            ("forbidden-character", self.characters),
            ("disguised-link", self.disguised),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
    }

    pub(super) fn count_block(&mut self, name: &str) {
        match name {
            "table" => self.tables += 1,
            "caption" | "tbody" | "tfoot" | "thead" | "tr" | "body" | "html" => {}
            _ => self.elements += 1,
        }
    }
}

impl Sanitised {
    /// The HTML.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The HTML, by value.
    #[must_use]
    pub fn into_html(self) -> String {
        self.html
    }

    /// What was taken away.
    #[must_use]
    pub fn removed(&self) -> &Removed {
        &self.removed
    }

    /// Whether nothing to see is left: no image and no text (reason `html-empty-after-sanitise`).
    #[must_use]
    pub fn is_blank(&self) -> bool {
        !self.html.contains("<img ") && super::to_plain(&self.html).trim().is_empty()
    }

    pub(super) fn with_html(&self, html: String) -> Self {
        Self {
            html,
            removed: self.removed,
        }
    }
}

/// Cleans HTML from the network with the default [`Limits`].
///
/// `base` is the address of the document the HTML stood in; without it relative links are dropped.
/// Cleaning what was cleaned changes nothing, and takes away nothing. The output is at most about
/// six times as long as the input (escapes).
///
/// # Errors
/// [`HtmlRefusal`] where the input is longer or deeper than the limits.
pub fn sanitise(html: &str, base: Option<&Url>) -> Result<Sanitised, HtmlRefusal> {
    sanitise_within(html, base, &Limits::default())
}

/// As [`sanitise`], with limits of the caller.
///
/// # Errors
/// [`HtmlRefusal`] where the input is longer or deeper than the limits.
pub fn sanitise_within(html: &str, base: Option<&Url>, limits: &Limits) -> Result<Sanitised, HtmlRefusal> {
    if html.len() > limits.bytes {
        return Err(HtmlRefusal::TooLong {
            bytes: html.len(),
            limit: limits.bytes,
        });
    }
    let (balanced, removed) = normalise(html, base, limits)?;
    Ok(Sanitised {
        html: restore(&AMMONIA.clean(&balanced).to_string()),
        removed,
    })
}

/// The second, independent judge: whatever `normalise` overlooked does not pass here.
static AMMONIA: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<&str, HashSet<&str>> = policy::ATTRIBUTES
        .iter()
        .map(|(element, names)| (*element, names.iter().copied().collect()))
        .collect();
    let mut builder = Builder::default();
    builder
        .tags(policy::ELEMENTS.into())
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["class"]))
        .url_schemes(policy::LINK_SCHEMES.into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(policy::LINK_REL));
    builder
});
