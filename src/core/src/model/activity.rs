//! Something that happened, and who vouches for it.

use serde::{Deserialize, Serialize};

use super::{Block, Comment, DirectMessage, Follow, Move, Post, Profile, Reaction, Report, Repost, Retraction};
use crate::id::{ActorId, ObjectId};
use crate::model::Audience;
use crate::time::Timestamp;

/// One thing that one actor did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// The wire's own id of the activity, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who did it.
    pub actor: ActorId,
    /// When, by the wire's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What.
    #[serde(flatten)]
    pub payload: Payload,
}

/// Who vouches for a wire. The origin check reads only this.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attested {
    /// The actor: by signature, or because the server that delivered it vouches for its sender.
    Actor(ActorId),
    /// The host of the final URL a document was fetched from.
    Host(String),
    /// Nobody: a file handed to `causeway convert`. Never processed.
    Nobody,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// A profile, new or changed.
    Profile(Box<Profile>),
    /// A post, new or edited.
    Post(Box<Post>),
    /// An answer in a thread, new or edited.
    Comment(Box<Comment>),
    /// A like or an emoji.
    Reaction(Reaction),
    /// Another's post, passed on.
    Repost(Repost),
    /// A follow, or the answer to one.
    Follow(Follow),
    /// The end of something said or done before.
    Retraction(Retraction),
    /// An account goes elsewhere.
    Move(Move),
    /// One actor will not hear another.
    Block(Block),
    /// A complaint to the operators concerned.
    Report(Report),
    /// A message to named people.
    Direct(Box<DirectMessage>),
}

/// The kinds, as capability tables and fixtures name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is the payload of the same name")]
pub enum Kind {
    Profile,
    Post,
    Comment,
    Reaction,
    Repost,
    Follow,
    Retraction,
    Move,
    Block,
    Report,
    Direct,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::Profile,
        Kind::Post,
        Kind::Comment,
        Kind::Reaction,
        Kind::Repost,
        Kind::Follow,
        Kind::Retraction,
        Kind::Move,
        Kind::Block,
        Kind::Report,
        Kind::Direct,
    ];

    /// The name used in files, stores and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Profile => "profile",
            Kind::Post => "post",
            Kind::Comment => "comment",
            Kind::Reaction => "reaction",
            Kind::Repost => "repost",
            Kind::Follow => "follow",
            Kind::Retraction => "retraction",
            Kind::Move => "move",
            Kind::Block => "block",
            Kind::Report => "report",
            Kind::Direct => "direct",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl Payload {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Payload::Profile(_) => Kind::Profile,
            Payload::Post(_) => Kind::Post,
            Payload::Comment(_) => Kind::Comment,
            Payload::Reaction(_) => Kind::Reaction,
            Payload::Repost(_) => Kind::Repost,
            Payload::Follow(_) => Kind::Follow,
            Payload::Retraction(_) => Kind::Retraction,
            Payload::Move(_) => Kind::Move,
            Payload::Block(_) => Kind::Block,
            Payload::Report(_) => Kind::Report,
            Payload::Direct(_) => Kind::Direct,
        }
    }

    /// The id of the object it makes or changes; a profile, a retraction or a move makes none.
    pub fn object(&self) -> Option<&ObjectId> {
        match self {
            Payload::Post(post) => Some(&post.id),
            Payload::Comment(comment) => Some(&comment.post.id),
            Payload::Reaction(reaction) => Some(&reaction.id),
            Payload::Repost(repost) => Some(&repost.id),
            Payload::Follow(follow) => Some(&follow.id),
            Payload::Block(block) => Some(&block.id),
            Payload::Report(report) => Some(&report.id),
            Payload::Direct(message) => Some(&message.id),
            Payload::Profile(_) | Payload::Retraction(_) | Payload::Move(_) => None,
        }
    }

    /// What is kept when it is retracted: who, where, to whom; nothing of what was said.
    #[must_use]
    pub fn skeleton(&self) -> Self {
        let bare = |post: &Post| Post {
            audience: post.audience.clone(),
            replies: post.replies.clone(),
            ..Post::note(post.id.clone(), post.author.clone(), super::Text::default())
        };
        match self {
            Payload::Post(post) => Payload::Post(Box::new(bare(post))),
            Payload::Comment(comment) => Payload::Comment(Box::new(Comment {
                post: bare(&comment.post),
                ..Comment::clone(comment)
            })),
            Payload::Direct(message) => Payload::Direct(Box::new(DirectMessage {
                summary: None,
                text: super::Text::default(),
                media: Vec::new(),
                ..DirectMessage::clone(message)
            })),
            Payload::Report(report) => Payload::Report(Report {
                comment: String::new(),
                ..report.clone()
            }),
            Payload::Profile(profile) => Payload::Profile(Box::new(Profile::of(profile.actor.clone()))),
            Payload::Reaction(_)
            | Payload::Repost(_)
            | Payload::Follow(_)
            | Payload::Retraction(_)
            | Payload::Move(_)
            | Payload::Block(_) => self.clone(),
        }
    }

    /// The post it carries, of a post or a comment.
    pub fn post(&self) -> Option<&Post> {
        match self {
            Payload::Post(post) => Some(post),
            Payload::Comment(comment) => Some(&comment.post),
            _ => None,
        }
    }

    /// Who may see it. What has no audience of its own goes to the actors it names.
    pub fn audience(&self) -> Option<&Audience> {
        match self {
            Payload::Post(post) => Some(&post.audience),
            Payload::Comment(comment) => Some(&comment.post.audience),
            Payload::Reaction(reaction) => Some(&reaction.audience),
            Payload::Repost(repost) => Some(&repost.audience),
            Payload::Direct(message) => Some(&message.audience),
            Payload::Profile(_)
            | Payload::Follow(_)
            | Payload::Retraction(_)
            | Payload::Move(_)
            | Payload::Block(_)
            | Payload::Report(_) => None,
        }
    }
}
