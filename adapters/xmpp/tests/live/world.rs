//! The ports an adapter is handed, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway_core::adapter::{
    Adapter, Answer, Context, Crossing, Lookup, Need, ParseContext, Parsed, Raw, Shutdown, Slice, Wire,
};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Attested, Payload, Profile, Reach};
use causeway_core::ports::{
    Accepted, ActorState, ActorView, Clock, Commands, Directory, EventId, FollowState, HttpClient, HttpRequest,
    HttpResponse, Ingest, Keys, Later, MediaStore, ObjectView, OwnKey, Page, Places, Reads, RemoteKey, Reply, Resolved,
    Standing, Viewer, Watch, WatchState, Watches,
};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use causeway_testkit::chance::TestRandom;
use causeway_xmpp::{Xmpp, ids};
use futures_core::future::BoxFuture;
use tokio::sync::watch;

/// Everything there is.
#[derive(Default)]
pub struct State {
    pub actors: BTreeMap<ActorId, ActorView>,
    /// Oldest first.
    pub objects: Vec<ObjectView>,
    pub follows: BTreeMap<(ActorId, ActorId), FollowState>,
    /// What a follow asked for comes to.
    pub follow_answer: Option<FollowState>,
    /// What processing answers in place of success.
    pub refuse: Option<Refusal>,
    pub wires: Vec<Wire>,
    /// What was handed in and could not be authenticated.
    pub refused: Vec<Refusal>,
    pub commands: Vec<(ActorId, String)>,
    pub watches: BTreeMap<PlaceId, Watch>,
    pub subscribers: Vec<(PlaceId, ActorId, Reach)>,
    pub pictures: HashMap<String, (String, Bytes)>,
    pub web: HashMap<String, Bytes>,
    pub fetched: Vec<String>,
    /// Who can be learnt by address.
    pub known_elsewhere: BTreeMap<String, ActorView>,
    pub resolved: Vec<String>,
}

pub struct World {
    state: Mutex<State>,
    began: Instant,
    adapter: Mutex<Option<Arc<Xmpp>>>,
    changed: watch::Sender<u64>,
}

impl World {
    pub fn new() -> Arc<Self> {
        let state = Mutex::new(State {
            follow_answer: Some(FollowState::Pending),
            ..State::default()
        });
        let (changed, _) = watch::channel(0);
        Arc::new(Self {
            state,
            began: Instant::now(),
            adapter: Mutex::new(None),
            changed,
        })
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Connects the adapter, which authenticates what is handed in raw.
    pub fn connect(&self, adapter: Arc<Xmpp>) {
        *self.adapter.lock().unwrap() = Some(adapter);
    }

    pub fn context(self: &Arc<Self>, shutdown: Shutdown) -> Context {
        Context {
            ingest: self.clone(),
            reads: self.clone(),
            directory: self.clone(),
            commands: self.clone(),
            watches: self.clone(),
            places: self.clone(),
            media: self.clone(),
            http: self.clone(),
            keys: self.clone(),
            clock: self.clone(),
            random: Arc::new(TestRandom::new(u64::from(std::process::id()))),
            shutdown,
        }
    }

    /// Waits until `holds` says yes about the state, looking at each change.
    pub async fn until<T>(&self, what: &str, holds: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let wait = async {
            loop {
                if let Some(found) = holds(&self.lock()) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), wait).await {
            Ok(found) => found,
            Err(_) => {
                let state = self.lock();
                panic!(
                    "no {what} in time; wires {:#?}, watches {:#?}",
                    shown(&state.wires),
                    state.watches
                );
            }
        }
    }

    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
    }

    /// What the bus would make of a wire: what it needs is fetched from the real server.
    pub async fn crossing(&self, adapter: &Xmpp, context: &Context, wire: &Wire) -> Crossing {
        let mut known = Known::default();
        for _ in 0..4 {
            match adapter.parse(
                wire,
                &ParseContext {
                    now: self.now(),
                    lookup: &known,
                },
            ) {
                Parsed::Done(crossing) => return crossing,
                Parsed::Needs(needs) => {
                    for need in needs {
                        let answer = adapter.fetch(context, &need).await;
                        known.0.insert(need, answer);
                    }
                }
            }
        }
        panic!("it asks without end")
    }
}

#[derive(Default)]
struct Known(BTreeMap<Need, Result<Wire, Refusal>>);

impl Lookup for Known {
    fn lookup(&self, need: &Need) -> Answer<'_> {
        match self.0.get(need) {
            None => Answer::NotAsked,
            Some(Ok(wire)) => Answer::Found(wire),
            Some(Err(refusal)) => Answer::Failed(refusal),
        }
    }
}

pub fn shown(wires: &[Wire]) -> Vec<String> {
    wires
        .iter()
        .map(|wire| format!("{:?} {:?} {}", wire.attested, wire.id, text(wire)))
        .collect()
}

pub fn text(wire: &Wire) -> String {
    String::from_utf8(wire.body.to_vec()).unwrap()
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-22T12:00:00Z")
            .unwrap()
            .plus(self.began.elapsed())
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(at.since(self.now())))
    }
}

impl Ingest for World {
    fn arrived<'a>(&'a self, _: &'a Network, raw: Raw) -> Later<'a, Accepted> {
        Box::pin(async move {
            let adapter = self.adapter.lock().unwrap().clone().unwrap();
            match authenticate(&adapter, raw).await {
                Ok(wire) => self.ingest(wire).await,
                Err(refusal) => {
                    self.change(|state| state.refused.push(refusal.clone()));
                    Err(refusal)
                }
            }
        })
    }

    fn ingest(&self, wire: Wire) -> Later<'_, Accepted> {
        Box::pin(async move {
            let known = |other: &Wire| {
                other.attested == wire.attested
                    && if wire.id.is_some() {
                        other.id == wire.id
                    } else {
                        other.body == wire.body
                    }
            };
            let number = self.lock().wires.iter().position(known);
            if let Some(number) = number {
                return Ok(Accepted::Duplicate(EventId(i64::try_from(number).unwrap())));
            }
            let number = self.lock().wires.len();
            self.change(|state| state.wires.push(wire));
            Ok(Accepted::New(EventId(i64::try_from(number).unwrap())))
        })
    }

    fn processed(&self, wire: Wire) -> Later<'_, Crossing> {
        Box::pin(async move {
            let refuse = self.lock().refuse.clone();
            let followed = !text(&wire).contains("unsubscribe");
            let pair = wire.header("to").and_then(ids::actor).zip(match &wire.attested {
                Attested::Actor(actor) => Some(actor.clone()),
                _ => None,
            });
            self.ingest(wire).await?;
            if let Some(refusal) = refuse {
                return Ok(Crossing {
                    activities: Vec::new(),
                    refused: vec![refusal],
                });
            }
            if let Some((followee, follower)) = pair {
                self.change(|state| {
                    let home = state.actors.get(&followee).map(|view| view.home.clone());
                    let key = (follower, home.unwrap_or(followee));
                    match state.follow_answer.filter(|_| followed) {
                        Some(answer) => state.follows.insert(key, answer),
                        None => state.follows.remove(&key),
                    };
                });
            }
            Ok(Crossing::default())
        })
    }
}

async fn authenticate(adapter: &Xmpp, raw: Raw) -> Result<Wire, Refusal> {
    let (_switch, shutdown) = Shutdown::new();
    let context = World::new().context(shutdown);
    adapter.authenticate(raw, &context).await
}

fn may_see(viewer: &Viewer, view: &ObjectView) -> bool {
    let Some(audience) = view.payload.as_ref().and_then(Payload::audience) else {
        return true;
    };
    audience.is_public() || matches!(viewer, Viewer::Actor(actor) if audience.names(actor))
}

fn page(all: Vec<ObjectView>, page: &Page, newest_first: bool) -> Slice<ObjectView> {
    let place = |id: &String| all.iter().position(|view| view.id.as_str() == id);
    let total = all.len();
    // the list's own order; older and newer in it
    let (from, to) = match (&page.before, &page.after, page.index) {
        (Some(before), _, _) => match (place(before), newest_first) {
            (Some(at), true) => (at + 1, (at + 1 + page.max).min(total)),
            (Some(at), false) => (at.saturating_sub(page.max), at),
            (None, _) => (0, 0),
        },
        (None, Some(after), _) => match (place(after), newest_first) {
            (Some(at), true) => (at.saturating_sub(page.max), at),
            (Some(at), false) => (at + 1, (at + 1 + page.max).min(total)),
            (None, _) => (0, 0),
        },
        (None, None, index) => {
            let from = usize::try_from(index.unwrap_or(0)).unwrap().min(total);
            (from, (from + page.max).min(total))
        }
    };
    Slice {
        items: all[from..to].to_vec(),
        total: total as u64,
        index: from as u64,
        next: None,
    }
}

impl Reads for World {
    fn actor<'a>(&'a self, id: &'a ActorId, _: &'a Network) -> Later<'a, Option<ActorView>> {
        Box::pin(async move {
            Ok(self
                .lock()
                .actors
                .values()
                .find(|view| view.id == *id || view.home == *id)
                .cloned())
        })
    }

    fn actor_named<'a>(&'a self, _: &'a str, _: &'a Network) -> Later<'a, Option<ActorView>> {
        Box::pin(async { Ok(None) })
    }

    fn object<'a>(&'a self, viewer: &'a Viewer, id: &'a ObjectId, _: &'a Network) -> Later<'a, Option<ObjectView>> {
        Box::pin(async move {
            let state = self.lock();
            Ok(state
                .objects
                .iter()
                .find(|view| view.id == *id && may_see(viewer, view))
                .cloned())
        })
    }

    fn timeline<'a>(
        &'a self,
        viewer: &'a Viewer,
        author: &'a ActorId,
        _: &'a Network,
        asked: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        Box::pin(async move {
            let own = |view: &&ObjectView| {
                matches!(view.payload, Some(Payload::Post(_) | Payload::Repost(_))) && view.author.actor == *author
            };
            let state = self.lock();
            let all = state
                .objects
                .iter()
                .rev()
                .filter(own)
                .filter(|view| may_see(viewer, view))
                .cloned()
                .collect();
            Ok(page(all, asked, true))
        })
    }

    fn replies<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ObjectId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        Box::pin(async {
            Ok(Slice {
                items: Vec::new(),
                total: 0,
                index: 0,
                next: None,
            })
        })
    }

    fn comments<'a>(
        &'a self,
        viewer: &'a Viewer,
        place: &'a PlaceId,
        _: &'a Network,
        asked: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        Box::pin(async move {
            let there = |view: &&ObjectView| matches!(&view.payload, Some(Payload::Comment(comment)) if comment.place.as_ref() == Some(place));
            let state = self.lock();
            let all = state
                .objects
                .iter()
                .filter(there)
                .filter(|view| may_see(viewer, view))
                .cloned()
                .collect();
            Ok(page(all, asked, false))
        })
    }

    fn reactions<'a>(
        &'a self,
        viewer: &'a Viewer,
        object: &'a ObjectId,
        _: &'a Network,
        asked: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        Box::pin(async move {
            let to = |view: &&ObjectView| matches!(&view.payload, Some(Payload::Reaction(reaction)) if reaction.object == *object);
            let state = self.lock();
            let all = state
                .objects
                .iter()
                .rev()
                .filter(to)
                .filter(|view| may_see(viewer, view))
                .cloned()
                .collect();
            Ok(page(all, asked, true))
        })
    }

    fn followers<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ActorId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        Box::pin(async {
            Ok(Slice {
                items: Vec::new(),
                total: 0,
                index: 0,
                next: None,
            })
        })
    }

    fn following<'a>(
        &'a self,
        _: &'a Viewer,
        _: &'a ActorId,
        _: &'a Network,
        _: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        Box::pin(async {
            Ok(Slice {
                items: Vec::new(),
                total: 0,
                index: 0,
                next: None,
            })
        })
    }

    fn follow<'a>(&'a self, follower: &'a ActorId, followee: &'a ActorId) -> Later<'a, Option<FollowState>> {
        Box::pin(async move { Ok(self.lock().follows.get(&(follower.clone(), followee.clone())).copied()) })
    }
}

impl Directory for World {
    fn resolve<'a>(&'a self, _: &'a ActorId, address: &'a str) -> Later<'a, Resolved> {
        Box::pin(async move {
            self.change(|state| state.resolved.push(address.to_owned()));
            let mut state = self.lock();
            let view = state.known_elsewhere.get(address).cloned();
            let view = view.ok_or_else(|| Refusal::reject(Reason::NotFound, "nobody there"))?;
            state.actors.insert(view.id.clone(), view.clone());
            Ok(Resolved::Remote(Box::new(view)))
        })
    }

    fn serves(&self, actor: &ActorId) -> bool {
        actor.as_str().ends_with("@localhost")
    }
}

impl Commands for World {
    fn run<'a>(&'a self, from: &'a ActorId, line: &'a str, via: &'static str) -> BoxFuture<'a, Reply> {
        assert_eq!(via, "chat");
        Box::pin(async move {
            self.change(|state| state.commands.push((from.clone(), line.to_owned())));
            Reply {
                text: format!("you wrote {line}"),
                choices: vec!["help".to_owned()],
            }
        })
    }
}

impl Watches for World {
    fn want<'a>(&'a self, source: &'a PlaceId, actor: &'a ActorId, until: Option<Timestamp>) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                let fresh = || Watch {
                    source: source.clone(),
                    actor: actor.clone(),
                    state: WatchState::Wanted,
                    seen: Vec::new(),
                    until,
                };
                state.watches.entry(source.clone()).or_insert_with(fresh).until = until;
            });
            Ok(())
        })
    }

    fn end<'a>(&'a self, source: &'a PlaceId) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                state.watches.remove(source);
            });
            Ok(())
        })
    }

    fn watch<'a>(&'a self, source: &'a PlaceId) -> Later<'a, Option<Watch>> {
        Box::pin(async move { Ok(self.lock().watches.get(source).cloned()) })
    }

    fn watched<'a>(&'a self, _: &'a Network) -> Later<'a, Vec<Watch>> {
        Box::pin(async move { Ok(self.lock().watches.values().cloned().collect()) })
    }

    fn report<'a>(&'a self, source: &'a PlaceId, new: WatchState) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| state.watches.get_mut(source).unwrap().state = new);
            Ok(())
        })
    }

    fn mark<'a>(
        &'a self,
        source: &'a PlaceId,
        present: &'a [(String, Timestamp)],
        absent: &'a [String],
    ) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                let Some(watch) = state.watches.get_mut(source) else {
                    return;
                };
                watch
                    .seen
                    .retain(|(id, _)| !absent.contains(id) && !present.iter().any(|(new, _)| new == id));
                watch.seen.extend(present.iter().cloned());
                watch.seen.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
            });
            Ok(())
        })
    }
}

impl Places for World {
    fn subscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId, reach: &'a Reach) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                state
                    .subscribers
                    .push((place.clone(), subscriber.clone(), reach.clone()))
            });
            Ok(())
        })
    }

    fn unsubscribe<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                state
                    .subscribers
                    .retain(|(at, who, _)| at != place || who != subscriber)
            });
            Ok(())
        })
    }

    fn subscribed<'a>(&'a self, place: &'a PlaceId, subscriber: &'a ActorId) -> Later<'a, bool> {
        Box::pin(async move {
            Ok(self
                .lock()
                .subscribers
                .iter()
                .any(|(at, who, _)| at == place && who == subscriber))
        })
    }
}

impl MediaStore for World {
    fn put<'a>(&'a self, sha1: &'a str, media_type: &'a str, bytes: Bytes) -> Later<'a, ()> {
        Box::pin(async move {
            self.change(|state| {
                state.pictures.insert(sha1.to_owned(), (media_type.to_owned(), bytes));
            });
            Ok(())
        })
    }

    fn get<'a>(&'a self, sha1: &'a str) -> Later<'a, Option<(String, Bytes)>> {
        Box::pin(async move { Ok(self.lock().pictures.get(sha1).cloned()) })
    }
}

impl HttpClient for World {
    fn send<'a>(&'a self, request: HttpRequest<'a>) -> Later<'a, HttpResponse> {
        Box::pin(async move {
            self.change(|state| state.fetched.push(request.url.to_string()));
            let body = self.lock().web.get(request.url.as_str()).cloned();
            let body = body.ok_or_else(|| Refusal::retry(Reason::HostUnreachable, "nothing there"))?;
            Ok(HttpResponse {
                status: http::StatusCode::OK,
                headers: http::HeaderMap::new(),
                body,
                url: request.url,
            })
        })
    }
}

impl Keys for World {
    fn own<'a>(&'a self, _: &'a ActorId) -> Later<'a, Arc<OwnKey>> {
        Box::pin(async { Err(Refusal::reject(Reason::NotFound, "no keys on XMPP")) })
    }

    fn remote<'a>(&'a self, _: &'a Network, _: &'a str) -> Later<'a, Option<Arc<RemoteKey>>> {
        Box::pin(async { Ok(None) })
    }

    fn remember(&self, _: RemoteKey) -> Later<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// Somebody on this network.
pub fn view(id: &str, home: ActorId, state: ActorState, standing: Standing) -> ActorView {
    let id = ids::actor(id).unwrap();
    let mut profile = Profile::of(id.clone());
    profile.handle = Some(home.as_str().to_owned());
    ActorView {
        id,
        home,
        state,
        standing,
        consents: vec![Network::new("fake")],
        profile,
        public_key: None,
        opaque: "opaque".into(),
        posts: 0,
        followers: 3,
        following: 0,
    }
}
