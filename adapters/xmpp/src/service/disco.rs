//! What there is: XEP-0030 of the bridge, of people elsewhere, and of nodes.

use super::address::Asked;
use super::node::{Node, Part};
use super::{Answer, PING, VERSION, items};
use crate::error::fault;
use crate::ids::{MICROBLOG, Place};
use crate::wire::disco::{DiscoInfo, DiscoItem, DiscoItems, INFO, ITEMS, Identity};
use crate::wire::form::{Field, FieldKind, Form, FormKind};
use crate::wire::gateway::GATEWAY;
use crate::wire::pubsub::{META_DATA, Page};
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
    let items = match &node {
        Some(name) => {
            let found = asked.node(name).await.map_err(|refusal| fault(&refusal))?;
            let names = items::names(asked, &found).await.map_err(|refusal| fault(&refusal))?;
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
    let count = u32::try_from(items.len()).ok();
    let page = page.filter(|_| items.is_empty()).map(|_| Page {
        count,
        ..Page::default()
    });
    Ok(Some(DiscoItems { node, items, page }.to_element()))
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

async fn person(asked: &Asked<'_>) -> Result<DiscoInfo, crate::link::Fault> {
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

async fn node_info(asked: &Asked<'_>, name: &str) -> Result<DiscoInfo, crate::link::Fault> {
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
