//! Rows of follows.

use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::ports::FollowFact;
use sqlx::FromRow;

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;
use super::words;

#[derive(FromRow)]
struct FollowRow {
    follower_network: String,
    follower_id: String,
    followee_network: String,
    followee_id: String,
    state: String,
    request_network: String,
    request_id: Option<String>,
}

impl FollowRow {
    fn fact(self) -> Result<FollowFact, Fault> {
        let request = self
            .request_id
            .ok_or_else(|| Fault::Data("a follow without an id".to_owned()))?;
        Ok(FollowFact {
            follower: ActorId::new(Network::named(self.follower_network), self.follower_id),
            followee: ActorId::new(Network::named(self.followee_network), self.followee_id),
            state: words::follow_state(&self.state)?,
            request: ObjectId::new(Network::named(self.request_network), request),
        })
    }
}

impl Tx {
    /// Writes how far a follow is; a new one begins.
    pub(super) async fn put_follow(&mut self, fact: &FollowFact) -> Result<(), Fault> {
        let follower = self.intern_actor(&fact.follower).await?.key;
        let followee = self.intern_actor(&fact.followee).await?.key;
        let request = self.intern_object(&fact.request).await?.key;
        sqlx::query(
            "INSERT INTO follow (follower, followee, state, request, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (follower, followee) DO UPDATE SET state = excluded.state, request = excluded.request",
        )
        .bind(follower)
        .bind(followee)
        .bind(words::of_follow_state(fact.state))
        .bind(request)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// Ends a follow without trace.
    pub(super) async fn end_follow(&mut self, follower: &ActorId, followee: &ActorId) -> Result<(), Fault> {
        let (Some(follower), Some(followee)) = (self.find_actor(follower).await?, self.find_actor(followee).await?)
        else {
            return Ok(());
        };
        sqlx::query("DELETE FROM follow WHERE follower = $1 AND followee = $2")
            .bind(follower.key)
            .bind(followee.key)
            .execute(&mut *self.conn)
            .await?;
        self.forget_what_was_shown(&follower, Some(followee.key)).await
    }

    /// One of ours who is no subscriber any more hears no more of what they were shown: of all of it, or of what
    /// `author` posts. What was said to them as a message is still taken back and corrected.
    // XEP-0060 §7.1.2: subscribers are told
    pub(super) async fn forget_what_was_shown(&mut self, reader: &ActorRow, author: Option<i64>) -> Result<(), Fault> {
        if !reader.is_local() {
            return Ok(());
        }
        sqlx::query(
            "DELETE FROM object_copy WHERE target = (SELECT own FROM actor WHERE key = $1) AND object IN (
               SELECT o.key FROM object_copy c JOIN object o ON o.key = c.object
               WHERE c.target = (SELECT own FROM actor WHERE key = $1) AND o.kind IN ('post', 'repost')
                 AND o.network <> $3 AND ($2 IS NULL OR o.author = $2))",
        )
        .bind(reader.key)
        .bind(author)
        .bind(&reader.network)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// The follow between two actors.
    pub(super) async fn follow_between(&mut self, follower: i64, followee: i64) -> Result<Option<FollowFact>, Fault> {
        let row: Option<FollowRow> = sqlx::query_as(
            "SELECT r.network AS follower_network, r.id AS follower_id, e.network AS followee_network,
                    e.id AS followee_id, f.state, o.network AS request_network, o.id AS request_id
             FROM follow f JOIN actor r ON r.key = f.follower JOIN actor e ON e.key = f.followee
               JOIN object o ON o.key = f.request
             WHERE f.follower = $1 AND f.followee = $2",
        )
        .bind(follower)
        .bind(followee)
        .fetch_optional(&mut *self.conn)
        .await?;
        row.map(FollowRow::fact).transpose()
    }

    /// The ends of the follow that began with this object.
    pub(super) async fn follow_of_request(&mut self, request: i64) -> Result<Option<(i64, i64)>, Fault> {
        let ends = sqlx::query_as("SELECT follower, followee FROM follow WHERE request = $1")
            .bind(request)
            .fetch_optional(&mut *self.conn)
            .await?;
        Ok(ends)
    }
}
