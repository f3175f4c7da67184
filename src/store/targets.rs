//! Addresses that an adapter can deliver to, and the lanes their hosts have.

use causeway_core::id::Network;
use causeway_core::model::Reach;

use super::db::Tx;
use super::error::Fault;

impl Tx {
    /// The target of `reach`, made with its lane if it is new.
    pub(super) async fn target(&mut self, network: &Network, reach: &Reach) -> Result<i64, Fault> {
        let known = sqlx::query_scalar("SELECT key FROM target WHERE network = $1 AND host = $2 AND address = $3")
            .bind(network.as_str())
            .bind(&reach.host)
            .bind(&reach.address)
            .fetch_optional(&mut *self.conn)
            .await?;
        if let Some(key) = known {
            return Ok(key);
        }
        let lane = self.lane(network, &reach.host).await?;
        let new = sqlx::query_scalar(
            "INSERT INTO target (lane, network, host, address) VALUES ($1, $2, $3, $4) RETURNING key",
        )
        .bind(lane)
        .bind(network.as_str())
        .bind(&reach.host)
        .bind(&reach.address)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(new)
    }

    /// The target of a part of a profile's reach, if it says one.
    pub(super) async fn target_of(&mut self, network: &Network, reach: Option<&Reach>) -> Result<Option<i64>, Fault> {
        match reach {
            Some(reach) => self.target(network, reach).await.map(Some),
            None => Ok(None),
        }
    }

    async fn lane(&mut self, network: &Network, host: &str) -> Result<i64, Fault> {
        // the update changes nothing; it makes RETURNING answer for a row that was there
        let key = sqlx::query_scalar(
            "INSERT INTO lane (network, host) VALUES ($1, $2)
             ON CONFLICT (network, host) DO UPDATE SET fails = lane.fails RETURNING key",
        )
        .bind(network.as_str())
        .bind(host)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(key)
    }
}
