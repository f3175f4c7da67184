//! What can be said, in no network's terms.
//!
//! Every value is serialisable: the JSON of the model is what `causeway convert --to model` prints, what fixtures hold
//! and what a store keeps. A field at its default is left out.

mod activity;
mod actor;
mod audience;
mod comment;
mod direct;
mod event;
mod follow;
mod ids;
mod media;
mod poll;
mod post;
mod profile;
mod reaction;
mod repost;
mod retraction;
mod safety;
mod text;

pub use activity::{Activity, Attested, Kind, Payload};
pub use actor::ActorKind;
pub use audience::{Audience, Scope};
pub use comment::Comment;
pub use direct::DirectMessage;
pub use event::{Event, Geo};
pub use follow::{Follow, FollowStep};
pub use ids::{AnyId, Ids};
pub use media::Media;
pub use poll::{Choice, Poll};
pub use post::{Mention, Post, PostForm, Quote, Tag, Title};
pub use profile::{Endpoints, Profile, ProfileField, Reach};
pub use reaction::{CustomEmoji, Reaction};
pub use repost::Repost;
pub use retraction::{Retracted, Retraction};
pub use safety::{Block, Blocked, Move, Report};
pub use text::{Lang, Text, TextFormat, Translation};

/// For `skip_serializing_if` on flags.
pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}
