//! Collections: whole, which tells a number and where the first page is, and page by page.
//!
//! Spec: AP §5 (`OrderedCollection`, `OrderedCollectionPage`), §5.1 (outbox), §5.3 and §5.4 (followers, following).

use causeway_core::adapter::{RenderContext, Rendered, Slice};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::ports::ObjectView;
use causeway_core::refusal::Refusal;
use serde::Serialize;
use serde_json::Value;

use super::{outgoing, rendered};
use crate::config::Config;
use crate::losses::Losses;
use crate::wire::out::Document;
use crate::{ids, render};

/// A collection, or one page of it.
// AP §5: OrderedCollection and OrderedCollectionPage
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection<T> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    total_items: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordered_items: Option<Vec<T>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<T>>,
}

impl<T: Serialize> Collection<T> {
    /// The collection itself, which holds no items.
    fn whole(id: String, total: u64, first: bool) -> Self {
        let first = first.then(|| ids::page(&id, None));
        Self {
            id,
            kind: "OrderedCollection",
            total_items: total,
            first,
            part_of: None,
            next: None,
            ordered_items: None,
            items: None,
        }
    }

    /// The page of `id` that holds `items`; the next goes on `before` the position of the last, or `after` it.
    fn page<U>(id: &str, total: u64, slice: &Slice<U>, items: Vec<T>, next: &'static str) -> Self {
        let first = ids::page(id, None);
        let own = if slice.index == 0 {
            first
        } else {
            format!("{first}&index={}", slice.index)
        };
        Self {
            id: own,
            kind: "OrderedCollectionPage",
            total_items: total,
            first: None,
            part_of: Some(id.to_owned()),
            next: slice
                .next
                .as_deref()
                .map(|position| ids::page(id, Some((next, position)))),
            ordered_items: Some(items),
            items: None,
        }
    }

    /// The same as a collection in no order.
    fn unordered(self) -> Self {
        Self {
            kind: self.kind.strip_prefix("Ordered").unwrap_or(self.kind),
            items: self.ordered_items,
            ordered_items: None,
            ..self
        }
    }

    fn rendered(self, actor: &ActorId) -> Result<Rendered, Refusal> {
        let id = self.id.clone();
        rendered(actor, None, Some(id), Document::bytes(self)?, Losses::default())
    }
}

/// What an actor of ours published: the activities that made it, newest first. What cannot be written is left out.
pub(super) fn outbox(
    config: &Config,
    actor: &ActorId,
    total: u64,
    page: Option<&Slice<ObjectView>>,
    context: &RenderContext<'_>,
) -> Result<Rendered, Refusal> {
    let id = ids::outbox(actor);
    let Some(slice) = page else {
        return Collection::<String>::whole(id, total, true).rendered(actor);
    };
    let items = slice
        .items
        .iter()
        .filter_map(|view| published(config, view, context))
        .collect();
    Collection::page(&id, total, slice, items, "before").rendered(actor)
}

fn published(config: &Config, view: &ObjectView, context: &RenderContext<'_>) -> Option<Value> {
    let payload = view.payload.clone().filter(|_| view.gone.is_none())?;
    let rendered = render::render(config, &outgoing(view, payload), context).ok()?;
    let mut activity: Value = serde_json::from_slice(&rendered.body).ok()?;
    // the page has it
    activity.as_object_mut()?.remove("@context");
    Some(activity)
}

/// Followers or following: numbers, and names only on a page that somebody may see.
pub(super) fn people(
    actor: &ActorId,
    id: String,
    total: u64,
    page: Option<&Slice<ActorId>>,
) -> Result<Rendered, Refusal> {
    let Some(slice) = page else {
        return Collection::<String>::whole(id, total, false).rendered(actor);
    };
    let known_here = slice.items.iter().filter(|other| *other.network() == ids::NETWORK);
    let items = known_here.map(|other| other.as_str().to_owned()).collect();
    Collection::page(&id, total, slice, items, "before").rendered(actor)
}

/// What answers an object of ours, by id alone: each is read where it is at home.
// AS2 vocabulary §4 replies: a Collection, as Mastodon reads it
pub(super) fn replies(
    actor: &ActorId,
    object: &ObjectId,
    total: u64,
    page: Option<&Slice<ObjectView>>,
) -> Result<Rendered, Refusal> {
    let id = ids::replies(object);
    let Some(slice) = page else {
        return Collection::<String>::whole(id, total, true).unordered().rendered(actor);
    };
    let known_here = slice.items.iter().filter(|view| *view.id.network() == ids::NETWORK);
    let items: Vec<String> = known_here.map(|view| view.id.as_str().to_owned()).collect();
    Collection::page(&id, total, slice, items, "after")
        .unordered()
        .rendered(actor)
}
