//! Requests of XEP-0060, each to its file.

use causeway_core::ports::FollowState;
use causeway_core::refusal::Refusal;
use jid::Jid;

use super::address::Asked;
use super::node::Node;
use super::{Answer, items, publish, subscribe};
use crate::error::{fault, no};
use crate::ids::MICROBLOG;
use crate::link::{Condition, Fault};
use crate::wire::pubsub::{self, Affiliation, PubsubError, PubsubRequest, Subscription, SubscriptionState};

pub(super) async fn answer(asked: &Asked<'_>) -> Answer {
    match PubsubRequest::from_element(&asked.request.payload, asked.request.is_set)? {
        PubsubRequest::Items {
            node,
            max_items,
            ids,
            page,
        } => items::answer(asked, &node, max_items, &ids, page.as_ref()).await,
        PubsubRequest::Subscribe { node, jid, .. } => subscribe::subscribe(asked, &node, &jid).await,
        PubsubRequest::Unsubscribe { node, jid, .. } => subscribe::unsubscribe(asked, &node, &jid).await,
        PubsubRequest::Subscriptions { node } => subscriptions(asked, node.as_deref()).await,
        PubsubRequest::Affiliations { node } => affiliations(asked, node.as_deref()).await,
        PubsubRequest::Publish { node, items, .. } => publish::publish(asked, &node, items).await,
        PubsubRequest::Retract { node, ids, .. } => publish::retract(asked, &node, &ids).await,
        // the defaults are all there is
        PubsubRequest::Options { .. } => Err(PubsubError::Unsupported("subscription-options".to_owned()).into()),
        PubsubRequest::Create { .. }
        | PubsubRequest::Configure { .. }
        | PubsubRequest::OwnerSubscriptions { .. }
        | PubsubRequest::OwnerAffiliations { .. }
        | PubsubRequest::Delete { .. }
        | PubsubRequest::Purge { .. } => Err(no(Condition::Forbidden, "the nodes of this bridge are its own")),
    }
}

/// The sender's own: at a person their follow, at a node of comments whether they are told.
// XEP-0060 §5.6
async fn subscriptions(asked: &Asked<'_>, node: Option<&str>) -> Answer {
    let mut list = Vec::new();
    match node {
        None if asked.is_bridge() => {}
        None | Some(MICROBLOG) => {
            let person = asked.person().await.map_err(|refusal| fault(&refusal))?;
            let follow = asked.context.reads.follow(&asked.sender, &person.home).await;
            let state = state(follow.map_err(|refusal| fault(&refusal))?);
            if state != SubscriptionState::None {
                list.push(asked.subscription(MICROBLOG, state)?);
            }
        }
        Some(name) => {
            if let Node::Comments(comments) = asked.node(name).await.map_err(|refusal| fault(&refusal))? {
                let told = asked.context.places.subscribed(&comments.place, &asked.sender).await;
                if told.map_err(|refusal: Refusal| fault(&refusal))? {
                    list.push(asked.subscription(name, SubscriptionState::Subscribed)?);
                }
            }
        }
    }
    Ok(Some(pubsub::subscriptions(node, &list)))
}

/// Who may comment here may publish; nobody has more than that.
// XEP-0060 §5.7
async fn affiliations(asked: &Asked<'_>, node: Option<&str>) -> Answer {
    let Some(name) = node else {
        return Ok(Some(pubsub::affiliations(None, &[])));
    };
    let affiliation = match asked.node(name).await.map_err(|refusal| fault(&refusal))? {
        Node::Comments(_) | Node::Attachments(_) if asked.is_served() => Affiliation::Publisher,
        Node::Comments(_) | Node::Attachments(_) | Node::Summary(..) | Node::Microblog(_) | Node::Profile(..) => {
            Affiliation::None
        }
    };
    Ok(Some(pubsub::affiliations(node, &[(name, affiliation)])))
}

/// How a follow stands in XEP-0060's words.
// XEP-0060 §4.2
pub(super) fn state(follow: Option<FollowState>) -> SubscriptionState {
    match follow {
        Some(FollowState::Accepted) => SubscriptionState::Subscribed,
        Some(FollowState::Pending) => SubscriptionState::Pending,
        Some(FollowState::Rejected) | None => SubscriptionState::None,
    }
}

impl Asked<'_> {
    /// The sender's subscription to a node.
    pub(super) fn subscription(&self, node: &str, state: SubscriptionState) -> Result<Subscription, Fault> {
        let jid: Jid = self
            .sender
            .as_str()
            .parse()
            .map_err(|_| Fault::from(Condition::JidMalformed))?;
        Ok(Subscription {
            node: Some(node.to_owned()),
            jid,
            subid: None,
            state,
        })
    }
}
