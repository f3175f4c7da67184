//! Wire grammars that more than one Causeway adapter speaks: parsing, checking and writing, no I/O.
//!
//! # Layout
//!
//! * [`http_signature`]: HTTP message signatures, both ways
//! * [`html`]: cleaning, XHTML and plain text of posts
//! * [`escape`]: addresses inside JIDs (XEP-0106)
//! * [`xml_limits`], [`json_limits`]: limits on XML and JSON before any tree is built
//! * [`webfinger`], [`nodeinfo`]: who is behind an address, what a server runs

pub mod escape;
pub mod html;
pub mod http_signature;
pub mod json_limits;
pub mod nodeinfo;
pub mod webfinger;
pub mod xml_limits;
