//! One of each kind, said by somebody who is at home on another network.

use causeway_core::adapter::{ActorFacts, Adapter, MintedActor, ObjectFacts};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{
    Activity, Audience, Block, Blocked, Comment, DirectMessage, Follow, FollowStep, Kind, Move, Payload, Post, Profile,
    Reaction, Report, Repost, Retracted, Retraction, Scope, Text,
};

use super::now;

/// Words that stand in every text, and nowhere else.
pub const SECRET: &str = "the owl sat on the seventh stair";

/// The page of a post.
pub const PAGE: &str = "https://social.example/page/4711";

/// Somebody from elsewhere, and what they may say.
pub struct Samples {
    /// Their name on the adapter's network.
    pub author: ActorId,
    native: ActorId,
    about: ObjectId,
    place: Option<PlaceId>,
    ids: Vec<(Kind, ObjectId)>,
}

/// Where the author is at home.
pub(super) fn home() -> ActorId {
    ActorId::new(Network::new("far"), "carol")
}

/// The `attempt`th name of somebody on the adapter's network.
pub(super) fn mint(adapter: &dyn Adapter, handle: &str, opaque: &str, attempt: u32) -> Option<MintedActor> {
    let facts = ActorFacts {
        home: &home(),
        handle: Some(handle),
        opaque,
    };
    adapter.mint_actor(&facts, attempt)
}

impl Samples {
    pub(super) fn new(adapter: &dyn Adapter, native: &ActorId, about: &ObjectId) -> Self {
        let author = mint(adapter, "carol@social.example", "c4r0l", 0).expect("people from elsewhere get names here");
        let author = author.id;
        let place = adapter.place_of(about);
        let id = |kind: &Kind| {
            let about = matches!(kind, Kind::Reaction | Kind::Repost).then_some(about);
            let facts = ObjectFacts {
                kind: *kind,
                opaque: "0wl57a1r",
                author: &author,
                place: place.as_ref().filter(|_| *kind == Kind::Comment),
                about,
            };
            Some((*kind, adapter.mint_object(&facts)?))
        };
        let ids = Kind::ALL.iter().filter_map(id).collect();
        Self {
            author,
            native: native.clone(),
            about: about.clone(),
            place,
            ids,
        }
    }

    /// The id of the author's object of this kind; that of another's where such get none.
    pub fn id(&self, kind: Kind) -> ObjectId {
        let own = self.ids.iter().find(|(each, _)| *each == kind);
        own.map_or_else(|| self.about.clone(), |(_, id)| id.clone())
    }

    /// The author doing it.
    pub fn activity(&self, payload: Payload) -> Activity {
        Activity {
            id: None,
            actor: self.author.clone(),
            at: Some(now()),
            payload,
        }
    }

    /// A public one of this kind; a conversation is direct.
    pub fn payload(&self, kind: Kind) -> Payload {
        self.payload_for(kind, Scope::Public)
    }

    /// One of this kind for this scope, where the kind has one. Private ones go to the native alone.
    pub fn payload_for(&self, kind: Kind, scope: Scope) -> Payload {
        let named = (scope > Scope::Followers).then(|| self.native.clone());
        let audience = Audience::new(scope, named);
        let (id, author, object) = (self.id(kind), self.author.clone(), self.about.clone());
        match kind {
            Kind::Profile => Payload::Profile(Box::new(self.profile())),
            Kind::Post => Payload::Post(Box::new(self.post(id, audience))),
            Kind::Comment => Payload::Comment(Box::new(Comment {
                parent: Some(object),
                root: None,
                place: self.place.clone(),
                post: self.post(id, audience),
            })),
            Kind::Reaction => Payload::Reaction(Reaction {
                id,
                author,
                object,
                emoji: None,
                custom: None,
                audience,
            }),
            Kind::Repost => Payload::Repost(Repost {
                id,
                author,
                object,
                audience,
                published: Some(now()),
                shown: None,
            }),
            Kind::Follow => Payload::Follow(Follow {
                id,
                follower: author,
                followee: self.native.clone(),
                step: FollowStep::Request,
                request: None,
            }),
            Kind::Retraction => Payload::Retraction(Retraction {
                target: Retracted::Object(self.id(Kind::Post)),
            }),
            Kind::Move => Payload::Move(Move {
                from: author,
                to: self.native.clone(),
            }),
            Kind::Block => Payload::Block(Block {
                id,
                author,
                target: Blocked::Actor(self.native.clone()),
            }),
            Kind::Report => Payload::Report(Report {
                id,
                author,
                actor: self.native.clone(),
                objects: vec![object],
                comment: SECRET.to_owned(),
            }),
            Kind::Direct => Payload::Direct(Box::new(DirectMessage {
                id,
                author,
                audience: Audience::new(Scope::Direct, [self.native.clone()]),
                summary: None,
                text: Text::plain(SECRET),
                media: Vec::new(),
                parent: None,
                published: Some(now()),
                edited: None,
            })),
        }
    }

    fn post(&self, id: ObjectId, audience: Audience) -> Post {
        Post {
            audience,
            published: Some(now()),
            url: PAGE.parse().ok(),
            ..Post::note(id, self.author.clone(), Text::plain(SECRET))
        }
    }

    fn profile(&self) -> Profile {
        Profile {
            handle: Some("carol@social.example".to_owned()),
            name: Some("Carol".to_owned()),
            bio: Text::plain(SECRET),
            ..Profile::of(self.author.clone())
        }
    }
}
