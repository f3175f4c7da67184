//! Who must hear of an object: delivery rows, one per distinct target, chosen in SQL.

use causeway_core::delivery::BREAKER_FAILS;
use causeway_core::id::{ActorId, Network, PlaceId};
use causeway_core::model::{Kind, Scope};
use causeway_core::ports::{Recipients, Send};

use super::db::Tx;
use super::error::Fault;
use super::objects::ObjectRow;

/// Inserts rows for the targets of network `$5` that `$where` chooses; `$6` and `$7` are its own. A target that waits for
/// the object already gets no second row, and a row is never due before an older one of the same author and target.
macro_rules! insert {
    ($where:literal) => {
        concat!(
            "INSERT INTO delivery (lane, target, object, author, version, state, attempts, due, since)
             SELECT t.lane, t.key, $1, $2, $3, 'open', 0,
               COALESCE((SELECT l.due FROM (SELECT e.due FROM delivery e
                                        WHERE e.state = 'open' AND e.author = $2 AND e.target = t.key
                                        ORDER BY e.seq DESC LIMIT 1) l
                         WHERE l.due > $4), $4), $4
             FROM target t
             WHERE ",
            $where,
            " ORDER BY t.key ON CONFLICT DO NOTHING"
        )
    };
}

/// `$6`: the followed one; `$7`: whether shared addresses are used.
const FOLLOWERS: &str = insert!(
    "t.key <> COALESCE((SELECT w.own FROM actor w WHERE w.key = $2), 0) AND t.key IN (SELECT CASE WHEN $7 AND a.shared IS NOT NULL THEN a.shared ELSE a.own END
               FROM follow f JOIN actor a ON a.key = f.follower
               WHERE f.followee = $6 AND f.state = 'accepted' AND a.network = $5 AND a.standing NOT IN ('gone', 'stopped'))"
);
/// `$6`: the actor; `$7` as above.
const ACTOR: &str = insert!(
    "t.key <> COALESCE((SELECT w.own FROM actor w WHERE w.key = $2), 0) AND t.key = (SELECT CASE WHEN $7 AND a.shared IS NOT NULL THEN a.shared ELSE a.own END
              FROM actor a WHERE a.key = $6 AND a.network = $5 AND a.standing NOT IN ('gone', 'stopped'))"
);
/// `$6`: the object; `$7` is not used.
const HOLDERS: &str = insert!(
    "t.key IN (SELECT c.target FROM object_copy c JOIN target x ON x.key = c.target
               WHERE c.object = $6 AND x.network = $5 AND (c.version IS NOT NULL OR c.tried IS NOT NULL)) AND $7"
);
/// `$6`: the target; `$7` is not used.
const TARGET: &str = insert!("t.key = $6 AND t.network = $5 AND $7");
/// `$6`: the object whose place it is; `$7` is not used. The author hears of it too, on every client, as of any node.
const WATCHERS: &str = insert!(
    "t.key IN (SELECT s.target FROM place_subscriber s JOIN object_place p ON p.network = s.network AND p.place = s.place
               WHERE s.network = $5 AND p.object = $6) AND $7"
);

impl Tx {
    /// The object of an actor's present profile.
    pub(super) async fn profile_row(&mut self, actor: &ActorId) -> Result<Option<ObjectRow>, Fault> {
        let Some(row) = self.find_actor(actor).await? else {
            return Ok(None);
        };
        match self.profile_object(row.key).await? {
            Some(key) => Ok(Some(self.object(key).await?)),
            None => Ok(None),
        }
    }

    /// Makes the rows, the names that the object needs on each network where it goes, and wakes the lanes.
    pub(super) async fn send(&mut self, object: &ObjectRow, send: &Send) -> Result<(), Fault> {
        let mut any = false;
        for network in &send.networks {
            let mut rows = 0;
            for recipients in &send.to {
                rows += self.insert(object, network, recipients).await?;
            }
            if rows > 0 {
                any = true;
                // made now, so that whoever answers at once finds the thread's place
                self.object_on(object, network).await?;
            }
        }
        match any {
            true => self.wake(object.key).await,
            // nobody waits for it
            false if object.kind() == Some(Kind::Direct) => self.forget_messages(std::iter::once(object.key)).await,
            false => Ok(()),
        }
    }

    async fn insert(&mut self, object: &ObjectRow, on: &Network, to: &Recipients) -> Result<u64, Fault> {
        let home = object.network == on.as_str();
        // what stands on its own network is not sent there, but to whom we pass it on and to whom an answer is owed
        let owed = object.kind() == Some(Kind::Follow);
        match to {
            Recipients::Followers(actor) if !home || owed => match self.find_actor(actor).await? {
                Some(actor) => {
                    self.rows(FOLLOWERS, object, on, actor.key, object.scope() <= Scope::Followers)
                        .await
                }
                None => Ok(0),
            },
            Recipients::Actor(actor) if !home || owed => match self.find_actor(actor).await? {
                Some(actor) => {
                    self.rows(ACTOR, object, on, actor.key, object.scope().is_public())
                        .await
                }
                None => Ok(0),
            },
            Recipients::Holders => self.rows(HOLDERS, object, on, object.key, true).await,
            Recipients::Place(place) if (!home || owed) && place.network() == on => {
                self.insert_for_place(object, on, place).await
            }
            Recipients::Watchers(place) if place.network() == on => match self.object_at(place).await? {
                Some(root) => self.rows(WATCHERS, object, on, root.key, true).await,
                None => Ok(0),
            },
            Recipients::Followers(_) | Recipients::Actor(_) | Recipients::Place(_) | Recipients::Watchers(_) => Ok(0),
        }
    }

    async fn insert_for_place(&mut self, object: &ObjectRow, on: &Network, place: &PlaceId) -> Result<u64, Fault> {
        let reach = self.cx.adapters.get(on).and_then(|adapter| adapter.place_reach(place));
        match reach {
            Some(reach) => {
                let target = self.target(on, &reach).await?;
                self.rows(TARGET, object, on, target, true).await
            }
            None => Ok(0),
        }
    }

    /// Runs one of the statements above.
    async fn rows(
        &mut self,
        sql: &'static str,
        object: &ObjectRow,
        on: &Network,
        chosen: i64,
        flag: bool,
    ) -> Result<u64, Fault> {
        let Some(author) = object.author else { return Ok(0) };
        let done = sqlx::query(sql)
            .bind(object.key)
            .bind(author)
            .bind(object.version)
            .bind(self.now())
            .bind(on.as_str())
            .bind(chosen)
            .bind(flag)
            .execute(&mut *self.conn)
            .await?;
        Ok(done.rows_affected())
    }

    /// Makes the lanes of an object's fresh rows due, except those whose host is given a rest.
    pub(super) async fn wake(&mut self, object: i64) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE lane SET due = $2
             WHERE (due IS NULL OR (due > $2 AND fails < $3))
               AND key IN (SELECT lane FROM delivery WHERE object = $1 AND state = 'open' AND attempts = 0)",
        )
        .bind(object)
        .bind(self.now())
        .bind(i64::from(BREAKER_FAILS))
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }
}
