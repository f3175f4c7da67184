//! Wire types that several kinds share.

pub mod atom;
pub mod attachments;
pub mod avatar;
pub mod bundle;
pub mod disco;
pub mod document;
pub mod envelope;
pub mod form;
pub mod gateway;
pub mod item;
pub(crate) mod message;
pub mod nick;
pub mod pubsub;
pub mod vcard;
