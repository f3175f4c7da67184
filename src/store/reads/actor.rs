//! Actors, as seen on a network.

use causeway_core::id::{ActorId, Network};
use causeway_core::model::Profile;
use causeway_core::ports::{ActorView, Standing};

use super::Tx;
use crate::store::actors::ActorRow;
use crate::store::error::Fault;
use crate::store::words;

impl Tx {
    pub(super) async fn view_actor(&mut self, id: &ActorId, on: &Network) -> Result<Option<ActorView>, Fault> {
        let Some(row) = self.find_actor(id).await?.filter(|row| row.known) else {
            return Ok(None);
        };
        let name: Option<(i64, String)> =
            sqlx::query_as("SELECT era, opaque FROM actor_address WHERE network = $1 AND id = $2")
                .bind(id.network().as_str())
                .bind(id.as_str())
                .fetch_optional(&mut *self.conn)
                .await?;
        match name {
            // a name of an era that ended: whoever asks by it must learn that, whatever came after
            Some((era, opaque)) if era != row.era => ended_view(&row, id.clone(), opaque).map(Some),
            _ => self.actor_view(&row, on).await.map(Some),
        }
    }

    pub(super) async fn view_named(&mut self, name: &str, on: &Network) -> Result<Option<ActorView>, Fault> {
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT COALESCE(
               (SELECT key FROM actor WHERE opaque = $1 AND state = 'local' AND known),
               (SELECT d.actor FROM actor_address d JOIN actor a ON a.key = d.actor
                WHERE d.network = $2 AND a.state = 'local' AND d.gone IS NULL AND (d.handle = $1 OR d.name = $1)
                ORDER BY d.handle <> $1, d.since, d.id LIMIT 1))",
        )
        .bind(name)
        .bind(on.as_str())
        .fetch_one(&mut *self.conn)
        .await?;
        if let Some(key) = known {
            let row = self.actor(key).await?;
            return self.actor_view(&row, on).await.map(Some);
        }
        self.view_formerly_named(name, on).await
    }

    /// Of an opaque name or handle whose era ended.
    async fn view_formerly_named(&mut self, name: &str, on: &Network) -> Result<Option<ActorView>, Fault> {
        let former: Option<(i64, String, String)> = sqlx::query_as(
            "SELECT d.actor, d.id, d.opaque FROM actor_address d JOIN actor a ON a.key = d.actor
             WHERE d.network = $2 AND a.state = 'local' AND d.gone IS NOT NULL
               AND (d.opaque = $1 OR d.handle = $1 OR d.name = $1)
             ORDER BY d.era DESC, d.id LIMIT 1",
        )
        .bind(name)
        .bind(on.as_str())
        .fetch_optional(&mut *self.conn)
        .await?;
        match former {
            Some((actor, id, opaque)) => {
                let row = self.actor(actor).await?;
                ended_view(&row, ActorId::new(on.clone(), id), opaque).map(Some)
            }
            None => Ok(None),
        }
    }

    async fn actor_view(&mut self, row: &ActorRow, on: &Network) -> Result<ActorView, Fault> {
        let profile = self.profile_on(row, row.era, on).await?;
        let id = profile.actor.clone();
        let consents = if row.is_local() {
            self.consents_of(row.key).await?
        } else {
            Vec::new()
        };
        let public_key = self.public_key(&id).await?;
        let (posts, followers, following): (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM object WHERE author = $1 AND kind = 'post' AND known AND gone IS NULL
                       AND scope IN ('public', 'unlisted')),
                    (SELECT COUNT(*) FROM follow WHERE followee = $1 AND state = 'accepted'),
                    (SELECT COUNT(*) FROM follow WHERE follower = $1 AND state = 'accepted')",
        )
        .bind(row.key)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(ActorView {
            id,
            home: row.home(),
            state: words::state(&row.state)?,
            standing: words::standing(&row.standing)?,
            consents,
            profile,
            public_key,
            opaque: row.opaque.clone(),
            posts: words::count(posts),
            followers: words::count(followers),
            following: words::count(following),
        })
    }
}

fn ended_view(row: &ActorRow, id: ActorId, opaque: String) -> Result<ActorView, Fault> {
    let standing = if row.standing == "gone" {
        Standing::Gone
    } else {
        Standing::Stopped
    };
    Ok(ActorView {
        profile: Profile::of(id.clone()),
        id,
        home: row.home(),
        state: words::state(&row.state)?,
        standing,
        consents: Vec::new(),
        public_key: None,
        opaque,
        posts: 0,
        followers: 0,
        following: 0,
    })
}
