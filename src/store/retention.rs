//! Forgetting what had its time.

use std::time::Duration;

use causeway_core::ports::{Farewell, Later, Retention, Swept};
use causeway_core::time::Timestamp;

use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

/// For how long a watch that ended by itself is left to its adapter, which has to tell the source.
const LEFT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A former era of an actor's names, under which nothing is left to be delivered.
#[derive(sqlx::FromRow)]
struct Former {
    actor: i64,
    era: i64,
}

impl Retention for Store {
    fn sweep(&self, old: Timestamp, limit: usize) -> Later<'_, Swept> {
        self.write((old, sql(limit)), |tx, (old, limit)| Box::pin(tx.sweep(*old, *limit)))
    }

    fn farewells(&self, limit: usize) -> Later<'_, Vec<Farewell>> {
        self.write(sql(limit), |tx, limit| Box::pin(tx.farewells(*limit)))
    }
}

fn sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Tx {
    async fn sweep(&mut self, old: Timestamp, limit: i64) -> Result<Swept, Fault> {
        let now = self.cx.clock.now();
        let dead = "DELETE FROM delivery WHERE seq IN
                      (SELECT seq FROM delivery WHERE state = 'dead' AND ended < $1 ORDER BY ended LIMIT $2)";
        let tombstones = "DELETE FROM tombstone WHERE (network, id, origin) IN
                            (SELECT network, id, origin FROM tombstone WHERE until <= $1 ORDER BY until LIMIT $2)";
        let watches = "DELETE FROM watch WHERE (network, source) IN
                         (SELECT network, source FROM watch WHERE until <= $1 LIMIT $2)";
        Ok(Swept {
            wires: self.sweep_wires(old.millis(), limit).await?,
            dead: self.forget(dead, old.millis(), limit).await?,
            tombstones: self.forget(tombstones, now.millis(), limit).await?,
            watches: self.forget(watches, now.minus(LEFT).millis(), limit).await?,
        })
    }

    async fn forget(&mut self, sql: &'static str, before: i64, limit: i64) -> Result<u64, Fault> {
        let done = sqlx::query(sql)
            .bind(before)
            .bind(limit)
            .execute(&mut *self.conn)
            .await?;
        Ok(done.rows_affected())
    }

    /// Goes on where it was left, in the order they came, as far as all is old and none waits. The rows stay: a wire that
    /// comes again must be known.
    async fn sweep_wires(&mut self, before: i64, limit: i64) -> Result<u64, Fault> {
        let from: Option<String> =
            sqlx::query_scalar("SELECT position FROM cursor WHERE network = 'causeway' AND source = 'wires'")
                .fetch_optional(&mut *self.conn)
                .await?;
        let from: i64 = from.and_then(|position| position.parse().ok()).unwrap_or_default();
        let next: Vec<(i64, i64, bool)> =
            sqlx::query_as("SELECT key, received, state = 'pending' FROM event WHERE key > $1 ORDER BY key LIMIT $2")
                .bind(from)
                .bind(limit)
                .fetch_all(&mut *self.conn)
                .await?;
        let old = next
            .iter()
            .take_while(|(_, received, pending)| *received < before && !pending);
        let (count, Some((last, ..))) = (old.clone().count(), old.last()) else {
            return Ok(0);
        };
        sqlx::query("UPDATE event SET body = x'', envelope = '[]' WHERE key > $1 AND key <= $2 AND body <> x''")
            .bind(from)
            .bind(last)
            .execute(&mut *self.conn)
            .await?;
        sqlx::query(
            "INSERT INTO cursor (network, source, position, baseline, at) VALUES ('causeway', 'wires', $1, 0, $2)
             ON CONFLICT (network, source) DO UPDATE SET position = excluded.position, at = excluded.at",
        )
        .bind(last.to_string())
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    // PRODUCT, Consent: "keys and target list stay sealed until every Delete is delivered or dead, then all is purged"
    async fn farewells(&mut self, limit: i64) -> Result<Vec<Farewell>, Fault> {
        let former: Vec<Former> = sqlx::query_as(
            "SELECT DISTINCT d.actor, d.era FROM actor_address d
             WHERE d.gone IS NOT NULL AND d.purged IS NULL
               AND NOT EXISTS (SELECT 1 FROM delivery x JOIN object o ON o.key = x.object
                               WHERE x.author = d.actor AND x.state = 'open' AND o.era = d.era)
             ORDER BY d.actor, d.era LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&mut *self.conn)
        .await?;
        let mut farewells = Vec::new();
        for former in former {
            farewells.extend(self.farewell(&former).await?);
        }
        Ok(farewells)
    }

    async fn farewell(&mut self, former: &Former) -> Result<Option<Farewell>, Fault> {
        // whoever holds something still was told in vain
        let undelivered: i64 = sqlx::query_scalar(
            "SELECT COUNT(DISTINCT t.lane) FROM object_copy c JOIN object o ON o.key = c.object
               JOIN target t ON t.key = c.target
             WHERE o.author = $1 AND o.era = $2 AND (c.version IS NOT NULL OR c.tried IS NOT NULL)",
        )
        .bind(former.actor)
        .bind(former.era)
        .fetch_one(&mut *self.conn)
        .await?;
        for sql in [
            "DELETE FROM own_key WHERE (network, id) IN
               (SELECT network, id FROM actor_address WHERE actor = $1 AND era = $2)",
            "DELETE FROM object_copy WHERE object IN (SELECT key FROM object WHERE author = $1 AND era = $2)",
            "DELETE FROM delivery WHERE state = 'dead'
               AND object IN (SELECT key FROM object WHERE author = $1 AND era = $2)",
        ] {
            sqlx::query(sql)
                .bind(former.actor)
                .bind(former.era)
                .execute(&mut *self.conn)
                .await?;
        }
        sqlx::query("UPDATE actor_address SET purged = $3 WHERE actor = $1 AND era = $2")
            .bind(former.actor)
            .bind(former.era)
            .bind(self.now())
            .execute(&mut *self.conn)
            .await?;
        let row = self.actor(former.actor).await?;
        Ok(row.is_local().then(|| Farewell {
            actor: (row.standing == "stopped").then(|| row.home()),
            undelivered: words::count(undelivered),
        }))
    }
}
