//! What this adapter carries, as the router and the support page read it.

use causeway_core::capabilities::{Capabilities, Limits, Support};
use causeway_core::model::{Kind, Scope, TextFormat};

use crate::wire::MAX_WIRE;

const NOT_YET: Support = Support::No("not written on this network yet");

/// The table.
pub static CAPABILITIES: Capabilities = Capabilities {
    inbound: &[
        (Kind::Profile, Support::Full),
        (
            Kind::Post,
            Support::Lossy("what others did about it, thread labels and extensions are left out"),
        ),
        (
            Kind::Comment,
            Support::Lossy("as a post; of several parents the first is kept"),
        ),
        (Kind::Reaction, Support::Full),
        (Kind::Repost, Support::Full),
        (Kind::Follow, Support::Full),
        (Kind::Retraction, Support::Full),
        (Kind::Move, Support::Full),
        (Kind::Block, Support::Full),
        (Kind::Report, Support::Full),
        (Kind::Direct, Support::Lossy("title, poll and quote are left out")),
    ],
    outbound: &[
        (Kind::Profile, Support::Full),
        (
            Kind::Post,
            Support::Lossy("a title is the first paragraph, bold; a page on another host is left out"),
        ),
        (Kind::Comment, Support::Lossy("as a post")),
        (
            Kind::Reaction,
            Support::Lossy("an emoji is a like where the reader's program knows no emoji reactions"),
        ),
        (Kind::Repost, Support::Full),
        (Kind::Follow, Support::Full),
        (
            Kind::Retraction,
            Support::Lossy("of what is known by its id alone, nobody knows any more whom it was for"),
        ),
        (Kind::Move, NOT_YET),
        (Kind::Block, NOT_YET),
        (Kind::Report, NOT_YET),
        (Kind::Direct, Support::Full),
    ],
    formats: &[TextFormat::Html, TextFormat::Plain, TextFormat::Markdown],
    limits: Limits {
        wire_bytes: Some(MAX_WIRE),
        title_chars: None,
        text_bytes: None,
        media: None,
    },
    // AP §6.3
    edits: true,
    audiences: &[
        Scope::Public,
        Scope::Unlisted,
        Scope::Followers,
        Scope::Limited,
        Scope::Direct,
    ],
};
