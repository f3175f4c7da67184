//! Ends: of one object, and of an actor with all they said.

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;

impl Tx {
    /// Ends an object: its text is forgotten, its row stays so that it never comes back, and whoever has not begun to
    /// hear of it never will.
    pub(super) async fn end_object(&mut self, object: i64) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE object SET gone = $2, hash = NULL, lang = NULL,
               payload = CASE WHEN kind IN ('reaction', 'repost', 'follow', 'block') THEN payload END
             WHERE key = $1 AND gone IS NULL",
        )
        .bind(object)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        sqlx::query(
            "DELETE FROM delivery
             WHERE object = $1 AND state = 'open' AND attempts = 0
               AND NOT EXISTS (SELECT 1 FROM object_copy c WHERE c.object = delivery.object AND c.target = delivery.target
                                 AND (c.version IS NOT NULL OR c.tried IS NOT NULL))",
        )
        .bind(object)
        .execute(&mut *self.conn)
        .await?;
        for sql in [
            "DELETE FROM pinned_wire WHERE object = $1",
            "DELETE FROM block WHERE object = $1",
        ] {
            sqlx::query(sql).bind(object).execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    /// Ends an actor: everything they said and every follow to and from them; the names of this era are never theirs
    /// again. With `tell`, whoever holds anything is told, the actor's own end last.
    pub(super) async fn end_actor(&mut self, row: &ActorRow, standing: &'static str, tell: bool) -> Result<(), Fault> {
        let profile = self.profile_object(row.key).await?;
        if let (true, Some(profile)) = (tell, profile) {
            self.mark_acquaintances(row.key, profile).await?;
        }
        self.end_everything(row.key).await?;
        if tell {
            self.tell_holders(row.key, profile).await?;
        }
        let now = self.now();
        sqlx::query("UPDATE actor SET standing = $2, profile = NULL, hash = NULL WHERE key = $1")
            .bind(row.key)
            .bind(standing)
            .execute(&mut *self.conn)
            .await?;
        sqlx::query("UPDATE actor_address SET gone = $2 WHERE actor = $1 AND gone IS NULL")
            .bind(row.key)
            .bind(now)
            .execute(&mut *self.conn)
            .await?;
        self.memo.forget_actors();
        self.forget_what_was_shown(row, None).await?;
        sqlx::query("DELETE FROM follow WHERE follower = $1 OR followee = $1")
            .bind(row.key)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// Whoever holds anything of the actor, or follows them on a network that is not their own, knows the actor too,
    /// although the profile itself may never have been sent there.
    async fn mark_acquaintances(&mut self, actor: i64, profile: i64) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO object_copy (object, target, tried)
             SELECT $2, t.key, o.version FROM target t JOIN object o ON o.key = $2
             WHERE t.network <> o.network AND t.key IN (
               SELECT c.target FROM object_copy c JOIN object m ON m.key = c.object
               WHERE m.author = $1 AND m.era = o.era AND (c.version IS NOT NULL OR c.tried IS NOT NULL)
               UNION
               SELECT COALESCE(a.shared, a.own) FROM follow f JOIN actor a ON a.key = f.follower
               WHERE f.followee = $1 AND f.state = 'accepted')
             ON CONFLICT DO NOTHING",
        )
        .bind(actor)
        .bind(profile)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn end_everything(&mut self, actor: i64) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE object SET gone = $2, hash = NULL, lang = NULL,
               payload = CASE WHEN kind IN ('reaction', 'repost', 'follow', 'block') THEN payload END
             WHERE author = $1 AND known AND gone IS NULL",
        )
        .bind(actor)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        for sql in [
            "DELETE FROM delivery
             WHERE author = $1 AND state = 'open' AND attempts = 0
               AND NOT EXISTS (SELECT 1 FROM object_copy c WHERE c.object = delivery.object AND c.target = delivery.target
                                 AND (c.version IS NOT NULL OR c.tried IS NOT NULL))",
            "DELETE FROM pinned_wire WHERE object IN (SELECT key FROM object WHERE author = $1)",
            "DELETE FROM block WHERE blocker = $1",
        ] {
            sqlx::query(sql).bind(actor).execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    /// Rows for every copy of everything of an actor that ended, the profile's after all others.
    async fn tell_holders(&mut self, actor: i64, profile: Option<i64>) -> Result<(), Fault> {
        let now = self.now();
        sqlx::query(
            "INSERT INTO delivery (lane, target, object, author, version, state, attempts, due, since)
             SELECT t.lane, t.key, o.key, o.author, o.version, 'open', 0,
               COALESCE((SELECT l.due FROM (SELECT e.due FROM delivery e
                                        WHERE e.state = 'open' AND e.author = $1 AND e.target = t.key
                                        ORDER BY e.seq DESC LIMIT 1) l
                         WHERE l.due > $2), $2), $2
             FROM object o JOIN object_copy c ON c.object = o.key JOIN target t ON t.key = c.target
             WHERE o.author = $1 AND o.gone IS NOT NULL AND (c.version IS NOT NULL OR c.tried IS NOT NULL)
             ORDER BY CASE WHEN o.key = $3 THEN 1 ELSE 0 END, o.key, t.key
             ON CONFLICT DO NOTHING",
        )
        .bind(actor)
        .bind(now)
        .bind(profile)
        .execute(&mut *self.conn)
        .await?;
        sqlx::query(
            "UPDATE lane SET due = $2
             WHERE (due IS NULL OR (due > $2 AND fails < $3))
               AND key IN (SELECT lane FROM delivery WHERE author = $1 AND state = 'open' AND attempts = 0)",
        )
        .bind(actor)
        .bind(now)
        .bind(i64::from(causeway_core::delivery::BREAKER_FAILS))
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }
}
