//! Ports of which the network side needs a little.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use causeway_activitypub::{ActivityPub, ids};
use causeway_core::adapter::{Adapter, Context, Crossing, Raw, Slice, Wire};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Profile, Reach};
use causeway_core::ports::{
    Accepted, ActorState, ActorView, EventId, FollowState, Ingest, Keys, Later, ObjectView, OwnKey, Page, Places,
    Reads, RemoteKey, Secret, Standing, Viewer, Watch, WatchState, Watches,
};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_formats::http_signature::PrivateKey;

fn no<'a, T>() -> Later<'a, T> {
    Box::pin(async { Err(Refusal::reject(Reason::NotFound, "not part of this test")) })
}

/// One key for all of our actors, and what is known of others'.
pub(crate) struct KnownKeys {
    pub own: PrivateKey,
    pub site: String,
    pub remote: Mutex<HashMap<String, Arc<RemoteKey>>>,
}

impl Keys for KnownKeys {
    fn own<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Arc<OwnKey>> {
        Box::pin(async move {
            if !actor.as_str().starts_with(&self.site) {
                return Err(Refusal::reject(Reason::NotFound, "not an actor of ours"));
            }
            Ok(Arc::new(OwnKey {
                actor: actor.clone(),
                public_pem: self.own.public_pem(),
                private: Secret::new(self.own.to_pkcs8_der().unwrap()),
            }))
        })
    }

    fn remote<'a>(&'a self, _: &'a Network, key_id: &'a str) -> Later<'a, Option<Arc<RemoteKey>>> {
        Box::pin(async move { Ok(self.remote.lock().unwrap().get(key_id).cloned()) })
    }

    fn remember(&self, key: RemoteKey) -> Later<'_, ()> {
        Box::pin(async move {
            self.remote.lock().unwrap().insert(key.id.clone(), Arc::new(key));
            Ok(())
        })
    }
}

/// Knows some actors and objects, and nothing of them.
#[derive(Default)]
pub(crate) struct KnownActors(pub Mutex<HashSet<String>>);

impl Reads for KnownActors {
    fn actor<'a>(&'a self, id: &'a ActorId, _: &'a Network) -> Later<'a, Option<ActorView>> {
        Box::pin(async move {
            Ok(self.0.lock().unwrap().contains(id.as_str()).then(|| ActorView {
                id: id.clone(),
                home: id.clone(),
                state: ActorState::Remote,
                standing: Standing::Known,
                consents: Vec::new(),
                profile: Profile::of(id.clone()),
                public_key: None,
                opaque: "x".to_owned(),
                posts: 0,
                followers: 0,
                following: 0,
            }))
        })
    }

    fn actor_named<'a>(&'a self, _: &'a str, _: &'a Network) -> Later<'a, Option<ActorView>> {
        no()
    }

    fn object<'a>(&'a self, _: &'a Viewer, id: &'a ObjectId, _: &'a Network) -> Later<'a, Option<ObjectView>> {
        Box::pin(async move {
            Ok(self.0.lock().unwrap().contains(id.as_str()).then(|| ObjectView {
                id: id.clone(),
                home: id.clone(),
                payload: None,
                version: 1,
                gone: None,
                author: Profile::of(ActorId::new(ids::NETWORK, "https://a.example/users/somebody")),
                stored: Timestamp::from_millis(0),
            }))
        })
    }

    fn timeline<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ActorId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        no()
    }

    fn replies<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ObjectId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        no()
    }

    fn comments<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a PlaceId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        no()
    }

    fn reactions<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ObjectId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        no()
    }

    fn followers<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ActorId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        no()
    }

    fn following<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ActorId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        no()
    }

    fn follow<'a>(&'a self, _: &'a ActorId, _: &'a ActorId) -> Later<'a, Option<FollowState>> {
        no()
    }
}

/// Authenticates and keeps what arrived; or answers what it was told to.
#[derive(Default)]
pub(crate) struct Inbox {
    pub taken: Mutex<Vec<Wire>>,
    pub answer: Mutex<Option<Refusal>>,
    pub adapter: OnceLock<(Arc<ActivityPub>, Context)>,
}

impl Ingest for Inbox {
    fn arrived<'a>(&'a self, network: &'a Network, raw: Raw) -> Later<'a, Accepted> {
        Box::pin(async move {
            assert_eq!(*network, ids::NETWORK);
            let told = self.answer.lock().unwrap().clone();
            if let Some(refusal) = told {
                return Err(refusal);
            }
            let (adapter, context) = self.adapter.get().unwrap();
            self.ingest(adapter.authenticate(raw, context).await?).await
        })
    }

    fn ingest(&self, wire: Wire) -> Later<'_, Accepted> {
        Box::pin(async move {
            self.taken.lock().unwrap().push(wire);
            Ok(Accepted::New(EventId(1)))
        })
    }

    fn processed(&self, _: Wire) -> Later<'_, Crossing> {
        no()
    }
}

/// Watches and keeps nothing.
pub(crate) struct Idle;

impl Watches for Idle {
    fn want<'a>(&'a self, _: &'a PlaceId, _: &'a ActorId, _: Option<Timestamp>) -> Later<'a, ()> {
        no()
    }

    fn end<'a>(&'a self, _: &'a PlaceId) -> Later<'a, ()> {
        no()
    }

    fn watch<'a>(&'a self, _: &'a PlaceId) -> Later<'a, Option<Watch>> {
        no()
    }

    fn watched<'a>(&'a self, _: &'a Network) -> Later<'a, Vec<Watch>> {
        no()
    }

    fn report<'a>(&'a self, _: &'a PlaceId, _: WatchState) -> Later<'a, ()> {
        no()
    }

    fn mark<'a>(&'a self, _: &'a PlaceId, _: &'a [(String, Timestamp)], _: &'a [String]) -> Later<'a, ()> {
        no()
    }
}

impl Places for Idle {
    fn subscribe<'a>(&'a self, _: &'a PlaceId, _: &'a ActorId, _: &'a Reach) -> Later<'a, ()> {
        no()
    }

    fn unsubscribe<'a>(&'a self, _: &'a PlaceId, _: &'a ActorId) -> Later<'a, ()> {
        no()
    }

    fn subscribed<'a>(&'a self, _: &'a PlaceId, _: &'a ActorId) -> Later<'a, bool> {
        no()
    }
}
