//! Writing traces.

use std::str::FromStr;
use std::time::Duration;

use causeway_core::adapter::Crossed;
use causeway_core::id::ObjectId;
use causeway_core::ports::{Trace, TraceDelivery};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Sqlite, SqliteConnection, Transaction};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS trace (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    direction TEXT NOT NULL,
    network TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    target TEXT NOT NULL,
    media_type TEXT NOT NULL,
    wire BLOB NOT NULL,
    envelope TEXT NOT NULL,
    model TEXT NOT NULL,
    losses TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS trace_at ON trace (at);
CREATE INDEX IF NOT EXISTS trace_object ON trace (object);
";

const INSERT: &str = "
INSERT INTO trace (at, direction, network, kind, actor, object, outcome, target, media_type, wire, envelope, model, losses)
VALUES ";

/// The values of one row.
const ROW: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Rows of one statement at most.
const ROWS: usize = 50;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// One row.
#[derive(Default)]
struct Row<'a> {
    at: i64,
    direction: &'static str,
    network: &'a str,
    kind: &'static str,
    actor: String,
    object: String,
    outcome: String,
    target: String,
    media_type: &'a str,
    wire: &'a [u8],
    envelope: String,
    model: String,
    losses: String,
}

/// Opens the database at `url`, making it when it is not there.
pub(super) async fn open(url: &str) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // a power cut may cost the last traces; never the traffic itself
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(5));
    let mut conn = options.connect().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut conn).await?;
    Ok(conn)
}

/// Writes a batch and forgets what is older than `days`.
pub(super) async fn write(conn: &mut SqliteConnection, batch: &[Trace], days: u32) -> Result<(), sqlx::Error> {
    let mut transaction = conn.begin().await?;
    let mut newest = 0;
    for traces in batch.chunks(ROWS) {
        let rows: Vec<Row<'_>> = traces.iter().map(row).collect();
        newest = rows.iter().map(|row| row.at).fold(newest, i64::max);
        insert(&mut transaction, rows).await?;
    }
    sqlx::query("DELETE FROM trace WHERE at < $1")
        .bind(newest - i64::from(days) * DAY_MS)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

async fn insert(transaction: &mut Transaction<'_, Sqlite>, rows: Vec<Row<'_>>) -> Result<(), sqlx::Error> {
    let values = vec![ROW; rows.len()].join(", ");
    // constants only: what is written is bound
    let mut query = sqlx::query(AssertSqlSafe(format!("{INSERT}{values}")));
    for row in rows {
        query = query
            .bind(row.at)
            .bind(row.direction)
            .bind(row.network)
            .bind(row.kind)
            .bind(row.actor)
            .bind(row.object)
            .bind(row.outcome)
            .bind(row.target)
            .bind(row.media_type)
            .bind(row.wire.to_vec())
            .bind(row.envelope)
            .bind(row.model)
            .bind(row.losses);
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

fn row(trace: &Trace) -> Row<'_> {
    match trace {
        Trace::Processed { wire, crossing, .. } => {
            let first = crossing.activities.first().map(|crossed| &crossed.activity);
            let losses: Vec<_> = crossing.activities.iter().flat_map(|crossed| &crossed.losses).collect();
            let refused = crossing.refused.first();
            // what is between people, or was not for this bridge, is kept nowhere: a trace says that it came, not what it said
            let private = crossing.is_confidential();
            let activities: &[Crossed] = if private { &[] } else { &crossing.activities };
            Row {
                at: wire.received.millis(),
                direction: "in",
                network: wire.network.as_str(),
                kind: first.map_or("", |activity| activity.payload.kind().as_str()),
                actor: first
                    .map(|activity| activity.actor.as_str().to_owned())
                    .unwrap_or_default(),
                object: text(first.and_then(|activity| activity.payload.object())),
                outcome: refused.map_or_else(|| "done".to_owned(), |refusal| refusal.reason.code().to_owned()),
                media_type: &wire.media_type,
                wire: if private { &[] } else { &wire.body },
                envelope: json!({ "attested": wire.attested, "arrival": wire.arrival, "with": wire.envelope })
                    .to_string(),
                model: json!({ "activities": activities, "refused": crossing.refused }).to_string(),
                losses: json!(losses).to_string(),
                ..Row::default()
            }
        }
        Trace::Refused { network, refusal, at } => Row {
            at: at.millis(),
            direction: "in",
            network: network.as_str(),
            outcome: refusal.reason.code().to_owned(),
            model: json!({ "activities": [], "refused": [refusal] }).to_string(),
            losses: "[]".to_owned(),
            envelope: "{}".to_owned(),
            ..Row::default()
        },
        Trace::Delivered(delivery) => delivered(delivery),
    }
}

fn delivered(delivery: &TraceDelivery) -> Row<'_> {
    let rendered = delivery.rendered.as_deref();
    Row {
        at: delivery.at.millis(),
        direction: "out",
        network: delivery.target.network.as_str(),
        kind: "",
        actor: rendered
            .map(|rendered| rendered.actor.as_str().to_owned())
            .unwrap_or_default(),
        object: text(rendered.and_then(|rendered| rendered.object.as_ref())),
        outcome: match &delivery.result {
            Ok(answer) => format!("done {answer}"),
            Err(refusal) => refusal.to_string(),
        },
        target: format!("{} {}", delivery.target.host, delivery.target.address),
        media_type: rendered.map_or("", |rendered| rendered.media_type),
        wire: match rendered {
            Some(rendered) if !delivery.confidential => &rendered.body,
            Some(_) | None => &[],
        },
        envelope: json!({ "verb": rendered.map(|rendered| rendered.verb), "id": rendered.and_then(|r| r.id.as_ref()) })
            .to_string(),
        model: "{}".to_owned(),
        losses: json!(rendered.map(|rendered| &rendered.losses)).to_string(),
    }
}

fn text(object: Option<&ObjectId>) -> String {
    object.map(|object| object.as_str().to_owned()).unwrap_or_default()
}
