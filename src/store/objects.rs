//! Rows of objects.

use std::collections::HashMap;

use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::model::{
    Audience, Block, Blocked, Comment, DirectMessage, Follow, FollowStep, Kind, Payload, Post, Profile, Scope, Text,
};
use causeway_core::ports::EventId;
use causeway_core::time::Timestamp;
use sqlx::FromRow;

use super::actors::{ActorRow, Put};
use super::db::Tx;
use super::error::Fault;
use super::words;

/// A row.
#[derive(Clone, Debug, FromRow)]
pub(super) struct ObjectRow {
    pub(super) key: i64,
    pub(super) network: String,
    pub(super) id: Option<String>,
    pub(super) opaque: String,
    kind: String,
    pub(super) known: bool,
    pub(super) author: Option<i64>,
    pub(super) era: i64,
    pub(super) about: Option<i64>,
    pub(super) root: Option<i64>,
    scope: String,
    pub(super) version: i64,
    pub(super) published: Option<i64>,
    pub(super) edited: Option<i64>,
    pub(super) sort: i64,
    hash: Option<String>,
    payload: Option<String>,
    pub(super) stored: i64,
    pub(super) gone: Option<i64>,
}

/// What a plan says besides the payload.
pub(super) struct Links<'a> {
    pub(super) about: Option<&'a ObjectId>,
    pub(super) root: Option<&'a ObjectId>,
    pub(super) event: Option<EventId>,
}

impl ObjectRow {
    /// The home id; a profile has none.
    pub(super) fn home(&self) -> Option<ObjectId> {
        self.id
            .as_ref()
            .map(|id| ObjectId::new(Network::named(self.network.clone()), id.clone()))
    }

    /// What it is; `None` of a placeholder.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::named(&self.kind)
    }

    /// How wide its audience is.
    pub(super) fn scope(&self) -> Scope {
        // an unknown word is the narrowest
        Scope::named(&self.scope).unwrap_or(Scope::Direct)
    }

    /// What is held of it, in home ids; `None` once its text was forgotten.
    pub(super) fn stored_payload(&self) -> Result<Option<Payload>, Fault> {
        Ok(self.payload.as_deref().map(serde_json::from_str).transpose()?)
    }
}

/// Who made an object.
pub(super) fn author_of(payload: &Payload) -> Option<&ActorId> {
    match payload {
        Payload::Post(post) => Some(&post.author),
        Payload::Comment(comment) => Some(&comment.post.author),
        Payload::Reaction(reaction) => Some(&reaction.author),
        Payload::Repost(repost) => Some(&repost.author),
        Payload::Follow(Follow {
            follower,
            step: FollowStep::Request,
            ..
        }) => Some(follower),
        Payload::Follow(Follow { followee, .. }) => Some(followee),
        Payload::Block(block) => Some(&block.author),
        Payload::Report(report) => Some(&report.author),
        Payload::Direct(message) => Some(&message.author),
        Payload::Profile(profile) => Some(&profile.actor),
        Payload::Retraction(_) | Payload::Move(_) => None,
    }
}

/// Who may see it, as kept in columns: what has no audience of its own is between those it names.
fn audience_of(payload: &Payload) -> Audience {
    match payload {
        Payload::Follow(follow) => Audience::new(Scope::Direct, [follow.follower.clone(), follow.followee.clone()]),
        other => other.audience().cloned().unwrap_or(Audience {
            scope: Scope::Direct,
            recipients: Vec::new(),
        }),
    }
}

fn times_of(payload: &Payload) -> (Option<Timestamp>, Option<Timestamp>) {
    match payload {
        Payload::Direct(message) => (message.published, message.edited),
        Payload::Repost(repost) => (repost.published, None),
        other => other.post().map_or((None, None), |post| (post.published, post.edited)),
    }
}

fn lang_of(payload: &Payload) -> Option<&str> {
    let text = match payload {
        Payload::Direct(message) => Some(&message.text),
        other => other.post().map(|post| &post.text),
    };
    text?.lang.as_ref().map(|lang| lang.as_str())
}

impl Tx {
    /// The row of this number.
    pub(super) async fn object(&mut self, key: i64) -> Result<ObjectRow, Fault> {
        let row = sqlx::query_as(
            "SELECT key, network, id, opaque, kind, known, author, era, about, root, scope, version, published, edited,
                    sort, hash, payload, stored, gone
             FROM object WHERE key = $1",
        )
        .bind(key)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(row)
    }

    /// The object known by `id` on its network, at home or not; of several generations the last. An id that was made
    /// counts before a placeholder that was heard of under it.
    pub(super) async fn find_object(&mut self, id: &ObjectId) -> Result<Option<ObjectRow>, Fault> {
        let row = sqlx::query_as(
            "SELECT key, network, id, opaque, kind, known, author, era, about, root, scope, version, published, edited,
                    sort, hash, payload, stored, gone
             FROM object
             WHERE key = COALESCE((SELECT object FROM object_address WHERE network = $1 AND id = $2),
                                  (SELECT key FROM object WHERE network = $1 AND id = $2
                                   ORDER BY generation DESC LIMIT 1))",
        )
        .bind(id.network().as_str())
        .bind(id.as_str())
        .fetch_optional(&mut *self.conn)
        .await?;
        Ok(row)
    }

    /// The same, made as a placeholder if nothing is known by it.
    pub(super) async fn intern_object(&mut self, id: &ObjectId) -> Result<ObjectRow, Fault> {
        if let Some(row) = self.find_object(id).await? {
            return Ok(row);
        }
        let row = sqlx::query_as(
            "INSERT INTO object (network, id, opaque, kind, known, era, scope, version, sort, stored)
             VALUES ($1, $2, $3, '', FALSE, 0, 'direct', 0, $4, $4)
             RETURNING key, network, id, opaque, kind, known, author, era, about, root, scope, version, published, edited,
                       sort, hash, payload, stored, gone",
        )
        .bind(id.network().as_str())
        .bind(id.as_str())
        .bind(self.cx.random.token())
        .bind(self.now())
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(row)
    }

    /// Stores a new object or a new version of one. `None` when it must not be: it ended, or is another's.
    pub(super) async fn put_object(&mut self, payload: &Payload, links: &Links<'_>) -> Result<Option<Put>, Fault> {
        let Some(id) = payload.object() else { return Ok(None) };
        let held = self.find_object(id).await?;
        let mut payload = payload.clone();
        let actors = self.go_home(&mut payload, Some(id)).await?;
        let Some(author) = author_of(&payload).and_then(|id| actors.get(id)) else {
            return Ok(None);
        };
        if held
            .as_ref()
            .is_some_and(|held| held.known && !may_replace(held, author.key, payload.kind()))
        {
            return Ok(None);
        }
        let text = serde_json::to_string(&payload)?;
        let hash = words::hash(text.as_bytes());
        let known = held.filter(|held| held.known);
        if let Some(held) = known.as_ref().filter(|held| held.hash.as_ref() == Some(&hash)) {
            return Ok(Some(Put {
                object: held.key,
                changed: false,
            }));
        }
        let home = known.as_ref().and_then(ObjectRow::home).unwrap_or_else(|| id.clone());
        let written = self.write_object(&home, &payload, author, (text, hash), links).await?;
        let object = written.key;
        self.memo.keep_written(id, &written, known.is_none());
        if known.is_none() {
            self.place_object(object, &payload).await?;
        }
        self.put_recipients(object, &payload, &actors, known.is_none()).await?;
        Ok(Some(Put { object, changed: true }))
    }

    async fn write_object(
        &mut self,
        id: &ObjectId,
        payload: &Payload,
        author: &ActorRow,
        (text, hash): (String, String),
        links: &Links<'_>,
    ) -> Result<ObjectRow, Fault> {
        let (published, edited) = times_of(payload);
        let published = published.map(Timestamp::millis);
        let now = self.now();
        let about = self.key_of(links.about).await?;
        let root = self.key_of(links.root).await?;
        // where it stands is settled once, when it is new
        let row = sqlx::query_as(
            "INSERT INTO object (network, id, opaque, kind, known, author, era, scope, version, published, edited, sort, hash,
                                 lang, payload, event, stored, about, root, generation)
             VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, 1, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                     COALESCE((SELECT MAX(generation) FROM object WHERE network = $1 AND id = $2), 1))
             ON CONFLICT (network, id, generation) DO UPDATE SET
               about = CASE WHEN object.known THEN object.about ELSE excluded.about END,
               root = CASE WHEN object.known THEN object.root ELSE excluded.root END,
               sort = CASE WHEN object.known THEN object.sort ELSE excluded.sort END,
               stored = CASE WHEN object.known THEN object.stored ELSE excluded.stored END,
               era = CASE WHEN object.known THEN object.era ELSE excluded.era END,
               kind = excluded.kind, known = TRUE, author = excluded.author, scope = excluded.scope,
               version = object.version + 1, published = excluded.published, edited = excluded.edited,
               hash = excluded.hash, lang = excluded.lang, payload = excluded.payload,
               event = COALESCE(excluded.event, object.event)
             RETURNING key, network, id, opaque, kind, known, author, era, about, root, scope, version, published, edited,
                       sort, hash, payload, stored, gone",
        )
        .bind(id.network().as_str())
        .bind(id.as_str())
        .bind(self.cx.random.token())
        .bind(payload.kind().as_str())
        .bind(author.key)
        .bind(author.era)
        .bind(audience_of(payload).scope.as_str())
        .bind(published)
        .bind(edited.map(Timestamp::millis))
        .bind(published.map_or(now, |published| published.min(now)))
        .bind(hash)
        .bind(lang_of(payload))
        .bind(text)
        .bind(links.event.map(|event| event.0))
        .bind(now)
        .bind(about)
        .bind(root)
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(row)
    }

    /// Makes room for another object under the id of one that ended, and that was at home under it: a generation.
    // PRODUCT, Identities
    pub(super) async fn renew(&mut self, id: &ObjectId) -> Result<(), Fault> {
        let ended = self.find_object(id).await?;
        let Some(ended) = ended.filter(|row| row.gone.is_some() && row.home().as_ref() == Some(id)) else {
            return Ok(());
        };
        sqlx::query(
            "INSERT INTO object (network, id, opaque, kind, known, era, scope, version, generation, sort, stored)
             SELECT network, id, $2, '', FALSE, 0, 'direct', 0, generation + 1, $3, $3 FROM object WHERE key = $1",
        )
        .bind(ended.key)
        .bind(self.cx.random.token())
        .bind(self.now())
        .execute(&mut *self.conn)
        .await?;
        // whoever writes there from now on writes about the new one
        sqlx::query("DELETE FROM object_place WHERE object = $1 AND network = $2")
            .bind(ended.key)
            .bind(&ended.network)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// The place that gathers comments on it. Settled once, when it is new.
    async fn place_object(&mut self, object: i64, payload: &Payload) -> Result<(), Fault> {
        match payload {
            Payload::Post(post) => {
                let named = post
                    .replies
                    .clone()
                    .filter(|place| place.network() == post.id.network());
                let adapter = self.cx.adapters.get(post.id.network()).cloned();
                let place = named.or_else(|| adapter.and_then(|adapter| adapter.place_of(&post.id)));
                match place {
                    Some(place) => self.put_place(object, &place).await,
                    None => Ok(()),
                }
            }
            Payload::Block(block) => self.put_block(object, block).await,
            _ => Ok(()),
        }
    }

    /// The row of an id that may be none, made if it is new.
    pub(super) async fn key_of(&mut self, id: Option<&ObjectId>) -> Result<Option<i64>, Fault> {
        match id {
            Some(id) => Ok(Some(self.intern_object(id).await?.key)),
            None => Ok(None),
        }
    }

    async fn put_block(&mut self, object: i64, block: &Block) -> Result<(), Fault> {
        let blocker = self.intern_actor(&block.author).await?.key;
        let (blocked, host) = match &block.target {
            Blocked::Actor(actor) => (Some(self.intern_actor(actor).await?.key), None),
            Blocked::Host(host) => (None, Some(host)),
        };
        sqlx::query(
            "INSERT INTO block (object, blocker, blocked, host) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(object)
        .bind(blocker)
        .bind(blocked)
        .bind(host)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    async fn put_recipients(
        &mut self,
        object: i64,
        payload: &Payload,
        actors: &HashMap<ActorId, ActorRow>,
        first: bool,
    ) -> Result<(), Fault> {
        if !first {
            sqlx::query("DELETE FROM object_recipient WHERE object = $1")
                .bind(object)
                .execute(&mut *self.conn)
                .await?;
        }
        for recipient in audience_of(payload).recipients {
            sqlx::query("INSERT INTO object_recipient (object, actor) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(object)
                .bind(actors.get(&recipient).map(|row| row.key))
                .execute(&mut *self.conn)
                .await?;
        }
        Ok(())
    }

    /// The actors an object is addressed to by name.
    pub(super) async fn recipients_of(&mut self, object: i64) -> Result<Vec<ActorId>, Fault> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT a.network, a.id FROM object_recipient r JOIN actor a ON a.key = r.actor
             WHERE r.object = $1 ORDER BY a.key",
        )
        .bind(object)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(network, id)| ActorId::new(Network::named(network), id))
            .collect())
    }

    /// What an object holds, or, once it ended, its skeleton, of what is kept in columns.
    pub(super) async fn payload_or_rest(&mut self, row: &ObjectRow) -> Result<Option<Payload>, Fault> {
        if let Some(payload) = row.stored_payload()? {
            return Ok(Some(payload));
        }
        let (Some(kind), Some(author)) = (row.kind(), row.author) else {
            return Ok(None);
        };
        let author = self.actor(author).await?;
        if kind == Kind::Profile {
            let profile = author.stored_profile()?.unwrap_or_else(|| Profile::of(author.home()));
            return Ok(Some(Payload::Profile(Box::new(profile))));
        }
        let Some(id) = row.home() else { return Ok(None) };
        let audience = Audience::new(row.scope(), self.recipients_of(row.key).await?);
        let post = Post {
            audience,
            ..Post::note(id, author.home(), Text::default())
        };
        Ok(match kind {
            Kind::Post => Some(Payload::Post(Box::new(post))),
            Kind::Comment => Some(Payload::Comment(Box::new(Comment {
                parent: None,
                root: None,
                place: None,
                post,
            }))),
            Kind::Direct => Some(Payload::Direct(Box::new(DirectMessage {
                id: post.id,
                author: post.author,
                audience: post.audience,
                summary: None,
                text: Text::default(),
                media: Vec::new(),
                parent: None,
                published: None,
                edited: None,
            }))),
            _ => None,
        })
    }
}

/// An object that ended stays ended, and nobody takes over another's or makes it another kind of thing.
fn may_replace(held: &ObjectRow, author: i64, kind: Kind) -> bool {
    held.gone.is_none() && held.author == Some(author) && held.kind() == Some(kind)
}
