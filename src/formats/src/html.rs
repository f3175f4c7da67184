//! HTML of social posts: cleaning, and the ways to and from XHTML and plain text.
//!
//! What it is: pure synchronous functions over strings, linear in their input.
//! Wire: `content` of ActivityPub notes, Atom `content` of type html and xhtml, messages of XMPP clients.
//! Specs: WHATWG HTML (tokens), XML 1.0 §2.2 (characters), RFC 4287 §3.1.1 (Atom text constructs).
//! Losses: [`Removed`] counts what [`sanitise`] took away, by class, so that a mapping can declare it.
//!
//! # Layout
//!
//! * [`sanitise`]: hostile HTML in, [`Sanitised`] out. `normalise` balances the tags, applies the
//!   allow-list of `policy` and counts; ammonia has the last word.
//! * [`to_xhtml`], [`from_xhtml`]: XEP-0277 and Atom carry XHTML; Movim's reader sets the details.
//! * [`to_plain`], [`from_plain`]: text for chat clients and titles, and back.
//! * [`change_links`]: links of what was sanitised, made others.
//! * [`strip_quote_inline`]: the text fallback of a quote (FEP-044f) where the quote itself is shown.
//! * [`text`]: characters that XML forbids, display names, first lines.

mod anchors;
mod from_plain;
mod from_xhtml;
mod links;
mod normalise;
mod plain;
mod policy;
mod quote;
mod refusal;
mod sanitise;
pub mod text;
mod tokens;
mod write;
mod xhtml;

#[cfg(test)]
mod tests;

pub use anchors::{attribute, change_links};
pub use from_plain::from_plain;
pub use from_xhtml::from_xhtml;
pub use plain::{Links, to_plain, to_plain_with};
pub use quote::strip_quote_inline;
pub use refusal::{HtmlRefusal, Limits};
pub use sanitise::{Removed, Sanitised, sanitise, sanitise_within};
pub use text::{display_name, first_line, strip_bidi, xml_text};
pub use xhtml::to_xhtml;
