//! Two fake networks with a bus, a store and a delivery worker between them.

use std::sync::Arc;
use std::time::Duration;

use causeway::delivery::{Deliverer, Settings};
use causeway::store::Store;
use causeway_core::adapter::{Adapter, Adapters, Arrival, Context, Crossing, Wire};
use causeway_core::bus::{Bus, Parts};
use causeway_core::id::ObjectId;
use causeway_core::model::{Activity, Attested, Follow, FollowStep, Payload, Post, Profile, Retracted, Retraction};
use causeway_core::ports::{Accounts, EventOutcome, FollowFact, FollowState, Ingest, Ledger, NewAccount, Plan, Step};
use causeway_core::route::Links;
use causeway_testkit::chance::TestRandom;
use causeway_testkit::clock::TestClock;
use causeway_testkit::fake::{Fake, Taken};
use causeway_testkit::stubs::{Nothing, context};
use tempfile::TempDir;
use tokio::sync::watch;

/// Local users are at home on `fa`; the others are on `fb`.
pub(crate) struct World {
    pub(crate) fa: Arc<Fake>,
    pub(crate) fb: Arc<Fake>,
    pub(crate) store: Store,
    pub(crate) bus: Arc<Bus>,
    pub(crate) deliverer: Arc<Deliverer>,
    pub(crate) clock: TestClock,
    pub(crate) context: Context,
    _switch: watch::Sender<bool>,
    _folder: TempDir,
}

impl World {
    /// A world with a consenting local user, `juliet@capulet`.
    pub(crate) async fn new() -> Self {
        let world = Self::empty().await;
        world.start("juliet@capulet").await;
        world
    }

    async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("causeway.db").display());
        let (fa, fb) = (Fake::new("fa", true), Fake::new("fb", false));
        let all: Vec<Arc<dyn Adapter>> = vec![fa.clone(), fb.clone()];
        let adapters = Arc::new(Adapters::new(all));
        let clock = TestClock::at("2026-11-23T06:00:00Z");
        let random = Arc::new(TestRandom::new(7));
        let store = Store::open(&url, Arc::clone(&adapters), Arc::new(clock.clone()), random.clone())
            .await
            .unwrap();
        let bus = Arc::new(Bus::new(Parts {
            adapters: Arc::clone(&adapters),
            events: Arc::new(store.clone()),
            ledger: Arc::new(store.clone()),
            links: Links::new(&adapters, vec![(fa.network(), fb.network())]),
            clock: Arc::new(clock.clone()),
            tap: Arc::new(Nothing),
        }));
        let (context, switch) = context(&bus, &store, Arc::new(clock.clone()), random);
        bus.connect(context.clone());
        let deliverer = Deliverer::new(
            Arc::new(store.clone()),
            adapters,
            context.clone(),
            Arc::new(Nothing),
            bus.planned(),
            Settings::default(),
        );
        Self {
            fa,
            fb,
            store,
            bus,
            deliverer,
            clock,
            context,
            _switch: switch,
            _folder: folder,
        }
    }

    /// Consent of a local user.
    pub(crate) async fn start(&self, id: &str) {
        let profile = self.fa.profile(id);
        let networks = [self.fb.network()];
        let actor = self.fa.actor(id);
        let new = NewAccount {
            actor: &actor,
            profile: &profile,
            networks: &networks,
            text: "v1",
            via: "test",
        };
        self.store.open(new).await.unwrap();
    }

    /// Takes a wire in and processes whatever is pending.
    pub(crate) async fn takes(&self, wire: Wire) {
        self.bus.ingest(wire).await.unwrap();
        self.bus.drain().await.unwrap();
    }

    /// Takes a wire in and says what came of it.
    pub(crate) async fn outcome(&self, wire: Wire) -> Crossing {
        let work = async {
            loop {
                self.bus.arrival().await;
                self.bus.drain().await.unwrap();
            }
        };
        tokio::select! {
            outcome = self.bus.processed(wire) => outcome.unwrap(),
            () = work => unreachable!("it works until it is dropped"),
        }
    }

    /// Delivers whatever is due.
    pub(crate) async fn delivers(&self) {
        self.deliverer.drain().await.unwrap();
    }

    /// A wire of `fb` in which somebody there does something.
    pub(crate) fn of_fb(&self, actor: &str, payload: Payload) -> Wire {
        let mut wire = self.fb.wire(actor, payload);
        // a profile is learnt of by looking somebody up
        if wire.body.windows(9).any(|window| window == b"\"profile\"") {
            wire.arrival = Arrival::Backfill;
        }
        wire
    }

    /// A wire of `fa` in which one of ours does something.
    pub(crate) fn of_fa(&self, actor: &str, payload: Payload) -> Wire {
        self.fa.wire(actor, payload)
    }

    /// `name@host` of `fb` becomes known and follows `juliet@capulet`.
    pub(crate) async fn follower(&self, id: &str) {
        self.follower_with(self.fb.profile(id)).await;
    }

    /// The same, with this profile.
    pub(crate) async fn follower_with(&self, profile: Profile) {
        let id = profile.actor.as_str().to_owned();
        let follow = self.follow_of_juliet(&profile);
        self.bus
            .ingest(self.of_fb(&id, Payload::Profile(Box::new(profile))))
            .await
            .unwrap();
        self.bus.ingest(self.of_fb(&id, Payload::Follow(follow))).await.unwrap();
        self.bus.drain().await.unwrap();
    }

    /// All of these follow `juliet@capulet` already, written straight into the store.
    pub(crate) async fn followers(&self, profiles: Vec<Profile>) {
        let steps = profiles.into_iter().flat_map(|profile| {
            let follow = self.follow_of_juliet(&profile);
            let fact = FollowFact {
                follower: follow.follower,
                followee: follow.followee,
                state: FollowState::Accepted,
                request: follow.id,
            };
            [Step::PutActor(Box::new(profile)), Step::PutFollow(fact)]
        });
        let plan = Plan { steps: steps.collect() };
        let done = EventOutcome::Done(Crossing::default());
        self.store.commit(None, Arrival::Live, vec![plan], done).await.unwrap();
    }

    fn follow_of_juliet(&self, follower: &Profile) -> Follow {
        let host = follower.actor.as_str().split_once('@').unwrap().1;
        Follow {
            id: self.fb.object(&format!("{host}/follow-{}", follower.actor.as_str())),
            follower: follower.actor.clone(),
            followee: self.fa.actor("juliet@capulet"),
            step: FollowStep::Request,
            request: None,
        }
    }

    /// A post of `juliet@capulet`, taken in.
    pub(crate) async fn juliet_posts(&self, post: Post) {
        self.takes(self.of_fa("juliet@capulet", Payload::Post(Box::new(post))))
            .await;
    }

    /// A retraction by a local user, taken in.
    pub(crate) async fn retracts(&self, actor: &str, object: ObjectId) {
        let payload = Payload::Retraction(Retraction {
            target: Retracted::Object(object),
        });
        self.takes(self.of_fa(actor, payload)).await;
    }

    /// What `fb` took at `address`.
    pub(crate) fn at(&self, address: &str) -> Vec<Taken> {
        self.fb
            .taken()
            .into_iter()
            .filter(|taken| taken.address == address)
            .collect()
    }

    /// Moves time on.
    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// An activity of `fb` fetched from `host`.
    pub(crate) fn document(&self, host: &str, activity: &Activity) -> Wire {
        self.fb.wire_of(Attested::Host(host.to_owned()), activity)
    }
}
