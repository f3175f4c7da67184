//! Tombstones: what must not come later, and from whom.

use std::time::Duration;

use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::Attested;

use super::db::Tx;
use super::error::Fault;

/// How long a deletion that came first is remembered.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Tombstones of one id that are looked at. Anybody may bury any id, for themself.
const LOOKED_AT: i64 = 100;

impl Tx {
    /// Remembers that `origin` took back an object that never came.
    pub(super) async fn bury(&mut self, origin: &Attested, object: &ObjectId) -> Result<(), Fault> {
        let now = self.cx.clock.now();
        sqlx::query(
            "INSERT INTO tombstone (network, id, origin, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (network, id, origin) DO UPDATE SET until = excluded.until",
        )
        .bind(object.network().as_str())
        .bind(object.as_str())
        .bind(serde_json::to_string(origin)?)
        .bind(now.plus(KEPT).millis())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// Whether the object was buried by `origin`, or by anybody else who may speak for its author: a deletion signed by
    /// the author counts against a copy fetched from their host.
    pub(super) async fn is_buried(
        &mut self,
        origin: &Attested,
        author: &ActorId,
        object: &ObjectId,
    ) -> Result<bool, Fault> {
        let own = serde_json::to_string(origin)?;
        let buried: Vec<String> = sqlx::query_scalar(
            "SELECT origin FROM tombstone WHERE network = $1 AND id = $2 AND until > $3
             ORDER BY origin <> $4 LIMIT $5",
        )
        .bind(object.network().as_str())
        .bind(object.as_str())
        .bind(self.now())
        .bind(&own)
        .bind(LOOKED_AT)
        .fetch_all(&mut *self.conn)
        .await?;
        let adapter = self.cx.adapters.get(object.network());
        for by in buried {
            let other: Attested = serde_json::from_str(&by)?;
            if by == own || adapter.is_some_and(|adapter| adapter.vouches(&other, author, Some(object))) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
