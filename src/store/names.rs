//! Ids on networks that are not home. They are made when first needed, stored in the same transaction, and never change.

use causeway_core::adapter::{ActorFacts, MintedActor, ObjectFacts};
use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::Kind;
use futures_core::future::BoxFuture;

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;
use super::objects::ObjectRow;

/// How many names are tried for one actor.
const ATTEMPTS: u32 = 200;

/// What an actor is called on a network.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) id: ActorId,
    /// The handle there; `None` at home, where the profile has it.
    pub(super) handle: Option<String>,
}

impl Tx {
    /// What an actor is, or in `era` was, called on `on`. `None` when it has no name there and gets none: one of ours who
    /// did not agree, one of whom only the id is known, one whom the network's adapter names not.
    pub(super) async fn actor_on(&mut self, row: &ActorRow, era: i64, on: &Network) -> Result<Option<Name>, Fault> {
        if row.network == on.as_str() {
            return Ok(Some(Name {
                id: row.home(),
                handle: None,
            }));
        }
        if let Some(name) = self.memo.name(row.key, era, on) {
            return Ok(Some(name));
        }
        let stored: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT id, handle FROM actor_address WHERE actor = $1 AND network = $2 AND era = $3")
                .bind(row.key)
                .bind(on.as_str())
                .bind(era)
                .fetch_optional(&mut *self.conn)
                .await?;
        if let Some((id, handle)) = stored {
            let name = Name {
                id: ActorId::new(on.clone(), id),
                handle,
            };
            self.memo.keep_name(row.key, era, on, &name);
            return Ok(Some(name));
        }
        if era != row.era || !self.may_be_named(row, on).await? {
            return Ok(None);
        }
        self.name_actor(row, on).await
    }

    async fn may_be_named(&mut self, row: &ActorRow, on: &Network) -> Result<bool, Fault> {
        match (row.is_local(), row.standing.as_str()) {
            (_, "gone" | "stopped") => Ok(false),
            (false, _) => Ok(row.known),
            (true, "active" | "paused") => self.agreed(row.key, on).await,
            (true, _) => Ok(false),
        }
    }

    async fn name_actor(&mut self, row: &ActorRow, on: &Network) -> Result<Option<Name>, Fault> {
        let Some(adapter) = self.cx.adapters.get(on).cloned() else {
            return Ok(None);
        };
        let home = row.home();
        let facts = ActorFacts {
            home: &home,
            handle: row.handle.as_deref(),
            opaque: &row.opaque,
        };
        for attempt in 0..ATTEMPTS {
            let Some(minted) = adapter
                .mint_actor(&facts, attempt)
                .filter(|minted| minted.id.network() == on)
            else {
                return Ok(None);
            };
            if !self.mints {
                return Err(Fault::Mint);
            }
            if self.is_free(row.key, &minted).await? {
                self.store_name(row, &minted).await?;
                return Ok(Some(Name {
                    id: minted.id,
                    handle: minted.handle,
                }));
            }
        }
        Ok(None)
    }

    /// Nobody else was ever called so: no actor has the id, at home or by a name that was made, and no other actor the
    /// handle.
    async fn is_free(&mut self, actor: i64, minted: &MintedActor) -> Result<bool, Fault> {
        let taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM actor_address WHERE network = $1 AND id = $2)
                 OR EXISTS (SELECT 1 FROM actor WHERE network = $1 AND id = $2 AND known)
                 OR EXISTS (SELECT 1 FROM actor_address WHERE network = $1 AND handle = $3
                              AND (gone IS NULL OR actor <> $4))",
        )
        .bind(minted.id.network().as_str())
        .bind(minted.id.as_str())
        .bind(&minted.handle)
        .bind(actor)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(!taken)
    }

    async fn store_name(&mut self, row: &ActorRow, minted: &MintedActor) -> Result<(), Fault> {
        self.memo.forget_actors();
        let name = minted
            .handle
            .as_deref()
            .map(|handle| handle.split_once('@').map_or(handle, |(name, _)| name));
        sqlx::query(
            "INSERT INTO actor_address (network, id, actor, era, opaque, handle, name, since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(minted.id.network().as_str())
        .bind(minted.id.as_str())
        .bind(row.key)
        .bind(row.era)
        .bind(&row.opaque)
        .bind(&minted.handle)
        .bind(name)
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// What an object is called on `on`. `None` when it has no id there and gets none: it ended, only its id is known, or
    /// its author has no name there. Goes from a reaction to what it is about and from a comment to its thread's first
    /// post, never further.
    pub(super) fn object_on<'a>(
        &'a mut self,
        row: &'a ObjectRow,
        on: &'a Network,
    ) -> BoxFuture<'a, Result<Option<ObjectId>, Fault>> {
        Box::pin(async move {
            if row.network == on.as_str() {
                return Ok(row.home());
            }
            match self.stored_id(row.key, on).await? {
                Some(id) => Ok(Some(id)),
                None if row.known && row.gone.is_none() && row.kind() != Some(Kind::Profile) => {
                    self.name_object(row, on).await
                }
                None => Ok(None),
            }
        })
    }

    async fn stored_id(&mut self, object: i64, on: &Network) -> Result<Option<ObjectId>, Fault> {
        if let Some(id) = self.memo.object_on(object, on) {
            return Ok(Some(id));
        }
        if self.memo.is_new(object) {
            return Ok(None);
        }
        let stored: Option<String> =
            sqlx::query_scalar("SELECT id FROM object_address WHERE object = $1 AND network = $2")
                .bind(object)
                .bind(on.as_str())
                .fetch_optional(&mut *self.conn)
                .await?;
        let id = stored.map(|id| ObjectId::new(on.clone(), id));
        if let Some(id) = &id {
            self.memo.keep_object_on(object, id);
        }
        Ok(id)
    }

    async fn name_object(&mut self, row: &ObjectRow, on: &Network) -> Result<Option<ObjectId>, Fault> {
        let (Some(kind), Some(author), Some(adapter)) = (row.kind(), row.author, self.cx.adapters.get(on).cloned())
        else {
            return Ok(None);
        };
        let author = self.actor(author).await?;
        let Some(author) = self.actor_on(&author, row.era, on).await? else {
            return Ok(None);
        };
        let place = self.thread_place(row, on).await?;
        let about = self.about_on(row, on).await?;
        let facts = ObjectFacts {
            kind,
            opaque: &row.opaque,
            author: &author.id,
            place: place.as_ref(),
            about: about.as_ref(),
        };
        let Some(id) = adapter.mint_object(&facts).filter(|id| id.network() == on) else {
            return Ok(None);
        };
        if !self.mints {
            return Err(Fault::Mint);
        }
        if !self.store_id(row.key, &id).await? {
            return Ok(None);
        }
        self.memo.keep_object_on(row.key, &id);
        if kind == Kind::Post
            && let Some(place) = adapter.place_of(&id)
        {
            self.put_place(row.key, &place).await?;
        }
        Ok(Some(id))
    }

    async fn about_on(&mut self, row: &ObjectRow, on: &Network) -> Result<Option<ObjectId>, Fault> {
        match (row.kind(), row.about) {
            (Some(Kind::Comment), _) | (_, None) => Ok(None),
            (_, Some(about)) => {
                let about = self.object(about).await?;
                self.object_on(&about, on).await
            }
        }
    }

    /// Where on `on` the thread of a comment, or of something about one, is gathered.
    async fn thread_place(&mut self, row: &ObjectRow, on: &Network) -> Result<Option<PlaceId>, Fault> {
        let Some(root) = row.root else { return Ok(None) };
        let root = self.object(root).await?;
        self.place_on(&root, on).await
    }

    async fn store_id(&mut self, object: i64, id: &ObjectId) -> Result<bool, Fault> {
        let done = sqlx::query(
            "INSERT INTO object_address (object, network, id, since)
             SELECT $1, $2, $3, $4
             WHERE NOT EXISTS (SELECT 1 FROM object WHERE network = $2 AND id = $3 AND known)
             ON CONFLICT DO NOTHING",
        )
        .bind(object)
        .bind(id.network().as_str())
        .bind(id.as_str())
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Where the comments on a post are gathered on `on`: the place comes with the post's id there.
    pub(super) async fn place_on(&mut self, row: &ObjectRow, on: &Network) -> Result<Option<PlaceId>, Fault> {
        self.object_on(row, on).await?;
        let place: Option<String> =
            sqlx::query_scalar("SELECT place FROM object_place WHERE object = $1 AND network = $2")
                .bind(row.key)
                .bind(on.as_str())
                .fetch_optional(&mut *self.conn)
                .await?;
        Ok(place.map(|place| PlaceId::new(on.clone(), place)))
    }

    /// Stores where the comments on a post are gathered. A place that another post has stays that one's.
    pub(super) async fn put_place(&mut self, object: i64, place: &PlaceId) -> Result<(), Fault> {
        sqlx::query("INSERT INTO object_place (object, network, place) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(object)
            .bind(place.network().as_str())
            .bind(place.as_str())
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }
}
