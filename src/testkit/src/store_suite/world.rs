//! What every case starts with, and short ways to say what it does.

use std::sync::Arc;
use std::time::Duration;

use causeway_core::adapter::{Adapter, Adapters, Arrival, Crossing, Delivered, Outgoing, Verb};
use causeway_core::delivery;
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Activity, Attested, Audience, Comment, Follow, FollowStep, Payload, Post, Profile, Scope};
use causeway_core::ports::{
    Account, Clock, EventOutcome, Facts, FollowFact, FollowState, Job, NewAccount, ObjectView, Outcome, Plan,
    Recipients, Send, Sent, Step, Viewer,
};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;

use super::{Backend, Ports};
use crate::chance::TestRandom;
use crate::clock::TestClock;
use crate::fake::Fake;

/// How long a claimed lane is held.
pub(super) const LEASE: u64 = 60_000;

/// An empty store between two networks.
pub struct World {
    /// The network whose people use this bridge; its threads have places.
    pub near: Arc<Fake>,
    /// The other one.
    pub far: Arc<Fake>,
    /// The clock.
    pub clock: TestClock,
    /// The store, open.
    pub ports: Ports,
    backend: Box<dyn Backend>,
    adapters: Arc<Adapters>,
    random: Arc<TestRandom>,
}

/// One delivery made.
#[derive(Debug)]
pub struct Made {
    /// To which address.
    pub address: String,
    /// What was done.
    pub verb: Verb,
    /// With what.
    pub outgoing: Outgoing,
}

impl World {
    /// Opens `backend` for the first time.
    pub async fn new(backend: Box<dyn Backend>) -> Self {
        let (near, far) = (Fake::new("near", true), Fake::new("far", false));
        let clock = TestClock::at("2026-11-23T12:00:00Z");
        let adapters = Arc::new(Adapters::new([
            Arc::clone(&near) as Arc<dyn Adapter>,
            Arc::clone(&far) as Arc<dyn Adapter>,
        ]));
        let random = Arc::new(TestRandom::new(1));
        let ports = backend
            .open(Arc::clone(&adapters), Arc::new(clock.clone()), random.clone())
            .await;
        Self {
            near,
            far,
            clock,
            ports,
            backend,
            adapters,
            random,
        }
    }

    /// What a crash and a start leave: the store as it was committed.
    pub async fn reopen(&mut self) {
        self.ports = self
            .backend
            .open(
                Arc::clone(&self.adapters),
                Arc::new(self.clock.clone()),
                self.random.clone(),
            )
            .await;
    }

    /// The near network.
    pub fn n(&self) -> Network {
        Network::new("near")
    }

    /// The far network.
    pub fn f(&self) -> Network {
        Network::new("far")
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock on by seconds.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Applies one plan of these steps, live.
    pub async fn apply(&self, steps: Vec<Step>) {
        self.commit(Arrival::Live, steps).await;
    }

    /// Applies one plan of these steps.
    pub async fn commit(&self, arrival: Arrival, steps: Vec<Step>) {
        let done = EventOutcome::Done(Crossing::default());
        self.ports
            .ledger
            .commit(None, arrival, vec![Plan { steps }], done)
            .await
            .unwrap();
    }

    /// A local actor that agreed to be seen on the far network.
    pub async fn opened(&self, id: &str) -> ActorId {
        self.open(id).await;
        self.near.actor(id)
    }

    /// Opens an account on the far network.
    pub async fn open(&self, id: &str) -> Account {
        let profile = self.near.profile(id);
        let networks = [self.f()];
        let new = NewAccount {
            actor: &profile.actor,
            profile: &profile,
            networks: &networks,
            text: "text-1",
            via: "chat",
        };
        self.ports.accounts.open(new).await.unwrap()
    }

    /// An actor of the far network, known by its profile.
    pub async fn known(&self, id: &str) -> ActorId {
        let profile = self.far.profile(id);
        let actor = profile.actor.clone();
        self.apply(vec![Step::PutActor(Box::new(profile))]).await;
        actor
    }

    /// A follow as it stands after its request and, unless pending, its answer. The request is at home with the follower.
    pub async fn follow(&self, follower: &ActorId, followee: &ActorId, state: FollowState) -> ObjectId {
        let host = follower.as_str().rsplit_once('@').unwrap().1;
        let id = ObjectId::new(follower.network().clone(), format!("{host}/f-{follower}-{followee}"));
        let request = Follow {
            id: id.clone(),
            follower: follower.clone(),
            followee: followee.clone(),
            step: FollowStep::Request,
            request: None,
        };
        let fact = FollowFact {
            follower: follower.clone(),
            followee: followee.clone(),
            state,
            request: id.clone(),
        };
        self.apply(vec![put(Payload::Follow(request)), Step::PutFollow(fact)])
            .await;
        id
    }

    /// A near actor with an account and a far one who follows it.
    pub async fn pair(&self) -> (ActorId, ActorId) {
        let juliet = self.opened("juliet@near.example").await;
        let bob = self.known("bob@far.example").await;
        self.follow(&bob, &juliet, FollowState::Accepted).await;
        (juliet, bob)
    }

    /// A post of a near actor with an audience.
    pub fn near_post(&self, name: &str, author: &ActorId, scope: Scope, recipients: &[&ActorId]) -> Post {
        let mut post = self.near.post(
            &format!("near.example/{name}"),
            author.as_str(),
            &format!("text of {name}"),
        );
        post.audience = Audience::new(scope, recipients.iter().map(|actor| (*actor).clone()));
        post
    }

    /// A post of a far actor with an audience.
    pub fn far_post(&self, name: &str, author: &ActorId, scope: Scope, recipients: &[&ActorId]) -> Post {
        let mut post = self.far.post(
            &format!("far.example/{name}"),
            author.as_str(),
            &format!("text of {name}"),
        );
        post.audience = Audience::new(scope, recipients.iter().map(|actor| (*actor).clone()));
        post
    }

    /// Stores a post and sends it to followers, holders and recipients on the other network.
    pub async fn publish(&self, post: &Post) {
        self.commit(Arrival::Live, self.published(post)).await;
    }

    /// The steps of publishing a post.
    pub fn published(&self, post: &Post) -> Vec<Step> {
        let to = [Recipients::Holders, Recipients::Followers(post.author.clone())]
            .into_iter()
            .chain(post.audience.recipients.iter().cloned().map(Recipients::Actor))
            .collect();
        let other = if post.id.network() == &self.n() {
            self.f()
        } else {
            self.n()
        };
        vec![
            put(Payload::Post(Box::new(post.clone()))),
            send(&post.id, to, vec![other]),
        ]
    }

    /// Retracts an object everywhere.
    pub async fn retract(&self, id: &ObjectId) {
        let networks = vec![self.n(), self.f()];
        self.apply(vec![
            Step::EndObject(id.clone()),
            send(id, vec![Recipients::Holders], networks),
        ])
        .await;
    }

    /// A comment and the step that stores it.
    pub fn comment(&self, post: Post, parent: &ObjectId, root: &ObjectId) -> Step {
        let comment = Comment {
            parent: Some(parent.clone()),
            root: None,
            place: None,
            post,
        };
        Step::PutObject {
            payload: Box::new(Payload::Comment(Box::new(comment))),
            about: Some(parent.clone()),
            root: Some(root.clone()),
        }
    }

    /// What is known about `payload` by `actor`, attested by the actor.
    pub async fn facts(&self, actor: &ActorId, payload: Payload) -> Facts {
        self.facts_from(&Attested::Actor(actor.clone()), actor, payload).await
    }

    /// What is known about `payload` by `actor`.
    pub async fn facts_from(&self, origin: &Attested, actor: &ActorId, payload: Payload) -> Facts {
        let activity = Activity {
            id: None,
            actor: actor.clone(),
            at: None,
            payload,
        };
        self.ports.ledger.facts(origin, &activity).await.unwrap()
    }

    /// An object as a viewer sees it from a network.
    pub async fn see(&self, viewer: &Viewer, id: &ObjectId, on: &Network) -> Option<ObjectView> {
        self.ports.reads.object(viewer, id, on).await.unwrap()
    }

    /// The id an actor has on a network.
    pub async fn name(&self, actor: &ActorId, on: &Network) -> ActorId {
        self.ports
            .reads
            .actor(actor, on)
            .await
            .unwrap()
            .expect("a known actor")
            .id
    }

    /// The jobs of all lanes that are due; the lanes stay claimed.
    pub async fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for claim in self.ports.queue.claim(self.now(), LEASE, 1000).await.unwrap() {
            jobs.extend(self.ports.queue.next(claim.lane, self.now(), 200).await.unwrap());
        }
        jobs
    }

    /// Makes everything that is due, each delivery taken at once, until nothing is due.
    pub async fn deliver(&self) -> Vec<Made> {
        let mut made = Vec::new();
        loop {
            let claims = self.ports.queue.claim(self.now(), LEASE, 1000).await.unwrap();
            if claims.is_empty() {
                return made;
            }
            for claim in claims {
                let mut outcomes = Vec::new();
                for job in self.ports.queue.next(claim.lane, self.now(), 200).await.unwrap() {
                    outcomes.push((job.delivery, self.make(&job, &mut made).await));
                }
                self.ports
                    .queue
                    .settle(&claim, outcomes, Some(self.now()))
                    .await
                    .unwrap();
            }
        }
    }

    /// Makes one delivery, or finds that there is nothing to make.
    pub async fn make(&self, job: &Job, made: &mut Vec<Made>) -> Outcome {
        let verb = match delivery::verb(job) {
            Ok(verb) => verb,
            Err(refusal) => return Outcome::Dropped(refusal),
        };
        let (outgoing, ..) = self
            .ports
            .queue
            .outgoing(job.object, &job.target.network, verb)
            .await
            .unwrap();
        made.push(Made {
            address: job.target.address.clone(),
            verb,
            outgoing,
        });
        let holds = (verb != Verb::Retract).then_some(job.version);
        Outcome::Done {
            holds,
            answer: Delivered::default(),
        }
    }

    /// A place of the near network that others keep.
    pub fn others_place(&self, name: &str) -> PlaceId {
        PlaceId::new(self.n(), format!("elsewhere.example/{name}"))
    }

    /// A profile of a far actor, reached as told.
    pub fn far_profile(&self, id: &str) -> Profile {
        self.far.profile(id)
    }
}

/// The step that stores an object about nothing.
pub(super) fn put(payload: Payload) -> Step {
    Step::PutObject {
        payload: Box::new(payload),
        about: None,
        root: None,
    }
}

/// The step that sends an object.
pub(super) fn send(id: &ObjectId, to: Vec<Recipients>, networks: Vec<Network>) -> Step {
    Step::Send(Send {
        object: Sent::Object(id.clone()),
        to,
        networks,
    })
}

/// The text of a view.
pub(super) fn text(view: &ObjectView) -> String {
    view.payload
        .as_ref()
        .and_then(Payload::post)
        .expect("a post")
        .text
        .plain
        .clone()
}

/// A delivery that will be tried again.
pub(super) fn again(at: Timestamp) -> Outcome {
    let refusal = Refusal::retry(causeway_core::refusal::Reason::HostUnreachable, "no answer");
    Outcome::Again { at, refusal }
}
