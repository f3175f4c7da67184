//! How many there are of what.

use causeway_core::id::Network;
use causeway_core::ports::{Census, Counts, Later};

use super::db::Tx;
use super::error::Fault;
use super::{Store, words};

impl Counts for Store {
    fn census(&self) -> Later<'_, Census> {
        self.read((), |tx, ()| Box::pin(tx.census()))
    }
}

impl Tx {
    async fn census(&mut self) -> Result<Census, Fault> {
        let users: Vec<(String, i64)> = sqlx::query_as(
            "SELECT standing, COUNT(*) FROM actor
             WHERE state = 'local' AND standing IN ('active', 'paused', 'stopped') GROUP BY standing ORDER BY standing",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let remote: Vec<(String, i64)> = sqlx::query_as(
            "SELECT network, COUNT(*) FROM actor WHERE state = 'remote' AND known GROUP BY network ORDER BY network",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let follows: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT CASE WHEN a.state = 'local' THEN b.network ELSE a.network END AS network, a.state = 'local' AS ours,
                    COUNT(*)
             FROM follow f JOIN actor a ON a.key = f.follower JOIN actor b ON b.key = f.followee
             WHERE f.state = 'accepted' GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let consents: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT purpose, given, COUNT(*) FROM consent GROUP BY purpose, given ORDER BY purpose, given",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let media: i64 = sqlx::query_scalar("SELECT CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM media")
            .fetch_one(&mut *self.conn)
            .await?;
        let by_name = |(name, count): (String, i64)| (name, words::count(count));
        Ok(Census {
            users: users.into_iter().map(by_name).collect(),
            remote_actors: remote
                .into_iter()
                .map(|(network, count)| (Network::named(network), words::count(count)))
                .collect(),
            follows: follows
                .into_iter()
                .map(|(network, ours, count)| (Network::named(network), ours, words::count(count)))
                .collect(),
            consents: consents
                .into_iter()
                .map(|(purpose, given, count)| (purpose, given, words::count(count)))
                .collect(),
            media_bytes: words::count(media),
        })
    }
}
