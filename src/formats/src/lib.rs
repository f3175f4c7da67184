//! Wire grammars that more than one Causeway adapter speaks: parsing, checking and writing, no I/O.
//!
//! # Layout
//!
//! * [`html`]: cleaning, XHTML and plain text of posts
//! * [`xml_limits`]: limits on XML before any tree is built

pub mod html;
pub mod xml_limits;
pub mod http_signature;
