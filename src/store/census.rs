//! How much of what is stored.

use causeway_core::id::Network;
use causeway_core::ports::{Census, FollowTotal, Later, Totals};

use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

impl Census for Store {
    fn waiting(&self) -> Later<'_, u64> {
        self.read((), |tx, ()| Box::pin(tx.waiting_events()))
    }

    fn totals(&self) -> Later<'_, Totals> {
        self.read((), |tx, ()| Box::pin(tx.totals()))
    }
}

impl Tx {
    async fn waiting_events(&mut self) -> Result<u64, Fault> {
        self.number("SELECT COUNT(*) FROM event WHERE state = 'pending'").await
    }

    async fn totals(&mut self) -> Result<Totals, Fault> {
        let users: Vec<(String, i64)> = sqlx::query_as(
            "SELECT standing, COUNT(*) FROM actor
             WHERE state = 'local' AND standing IN ('active', 'paused', 'stopped') GROUP BY standing",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let remote: Vec<(String, i64)> = sqlx::query_as(
            "SELECT network, COUNT(*) FROM actor
             WHERE state IN ('remote', 'puppet') AND standing <> 'gone' AND known GROUP BY network",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let consents: Vec<(String, bool, i64)> =
            sqlx::query_as("SELECT purpose, given, COUNT(*) FROM consent GROUP BY purpose, given")
                .fetch_all(&mut *self.conn)
                .await?;
        let users = users
            .into_iter()
            .map(|(standing, count)| Ok((words::standing(&standing)?, words::count(count))));
        let remote = remote
            .into_iter()
            .map(|(network, count)| (Network::named(network), words::count(count)));
        let consents = consents
            .into_iter()
            .map(|(purpose, given, count)| (purpose, given, words::count(count)));
        Ok(Totals {
            users: users.collect::<Result<_, Fault>>()?,
            remote_actors: remote.collect(),
            follows: self.follow_totals().await?,
            consents: consents.collect(),
            // the length of a blob stands in its row's head: the bytes are not read
            media_bytes: self.number("SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM media").await?,
        })
    }

    async fn follow_totals(&mut self) -> Result<Vec<FollowTotal>, Fault> {
        let rows: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT CASE WHEN a.state = 'local' THEN b.network ELSE a.network END AS network,
                    a.state = 'local' AS outward, COUNT(*)
             FROM follow f JOIN actor a ON a.key = f.follower JOIN actor b ON b.key = f.followee
             WHERE f.state = 'accepted' AND (a.state = 'local') <> (b.state = 'local')
             GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let totals = rows.into_iter().map(|(network, outward, count)| FollowTotal {
            network: Network::named(network),
            outward,
            count: words::count(count),
        });
        Ok(totals.collect())
    }

    async fn number(&mut self, sql: &'static str) -> Result<u64, Fault> {
        let number: i64 = sqlx::query_scalar(sql).fetch_one(&mut *self.conn).await?;
        Ok(words::count(number))
    }
}
