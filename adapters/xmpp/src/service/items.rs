//! Items of a node.

use causeway_core::adapter::{Outgoing, RenderContext, Verb};
use causeway_core::model::Activity;
use causeway_core::ports::ObjectView;
use causeway_core::refusal::Refusal;
use minidom::Element;

use super::address::Asked;
use super::listing::{List, MOST, Part, Window};
use super::node::Node;
use super::{Answer, attachments, profile};
use crate::Config;
use crate::error::{fault, no};
use crate::ids::{self, Item, Place};
use crate::link::{Condition, Fault};
use crate::wire::document;
use crate::wire::item::PubsubItem;
use crate::wire::pubsub::{self, Page, PageRequest};

/// Bytes of items in one answer at most: Prosody ends the stream of a component that sends a stanza over 512 KiB.
const MOST_BYTES: usize = 384 * 1024;

pub(super) async fn answer(
    asked: &Asked<'_>,
    node: &str,
    max_items: Option<u32>,
    ids: &[String],
    page: Option<&PageRequest>,
) -> Answer {
    let found = asked.node(node).await.map_err(|refusal| fault(&refusal))?;
    let list = match &found {
        Node::Profile(person, part) => return profile::items(asked, node, person, *part, ids).await,
        Node::Attachments(of) => return attachments::items(asked, node, of, ids).await,
        Node::Summary(of, place) => return attachments::counts(asked, node, of, place, ids).await,
        Node::Microblog(person) => List::Timeline(&person.id),
        Node::Comments(comments) => List::Comments(&comments.place),
    };
    let place = Place::new(&asked.service, node).ok_or_else(|| Fault::from(Condition::ItemNotFound))?;
    if ids.is_empty() {
        paged(asked, node, &list, &Part::of(max_items, page, &place), page.is_some()).await
    } else {
        named(asked, &place, ids).await
    }
}

/// The ids of a node's items, newest first, for disco#items, and how many it has.
// XEP-0060 §5.5
pub(super) async fn names(asked: &Asked<'_>, found: &Node) -> Result<(Vec<String>, u64), Refusal> {
    let list = match found {
        Node::Profile(..) | Node::Attachments(_) | Node::Summary(..) => return Ok((Vec::new(), 0)),
        Node::Microblog(person) => List::Timeline(&person.id),
        Node::Comments(comments) => List::Comments(&comments.place),
    };
    let window = list.window(asked.context, &asked.viewer(), &Part::Newest(MOST)).await?;
    let ids = window.views.iter().rev().filter(|view| view.payload.is_some());
    let ids = ids
        .filter_map(|view| Item::of(&view.id))
        .map(|item| item.id().to_owned())
        .collect();
    Ok((ids, window.total))
}

async fn paged(asked: &Asked<'_>, node: &str, list: &List<'_>, part: &Part, with_page: bool) -> Answer {
    let window = list
        .window(asked.context, &asked.viewer(), part)
        .await
        .map_err(|refusal| fault(&refusal))?;
    let Window { views, index, total } = window;
    let (items, skipped) = written(
        &asked.xmpp.config,
        &views,
        !matches!(part, Part::Oldest(_) | Part::After(..) | Part::From(..)),
    );
    let id = |item: Option<&PubsubItem>| item.and_then(|item| item.id.clone());
    let page = with_page.then(|| Page {
        first: id(items.first()).map(|id| (id, u32::try_from(index + skipped).ok())),
        last: id(items.last()),
        count: u32::try_from(total).ok(),
    });
    Ok(Some(pubsub::items(node, &items, page.as_ref())))
}

/// The views as items, as many as fit: from the newest on, or from the oldest. With how many older ones did not fit.
fn written(config: &Config, views: &[ObjectView], newest: bool) -> (Vec<PubsubItem>, u64) {
    let mut items = Vec::new();
    let mut bytes = 0;
    let mut taken = 0_u64;
    let views: Box<dyn Iterator<Item = &ObjectView>> = if newest {
        Box::new(views.iter().rev())
    } else {
        Box::new(views.iter())
    };
    let all = u64::try_from(views.size_hint().0).unwrap_or(u64::MAX);
    for view in views {
        let item = item(config, view);
        bytes += item.as_ref().map_or(0, |(_, size)| *size);
        if bytes > MOST_BYTES && !items.is_empty() {
            break;
        }
        taken += 1;
        items.extend(item.map(|(item, _)| item));
    }
    if newest {
        items.reverse();
    }
    (items, if newest { all.saturating_sub(taken) } else { 0 })
}

/// Items asked for by id. None of them there is an error: Movim 2026-08 deletes its copy then.
// XEP-0060 §6.5.8, §6.5.9.11
async fn named(asked: &Asked<'_>, place: &Place, ids: &[String]) -> Answer {
    let mut items = Vec::new();
    let mut bytes = 0;
    for id in ids.iter().take(MOST) {
        let Some(found) = place.item(id) else { continue };
        let view = asked
            .context
            .reads
            .object(&asked.viewer(), &found.object(), &ids::NETWORK)
            .await;
        let view = view.map_err(|refusal| fault(&refusal))?;
        let Some((item, size)) = view.as_ref().and_then(|view| item(&asked.xmpp.config, view)) else {
            continue;
        };
        bytes += size;
        if bytes > MOST_BYTES && !items.is_empty() {
            break;
        }
        items.push(item);
    }
    if items.is_empty() {
        return Err(no(Condition::ItemNotFound, "not-found: there is no such item"));
    }
    Ok(Some(pubsub::items(place.node(), &items, None)))
}

/// An object as an item, with its size in bytes; `None` for what is gone or cannot stand in a node.
pub(super) fn item(config: &Config, view: &ObjectView) -> Option<(PubsubItem, usize)> {
    let payload = view.payload.clone()?;
    let activity = Activity {
        id: None,
        actor: view.author.actor.clone(),
        at: Some(view.stored),
        payload,
    };
    let outgoing = Outgoing {
        verb: Verb::Create,
        activity,
        version: view.version,
    };
    let context = RenderContext {
        author: Some(&view.author),
        public_key: None,
    };
    let rendered = crate::render(config, &outgoing, &context);
    let rendered = rendered
        .inspect_err(|refusal| tracing::debug!(%refusal, id = %view.id, "not shown"))
        .ok()?;
    let element: Element = document::read(&rendered.body).ok()?;
    Some((PubsubItem::from_element(element), rendered.body.len()))
}
