//! Walking the ids of a value, so that a store can put them into another network's terms.

use super::{
    Activity, Audience, Block, Blocked, Comment, DirectMessage, Follow, Move, Payload, Post, Profile, Reaction, Report,
    Repost, Retracted, Retraction,
};
use crate::id::{ActorId, ObjectId, PlaceId};

/// One id inside a value.
#[derive(Debug)]
pub enum AnyId<'a> {
    /// Of an actor.
    Actor(&'a mut ActorId),
    /// Of an object.
    Object(&'a mut ObjectId),
    /// Of a place.
    Place(&'a mut PlaceId),
}

/// A value that holds ids.
pub trait Ids {
    /// Shows each id to `visit`, which may replace it. The order is fixed; an id that stands twice is shown twice.
    fn each_id(&mut self, visit: &mut dyn FnMut(AnyId<'_>));
}

type Visit<'v> = dyn FnMut(AnyId<'_>) + 'v;

impl Ids for Activity {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Actor(&mut self.actor));
        self.payload.each_id(visit);
    }
}

impl Ids for Payload {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        match self {
            Payload::Profile(profile) => profile.each_id(visit),
            Payload::Post(post) => post.each_id(visit),
            Payload::Comment(comment) => comment.each_id(visit),
            Payload::Reaction(reaction) => reaction.each_id(visit),
            Payload::Repost(repost) => repost.each_id(visit),
            Payload::Follow(follow) => follow.each_id(visit),
            Payload::Retraction(retraction) => retraction.each_id(visit),
            Payload::Move(moved) => moved.each_id(visit),
            Payload::Block(block) => block.each_id(visit),
            Payload::Report(report) => report.each_id(visit),
            Payload::Direct(message) => message.each_id(visit),
        }
    }
}

impl Ids for Audience {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        for actor in &mut self.recipients {
            visit(AnyId::Actor(actor));
        }
    }
}

impl Ids for Post {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        for mention in &mut self.mentions {
            visit(AnyId::Actor(&mut mention.actor));
        }
        if let Some(quote) = &mut self.quote {
            visit(AnyId::Object(&mut quote.object));
        }
        self.audience.each_id(visit);
        if let Some(place) = &mut self.replies {
            visit(AnyId::Place(place));
        }
    }
}

impl Ids for Comment {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        for object in [&mut self.parent, &mut self.root].into_iter().flatten() {
            visit(AnyId::Object(object));
        }
        if let Some(place) = &mut self.place {
            visit(AnyId::Place(place));
        }
        self.post.each_id(visit);
    }
}

impl Ids for Reaction {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        visit(AnyId::Object(&mut self.object));
        self.audience.each_id(visit);
    }
}

impl Ids for Repost {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        visit(AnyId::Object(&mut self.object));
        self.audience.each_id(visit);
        if let Some(shown) = &mut self.shown {
            shown.each_id(visit);
        }
    }
}

impl Ids for Follow {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.follower));
        visit(AnyId::Actor(&mut self.followee));
        if let Some(request) = &mut self.request {
            visit(AnyId::Object(request));
        }
    }
}

impl Ids for Retraction {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        match &mut self.target {
            Retracted::Object(object) => visit(AnyId::Object(object)),
            Retracted::Follow { follower, followee } => {
                visit(AnyId::Actor(follower));
                visit(AnyId::Actor(followee));
            }
            Retracted::Reaction { author, object, .. } => {
                visit(AnyId::Actor(author));
                visit(AnyId::Object(object));
            }
            Retracted::Reactions { within, but } => {
                visit(AnyId::Object(within));
                for object in but {
                    visit(AnyId::Object(object));
                }
            }
            Retracted::Actor(actor) => visit(AnyId::Actor(actor)),
        }
    }
}

impl Ids for Move {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Actor(&mut self.from));
        visit(AnyId::Actor(&mut self.to));
    }
}

impl Ids for Block {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        match &mut self.target {
            Blocked::Actor(actor) => visit(AnyId::Actor(actor)),
            Blocked::Host(_) => {}
        }
    }
}

impl Ids for Report {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        visit(AnyId::Actor(&mut self.actor));
        for object in &mut self.objects {
            visit(AnyId::Object(object));
        }
    }
}

impl Ids for DirectMessage {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Object(&mut self.id));
        visit(AnyId::Actor(&mut self.author));
        self.audience.each_id(visit);
        if let Some(parent) = &mut self.parent {
            visit(AnyId::Object(parent));
        }
    }
}

impl Ids for Profile {
    fn each_id(&mut self, visit: &mut Visit<'_>) {
        visit(AnyId::Actor(&mut self.actor));
        if let Some(moved_to) = &mut self.moved_to {
            visit(AnyId::Actor(moved_to));
        }
        for other in &mut self.also_known_as {
            visit(AnyId::Actor(other));
        }
    }
}
