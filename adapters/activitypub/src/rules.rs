//! The mapping rules that losses name. Each is a row of `docs/mapping/*.toml`; a test compares the two.

macro_rules! rules {
    ($($name:ident = $id:literal,)+) => {
        $(pub(crate) const $name: &str = $id;)+

        /// Every rule this adapter names.
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($id,)+];
    };
}

rules! {
    POST_AUTHORS = "post-authors",
    POST_AUTHOR_IMPLIED = "post-author-implied",
    POST_FORM = "post-form",
    POST_TITLE = "post-title",
    POST_TITLE_BOLD = "post-title-bold",
    POST_CONTENT = "post-content",
    POST_CONTENT_TYPE = "post-content-type",
    POST_TRANSLATIONS = "post-translations",
    POST_SOURCE = "post-source",
    POST_SUMMARY = "post-summary",
    POST_SENSITIVE = "post-sensitive",
    POST_DATE = "post-date",
    POST_URL = "post-url",
    POST_HASHTAG = "post-hashtag",
    POST_MENTION = "post-mention",
    POST_EMOJI = "post-emoji",
    POST_TAG = "post-tag",
    POST_QUOTE = "post-quote",
    POST_QUOTE_FALLBACK = "post-quote-fallback",
    POST_ATTACHMENT = "post-attachment",
    POST_ATTACHMENT_TYPE = "post-attachment-type",
    POST_ATTACHMENT_VARIANTS = "post-attachment-variants",
    POST_IMAGE = "post-image",
    POST_POLL = "post-poll",
    POST_EVENT = "post-event",
    POST_LOCATION = "post-location",
    POST_AUDIENCE = "post-audience",
    POST_RECIPIENT = "post-recipient",
    POST_BLIND = "post-blind",
    POST_THREAD = "post-thread",
    POST_COLLECTIONS = "post-collections",
    POST_EXTENSION = "post-extension",
    COMMENT_PARENT = "comment-parent",
    FOLLOW_ID = "follow-id",
    PROFILE_HANDLE = "profile-handle",
    PROFILE_NAME = "profile-name",
    PROFILE_BIO = "profile-bio",
    PROFILE_FIELD = "profile-field",
    PROFILE_PICTURE = "profile-picture",
    PROFILE_URL = "profile-url",
    PROFILE_OPT_OUT = "profile-opt-out",
    PROFILE_ALIAS = "profile-alias",
    PROFILE_EXTENSION = "profile-extension",
    RETRACTION_TARGET = "retraction-target",
    REACTION_ID = "reaction-id",
    REACTION_AUDIENCE = "reaction-audience",
    REACTION_EMOJI = "reaction-emoji",
    REPOST_ID = "repost-id",
    REPOST_ACTIVITY = "repost-activity",
}
