//! What there is: XEP-0030 of the bridge, of people elsewhere, and of nodes.

use super::address::Asked;
use super::node::{Node, Part};
use super::{Answer, PING, VERSION, items};
use crate::error::fault;
use crate::ids::{MICROBLOG, Place};
use crate::link::{Condition, Fault};
use crate::wire::disco::{DiscoInfo, DiscoItem, DiscoItems, INFO, ITEMS, Identity};
use crate::wire::form::{Field, FieldKind, Form, FormKind};
use crate::wire::gateway::GATEWAY;
use crate::wire::pubsub::{META_DATA, Page, PageRequest};
use crate::wire::vcard::{VCARD_TEMP, VCARD4};

/// Features of pubsub at every address of ours.
// XEP-0060 §10
const PUBSUB_FEATURES: [&str; 11] = [
    "http://jabber.org/protocol/pubsub",
    "http://jabber.org/protocol/pubsub#access-open",
    "http://jabber.org/protocol/pubsub#item-ids",
    "http://jabber.org/protocol/pubsub#meta-data",
    "http://jabber.org/protocol/pubsub#persistent-items",
    "http://jabber.org/protocol/pubsub#publish",
    "http://jabber.org/protocol/pubsub#retract-items",
    "http://jabber.org/protocol/pubsub#retrieve-items",
    "http://jabber.org/protocol/pubsub#retrieve-subscriptions",
    "http://jabber.org/protocol/pubsub#rsm",
    "http://jabber.org/protocol/pubsub#subscribe",
];
/// XEP-0059.
const RSM: &str = "http://jabber.org/protocol/rsm";
/// XEP-0106 §5.
const ESCAPING: &str = r"jid\20escaping";
/// XEP-0472 §5.1.
const SOCIAL_FEED: &str = "urn:xmpp:pubsub-social-feed:1";

pub(super) async fn info(asked: &Asked<'_>) -> Answer {
    let node = DiscoInfo::asked(&asked.request.payload).flatten();
    let info = match &node {
        Some(name) => node_info(asked, name).await?,
        None if asked.is_bridge() => bridge(asked),
        None => person(asked).await?,
    };
    Ok(Some(DiscoInfo { node, ..info }.to_element()))
}

/// People are found by address, never listed: Movim 2026-08 asks two questions about each line.
pub(super) async fn items(asked: &Asked<'_>) -> Answer {
    let (node, page) = DiscoItems::asked(&asked.request.payload).unwrap_or_default();
    let line = |node: Option<&str>, name: Option<String>| DiscoItem {
        jid: asked.service.clone(),
        node: node.map(str::to_owned),
        name,
    };
    let mut total = None;
    let items: Vec<DiscoItem> = match &node {
        Some(name) => {
            let found = asked.node(name).await.map_err(|refusal| fault(&refusal))?;
            let (names, all) = items::names(asked, &found).await.map_err(|refusal| fault(&refusal))?;
            total = u32::try_from(all).ok();
            names.into_iter().map(|name| line(None, Some(name))).collect()
        }
        None if asked.is_bridge() => Vec::new(),
        None => {
            let person = asked.person().await.map_err(|refusal| fault(&refusal))?;
            let pictured = person.profile.avatar.is_some();
            let parts = Part::NODES
                .into_iter()
                .filter(|(part, _)| pictured || !matches!(part, Part::AvatarMetadata | Part::AvatarData));
            std::iter::once(MICROBLOG)
                .chain(parts.map(|(_, node)| node))
                .map(|node| line(Some(node), None))
                .collect()
        }
    };
    let count = total.or_else(|| u32::try_from(items.len()).ok());
    let (items, page) = match page {
        Some(page) => {
            let (items, shown) = part(items, &page)?;
            (items, Some(Page { count, ..shown }))
        }
        None => (items, None),
    };
    Ok(Some(DiscoItems { node, items, page }.to_element()))
}

/// The part of a list that is asked for.
// XEP-0059 §2
fn part(mut all: Vec<DiscoItem>, asked: &PageRequest) -> Result<(Vec<DiscoItem>, Page), Fault> {
    let key = |item: &DiscoItem| item.name.clone().or_else(|| item.node.clone()).unwrap_or_default();
    let most = asked
        .max
        .map_or(all.len(), |max| usize::try_from(max).unwrap_or(usize::MAX));
    // XEP-0059 §2.2: an id that is not in the list is an error
    let at = |id: &str| {
        all.iter()
            .position(|item| key(item) == id)
            .ok_or_else(|| Fault::from(Condition::ItemNotFound))
    };
    let (start, end) = match (asked.before.as_deref(), asked.after.as_deref(), asked.index) {
        (Some(""), ..) => (all.len().saturating_sub(most), all.len()),
        (Some(before), ..) => {
            let end = at(before)?;
            (end.saturating_sub(most), end)
        }
        (None, Some(after), _) if !after.is_empty() => {
            let start = at(after)? + 1;
            (start, start.saturating_add(most).min(all.len()))
        }
        (None, _, index) => {
            let start = index.map_or(0, |index| usize::try_from(index).unwrap_or(usize::MAX));
            let start = start.min(all.len());
            (start, start.saturating_add(most).min(all.len()))
        }
    };
    all.truncate(end);
    let shown = all.split_off(start.min(end));
    let page = Page {
        first: shown.first().map(|item| (key(item), u32::try_from(start).ok())),
        last: shown.last().map(key),
        count: None,
    };
    Ok((shown, page))
}

fn bridge(asked: &Asked<'_>) -> DiscoInfo {
    let gateways = asked
        .xmpp
        .gateways
        .iter()
        .map(|network| Identity::new("gateway", network).named("Causeway"));
    DiscoInfo {
        identities: gateways
            .chain([Identity::new("pubsub", "service").named("Causeway")])
            .collect(),
        features: features(&[INFO, ITEMS, RSM, ESCAPING, GATEWAY, PING, VERSION]),
        ..DiscoInfo::default()
    }
}

async fn person(asked: &Asked<'_>) -> Result<DiscoInfo, Fault> {
    let person = asked.person().await.map_err(|refusal| fault(&refusal))?;
    Ok(DiscoInfo {
        identities: vec![
            Identity::new("account", "registered").named(person.profile.shown_name()),
            Identity::new("pubsub", "pep"),
        ],
        features: features(&[
            INFO,
            ITEMS,
            RSM,
            ESCAPING,
            MICROBLOG,
            SOCIAL_FEED,
            VCARD4,
            VCARD_TEMP,
            PING,
            VERSION,
        ]),
        ..DiscoInfo::default()
    })
}

async fn node_info(asked: &Asked<'_>, name: &str) -> Result<DiscoInfo, Fault> {
    let found = asked.node(name).await.map_err(|refusal| fault(&refusal))?;
    Ok(DiscoInfo {
        identities: vec![Identity::new("pubsub", "leaf")],
        features: features(&[INFO, ITEMS, RSM]),
        forms: vec![Form::new(FormKind::Result, META_DATA, meta_data(asked, name, &found))],
        ..DiscoInfo::default()
    })
}

// XEP-0060 §5.4, §16.4.4
fn meta_data(asked: &Asked<'_>, name: &str, found: &Node) -> Vec<Field> {
    let text = |var: &str, value: String| Field::new(var, FieldKind::TextSingle, value);
    let choice = |var: &str, value: &str| Field::new(var, FieldKind::ListSingle, value);
    let (title, kind, publishers) = match found {
        Node::Microblog(person) => (person.profile.shown_name().to_owned(), Some(SOCIAL_FEED), "publishers"),
        Node::Comments(_) => ("Comments".to_owned(), Some(SOCIAL_FEED), "open"),
        Node::Profile(person, _) => (person.profile.shown_name().to_owned(), None, "publishers"),
        Node::Attachments(_) => ("Reactions".to_owned(), None, "open"),
        Node::Summary(..) => ("Counts of reactions".to_owned(), None, "publishers"),
    };
    let mut fields = vec![
        text("pubsub#title", title),
        choice("pubsub#access_model", "open"),
        choice("pubsub#publish_model", publishers),
    ];
    fields.extend(kind.map(|kind| text("pubsub#type", kind.to_owned())));
    let created = match found {
        Node::Microblog(person) => {
            fields.push(text("pubsub#num_subscribers", person.followers.to_string()));
            let about = person.profile.bio.plain.trim();
            if !about.is_empty() {
                fields.push(text("pubsub#description", about.to_owned()));
            }
            person.profile.created
        }
        Node::Comments(comments) => comments.post.as_ref().map(|post| post.stored),
        Node::Attachments(of) => Some(of.stored),
        Node::Profile(..) | Node::Summary(..) => None,
    };
    fields.extend(created.map(|created| text("pubsub#creation_date", created.to_string())));
    let owner = Place::new(&asked.service, name).map(|place| place.service().to_owned());
    fields.extend(owner.map(|owner| Field::new("pubsub#owner", FieldKind::JidMulti, owner)));
    fields
}

fn features(own: &[&str]) -> Vec<String> {
    own.iter()
        .chain(&PUBSUB_FEATURES)
        .map(|feature| (*feature).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(asked: &PageRequest) -> Option<(Vec<String>, Option<u32>)> {
        let all = ["a", "b", "c", "d", "e"].map(|name| DiscoItem {
            jid: "alice@bridge.example".to_owned(),
            node: None,
            name: Some(name.to_owned()),
        });
        let (shown, page) = part(all.to_vec(), asked).ok()?;
        let index = page.first.and_then(|(_, index)| index);
        Some((shown.into_iter().filter_map(|item| item.name).collect(), index))
    }

    fn page(max: u32) -> PageRequest {
        PageRequest {
            max: Some(max),
            ..PageRequest::default()
        }
    }

    #[test]
    fn lists_are_paged() {
        let with = |names: &[&str], index| Some((names.iter().map(|name| (*name).to_owned()).collect(), index));
        assert_eq!(names(&page(2)), with(&["a", "b"], Some(0)));
        let after = |id: &str| PageRequest {
            after: Some(id.to_owned()),
            ..page(2)
        };
        assert_eq!(names(&after("b")), with(&["c", "d"], Some(2)));
        assert_eq!(names(&after("e")), with(&[], None));
        assert_eq!(names(&after("x")), None, "no such position");
        let before = |id: &str| PageRequest {
            before: Some(id.to_owned()),
            ..page(2)
        };
        assert_eq!(names(&before("")), with(&["d", "e"], Some(3)));
        assert_eq!(names(&before("b")), with(&["a"], Some(0)));
        let from = |index| PageRequest {
            index: Some(index),
            ..page(2)
        };
        assert_eq!(names(&from(4)), with(&["e"], Some(4)));
        assert_eq!(names(&from(u32::MAX)), with(&[], None));
        assert_eq!(names(&page(0)), with(&[], None));
    }
}
