//! Causeway's ActivityPub adapter: what documents say, and how they are written.
//!
//! It speaks ActivityPub (W3C Recommendation, 2018-01-23) over ActivityStreams 2.0 (2017-05-23) as Mastodon, GoToSocial,
//! Pleroma, Akkoma, Misskey, Lemmy, PeerTube, Friendica, WordPress and Fedify write it, with FEP-044f and FEP-e232
//! (quotes), FEP-1b12 (groups), FEP-2c59 (`webfinger`), FEP-c0e0 (emoji reactions) and FEP-fb2a (profile fields).
//! It uses no JSON-LD processor: documents are read by the names that everybody uses, whatever their `@context`.
//! It does not yet write moves, blocks and reports, and reads no linked-data signatures.
//!
//! # Layout
//!
//! * [`ids`], [`Config`]: ids, addresses and handles; the only file that looks inside one.
//! * [`parse`], [`render`]: dispatch by type and by kind; one file per kind does both directions: `post`, `comment`,
//!   `reaction`, `repost`, `follow`, `retraction`, `profile`, `direct`; `safety` is parsed only.
//! * `audience`, `text`, `tags`, `media`, `quote`, `poll`, `event`, `members`: parts that kinds share, both directions.
//! * [`document`], [`keys`]: what is asked for by GET; keys in documents.
//! * [`ActivityPub`]: the adapter; `inbox`, `instance`: the requests it answers; `authenticate`, `remote_keys`: who signed
//!   one; `forwarded`: what somebody else signed; `buckets`: how often; `transport`: what we sign, deliveries and fetches; `fetch`: documents from where they are at home; `discovery`:
//!   finding actors by address.
//! * `wire`: the tolerant view of what comes, the structs of what goes. `quirks`: what single programs do otherwise.
//! * `rules`: the rows of the mapping table that losses name.

mod adapter;
mod audience;
mod authenticate;
mod buckets;
mod capabilities;
mod comment;
mod config;
mod direct;
mod discovery;
pub mod document;
mod event;
mod fetch;
mod follow;
mod forwarded;
pub mod ids;
mod inbox;
mod instance;
pub mod keys;
mod losses;
mod media;
mod members;
mod parse;
mod poll;
mod post;
mod profile;
mod quirks;
mod quote;
mod reaction;
mod remote_keys;
mod render;
mod repost;
mod retraction;
mod rules;
mod safety;
mod tags;
mod text;
mod transport;
mod wire;

#[cfg(test)]
mod tests;

pub use adapter::ActivityPub;
pub use capabilities::CAPABILITIES;
pub use config::Config;
pub use parse::parse;
pub use render::render;
