//! The sources that adapters watch, and how far they have read them.

use causeway_core::id::{ActorId, Network, PlaceId};
use causeway_core::ports::{Later, Watch, WatchState, Watches};
use causeway_core::refusal::Reason;
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::Store;
use super::db::Tx;
use super::error::Fault;

#[derive(FromRow)]
struct WatchRow {
    source: String,
    actor: i64,
    state: String,
    reason: Option<String>,
    until: Option<i64>,
}

impl Watches for Store {
    fn want<'a>(&'a self, source: &'a PlaceId, actor: &'a ActorId, until: Option<Timestamp>) -> Later<'a, ()> {
        self.write((source.clone(), actor.clone(), until), |tx, (source, actor, until)| {
            Box::pin(tx.want(source, actor, *until))
        })
    }

    fn end<'a>(&'a self, source: &'a PlaceId) -> Later<'a, ()> {
        self.write(source.clone(), |tx, source| Box::pin(tx.end_watch(source)))
    }

    fn watch<'a>(&'a self, source: &'a PlaceId) -> Later<'a, Option<Watch>> {
        self.read(source.clone(), |tx, source| Box::pin(tx.watch(source)))
    }

    fn watched<'a>(&'a self, network: &'a Network) -> Later<'a, Vec<Watch>> {
        self.read(network.clone(), |tx, network| Box::pin(tx.watched(network)))
    }

    fn report<'a>(&'a self, source: &'a PlaceId, state: WatchState) -> Later<'a, ()> {
        self.write((source.clone(), state), |tx, (source, state)| {
            Box::pin(tx.report(source, *state))
        })
    }

    fn mark<'a>(
        &'a self,
        source: &'a PlaceId,
        present: &'a [(String, Timestamp)],
        absent: &'a [String],
    ) -> Later<'a, ()> {
        self.write(
            (source.clone(), present.to_vec(), absent.to_vec()),
            |tx, (source, present, absent)| Box::pin(tx.mark(source, present, absent)),
        )
    }
}

impl Tx {
    /// Wanting again extends; for ever is the longest.
    async fn want(&mut self, source: &PlaceId, actor: &ActorId, until: Option<Timestamp>) -> Result<(), Fault> {
        let actor = self.intern_actor(actor).await?.key;
        sqlx::query(
            "INSERT INTO watch (network, source, actor, state, baseline, until) VALUES ($1, $2, $3, 'wanted', $4, $5)
             ON CONFLICT (network, source) DO UPDATE SET
               until = CASE WHEN watch.until IS NULL OR excluded.until IS NULL THEN NULL
                            WHEN excluded.until > watch.until THEN excluded.until ELSE watch.until END",
        )
        .bind(source.network().as_str())
        .bind(source.as_str())
        .bind(actor)
        .bind(self.now())
        .bind(until.map(Timestamp::millis))
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn end_watch(&mut self, source: &PlaceId) -> Result<(), Fault> {
        sqlx::query("DELETE FROM watch WHERE network = $1 AND source = $2")
            .bind(source.network().as_str())
            .bind(source.as_str())
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    async fn watch(&mut self, source: &PlaceId) -> Result<Option<Watch>, Fault> {
        let row: Option<WatchRow> =
            sqlx::query_as("SELECT source, actor, state, reason, until FROM watch WHERE network = $1 AND source = $2")
                .bind(source.network().as_str())
                .bind(source.as_str())
                .fetch_optional(&mut *self.conn)
                .await?;
        match row {
            Some(row) => self.watch_of(source.network(), row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn watched(&mut self, network: &Network) -> Result<Vec<Watch>, Fault> {
        let rows: Vec<WatchRow> =
            sqlx::query_as("SELECT source, actor, state, reason, until FROM watch WHERE network = $1 ORDER BY source")
                .bind(network.as_str())
                .fetch_all(&mut *self.conn)
                .await?;
        let mut watches = Vec::with_capacity(rows.len());
        for row in rows {
            watches.push(self.watch_of(network, row).await?);
        }
        Ok(watches)
    }

    async fn watch_of(&mut self, network: &Network, row: WatchRow) -> Result<Watch, Fault> {
        let seen: Vec<(String, i64)> =
            sqlx::query_as("SELECT item, at FROM watch_item WHERE network = $1 AND source = $2 ORDER BY at DESC, item")
                .bind(network.as_str())
                .bind(&row.source)
                .fetch_all(&mut *self.conn)
                .await?;
        Ok(Watch {
            actor: self.actor(row.actor).await?.home(),
            state: state(&row),
            source: PlaceId::new(network.clone(), row.source),
            seen: seen
                .into_iter()
                .map(|(item, at)| (item, Timestamp::from_millis(at)))
                .collect(),
            until: row.until.map(Timestamp::from_millis),
        })
    }

    async fn report(&mut self, source: &PlaceId, state: WatchState) -> Result<(), Fault> {
        let (word, reason) = match state {
            WatchState::Wanted => ("wanted", None),
            WatchState::Active => ("active", None),
            WatchState::Hindered(reason) => ("hindered", Some(reason.code())),
        };
        sqlx::query("UPDATE watch SET state = $3, reason = $4 WHERE network = $1 AND source = $2")
            .bind(source.network().as_str())
            .bind(source.as_str())
            .bind(word)
            .bind(reason)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// Items of a source that is not watched are not kept.
    async fn mark(
        &mut self,
        source: &PlaceId,
        present: &[(String, Timestamp)],
        absent: &[String],
    ) -> Result<(), Fault> {
        for (item, at) in present {
            sqlx::query(
                "INSERT INTO watch_item (network, source, item, at)
                 SELECT network, source, $3, $4 FROM watch WHERE network = $1 AND source = $2
                 ON CONFLICT (network, source, item) DO UPDATE SET at = excluded.at",
            )
            .bind(source.network().as_str())
            .bind(source.as_str())
            .bind(item)
            .bind(at.millis())
            .execute(&mut *self.conn)
            .await?;
        }
        for item in absent {
            sqlx::query("DELETE FROM watch_item WHERE network = $1 AND source = $2 AND item = $3")
                .bind(source.network().as_str())
                .bind(source.as_str())
                .bind(item)
                .execute(&mut *self.conn)
                .await?;
        }
        Ok(())
    }
}

fn state(row: &WatchRow) -> WatchState {
    match row.state.as_str() {
        "active" => WatchState::Active,
        "hindered" => {
            let reason = row.reason.as_deref().and_then(Reason::from_code);
            WatchState::Hindered(reason.unwrap_or(Reason::Internal))
        }
        _ => WatchState::Wanted,
    }
}
