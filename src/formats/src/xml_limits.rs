//! Limits on XML from the network, kept before any tree is built.
//!
//! What it is: a guard over the events of `rxml`, for streams ([`Guard`]) and for whole documents
//! ([`check_document`], [`read`]). Everything is linear in the input and none of it recursive:
//! trees such as minidom's abort the process on deep nesting, so that nothing may reach them
//! unseen. No document type declaration, no entities but the five of XML, UTF-8 only.
//! Specs: XML 1.0; by default 512 KiB, depth 64, 256 attributes.

mod document;
mod guard;

pub use document::{check_document, read};
pub use guard::{Guard, Limits, XmlRefusal};

#[cfg(test)]
mod tests;
