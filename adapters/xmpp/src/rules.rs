//! The rules of the mapping that lose something: rows of `docs/mapping/*.toml`, each with its class.

use std::borrow::Cow;

use causeway_core::loss::{Loss, LossClass};

/// A row of the mapping table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// What becomes of the field.
    pub class: LossClass,
}

impl Rule {
    /// What this rule did to `field`.
    pub(crate) fn loss(self, field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Loss {
        Loss::new(self.id, self.class, field, reason)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $class:ident;)+) => {
        $($(#[$doc])* pub const $name: Rule = Rule { id: $id, class: LossClass::$class };)+

        /// Every rule.
        pub const ALL: &[Rule] = &[$($name,)+];
    };
}

rules! {
    /// In: a title that only repeats the beginning of the text is not one.
    TITLE_REPEATS = "xmpp-post-title-repeats", Transformed;
    /// In: a title longer than titles are.
    TITLE_CUT = "xmpp-post-title-cut", Degraded;
    /// Out: Atom demands a title.
    TITLE_INVENTED = "xmpp-post-title-invented", Invented;
    /// In: markup that is not taken.
    TEXT_CLEANED = "xmpp-post-text-cleaned", Degraded;
    /// In: rich text over the limits, its plain form is taken.
    TEXT_UNREADABLE = "xmpp-post-text-unreadable", Dropped;
    /// Out: text over what a stanza should hold.
    TEXT_CUT = "xmpp-post-text-cut", Degraded;
    /// Out: the other languages of a text.
    TRANSLATIONS = "xmpp-post-translations", Dropped;
    /// Out: what the author typed, when it is neither plain nor Markdown.
    SOURCE = "xmpp-post-source", Dropped;
    /// In: an author named in the entry who is not who published it.
    AUTHOR_CLAIMED = "xmpp-post-author-claimed", Dropped;
    /// In: a date nobody can read.
    DATE_INVALID = "xmpp-post-date-invalid", Dropped;
    /// In: a date that is yet to come.
    DATE_FUTURE = "xmpp-post-date-future", Transformed;
    /// Out: Atom demands a date.
    DATE_INVENTED = "xmpp-post-date-invented", Invented;
    /// In: an enclosure without a web address.
    ENCLOSURE_ADDRESS = "xmpp-post-enclosure-address", Dropped;
    /// Both: more attachments than are taken.
    ENCLOSURE_COUNT = "xmpp-post-enclosure-count", Dropped;
    /// Out: what an enclosure has no attribute for.
    ENCLOSURE_DETAIL = "xmpp-post-enclosure-detail", Dropped;
    /// In: more tags than are taken.
    TAG_COUNT = "xmpp-post-tag-count", Dropped;
    /// Out: the page of a tag.
    TAG_PAGE = "xmpp-post-tag-page", Dropped;
    /// In: the preview of a link whose address the text does not hold.
    RELATED = "xmpp-post-related", Degraded;
    /// In: comments gathered where the author cannot have them gathered.
    THREAD = "xmpp-post-thread", Dropped;
    /// In: further addresses of one relation.
    LINK_FURTHER = "xmpp-post-link-further", Dropped;
    /// In: an element of the entry that says nothing to the model.
    UNKNOWN = "xmpp-post-unknown", Dropped;
    /// Out: people are named in the text only.
    MENTION = "xmpp-post-mention", Degraded;
    /// Out: pictures for `:names:`.
    EMOJI = "xmpp-post-emoji", Dropped;
    /// Out: a quoted post becomes a link.
    QUOTE = "xmpp-post-quote", Degraded;
    /// Out: a poll becomes lines of text.
    POLL = "xmpp-post-poll", Degraded;
    /// Out: an event becomes lines of text.
    EVENT = "xmpp-post-event", Degraded;
    /// Out: the sort of post.
    FORM = "xmpp-post-form", Dropped;
    /// Out: the page of a post that is not for everybody.
    PAGE_WITHHELD = "xmpp-post-page-withheld", Dropped;
    /// Out: nothing in an entry says who may read it.
    AUDIENCE = "xmpp-post-audience", Degraded;
    /// Out: the whole text goes into the title, without markup.
    COMMENT_MARKUP = "xmpp-comment-markup", Degraded;
    /// Out: what is answered has no address on XMPP.
    COMMENT_PARENT = "xmpp-comment-parent", Dropped;
    /// Out: a comment that is not for everybody, in a thread that is.
    COMMENT_MESSAGE = "xmpp-comment-message", Degraded;
    /// Out: any reaction is a heart.
    REACTION_EMOJI = "xmpp-reaction-emoji", Degraded;
    /// Out: a like of a comment is shown as one of the post.
    REACTION_COMMENT = "xmpp-reaction-comment", Degraded;
    /// In: what stands among reactions and is no emoji.
    REACTION_TEXT = "xmpp-reaction-text", Dropped;
    /// In: an attachment of another sort.
    ATTACHMENT = "xmpp-reaction-attachment", Dropped;
    /// In: a repost's copy of the original.
    REPOST_COPY = "xmpp-repost-copy", Dropped;
    /// Out: a repost's title.
    REPOST_TITLE = "xmpp-repost-title", Invented;
    /// Both: a file that is not taken, or what is not said of it.
    DIRECT_FILE = "xmpp-direct-file", Dropped;
    /// Out: markup, other languages, and what is longer than a stanza should be.
    DIRECT_TEXT = "xmpp-direct-text", Degraded;
    /// Out: a content warning is the first line.
    DIRECT_WARNING = "xmpp-direct-warning", Transformed;
    /// Out: who else got it.
    DIRECT_RECIPIENTS = "xmpp-direct-recipients", Dropped;
    /// Out: a tombstone where nothing can be taken away.
    TOMBSTONE = "xmpp-retraction-tombstone", Degraded;
    /// Out: the fields of a profile.
    PROFILE_FIELD = "xmpp-profile-field", Degraded;
    /// Out: what no vCard has.
    PROFILE_OTHER = "xmpp-profile-other", Dropped;
    /// Out: markup of a profile's text.
    PROFILE_MARKUP = "xmpp-profile-markup", Degraded;
    /// In: the fields of a vCard that no profile has.
    PROFILE_UNKNOWN = "xmpp-profile-unknown", Dropped;
}
