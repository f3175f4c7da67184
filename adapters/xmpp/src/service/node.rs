//! The nodes there are, by name.

use causeway_core::id::PlaceId;
use causeway_core::ports::{ActorView, ObjectView};
use causeway_core::refusal::{Reason, Refusal};

use super::address::Asked;
use crate::attachments;
use crate::ids::{self, COMMENTS, Item, MICROBLOG, Place};
use crate::wire::attachments::{ATTACHMENTS, SUMMARY};
use crate::wire::{avatar, nick, vcard};

/// A node of ours.
#[derive(Debug)]
pub(crate) enum Node {
    /// What a person posts.
    Microblog(Box<ActorView>),
    /// What is said about a post.
    Comments(Comments),
    /// A part of what a person shows of themself.
    Profile(Box<ActorView>, Part),
    /// What people feel about this item.
    Attachments(Box<ObjectView>),
    /// How many feel what about the items of this node.
    Summary(Box<Node>, Place),
}

/// Parts of a profile, each a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// XEP-0084 §4.2
    AvatarMetadata,
    /// XEP-0084 §4.1
    AvatarData,
    /// XEP-0172 §4
    Nick,
    /// XEP-0292 §4
    VCard,
}

impl Part {
    /// All of them, with their nodes.
    pub(crate) const NODES: [(Self, &'static str); 4] = [
        (Self::AvatarMetadata, avatar::METADATA),
        (Self::AvatarData, avatar::DATA),
        (Self::Nick, nick::NICK),
        (Self::VCard, vcard::VCARD4_NODE),
    ];

    fn named(node: &str) -> Option<Self> {
        Self::NODES
            .into_iter()
            .find_map(|(part, name)| (name == node).then_some(part))
    }
}

/// A node of comments.
#[derive(Debug)]
pub(crate) struct Comments {
    /// The node.
    pub(crate) place: PlaceId,
    /// The post it is about, where the node's name tells.
    pub(crate) post: Option<Box<ObjectView>>,
}

impl Asked<'_> {
    /// The node of this name at whoever is asked.
    ///
    /// # Errors
    /// `not-found`, `actor-gone`.
    pub(crate) async fn node(&self, name: &str) -> Result<Node, Refusal> {
        if let Some(of) = name.strip_prefix(SUMMARY).and_then(|rest| rest.strip_prefix('/')) {
            // counts of counts there are not: as deep as this
            let place = Place::new(&self.service, of).filter(|place| !is_about_others(place));
            let place = place.ok_or_else(no_node)?;
            return Ok(Node::Summary(Box::new(self.items_node(of).await?), place));
        }
        if name.starts_with(ATTACHMENTS) {
            return self.attachments(name).await;
        }
        self.items_node(name).await
    }

    async fn attachments(&self, name: &str) -> Result<Node, Refusal> {
        let place = Place::new(&self.service, name).ok_or_else(no_node)?;
        let of = attachments::target(&place).ok_or_else(no_node)?.object();
        let view = self.context.reads.object(&self.viewer(), &of, &ids::NETWORK).await?;
        let view = view.filter(|view| view.payload.is_some()).ok_or_else(no_node)?;
        Ok(Node::Attachments(Box::new(view)))
    }

    async fn items_node(&self, name: &str) -> Result<Node, Refusal> {
        if name.starts_with(COMMENTS) {
            return self.comments(name).await.map(Node::Comments);
        }
        if self.is_bridge() {
            return Err(no_node());
        }
        let person = Box::new(self.person().await?);
        match Part::named(name) {
            Some(part) => Ok(Node::Profile(person, part)),
            None if name == MICROBLOG => Ok(Node::Microblog(person)),
            None => Err(no_node()),
        }
    }

    /// A node of comments: beside a post in the node of somebody elsewhere it is there when the post may be seen; at the
    /// bridge itself its name tells nothing, and one that is not there is like an empty one.
    async fn comments(&self, name: &str) -> Result<Comments, Refusal> {
        let place = Place::new(&self.service, name).ok_or_else(no_node)?.id();
        if self.is_bridge() {
            return Ok(Comments { place, post: None });
        }
        let id = name.strip_prefix(COMMENTS).unwrap_or_default();
        let post = Item::new(&self.service, MICROBLOG, id).ok_or_else(no_node)?.object();
        let view = self.context.reads.object(&self.viewer(), &post, &ids::NETWORK).await?;
        let view = view.filter(|view| view.payload.is_some()).ok_or_else(no_node)?;
        Ok(Comments {
            place,
            post: Some(Box::new(view)),
        })
    }
}

fn is_about_others(place: &Place) -> bool {
    place.node().starts_with(ATTACHMENTS) || place.node().starts_with(SUMMARY)
}

fn no_node() -> Refusal {
    Refusal::reject(Reason::NotFound, "there is no such node")
}
