//! Causeway's XMPP adapter: PubSub and Atom over a component link.
//!
//! # Layout
//! * [`ids`]: the only maker and reader of ids: JIDs, items, places, virtual JIDs, needs.
//! * [`parse()`], [`render()`]: the mapping, pure; they only pick the kind. One file per kind holds both directions:
//!   `post`, `event`, `comment`, `reaction` and `attachments`, `repost`, `follow`, `retraction`, `profile`, `direct`;
//!   `whisper` is a comment that is not for everybody; `quote`, `text`, `media` and `mentions` are what kinds share.
//!   `author` says who wrote an item, `thread` where its comments are.
//! * [`wire`]: elements of the wire, bytes to trees and back, and what comes with an item.
//! * [`rules`]: the rows of `docs/mapping` that lose something.
//! * [`link`]: the XEP-0114 stream.
//! * [`Xmpp`]: the live side. `inbound` reads and hands out, `service` answers requests, `watch` follows local nodes,
//!   `deliver` sends, `chat` talks with people, `conversation` carries
//!   what people say to one another, `fetch` and `profile_read` get what is missing.
//!
//! XEP-0470 attachments are read wherever they come from and shown beside what this bridge keeps; into nodes that others
//! keep, reactions go as Movim's `♥` comments, which hold the attachment too. The mapping does not do yet: reactions to
//! messages (XEP-0444), moves (XEP-0283), reports (XEP-0377).

mod adapter;
mod arrived;
mod attachments;
mod author;
mod barrier;
mod capabilities;
mod chat;
mod comment;
mod config;
mod conversation;
mod counters;
mod deliver;
mod direct;
mod entry;
mod error;
mod event;
mod fetch;
mod follow;
pub mod ids;
mod inbound;
mod lanes;
pub mod link;
mod media;
mod mentions;
mod notices;
mod parse;
mod post;
pub mod profile;
mod profile_read;
mod quote;
mod reaction;
mod render;
mod repost;
mod retraction;
pub mod rules;
mod service;
mod stanza;
#[cfg(test)]
mod tests;
mod text;
mod thread;
mod watch;
mod whisper;
pub mod wire;
mod xml;

pub use adapter::{Settings, SettingsError, Xmpp};
pub use author::{author_of, vouches};
pub use capabilities::CAPABILITIES;
pub use config::Config;
pub use counters::Stanzas;
pub use parse::parse;
pub use render::render;
pub use retraction::tombstone;
