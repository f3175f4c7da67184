//! Identities in another network's terms, from pure functions alone.

use aws_lc_rs::digest::{SHA256, digest};
use causeway_core::adapter::{ActorFacts, Adapters, MintedActor, ObjectFacts};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Activity, AnyId, Attested, Endpoints, Ids, Kind, Payload, Profile};

/// Names that the bridge would make, guessed from ids.
pub struct Names<'a> {
    adapters: &'a Adapters,
}

impl<'a> Names<'a> {
    /// Names by these adapters.
    pub fn new(adapters: &'a Adapters) -> Self {
        Self { adapters }
    }

    /// Puts every id of `activity` into the terms of `network`, wherever its adapter makes such.
    ///
    /// Whose an object is, a file does not say. The author of what is answered, liked or passed on is taken to be
    /// whoever of those named may speak for it; where nobody may, the actor stands in.
    pub fn translate(&self, activity: &mut Activity, network: &Network) {
        let own = activity.payload.object().cloned();
        let named = named(activity);
        let thread = self.thread(&activity.payload, &named, network);
        let about =
            about(&activity.payload).map(|about| self.mentioned(about, &activity.payload, &named, None, network));
        let author = self.actor(&activity.actor, network);
        let new = own.as_ref().map(|own| {
            let kind = activity.payload.kind();
            self.object(
                own,
                Known {
                    kind,
                    author: &author,
                    place: thread.as_ref(),
                    about: about.as_ref(),
                },
                network,
            )
        });
        let payload = activity.payload.clone();
        activity.each_id(&mut |id| match id {
            AnyId::Actor(actor) => *actor = self.actor(actor, network),
            AnyId::Object(object) => {
                *object = match &new {
                    Some(new) if own.as_ref() == Some(&*object) => new.clone(),
                    _ => self.mentioned(object, &payload, &named, thread.as_ref(), network),
                };
            }
            AnyId::Place(_) => {}
        });
        match (&mut activity.payload, thread) {
            (Payload::Comment(comment), Some(place)) => comment.place = Some(place),
            (Payload::Profile(profile), _) => self.address(profile, &payload, network),
            _ => {}
        }
    }

    /// The handle that the actor of a profile has on `network`, where it gets one there, and no way to reach it: there
    /// it is reached through the bridge.
    fn address(&self, profile: &mut Profile, was: &Payload, network: &Network) {
        let Payload::Profile(was) = was else { return };
        if was.actor.network() != network {
            let minted = self.minted(&was.actor, network).and_then(|minted| minted.handle);
            profile.handle = minted.or_else(|| profile.handle.take());
            profile.reach = Endpoints::default();
        }
    }

    /// What is known of an actor without asking: its name.
    pub fn profile(&self, actor: &ActorId, network: &Network) -> Profile {
        let mut profile = Profile::of(self.actor(actor, network));
        profile.handle = self.handle(actor);
        profile.name = profile
            .handle
            .as_ref()
            .and_then(|handle| handle.split('@').next())
            .map(str::to_owned);
        profile
    }

    fn actor(&self, actor: &ActorId, network: &Network) -> ActorId {
        if actor.network() == network {
            return actor.clone();
        }
        self.minted(actor, network)
            .map_or_else(|| actor.clone(), |minted| minted.id)
    }

    fn minted(&self, actor: &ActorId, network: &Network) -> Option<MintedActor> {
        let handle = self.handle(actor);
        let facts = ActorFacts {
            home: actor,
            handle: handle.as_deref(),
            opaque: &opaque(actor.as_str()),
        };
        self.adapters.get(network)?.mint_actor(&facts, 0)
    }

    fn object(&self, object: &ObjectId, known: Known<'_>, network: &Network) -> ObjectId {
        if object.network() == network {
            return object.clone();
        }
        let facts = ObjectFacts {
            kind: known.kind,
            opaque: &opaque(object.as_str()),
            author: known.author,
            place: known.place,
            about: known.about,
        };
        let minted = self
            .adapters
            .get(network)
            .and_then(|adapter| adapter.mint_object(&facts));
        minted.unwrap_or_else(|| object.clone())
    }

    /// An object that `payload` names and does not make.
    fn mentioned(
        &self,
        object: &ObjectId,
        payload: &Payload,
        named: &[ActorId],
        thread: Option<&PlaceId>,
        network: &Network,
    ) -> ObjectId {
        let (kind, author) = match payload {
            // what an answer to a follow names is the request
            Payload::Follow(follow) => (Kind::Follow, Some(&follow.follower)),
            // what is answered below the first post of a thread is a comment too
            Payload::Comment(comment) if comment.root.as_ref().is_some_and(|root| root != object) => {
                (Kind::Comment, self.author(object, named))
            }
            _ => (Kind::Post, self.author(object, named)),
        };
        let Some(author) = author.map(|author| self.actor(author, network)) else {
            return object.clone();
        };
        let place = thread.filter(|_| kind == Kind::Comment);
        let known = Known {
            kind,
            author: &author,
            place,
            about: None,
        };
        self.object(object, known, network)
    }

    /// Who of those named may speak for an object; else the one who acts, who comes last.
    fn author<'n>(&self, object: &ObjectId, named: &'n [ActorId]) -> Option<&'n ActorId> {
        let adapter = self.adapters.get(object.network());
        let speaks = |actor: &&ActorId| {
            let origin = Attested::Actor((*actor).clone());
            adapter.is_some_and(|adapter| adapter.vouches(&origin, actor, Some(object)))
        };
        named.iter().find(speaks).or_else(|| named.last())
    }

    /// Where a comment's thread is gathered on `network`.
    fn thread(&self, payload: &Payload, named: &[ActorId], network: &Network) -> Option<PlaceId> {
        let Payload::Comment(comment) = payload else {
            return None;
        };
        if let Some(place) = comment.place.as_ref().filter(|place| place.network() == network) {
            return Some(place.clone());
        }
        let first = comment.root.as_ref().or(comment.parent.as_ref())?;
        let first = self.mentioned(first, payload, named, None, network);
        self.adapters.get(network)?.place_of(&first)
    }

    fn handle(&self, actor: &ActorId) -> Option<String> {
        self.adapters.get(actor.network())?.suggested_handle(actor)
    }
}

/// What is known of an object that needs an id.
#[derive(Clone, Copy)]
struct Known<'a> {
    kind: Kind,
    author: &'a ActorId,
    place: Option<&'a PlaceId>,
    about: Option<&'a ObjectId>,
}

/// The actors that an activity names, in its order, and last the one who acts.
fn named(activity: &Activity) -> Vec<ActorId> {
    let mut named = Vec::new();
    let mut payload = activity.payload.clone();
    payload.each_id(&mut |id| {
        if let AnyId::Actor(actor) = id
            && *actor != activity.actor
        {
            named.push(actor.clone());
        }
    });
    named.push(activity.actor.clone());
    named
}

/// What a reaction, a repost or the answer to a follow is about.
fn about(payload: &Payload) -> Option<&ObjectId> {
    match payload {
        Payload::Reaction(reaction) => Some(&reaction.object),
        Payload::Repost(repost) => Some(&repost.object),
        Payload::Follow(follow) => follow.request.as_ref(),
        _ => None,
    }
}

/// A name of 26 lower-case letters and digits, the same for the same id.
fn opaque(id: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let hash = digest(&SHA256, id.as_bytes());
    let digits = hash
        .as_ref()
        .iter()
        .take(26)
        .map(|byte| DIGITS.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
    digits.map(char::from).collect()
}
