//! What people feel about what this bridge keeps: a node of attachments for each item, and one of counts for each node.

use std::collections::{BTreeMap, BTreeSet};

use causeway_core::model::{Payload, Reaction};
use causeway_core::ports::{ObjectView, Page};
use causeway_core::refusal::Refusal;

use super::Answer;
use super::address::Asked;
use super::listing::{List, MOST, Part};
use super::node::Node;
use crate::error::{fault, no};
use crate::ids::{self, Item, Place};
use crate::link::{Condition, Fault};
use crate::wire::attachments::{Attached, summary};
use crate::wire::item::PubsubItem;
use crate::wire::pubsub;

/// Items whose counts are told at once, at most: each is a read.
const MOST_COUNTS: usize = 50;

/// The items of a node of attachments: one for each who reacts, by their JID.
// XEP-0470 §4.1
pub(super) async fn items(asked: &Asked<'_>, node: &str, of: &ObjectView, ids: &[String]) -> Answer {
    let reactions = reactions(asked, of).await.map_err(|refusal| fault(&refusal))?;
    let mut people: BTreeMap<String, Attached> = BTreeMap::new();
    for reaction in &reactions {
        let attached = people.entry(reaction.author.as_str().to_owned()).or_default();
        match &reaction.emoji {
            None => attached.noticed = true,
            Some(emoji) if !attached.reactions.contains(emoji) => attached.reactions.push(emoji.clone()),
            Some(_) => {}
        }
    }
    let wanted = |jid: &String| ids.is_empty() || ids.contains(jid);
    let items = people.into_iter().filter(|(jid, _)| wanted(jid));
    let items: Vec<_> = items
        .map(|(jid, attached)| item(jid.clone(), Some(jid), attached.to_element()))
        .collect();
    if items.is_empty() && !ids.is_empty() {
        return Err(no(Condition::ItemNotFound, "not-found: there is no such item"));
    }
    Ok(Some(pubsub::items(node, &items, None)))
}

/// The counts for the items asked for, or for the newest of the node.
// XEP-0470 §4.6
pub(super) async fn counts(asked: &Asked<'_>, node: &str, of: &Node, place: &Place, ids: &[String]) -> Answer {
    let mut items = Vec::new();
    for view in views(asked, of, place, ids).await.map_err(|refusal| fault(&refusal))? {
        let Some(id) = Item::of(&view.id).map(|item| item.id().to_owned()) else {
            continue;
        };
        let reactions = reactions(asked, &view).await.map_err(|refusal| fault(&refusal))?;
        let (noticed, emoji) = counted(&reactions);
        if noticed > 0 || !emoji.is_empty() || !ids.is_empty() {
            items.push(item(id, None, summary(noticed, &emoji)));
        }
    }
    if items.is_empty() && !ids.is_empty() {
        return Err(no(Condition::ItemNotFound, "not-found: there is no such item"));
    }
    Ok(Some(pubsub::items(node, &items, None)))
}

async fn views(asked: &Asked<'_>, of: &Node, place: &Place, ids: &[String]) -> Result<Vec<ObjectView>, Refusal> {
    if ids.is_empty() {
        let list = match of {
            Node::Microblog(person) => List::Timeline(&person.id),
            Node::Comments(comments) => List::Comments(&comments.place),
            Node::Profile(..) | Node::Attachments(_) | Node::Summary(..) => return Ok(Vec::new()),
        };
        let window = list
            .window(asked.context, &asked.viewer(), &Part::Newest(MOST_COUNTS))
            .await?;
        return Ok(window.views);
    }
    let mut views = Vec::new();
    for item in ids.iter().take(MOST_COUNTS).filter_map(|id| place.item(id)) {
        let view = asked
            .context
            .reads
            .object(&asked.viewer(), &item.object(), &ids::NETWORK)
            .await?;
        views.extend(view.filter(|view| view.payload.is_some()));
    }
    Ok(views)
}

async fn reactions(asked: &Asked<'_>, of: &ObjectView) -> Result<Vec<Reaction>, Refusal> {
    let page = Page {
        max: MOST,
        ..Page::default()
    };
    let read = asked
        .context
        .reads
        .reactions(&asked.viewer(), &of.id, &ids::NETWORK, &page)
        .await?;
    let reaction = |view: ObjectView| match view.payload {
        Some(Payload::Reaction(reaction)) => Some(reaction),
        _ => None,
    };
    Ok(read.items.into_iter().filter_map(reaction).collect())
}

/// How many people noticed it and how many feel what: each person once for each.
fn counted(reactions: &[Reaction]) -> (usize, Vec<(String, usize)>) {
    let mut people: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    for reaction in reactions {
        people
            .entry(reaction.emoji.as_deref())
            .or_default()
            .insert(reaction.author.as_str());
    }
    let noticed = people.remove(&None).map_or(0, |people| people.len());
    let emoji = people
        .into_iter()
        .filter_map(|(emoji, people)| Some((emoji?.to_owned(), people.len())));
    (noticed, emoji.collect())
}

fn item(id: String, publisher: Option<String>, payload: minidom::Element) -> PubsubItem {
    PubsubItem {
        id: Some(id),
        publisher,
        payload: Some(payload),
    }
}

/// Checks the one item that somebody publishes into a node of attachments.
///
/// # Errors
/// `bad-request` when it is not their own, or no attachments.
// XEP-0470 §4.5
pub(super) fn valid(asked: &Asked<'_>, item: &PubsubItem) -> Result<(), Fault> {
    let own = item.id.as_deref() == Some(asked.sender.as_str());
    let attached = item.payload.as_ref().and_then(Attached::from_element);
    if own && attached.is_some() {
        return Ok(());
    }
    Err(no(
        Condition::BadRequest,
        "malformed: attachments stand in an item with the bare JID of their publisher as its id",
    ))
}
