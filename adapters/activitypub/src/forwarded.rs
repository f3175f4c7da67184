//! Activities that somebody other than their actor signed: inbox forwarding.
//!
//! Such a one is answered as taken, and nothing in it is believed. If it concerns an actor or an object that is known
//! here, what it is about is fetched from its own host, within a budget, and counts as far as that host says it.
//! That is a favour to threads, not a duty: what is over budget, or lost with the process, is dropped.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use causeway_core::adapter::{Arrival, Context, Wire};
use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::Attested;
use causeway_core::ports::Viewer;
use causeway_core::refusal::{Reason, Refusal};
use serde_json::json;

use crate::adapter::ActivityPub;
use crate::ids;
use crate::transport::within;
use crate::wire::out::MEDIA_TYPE;
use crate::wire::{Doc, Json, Ref};

/// Followed up at once.
pub(crate) const AT_ONCE: usize = 4;
/// Fetches from one owner's hosts at first, and in how many milliseconds there is one more.
pub(crate) const BUDGET: (u32, u64) = (60, 1_000);
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a forwarded activity says it is about. All of it is somebody else's word.
struct Hint {
    actor: ActorId,
    object: ObjectId,
    parent: Option<ObjectId>,
    ends: bool,
}

impl ActivityPub {
    /// Follows up a forwarded activity, if there is room for it, and does not wait for that.
    // AP §7.1.2; PRODUCT: Who wrote it
    pub(crate) fn follow_up(self: &Arc<Self>, context: &Context, body: &Bytes) {
        let Some(hint) = Hint::read(body).filter(|hint| !self.config.is_ours(hint.object.as_str())) else {
            return;
        };
        let Ok(place) = Arc::clone(&self.forwards).try_acquire_owned() else {
            return;
        };
        let (adapter, context) = (Arc::clone(self), context.clone());
        tokio::spawn(async move {
            let _place = place;
            if let Err(refusal) = adapter.followed_up(&context, &hint).await {
                tracing::debug!(%refusal, object = hint.object.as_str(), "nothing came of a forwarded activity");
            }
        });
    }

    async fn followed_up(&self, context: &Context, hint: &Hint) -> Result<(), Refusal> {
        if !concerns_us(context, hint).await? {
            return Ok(());
        }
        self.forward_budget
            .take_of_owner(hint.object.as_str(), context.clock.now())?;
        let wire = match within(context, PATIENCE, self.by_id(context, hint.object.as_str())).await {
            Ok(found) => Wire {
                arrival: Arrival::Live,
                ..found.into_wire(None)
            },
            // a mere 404 may mean that we are blocked there
            Err(refusal) if refusal.reason == Reason::Gone && hint.ends => ended(context, hint),
            Err(refusal) => return Err(refusal),
        };
        context.ingest.ingest(wire).await.map(|_| ())
    }
}

/// Whether anything of it is known here: the object, what it answers, or its author.
async fn concerns_us(context: &Context, hint: &Hint) -> Result<bool, Refusal> {
    for object in std::iter::once(&hint.object).chain(&hint.parent) {
        let known = context.reads.object(&Viewer::Anyone, object, &ids::NETWORK).await?;
        if known.is_some() {
            return Ok(true);
        }
    }
    let known = context.reads.actor(&hint.actor, &ids::NETWORK).await?;
    Ok(known.is_some() && !hint.ends)
}

/// The deletion that the object's own host confirms.
fn ended(context: &Context, hint: &Hint) -> Wire {
    let now = context.clock.now();
    let id = format!("{}#gone-{}", hint.object.as_str(), now.millis());
    let delete = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": "Delete",
        "actor": hint.actor.as_str(),
        "object": hint.object.as_str(),
    });
    Wire {
        network: ids::NETWORK,
        attested: Attested::Host(ids::host(hint.object.as_str()).unwrap_or_default()),
        id: Some(id),
        arrival: Arrival::Live,
        media_type: MEDIA_TYPE.to_owned(),
        body: Bytes::from(delete.to_string()),
        envelope: Vec::new(),
        received: now,
    }
}

impl Hint {
    /// `None` for what is not about an object of its actor's own host.
    fn read(body: &Bytes) -> Option<Self> {
        let json = Json::read(body).ok()?;
        let doc = Doc::of(&json)?;
        let ends = doc.is("Delete");
        if !ends && !doc.is("Create") && !doc.is("Update") {
            return None;
        }
        let actor = ids::actor(doc.first("actor")?.id()?)?;
        let about = doc.first("object")?;
        let object = ids::object(about.id()?)?;
        let parent = match about {
            Ref::Object(doc) => doc.ids("inReplyTo").next().and_then(ids::object),
            Ref::Id(_) => None,
        };
        ids::same_host(object.as_str(), actor.as_str()).then_some(Self {
            actor,
            object,
            parent,
            ends,
        })
    }
}
