//! How deliveries ended, or go on.

use std::collections::HashMap;

use causeway_core::delivery::BREAKER_FAILS;
use causeway_core::ports::{DeliveryId, LaneClaim, Outcome};
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;

use super::db::Tx;
use super::error::Fault;
use super::words;

impl Tx {
    /// Writes outcomes, which come in the order of their deliveries. The lane itself is only touched while the claim's
    /// lease is still the lane's: whoever claimed it since decides.
    pub(super) async fn settle_lane(
        &mut self,
        claim: &LaneClaim,
        outcomes: &[(DeliveryId, Outcome)],
        release: Option<Timestamp>,
    ) -> Result<(), Fault> {
        // those that ended are gone before those that wait look for whom to wait for
        self.ended(outcomes).await?;
        for (delivery, outcome) in outcomes {
            match outcome {
                Outcome::Done { .. } | Outcome::Dropped(_) => {}
                Outcome::Again { at, refusal } => self.again(*delivery, *at, refusal).await?,
                Outcome::Dead(refusal) => self.dead(*delivery, refusal).await?,
            }
        }
        self.settle_claim(claim, release).await
    }

    /// Removes the rows that ended, by two statements for all of them, and writes down what their targets hold.
    async fn ended(&mut self, outcomes: &[(DeliveryId, Outcome)]) -> Result<(), Fault> {
        let ended = outcomes
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Done { .. } | Outcome::Dropped(_)));
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "DELETE FROM delivery WHERE seq IN (SELECT value FROM json_each($1)) AND state = 'open'
             RETURNING seq, object, target",
        )
        .bind(words::numbers(ended.map(|(delivery, _)| delivery.0)))
        .fetch_all(&mut *self.conn)
        .await?;
        let places: HashMap<i64, (i64, i64)> = rows
            .into_iter()
            .map(|(seq, object, target)| (seq, (object, target)))
            .collect();
        if places.is_empty() {
            return Ok(());
        }
        let copies: Vec<(i64, i64, Option<&str>, Option<u32>)> = outcomes
            .iter()
            .filter_map(|(delivery, outcome)| match (outcome, places.get(&delivery.0)) {
                (Outcome::Done { holds, answer }, Some((object, target))) => {
                    Some((*object, *target, answer.remote_id.as_deref(), *holds))
                }
                _ => None,
            })
            .collect();
        self.hold(&copies).await?;
        // also of what was dropped: it may have been the last that waited
        self.forget_messages(places.values().map(|(object, _)| *object)).await
    }

    /// Writes down what targets hold: object, target, the id there, the version.
    async fn hold(&mut self, copies: &[(i64, i64, Option<&str>, Option<u32>)]) -> Result<(), Fault> {
        if copies.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO object_copy (object, target, remote_id, version)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1) WHERE TRUE
             ON CONFLICT (object, target) DO UPDATE SET
               version = excluded.version, tried = NULL, remote_id = COALESCE(excluded.remote_id, object_copy.remote_id)",
        )
        .bind(serde_json::to_string(copies)?)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// What messages said is kept no longer than somebody waits for it.
    pub(super) async fn forget_messages(&mut self, objects: impl Iterator<Item = i64>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE object SET payload = NULL
             WHERE key IN (SELECT value FROM json_each($1)) AND kind = 'direct' AND payload IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM delivery WHERE object = object.key AND state = 'open')",
        )
        .bind(words::numbers(objects))
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// Later ones of the same author to the same target wait with it, and it waits for earlier ones.
    async fn again(&mut self, delivery: DeliveryId, at: Timestamp, refusal: &Refusal) -> Result<(), Fault> {
        let row: Option<(i64, i64, i64)> = sqlx::query_as(
            "UPDATE delivery SET reason = $2, detail = $3,
               due = COALESCE((SELECT l.due FROM (SELECT e.due FROM delivery e
                                        WHERE e.state = 'open' AND e.author = delivery.author
                                          AND e.target = delivery.target AND e.seq < delivery.seq
                                        ORDER BY e.seq DESC LIMIT 1) l
                               WHERE l.due > $4), $4)
             WHERE seq = $1 AND state = 'open' RETURNING author, target, due",
        )
        .bind(delivery.0)
        .bind(refusal.reason.code())
        .bind(&refusal.detail)
        .bind(at.millis())
        .fetch_optional(&mut *self.conn)
        .await?;
        let Some((author, target, due)) = row else {
            return Ok(());
        };
        sqlx::query(
            "UPDATE delivery SET due = $4
             WHERE state = 'open' AND author = $1 AND target = $2 AND seq > $3 AND due < $4",
        )
        .bind(author)
        .bind(target)
        .bind(delivery.0)
        .bind(due)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// Parks a row. A target that refused the first try for good holds nothing of it.
    async fn dead(&mut self, delivery: DeliveryId, refusal: &Refusal) -> Result<(), Fault> {
        let row: Option<(i64, i64, i64, i64)> = sqlx::query_as(
            "UPDATE delivery SET state = 'dead', reason = $2, detail = $3, ended = $4
             WHERE seq = $1 AND state = 'open' RETURNING object, target, attempts, version",
        )
        .bind(delivery.0)
        .bind(refusal.reason.code())
        .bind(&refusal.detail)
        .bind(self.now())
        .fetch_optional(&mut *self.conn)
        .await?;
        let Some((object, target, attempts, version)) = row else {
            return Ok(());
        };
        // a request that cannot be delivered will not be answered: it may be made again
        sqlx::query(
            "UPDATE follow SET state = 'rejected' WHERE state = 'pending'
             AND request = $1",
        )
        .bind(object)
        .execute(&mut *self.conn)
        .await?;
        self.forget_messages(std::iter::once(object)).await?;
        if attempts == 1 && !refusal.is_transient() {
            // an earlier version may have been begun by an earlier delivery
            sqlx::query("UPDATE object_copy SET tried = NULL WHERE object = $1 AND target = $2 AND tried >= $3")
                .bind(object)
                .bind(target)
                .bind(version)
                .execute(&mut *self.conn)
                .await?;
        }
        Ok(())
    }

    async fn settle_claim(&mut self, claim: &LaneClaim, release: Option<Timestamp>) -> Result<(), Fault> {
        let fails = i64::from(claim.fails);
        let mine = sqlx::query(
            "UPDATE lane SET fails = $3,
               opened_at = CASE WHEN $3 < $4 THEN NULL WHEN opened_at IS NULL THEN $5 ELSE opened_at END
             WHERE key = $1 AND lease_until = $2",
        )
        .bind(claim.lane.0)
        .bind(claim.lease_until.millis())
        .bind(fails)
        .bind(i64::from(BREAKER_FAILS))
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        match release {
            Some(due) if mine.rows_affected() > 0 => self.release(claim, due).await,
            _ => Ok(()),
        }
    }

    /// Due again at `due`, but not before anything is there to do, and not at all when nothing is open.
    async fn release(&mut self, claim: &LaneClaim, due: Timestamp) -> Result<(), Fault> {
        let first: Option<i64> = sqlx::query_scalar("SELECT MIN(due) FROM delivery WHERE lane = $1 AND state = 'open'")
            .bind(claim.lane.0)
            .fetch_one(&mut *self.conn)
            .await?;
        sqlx::query("UPDATE lane SET lease_until = NULL, due = $2 WHERE key = $1")
            .bind(claim.lane.0)
            .bind(first.map(|first| first.max(due.millis())))
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }
}
