//! The first stage: wires as they arrived.

use bytes::Bytes;
use causeway_core::adapter::Wire;
use causeway_core::id::Network;
use causeway_core::model::Attested;
use causeway_core::ports::{Accepted, EventId, EventOutcome, Events, Later, StoredEvent};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

/// Pending events that are looked at for the next to be worked on, first and at most.
const NEAR: i64 = 2_000;
const FAR: i64 = 20_000;
/// Of each origin handed out at once: nobody's pile stands before everybody else's.
const PER_ORIGIN: usize = 20;

#[derive(FromRow)]
struct EventRow {
    key: i64,
    network: String,
    attested: String,
    wire_id: Option<String>,
    arrival: String,
    media_type: String,
    body: Vec<u8>,
    envelope: String,
    received: i64,
    attempts: i64,
}

impl Events for Store {
    fn accept<'a>(&'a self, wire: &'a Wire) -> Later<'a, Accepted> {
        self.write_first(wire.clone(), |tx, wire| Box::pin(tx.accept(wire)))
    }

    fn pending(&self, limit: usize) -> Later<'_, Vec<StoredEvent>> {
        self.read(limit, |tx, limit| Box::pin(tx.pending(*limit)))
    }

    fn settle(&self, event: EventId, outcome: EventOutcome) -> Later<'_, ()> {
        self.write((event, outcome), |tx, (event, outcome)| {
            Box::pin(tx.settle_event(*event, outcome))
        })
    }
}

impl Tx {
    async fn accept(&mut self, wire: &Wire) -> Result<Accepted, Fault> {
        if wire.attested == Attested::Nobody {
            return Err(Refusal::reject(Reason::SignatureMissing, "nobody vouches for it").into());
        }
        let origin = words::origin(&wire.network, &wire.attested);
        let hash = words::hash(&wire.body);
        let dedupe = wire
            .id
            .as_ref()
            .map_or_else(|| format!("hash {hash}"), |id| format!("id {id}"));
        let new: Option<i64> = sqlx::query_scalar(
            "INSERT INTO event (network, origin, dedupe, attested, wire_id, hash, arrival, media_type, body, envelope,
                                received, state, due)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12)
             ON CONFLICT DO NOTHING RETURNING key",
        )
        .bind(wire.network.as_str())
        .bind(&origin)
        .bind(&dedupe)
        .bind(serde_json::to_string(&wire.attested)?)
        .bind(&wire.id)
        .bind(hash)
        .bind(words::of_arrival(wire.arrival))
        .bind(&wire.media_type)
        .bind(wire.body.as_ref())
        .bind(serde_json::to_string(&wire.envelope)?)
        .bind(wire.received.millis())
        .bind(self.now())
        .fetch_optional(&mut *self.conn)
        .await?;
        if let Some(key) = new {
            return Ok(Accepted::New(EventId(key)));
        }
        let known = sqlx::query_scalar("SELECT key FROM event WHERE origin = $1 AND dedupe = $2")
            .bind(origin)
            .bind(dedupe)
            .fetch_one(&mut *self.conn)
            .await?;
        Ok(Accepted::Duplicate(EventId(known)))
    }

    async fn pending(&mut self, limit: usize) -> Result<Vec<StoredEvent>, Fault> {
        let near = self.oldest_pending(limit, NEAR).await?;
        // few, although somebody has a pile: it may hide the others behind it
        if (PER_ORIGIN..limit / 2).contains(&near.len()) {
            return self.oldest_pending(limit, FAR).await;
        }
        Ok(near)
    }

    /// At most `limit` of the `looked_at` oldest.
    async fn oldest_pending(&mut self, limit: usize, looked_at: i64) -> Result<Vec<StoredEvent>, Fault> {
        let rows: Vec<EventRow> = sqlx::query_as(
            "SELECT key, network, attested, wire_id, arrival, media_type, body, envelope, received, attempts
             FROM event WHERE key IN (
               SELECT key FROM (
                 SELECT key, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY key) AS place FROM (
                   SELECT key, origin FROM event WHERE state = 'pending' AND due <= $1 ORDER BY key LIMIT $3) oldest
               ) placed WHERE place <= $4 ORDER BY key LIMIT $2)
             ORDER BY key",
        )
        .bind(self.now())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(looked_at)
        .bind(i64::try_from(PER_ORIGIN).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.conn)
        .await?;
        rows.into_iter().map(EventRow::stored).collect()
    }

    /// Ends or postpones an event.
    pub(super) async fn settle_event(&mut self, event: EventId, outcome: &EventOutcome) -> Result<(), Fault> {
        match outcome {
            EventOutcome::Done(crossing) => {
                let refused = if crossing.refused.is_empty() {
                    None
                } else {
                    Some(serde_json::to_string(&crossing.refused)?)
                };
                sqlx::query(
                    "UPDATE event SET state = 'done', reason = NULL, detail = NULL, refused = $2 WHERE key = $1",
                )
                .bind(event.0)
                .bind(refused)
                .execute(&mut *self.conn)
                .await?;
                // what is between people, or was not for this bridge, is kept nowhere, only that it came
                if crossing.is_confidential() {
                    sqlx::query("UPDATE event SET body = x'', envelope = '[]' WHERE key = $1")
                        .bind(event.0)
                        .execute(&mut *self.conn)
                        .await?;
                }
            }
            EventOutcome::Later(wait, refusal) => {
                let due = self.now().saturating_add(i64::try_from(*wait).unwrap_or(i64::MAX));
                sqlx::query(
                    "UPDATE event SET attempts = attempts + 1, due = $2, reason = $3, detail = $4
                     WHERE key = $1 AND state = 'pending'",
                )
                .bind(event.0)
                .bind(due)
                .bind(refusal.reason.code())
                .bind(&refusal.detail)
                .execute(&mut *self.conn)
                .await?;
            }
            EventOutcome::Parked(refusal) => {
                sqlx::query("UPDATE event SET state = 'parked', reason = $2, detail = $3 WHERE key = $1")
                    .bind(event.0)
                    .bind(refusal.reason.code())
                    .bind(&refusal.detail)
                    .execute(&mut *self.conn)
                    .await?;
            }
        }
        Ok(())
    }
}

impl EventRow {
    fn stored(self) -> Result<StoredEvent, Fault> {
        let wire = Wire {
            network: Network::named(self.network),
            attested: serde_json::from_str(&self.attested)?,
            id: self.wire_id,
            arrival: words::arrival(&self.arrival)?,
            media_type: self.media_type,
            body: Bytes::from(self.body),
            envelope: serde_json::from_str(&self.envelope)?,
            received: Timestamp::from_millis(self.received),
        };
        Ok(StoredEvent {
            id: EventId(self.key),
            wire,
            attempts: words::small(self.attempts),
        })
    }
}
