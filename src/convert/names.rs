//! Identities in another network's terms, from pure functions alone.

use aws_lc_rs::digest::{SHA256, digest};
use causeway_core::adapter::{ActorFacts, Adapters, ObjectFacts};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{Activity, AnyId, Ids, Kind, Payload, Profile};

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
    pub fn translate(&self, activity: &mut Activity, network: &Network) {
        let kind = activity.payload.kind();
        let author = self.actor(&activity.actor, network);
        let own = activity.payload.object().cloned();
        let thread = self.thread(&activity.payload, network);
        activity.each_id(&mut |id| match id {
            AnyId::Actor(actor) => *actor = self.actor(actor, network),
            AnyId::Object(object) if own.as_ref() == Some(&*object) => {
                *object = self.object(object, kind, &author, thread.as_ref(), network);
            }
            AnyId::Object(object) => *object = self.object(object, Kind::Post, &author, None, network),
            AnyId::Place(_) => {}
        });
        if let (Payload::Comment(comment), Some(place)) = (&mut activity.payload, thread) {
            comment.place = Some(place);
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
        let handle = self.handle(actor);
        let opaque = opaque(actor.as_str());
        let facts = ActorFacts {
            home: actor,
            handle: handle.as_deref(),
            opaque: &opaque,
        };
        let minted = self
            .adapters
            .get(network)
            .and_then(|adapter| adapter.mint_actor(&facts, 0));
        minted.map_or_else(|| actor.clone(), |minted| minted.id)
    }

    fn object(
        &self,
        object: &ObjectId,
        kind: Kind,
        author: &ActorId,
        place: Option<&PlaceId>,
        network: &Network,
    ) -> ObjectId {
        if object.network() == network {
            return object.clone();
        }
        let opaque = opaque(object.as_str());
        let facts = ObjectFacts {
            kind,
            opaque: &opaque,
            author,
            place,
            about: None,
        };
        let minted = self
            .adapters
            .get(network)
            .and_then(|adapter| adapter.mint_object(&facts));
        minted.unwrap_or_else(|| object.clone())
    }

    /// Where a comment's thread is gathered on `network`.
    fn thread(&self, payload: &Payload, network: &Network) -> Option<PlaceId> {
        let Payload::Comment(comment) = payload else {
            return None;
        };
        if let Some(place) = comment.place.as_ref().filter(|place| place.network() == network) {
            return Some(place.clone());
        }
        let first = comment.root.as_ref().or(comment.parent.as_ref())?;
        // whose the first post is, a file does not say: the comment's author stands for them
        let author = self.actor(&comment.post.author, network);
        let first = self.object(first, Kind::Post, &author, None, network);
        self.adapters.get(network)?.place_of(&first)
    }

    fn handle(&self, actor: &ActorId) -> Option<String> {
        self.adapters.get(actor.network())?.suggested_handle(actor)
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
