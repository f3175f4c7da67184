//! Rows of actors.

use causeway_core::id::{ActorId, Network};
use causeway_core::model::Profile;
use sqlx::FromRow;

use super::accounts::agreed;
use super::db::Tx;
use super::error::Fault;
use super::words;

/// A row.
#[derive(Clone, Debug, FromRow)]
pub(super) struct ActorRow {
    pub(super) key: i64,
    pub(super) network: String,
    pub(super) id: String,
    pub(super) opaque: String,
    pub(super) state: String,
    pub(super) standing: String,
    pub(super) era: i64,
    pub(super) known: bool,
    pub(super) handle: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) hash: Option<String>,
    pub(super) locked: bool,
}

/// What came of a profile that was put.
#[derive(Clone, Copy, Debug)]
pub(super) struct Put {
    /// The object that is put.
    pub(super) object: i64,
    /// Whether it is another than before.
    pub(super) changed: bool,
}

impl ActorRow {
    /// The home id.
    pub(super) fn home(&self) -> ActorId {
        ActorId::new(Network::named(self.network.clone()), self.id.clone())
    }

    /// The profile, of a known actor.
    pub(super) fn stored_profile(&self) -> Result<Option<Profile>, Fault> {
        Ok(self.profile.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Whether it is one of ours.
    pub(super) fn is_local(&self) -> bool {
        self.state == "local"
    }

    /// Whether it is one of ours who agreed, if only to a pause.
    pub(super) fn is_bridged(&self) -> bool {
        self.is_local() && matches!(self.standing.as_str(), "active" | "paused")
    }
}

impl Tx {
    /// The row of this number.
    pub(super) async fn actor(&mut self, key: i64) -> Result<ActorRow, Fault> {
        if let Some(row) = self.memo.actor(key) {
            return Ok(row);
        }
        let row = sqlx::query_as(
            "SELECT key, network, id, opaque, state, standing, era, known, handle, profile, hash, locked
             FROM actor WHERE key = $1",
        )
        .bind(key)
        .fetch_one(&mut *self.conn)
        .await?;
        self.memo.keep_actor(None, &row);
        Ok(row)
    }

    /// The actor known by `id` on its network, at home or not. A name that was made counts before a placeholder that
    /// was heard of under it.
    pub(super) async fn find_actor(&mut self, id: &ActorId) -> Result<Option<ActorRow>, Fault> {
        if let Some(row) = self.memo.known_by(id) {
            return Ok(Some(row));
        }
        let row = sqlx::query_as(
            "SELECT key, network, id, opaque, state, standing, era, known, handle, profile, hash, locked
             FROM actor
             WHERE key = COALESCE((SELECT actor FROM actor_address WHERE network = $1 AND id = $2),
                                  (SELECT key FROM actor WHERE network = $1 AND id = $2))",
        )
        .bind(id.network().as_str())
        .bind(id.as_str())
        .fetch_optional(&mut *self.conn)
        .await?;
        if let Some(row) = &row {
            self.memo.keep_actor(Some(id), row);
        }
        Ok(row)
    }

    /// The same, made as a placeholder if nobody is known by it.
    pub(super) async fn intern_actor(&mut self, id: &ActorId) -> Result<ActorRow, Fault> {
        if let Some(row) = self.find_actor(id).await? {
            return Ok(row);
        }
        let state = if self.is_local(id.network()) { "local" } else { "remote" };
        let row = sqlx::query_as(
            "INSERT INTO actor (network, id, opaque, state, standing, era, known, locked, since)
             VALUES ($1, $2, $3, $4, 'known', 1, FALSE, FALSE, $5)
             RETURNING key, network, id, opaque, state, standing, era, known, handle, profile, hash, locked",
        )
        .bind(id.network().as_str())
        .bind(id.as_str())
        .bind(self.cx.random.token())
        .bind(state)
        .bind(self.now())
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(row)
    }

    /// Knows an actor, or knows it better. `None` when it must not be changed: gone, or named by an id that is not its
    /// home id.
    pub(super) async fn put_actor(&mut self, profile: &Profile) -> Result<Option<Put>, Fault> {
        let mut home = profile.clone();
        let mut actors = self.go_home(&mut home, None).await?;
        let Some(row) = actors.remove(&profile.actor).filter(|row| row.standing != "gone") else {
            return Ok(None);
        };
        let profile = home;
        let text = serde_json::to_string(&profile)?;
        let hash = words::hash(text.as_bytes());
        let changed = !row.known || row.hash.as_ref() != Some(&hash);
        if changed {
            self.write_profile(row.key, &profile, text, hash).await?;
        }
        let object = self.put_profile_object(&row, changed).await?;
        Ok(Some(Put { object, changed }))
    }

    /// A profile that does not say where its actor is reached takes that from nobody.
    async fn write_profile(&mut self, key: i64, profile: &Profile, text: String, hash: String) -> Result<(), Fault> {
        let network = profile.actor.network();
        let own = self.target_of(network, profile.reach.own.as_ref()).await?;
        let shared = self.target_of(network, profile.reach.shared.as_ref()).await?;
        sqlx::query(
            "UPDATE actor SET known = TRUE, handle = $2, profile = $3, hash = $4, locked = $5,
               own = COALESCE($6, own), shared = $7
             WHERE key = $1",
        )
        .bind(key)
        .bind(&profile.handle)
        .bind(text)
        .bind(hash)
        .bind(profile.locked)
        .bind(own)
        .bind(shared)
        .execute(&mut *self.conn)
        .await?;
        self.memo.forget_actors();
        Ok(())
    }

    /// The object that stands for the profile in deliveries; its version grows with each change.
    async fn put_profile_object(&mut self, row: &ActorRow, changed: bool) -> Result<i64, Fault> {
        let key = sqlx::query_scalar(
            "INSERT INTO object (network, opaque, kind, known, author, era, scope, version, sort, stored)
             VALUES ($1, $2, 'profile', TRUE, $3, $4, 'public', 1, $5, $5)
             ON CONFLICT (author, era) WHERE kind = 'profile'
             DO UPDATE SET version = object.version + CASE WHEN $6 THEN 1 ELSE 0 END
             RETURNING key",
        )
        .bind(&row.network)
        .bind(self.cx.random.token())
        .bind(row.key)
        .bind(row.era)
        .bind(self.now())
        .bind(changed)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(key)
    }

    /// The object of an actor's present profile.
    pub(super) async fn profile_object(&mut self, actor: i64) -> Result<Option<i64>, Fault> {
        let key = sqlx::query_scalar(
            "SELECT o.key FROM object o JOIN actor a ON a.key = o.author AND a.era = o.era
             WHERE a.key = $1 AND o.kind = 'profile'",
        )
        .bind(actor)
        .fetch_optional(&mut *self.conn)
        .await?;
        Ok(key)
    }

    /// Whether a local actor agreed, as of now, to be seen on `network`.
    pub(super) async fn agreed(&mut self, actor: i64, network: &Network) -> Result<bool, Fault> {
        let given = sqlx::query_scalar(concat!("SELECT ", agreed!("$1", "$2", "'bridge'")))
            .bind(actor)
            .bind(network.as_str())
            .fetch_one(&mut *self.conn)
            .await?;
        Ok(given)
    }

    /// The networks that a local actor agreed to be seen on, by name.
    pub(super) async fn consents_of(&mut self, actor: i64) -> Result<Vec<Network>, Fault> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT c.network FROM consent c WHERE c.actor = $1 AND c.purpose = 'bridge' AND c.given
               AND NOT EXISTS (SELECT 1 FROM consent l WHERE l.actor = c.actor AND l.network = c.network
                                 AND l.purpose = c.purpose AND l.key > c.key)
             ORDER BY c.network",
        )
        .bind(actor)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(names.into_iter().map(Network::named).collect())
    }
}
