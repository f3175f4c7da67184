//! Reading what is stored, as a given viewer. What that viewer may not see is not there: the predicate is in the SQL of
//! every statement that lists objects, once, in [`visible`].

mod actor;
mod follows;
mod lists;
mod object;

use causeway_core::adapter::Slice;
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::ports::{ActorView, FollowState, Later, ObjectView, Page, Reads, Viewer};
use causeway_core::refusal::{Reason, Refusal};

use super::Store;
use super::db::Tx;
use super::error::Fault;

/// Whether viewer `$1` (an actor's number, or NULL for anybody) may see object `o` by author `w`, looking from network
/// `$2`. Of a local author, other networks show nothing that they did not agree to, but that what they had is gone. One
/// of ours sees what others do not show to everybody only after agreeing to receive such things.
// PRODUCT: Consent, "A virtual microblog node is a view per requester"
macro_rules! visible {
    () => {
        concat!(
            "o.known AND (
           o.scope IN ('public', 'unlisted')
           OR o.author = $1
           OR ((EXISTS (SELECT 1 FROM object_recipient r WHERE r.object = o.key AND r.actor = $1)
                OR (o.scope = 'followers'
                    AND EXISTS (SELECT 1 FROM follow f
                                WHERE f.followee = o.author AND f.follower = $1 AND f.state = 'accepted')))
               AND (w.state = 'local'
                    OR NOT EXISTS (SELECT 1 FROM actor v WHERE v.key = $1 AND v.state = 'local')
                    OR ",
            $crate::store::accounts::agreed!(
                "$1",
                "(SELECT v.network FROM actor v WHERE v.key = $1)",
                "'receive-followers'"
            ),
            ")))
         AND (w.state <> 'local' OR w.network = $2 OR o.gone IS NOT NULL
              OR ",
            $crate::store::accounts::agreed!("w.key", "$2", "'bridge'"),
            ")"
        )
    };
}
pub(super) use visible;

impl Reads for Store {
    fn actor<'a>(&'a self, id: &'a ActorId, on: &'a Network) -> Later<'a, Option<ActorView>> {
        self.read((id.clone(), on.clone()), |tx, (id, on)| Box::pin(tx.view_actor(id, on)))
    }

    fn actor_named<'a>(&'a self, name: &'a str, on: &'a Network) -> Later<'a, Option<ActorView>> {
        self.read((name.to_owned(), on.clone()), |tx, (name, on)| {
            Box::pin(tx.view_named(name, on))
        })
    }

    fn object<'a>(&'a self, viewer: &'a Viewer, id: &'a ObjectId, on: &'a Network) -> Later<'a, Option<ObjectView>> {
        self.read((viewer.clone(), id.clone(), on.clone()), |tx, (viewer, id, on)| {
            Box::pin(tx.view_object(viewer, id, on))
        })
    }

    fn timeline<'a>(
        &'a self,
        viewer: &'a Viewer,
        author: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        let asked = (viewer.clone(), author.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, author, on, page)| {
            Box::pin(tx.timeline(viewer, author, on, page))
        })
    }

    fn comments<'a>(
        &'a self,
        viewer: &'a Viewer,
        place: &'a PlaceId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        let asked = (viewer.clone(), place.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, place, on, page)| {
            Box::pin(tx.comments(viewer, place, on, page))
        })
    }

    fn replies<'a>(
        &'a self,
        viewer: &'a Viewer,
        object: &'a ObjectId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        let asked = (viewer.clone(), object.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, object, on, page)| {
            Box::pin(tx.replies(viewer, object, on, page))
        })
    }

    fn reactions<'a>(
        &'a self,
        viewer: &'a Viewer,
        object: &'a ObjectId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<ObjectView>> {
        let asked = (viewer.clone(), object.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, object, on, page)| {
            Box::pin(tx.reactions(viewer, object, on, page))
        })
    }

    fn followers<'a>(
        &'a self,
        viewer: &'a Viewer,
        actor: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        let asked = (viewer.clone(), actor.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, actor, on, page)| {
            Box::pin(tx.followers(viewer, actor, on, page))
        })
    }

    fn following<'a>(
        &'a self,
        viewer: &'a Viewer,
        actor: &'a ActorId,
        on: &'a Network,
        page: &'a Page,
    ) -> Later<'a, Slice<(ActorId, FollowState)>> {
        let asked = (viewer.clone(), actor.clone(), on.clone(), page.clone());
        self.read(asked, |tx, (viewer, actor, on, page)| {
            Box::pin(tx.following(viewer, actor, on, page))
        })
    }

    fn follow<'a>(&'a self, follower: &'a ActorId, followee: &'a ActorId) -> Later<'a, Option<FollowState>> {
        self.read((follower.clone(), followee.clone()), |tx, (follower, followee)| {
            Box::pin(tx.follow_state(follower, followee))
        })
    }
}

impl Tx {
    /// The number of the actor who looks. One that is not known sees what anybody sees.
    async fn viewer(&mut self, viewer: &Viewer) -> Result<Option<i64>, Fault> {
        match viewer {
            Viewer::Anyone => Ok(None),
            Viewer::Actor(id) => Ok(self.find_actor(id).await?.map(|row| row.key)),
        }
    }
}

/// A position that is not in the list.
fn no_position() -> Fault {
    Refusal::reject(Reason::NotFound, "no such position in the list").into()
}

/// A list that shows nothing of its `total`.
fn nothing_of<T>(total: u64) -> Slice<T> {
    Slice {
        items: Vec::new(),
        total,
        index: 0,
        next: None,
    }
}

/// A size or place as SQL has it.
fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
