//! Keys: our actors' own, and what is known of others'.

use causeway_core::id::{ActorId, Network};
use causeway_core::ports::{KeyStore, Later, OwnKey, RemoteKey, Secret};
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::Store;
use super::db::Tx;
use super::error::Fault;

#[derive(FromRow)]
struct OwnRow {
    public_pem: String,
    private: Vec<u8>,
}

#[derive(FromRow)]
struct RemoteRow {
    owner: i64,
    public_pem: String,
    fetched: i64,
}

impl KeyStore for Store {
    fn load<'a>(&'a self, actor: &'a ActorId) -> Later<'a, Option<OwnKey>> {
        self.read(actor.clone(), |tx, actor| Box::pin(tx.own_key(actor)))
    }

    fn insert<'a>(&'a self, key: &'a OwnKey) -> Later<'a, OwnKey> {
        self.write(key.clone(), |tx, key| Box::pin(tx.insert_key(key)))
    }

    fn remote_key<'a>(&'a self, network: &'a Network, key_id: &'a str) -> Later<'a, Option<RemoteKey>> {
        self.read((network.clone(), key_id.to_owned()), |tx, (network, id)| {
            Box::pin(tx.remote_key(network, id))
        })
    }

    fn put_remote_key<'a>(&'a self, key: &'a RemoteKey, fingerprint: &'a str) -> Later<'a, ()> {
        self.write_first((key.clone(), fingerprint.to_owned()), |tx, (key, fingerprint)| {
            Box::pin(tx.put_remote_key(key, fingerprint))
        })
    }
}

impl Tx {
    async fn own_key(&mut self, actor: &ActorId) -> Result<Option<OwnKey>, Fault> {
        let row: Option<OwnRow> = sqlx::query_as(
            "SELECT public_pem, private FROM own_key WHERE network = $1 AND id = $2 AND retired IS NULL",
        )
        .bind(actor.network().as_str())
        .bind(actor.as_str())
        .fetch_optional(&mut *self.conn)
        .await?;
        Ok(row.map(|row| OwnKey {
            actor: actor.clone(),
            public_pem: row.public_pem,
            private: Secret::new(row.private),
        }))
    }

    /// Of two that are made at once the first stays.
    async fn insert_key(&mut self, key: &OwnKey) -> Result<OwnKey, Fault> {
        let owner = self.signer(&key.actor).await?;
        sqlx::query(
            "INSERT INTO own_key (network, id, actor, public_pem, private, created) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
        )
        .bind(key.actor.network().as_str())
        .bind(key.actor.as_str())
        .bind(owner)
        .bind(&key.public_pem)
        .bind(key.private.expose())
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        let stored = self.own_key(&key.actor).await?;
        stored.ok_or_else(|| Fault::Data("a key that was stored is not there".to_owned()))
    }

    /// Who signs by this id: an actor by a name that was made, or the bridge itself, whose id no actor has. Nobody gets a
    /// key by an id that is theirs at home elsewhere.
    async fn signer(&mut self, id: &ActorId) -> Result<Option<i64>, Fault> {
        let Some(row) = self.find_actor(id).await?.filter(|row| row.known) else {
            return Ok(None);
        };
        if row.home() == *id {
            return Err(Refusal::reject(Reason::NotFound, "not an actor of ours").into());
        }
        Ok(Some(row.key))
    }

    async fn remote_key(&mut self, network: &Network, id: &str) -> Result<Option<RemoteKey>, Fault> {
        let row: Option<RemoteRow> =
            sqlx::query_as("SELECT owner, public_pem, fetched FROM remote_key WHERE network = $1 AND id = $2")
                .bind(network.as_str())
                .bind(id)
                .fetch_optional(&mut *self.conn)
                .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(RemoteKey {
            id: id.to_owned(),
            owner: self.actor(row.owner).await?.home(),
            public_pem: row.public_pem,
            fetched: Timestamp::from_millis(row.fetched),
        }))
    }

    async fn put_remote_key(&mut self, key: &RemoteKey, fingerprint: &str) -> Result<(), Fault> {
        let owner = self.intern_actor(&key.owner).await?.key;
        sqlx::query(
            "INSERT INTO remote_key (network, id, owner, public_pem, fetched) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (network, id) DO UPDATE SET
               owner = excluded.owner, public_pem = excluded.public_pem, fetched = excluded.fetched",
        )
        .bind(key.owner.network().as_str())
        .bind(&key.id)
        .bind(owner)
        .bind(&key.public_pem)
        .bind(key.fetched.millis())
        .execute(&mut *self.conn)
        .await?;
        sqlx::query(
            "INSERT INTO key_seen (actor, fingerprint, first, last) VALUES ($1, $2, $3, $3)
             ON CONFLICT (actor, fingerprint) DO UPDATE SET last = excluded.last",
        )
        .bind(owner)
        .bind(fingerprint)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }
}
