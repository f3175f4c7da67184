//! What this adapter carries.

use causeway_core::capabilities::{Capabilities, Limits, Support};
use causeway_core::model::{Kind, Scope, TextFormat};

use Support::{Full, Lossy, No};

/// The table.
pub const CAPABILITIES: Capabilities = Capabilities {
    inbound: &[
        (
            Kind::Profile,
            Lossy("a vCard says more than a profile: addresses, telephones, birthdays"),
        ),
        (Kind::Post, Lossy("link previews and foreign elements of an entry")),
        (Kind::Comment, Lossy("as posts")),
        (Kind::Reaction, Full),
        (Kind::Repost, Lossy("its copy of the original")),
        (Kind::Follow, Full),
        (Kind::Retraction, Full),
        (Kind::Move, No("nobody announces a move yet (XEP-0283)")),
        (Kind::Block, No("enforced by the user's server (XEP-0191)")),
        (Kind::Report, No("not carried yet (XEP-0377)")),
        (Kind::Direct, Full),
    ],
    outbound: &[
        (Kind::Profile, Lossy("fields and markup that no vCard has")),
        (
            Kind::Post,
            Lossy("polls, events, quotes, custom emoji and media details"),
        ),
        (Kind::Comment, Lossy("markup: the whole text goes into the title")),
        (Kind::Reaction, Lossy("a heart for who reads no attachments (XEP-0470)")),
        (Kind::Repost, Lossy("Atom demands a title, which is made up")),
        (Kind::Follow, Full),
        (
            Kind::Retraction,
            Lossy("a tombstone stays where others keep the node and let us publish only"),
        ),
        (Kind::Move, No("nobody announces a move yet (XEP-0283)")),
        (Kind::Block, No("XMPP tells nobody of a block (XEP-0191)")),
        (Kind::Report, No("not carried yet (XEP-0377)")),
        (Kind::Direct, Lossy("plain text; who else got it is not said")),
    ],
    // XEP-0277 §2.3: text, and XHTML beside it
    formats: &[TextFormat::Plain, TextFormat::Xhtml],
    limits: Limits {
        // what Prosody 0.12 and ejabberd 23.01 let a client's server pass by default (security.md part 1)
        wire_bytes: Some(256 * 1024),
        // security.md part 4.6, in the characters that take the most bytes
        title_chars: Some(256),
        text_bytes: Some(crate::text::MAX_PLAIN),
        media: Some(crate::media::MAX_MEDIA),
    },
    // XEP-0060 §7.1.2.1: the same item id again
    edits: true,
    // nodes that this bridge keeps show each item to whom it is for; a post to people one talks with stands in none
    audiences: &[Scope::Public, Scope::Unlisted, Scope::Followers, Scope::Limited],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_cell_in_both_directions() {
        for kind in Kind::ALL {
            for table in [CAPABILITIES.inbound, CAPABILITIES.outbound] {
                assert_eq!(table.iter().filter(|(each, _)| each == kind).count(), 1, "{kind:?}");
            }
        }
    }
}
