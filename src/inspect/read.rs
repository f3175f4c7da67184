//! Reading traces, of a running or a stopped bridge.

use std::str::FromStr;

use causeway_core::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{Row, SqlitePool};

/// Traces of one database.
#[derive(Clone, Debug)]
pub struct Traces(SqlitePool);

/// Which traces.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those after the one of this number.
    pub after: i64,
    /// Those of this network.
    pub network: Option<String>,
    /// Those about an object or actor whose id holds this.
    pub about: Option<String>,
    /// At most this many: the newest.
    pub limit: u32,
}

/// One trace.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// `in` or `out`.
    pub direction: String,
    /// On which network.
    pub network: String,
    /// What kind, when one was understood.
    pub kind: String,
    /// By whom.
    pub actor: String,
    /// About which object.
    pub object: String,
    /// `done`, or the reason code.
    pub outcome: String,
    /// Of a delivery: host and address.
    pub target: String,
    /// The wire's media type.
    pub media_type: String,
    /// The exact wire, as text where it is UTF-8.
    pub wire: String,
    /// What came or went with it.
    pub envelope: Value,
    /// What it said.
    pub model: Value,
    /// What was lost.
    pub losses: Value,
}

const LIST: &str = "
SELECT * FROM (
    SELECT * FROM trace
    WHERE id > $1 AND ($2 IS NULL OR network = $2) AND ($3 IS NULL OR instr(object, $3) > 0 OR instr(actor, $3) > 0)
    ORDER BY id DESC LIMIT $4
) ORDER BY id";

impl Traces {
    /// Opens the traces at `url` for reading.
    ///
    /// # Errors
    /// When there are none.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?.read_only(true);
        Ok(Self(
            SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(options)
                .await?,
        ))
    }

    /// The traces that `filter` lets through, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Entry>, sqlx::Error> {
        let rows = sqlx::query(LIST)
            .bind(filter.after)
            .bind(filter.network.as_deref())
            .bind(filter.about.as_deref())
            .bind(i64::from(filter.limit))
            .fetch_all(&self.0)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// The trace of number `id`, and every other about the same object.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn show(&self, id: i64) -> Result<Vec<Entry>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT * FROM trace WHERE id = $1
             OR (object != '' AND object = (SELECT object FROM trace WHERE id = $1)) ORDER BY id",
        )
        .bind(id)
        .fetch_all(&self.0)
        .await?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &SqliteRow) -> Result<Entry, sqlx::Error> {
    let json = |name: &str| -> Result<Value, sqlx::Error> {
        Ok(serde_json::from_str(row.try_get::<&str, _>(name)?).unwrap_or(Value::Null))
    };
    Ok(Entry {
        id: row.try_get("id")?,
        at: Timestamp::from_millis(row.try_get("at")?),
        direction: row.try_get("direction")?,
        network: row.try_get("network")?,
        kind: row.try_get("kind")?,
        actor: row.try_get("actor")?,
        object: row.try_get("object")?,
        outcome: row.try_get("outcome")?,
        target: row.try_get("target")?,
        media_type: row.try_get("media_type")?,
        wire: String::from_utf8_lossy(row.try_get::<&[u8], _>("wire")?).into_owned(),
        envelope: json("envelope")?,
        model: json("model")?,
        losses: json("losses")?,
    })
}
