//! What an adapter contributes to the public listener.

use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use serde::Serialize;

use crate::id::{ActorId, ObjectId};
use crate::ports::{ActorView, ObjectView};

/// Answers one request whose body was read within the route's limit.
pub type Handler = Arc<dyn Fn(http::Request<Bytes>) -> BoxFuture<'static, http::Response<Bytes>> + Send + Sync>;

/// A request an adapter answers.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: http::Method,
    /// The path, with `{name}` for a segment that may be anything.
    pub path: &'static str,
    /// Bytes of body read at most; more is answered 413.
    pub body_limit: usize,
    /// Who answers.
    pub handler: Handler,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A link from an actor to a document about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The relation type.
    pub rel: &'static str,
    /// The media type of what it leads to.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<&'static str>,
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// A template in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// Something under an actor's public URL.
#[derive(Clone, Debug)]
pub enum Resource {
    /// The actor.
    Actor(Box<ActorView>),
    /// One of its objects.
    Object(Box<ObjectView>),
    /// What it published, newest first. `None` is the collection, `Some` one page of it.
    Outbox {
        /// Whose.
        actor: ActorId,
        /// How many there are.
        total: u64,
        /// One page.
        page: Option<Slice<ObjectView>>,
    },
    /// What answers one of its objects, oldest first. `None` is the collection, `Some` one page of it.
    Replies {
        /// Whose object it is.
        actor: ActorId,
        /// What is answered.
        object: ObjectId,
        /// How many answers there are.
        total: u64,
        /// One page.
        page: Option<Slice<ObjectView>>,
    },
    /// Who follows it.
    Followers {
        /// Whose.
        actor: ActorId,
        /// How many there are.
        total: u64,
        /// One page.
        page: Option<Slice<ActorId>>,
    },
    /// Whom it follows.
    Following {
        /// Whose.
        actor: ActorId,
        /// How many there are.
        total: u64,
        /// One page.
        page: Option<Slice<ActorId>>,
    },
}

/// A part of a longer list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice<T> {
    /// The part, in the list's order.
    pub items: Vec<T>,
    /// How many the whole list has.
    pub total: u64,
    /// Where in the list the first of `items` stands, from 0.
    pub index: u64,
    /// What to hand in to get the part after it; `None` at the end.
    pub next: Option<String>,
}
