//! What is known that a decision about one activity needs.

use causeway_core::id::{ActorId, Network, ObjectId, PlaceId};
use causeway_core::model::{
    Activity, Attested, Blocked, Comment, DirectMessage, Follow, FollowStep, Kind, Payload, Retracted, Scope,
};
use causeway_core::ports::{ActorFact, Facts, ObjectFact, PlaceFact};
use causeway_core::time::Timestamp;

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;
use super::objects::{ObjectRow, author_of};
use super::words;

/// The rows that an activity is about; facts are made of them.
#[derive(Default)]
struct Rows {
    actor: Option<ActorRow>,
    object: Option<ObjectRow>,
    about: Option<ObjectRow>,
    other: Option<ActorRow>,
    /// Whether another reaction or repost says the same.
    said_already: bool,
    /// Reactions that stand in one thing.
    within: Vec<ObjectRow>,
    /// Follower and followee.
    follow: Option<(i64, i64)>,
    /// Whether a message is for somebody here who agreed.
    addressed: bool,
}

/// A reaction or a repost, but for its id and what it is about.
struct Saying<'a> {
    author: &'a ActorId,
    kind: Kind,
    emoji: Option<&'a str>,
}

impl Tx {
    /// What is known about `activity`, attested by `origin`.
    pub(super) async fn facts(&mut self, origin: &Attested, activity: &Activity) -> Result<Facts, Fault> {
        let mut rows = self.rows_of(&activity.payload).await?;
        rows.actor = self.known_actor(&activity.actor).await?;
        let object = activity.payload.object();
        let (followed, has_tombs) = self.followed_and_tombs(rows.actor.as_ref(), object).await?;
        let buried = match object.filter(|_| has_tombs) {
            Some(id) => {
                self.is_buried(origin, author_of(&activity.payload).unwrap_or(&activity.actor), id)
                    .await?
            }
            None => false,
        };
        let root = self.root_of(rows.about.as_ref().or(rows.object.as_ref())).await?;
        let follow = match rows.follow {
            Some((follower, followee)) => self.follow_between(follower, followee).await?,
            None => None,
        };
        let addressed = rows.addressed || self.names_ours(&activity.payload).await?;
        let quotes_private = self.quotes_private(&activity.payload).await?;
        let blocked = match &rows.actor {
            Some(actor) => self.is_blocked(actor.key, &rows).await?,
            None => false,
        };
        let mut within = Vec::with_capacity(rows.within.len());
        for row in rows.within {
            within.extend(self.object_fact(row).await?);
        }
        Ok(Facts {
            said_already: rows.said_already,
            within,
            actor: self.maybe_actor_fact(rows.actor).await?,
            object: self.maybe_object_fact(rows.object).await?,
            buried,
            about: self.maybe_object_fact(rows.about).await?,
            root: self.maybe_object_fact(root).await?,
            other: self.maybe_actor_fact(rows.other).await?,
            follow,
            followed,
            blocked,
            addressed,
            quotes_private,
        })
    }

    async fn rows_of(&mut self, payload: &Payload) -> Result<Rows, Fault> {
        let object = match payload.object() {
            Some(id) => self.known_object(id).await?,
            None => None,
        };
        let rows = Rows {
            object,
            ..Rows::default()
        };
        match payload {
            Payload::Profile(_) | Payload::Post(_) => Ok(rows),
            Payload::Comment(comment) => Ok(Rows {
                about: self.answered(comment).await?,
                ..rows
            }),
            Payload::Reaction(reaction) => {
                let about = self.known_object(&reaction.object).await?;
                let said = Saying {
                    author: &reaction.author,
                    kind: Kind::Reaction,
                    emoji: reaction.emoji.as_deref(),
                };
                let same = self.said(&said, about.as_ref(), rows.object.as_ref()).await?;
                Ok(Rows {
                    about,
                    said_already: same.is_some(),
                    ..rows
                })
            }
            Payload::Repost(repost) => {
                let about = self.known_object(&repost.object).await?;
                let said = Saying {
                    author: &repost.author,
                    kind: Kind::Repost,
                    emoji: None,
                };
                let same = self.said(&said, about.as_ref(), rows.object.as_ref()).await?;
                Ok(Rows {
                    about,
                    said_already: same.is_some(),
                    ..rows
                })
            }
            Payload::Follow(follow) => self.follow_rows(follow, rows).await,
            Payload::Retraction(retraction) => self.retraction_rows(&retraction.target).await,
            Payload::Move(moved) => Ok(Rows {
                other: self.known_actor(&moved.to).await?,
                ..rows
            }),
            Payload::Block(block) => match &block.target {
                Blocked::Actor(actor) => Ok(Rows {
                    other: self.known_actor(actor).await?,
                    ..rows
                }),
                Blocked::Host(_) => Ok(rows),
            },
            Payload::Report(report) => Ok(Rows {
                other: self.known_actor(&report.actor).await?,
                ..rows
            }),
            Payload::Direct(message) => self.message_rows(message, rows).await,
        }
    }

    async fn message_rows(&mut self, message: &DirectMessage, rows: Rows) -> Result<Rows, Fault> {
        let about = match &message.parent {
            Some(parent) => self.known_object(parent).await?,
            None => None,
        };
        let (mut other, mut addressed) = (None, false);
        for recipient in &message.audience.recipients {
            let known = self.known_actor(recipient).await?;
            let here = known.as_ref().is_some_and(ActorRow::is_bridged);
            // whose block counts: that of one of ours before that of anybody else
            if here && !addressed || other.is_none() {
                other = known;
            }
            addressed |= here;
        }
        Ok(Rows {
            about,
            other,
            addressed,
            ..rows
        })
    }

    /// Whether what is for named people alone is for somebody here who agreed.
    async fn names_ours(&mut self, payload: &Payload) -> Result<bool, Fault> {
        let audience = payload.post().map(|post| &post.audience);
        let Some(audience) = audience.filter(|audience| audience.scope > Scope::Followers) else {
            return Ok(false);
        };
        for recipient in &audience.recipients {
            if self.known_actor(recipient).await?.is_some_and(|row| row.is_bridged()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a post quotes something that is known and not for everybody.
    async fn quotes_private(&mut self, payload: &Payload) -> Result<bool, Fault> {
        let Some(quote) = payload.post().and_then(|post| post.quote.as_ref()) else {
            return Ok(false);
        };
        let quoted = self.known_object(&quote.object).await?;
        Ok(quoted.is_some_and(|row| !row.scope().is_public()))
    }

    /// What a comment answers: its parent, else the first post of the place it stands in. A parent that is not known
    /// counts as none: the place still proves the thread.
    async fn answered(&mut self, comment: &Comment) -> Result<Option<ObjectRow>, Fault> {
        if let Some(parent) = &comment.parent
            && let Some(row) = self.known_object(parent).await?
        {
            return Ok(Some(row));
        }
        if let Some(place) = &comment.place
            && let Some(row) = self.object_at(place).await?
        {
            return Ok(Some(row));
        }
        match &comment.root {
            Some(root) => self.known_object(root).await,
            None => Ok(None),
        }
    }

    /// The post whose comments are gathered at `place`.
    pub(super) async fn object_at(&mut self, place: &PlaceId) -> Result<Option<ObjectRow>, Fault> {
        let key: Option<i64> = sqlx::query_scalar("SELECT object FROM object_place WHERE network = $1 AND place = $2")
            .bind(place.network().as_str())
            .bind(place.as_str())
            .fetch_optional(&mut *self.conn)
            .await?;
        match key {
            Some(key) => Ok(Some(self.object(key).await?)),
            None => Ok(None),
        }
    }

    async fn follow_rows(&mut self, follow: &Follow, rows: Rows) -> Result<Rows, Fault> {
        let follower = self.find_actor(&follow.follower).await?;
        let followee = self.find_actor(&follow.followee).await?;
        let ends = follower
            .as_ref()
            .zip(followee.as_ref())
            .map(|(follower, followee)| (follower.key, followee.key));
        let request = match (&follow.request, ends) {
            (Some(id), _) => self.known_object(id).await?,
            (None, Some((follower, followee))) if follow.step != FollowStep::Request => {
                self.request_between(follower, followee).await?
            }
            (None, _) => None,
        };
        let by_id = match &request {
            Some(request) => self.follow_of_request(request.key).await?,
            None => None,
        };
        let other = if follow.step == FollowStep::Request {
            followee
        } else {
            follower
        };
        let other = other.filter(|row| row.known);
        Ok(Rows {
            about: request,
            other,
            follow: by_id.or(ends),
            ..rows
        })
    }

    async fn retraction_rows(&mut self, target: &Retracted) -> Result<Rows, Fault> {
        match target {
            Retracted::Object(id) => {
                let object = self.known_object(id).await?;
                let follow = match object.as_ref().filter(|row| row.kind() == Some(Kind::Follow)) {
                    Some(row) => self.follow_of_request(row.key).await?,
                    None => None,
                };
                let about = self.about_row(object.as_ref()).await?;
                self.with_followee(Rows {
                    object,
                    about,
                    follow,
                    ..Rows::default()
                })
                .await
            }
            Retracted::Follow { follower, followee } => {
                let (follower, followee) = (self.find_actor(follower).await?, self.find_actor(followee).await?);
                let follow = follower
                    .zip(followee)
                    .map(|(follower, followee)| (follower.key, followee.key));
                let object = match follow {
                    Some((follower, followee)) => self.request_between(follower, followee).await?,
                    None => None,
                };
                self.with_followee(Rows {
                    object,
                    follow,
                    ..Rows::default()
                })
                .await
            }
            Retracted::Reaction { author, object, emoji } => {
                let about = self.known_object(object).await?;
                let said = Saying {
                    author,
                    kind: Kind::Reaction,
                    emoji: emoji.as_deref(),
                };
                Ok(Rows {
                    object: self.said(&said, about.as_ref(), None).await?,
                    about,
                    ..Rows::default()
                })
            }
            Retracted::Reactions { within, .. } => Ok(Rows {
                within: self.reactions_within(within).await?,
                ..Rows::default()
            }),
            Retracted::Actor(actor) => Ok(Rows {
                other: self.known_actor(actor).await?,
                ..Rows::default()
            }),
        }
    }

    async fn with_followee(&mut self, rows: Rows) -> Result<Rows, Fault> {
        match rows.follow {
            Some((_, followee)) => Ok(Rows {
                other: Some(self.actor(followee).await?),
                ..rows
            }),
            None => Ok(rows),
        }
    }

    async fn request_between(&mut self, follower: i64, followee: i64) -> Result<Option<ObjectRow>, Fault> {
        let key: Option<i64> = sqlx::query_scalar("SELECT request FROM follow WHERE follower = $1 AND followee = $2")
            .bind(follower)
            .bind(followee)
            .fetch_optional(&mut *self.conn)
            .await?;
        match key {
            Some(key) => Ok(Some(self.object(key).await?).filter(|row| row.known)),
            None => Ok(None),
        }
    }

    /// The latest object by which its author says so about `about`, if not by `but`.
    async fn said(
        &mut self,
        said: &Saying<'_>,
        about: Option<&ObjectRow>,
        but: Option<&ObjectRow>,
    ) -> Result<Option<ObjectRow>, Fault> {
        let author = self.find_actor(said.author).await?;
        let (Some(author), Some(about)) = (author, about) else {
            return Ok(None);
        };
        let key: Option<i64> = sqlx::query_scalar(
            "SELECT key FROM object
             WHERE about = $1 AND author = $2 AND kind = $3 AND gone IS NULL AND key <> $4
               AND payload ->> '$.reaction.emoji' IS $5
             ORDER BY key DESC LIMIT 1",
        )
        .bind(about.key)
        .bind(author.key)
        .bind(said.kind.as_str())
        .bind(but.map_or(0, |but| but.key))
        .bind(said.emoji)
        .fetch_optional(&mut *self.conn)
        .await?;
        match key {
            Some(key) => Ok(Some(self.object(key).await?)),
            None => Ok(None),
        }
    }

    /// The reactions whose ids begin with that of `within` and a `#`: from there up to, not including, what begins with
    /// the next character, `$`.
    async fn reactions_within(&mut self, within: &ObjectId) -> Result<Vec<ObjectRow>, Fault> {
        let keys: Vec<i64> = sqlx::query_scalar(
            "SELECT key FROM object
             WHERE network = $1 AND id > $2 || '#' AND id < $2 || '$' AND kind = 'reaction' AND gone IS NULL
             ORDER BY key LIMIT 100",
        )
        .bind(within.network().as_str())
        .bind(within.as_str())
        .fetch_all(&mut *self.conn)
        .await?;
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.push(self.object(key).await?);
        }
        Ok(rows)
    }

    async fn about_row(&mut self, object: Option<&ObjectRow>) -> Result<Option<ObjectRow>, Fault> {
        match object.and_then(|object| object.about) {
            Some(about) => Ok(Some(self.object(about).await?).filter(|row| row.known)),
            None => Ok(None),
        }
    }

    /// The first post of the thread that `row` belongs to: itself, when it answers nothing.
    async fn root_of(&mut self, row: Option<&ObjectRow>) -> Result<Option<ObjectRow>, Fault> {
        let Some(row) = row else { return Ok(None) };
        match row.root {
            Some(root) => Ok(Some(self.object(root).await?).filter(|row| row.known)),
            None => Ok(Some(row.clone()).filter(|row| row.kind() == Some(Kind::Post))),
        }
    }

    async fn known_actor(&mut self, id: &ActorId) -> Result<Option<ActorRow>, Fault> {
        Ok(self.find_actor(id).await?.filter(|row| row.known))
    }

    async fn known_object(&mut self, id: &ObjectId) -> Result<Option<ObjectRow>, Fault> {
        Ok(self.find_object(id).await?.filter(|row| row.known))
    }

    /// Whether anybody here follows an actor, or asked to; and whether there is any tombstone of an object.
    async fn followed_and_tombs(
        &mut self,
        actor: Option<&ActorRow>,
        object: Option<&ObjectId>,
    ) -> Result<(bool, bool), Fault> {
        let both = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM follow f JOIN actor a ON a.key = f.follower
                            WHERE f.followee = $1 AND f.state IN ('pending', 'accepted') AND a.state = 'local'),
                    EXISTS (SELECT 1 FROM tombstone WHERE network = $2 AND id = $3)",
        )
        .bind(actor.map(|actor| actor.key))
        .bind(object.map(|object| object.network().as_str()))
        .bind(object.map(ObjectId::as_str))
        .fetch_one(&mut *self.conn)
        .await?;
        Ok(both)
    }

    async fn is_blocked(&mut self, actor: i64, rows: &Rows) -> Result<bool, Fault> {
        let other = rows.other.as_ref().map(|row| row.key);
        let author = rows.about.as_ref().and_then(|row| row.author);
        for other in [other, author].into_iter().flatten() {
            let blocked: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM block WHERE blocker = $1 AND blocked = $2)
                     OR EXISTS (SELECT 1 FROM block WHERE blocker = $2 AND blocked = $1)",
            )
            .bind(actor)
            .bind(other)
            .fetch_one(&mut *self.conn)
            .await?;
            if blocked {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn maybe_actor_fact(&mut self, row: Option<ActorRow>) -> Result<Option<ActorFact>, Fault> {
        match row {
            Some(row) => self.actor_fact(row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn actor_fact(&mut self, row: ActorRow) -> Result<ActorFact, Fault> {
        let consents = if row.is_local() {
            self.consents_of(row.key).await?
        } else {
            Vec::new()
        };
        Ok(ActorFact {
            id: row.home(),
            state: words::state(&row.state)?,
            standing: words::standing(&row.standing)?,
            consents,
            locked: row.locked,
            profile: row.stored_profile()?,
        })
    }

    async fn maybe_object_fact(&mut self, row: Option<ObjectRow>) -> Result<Option<ObjectFact>, Fault> {
        match row {
            Some(row) => self.object_fact(row).await,
            None => Ok(None),
        }
    }

    async fn object_fact(&mut self, row: ObjectRow) -> Result<Option<ObjectFact>, Fault> {
        let (Some(id), Some(kind), Some(author), Some(payload)) =
            (row.home(), row.kind(), row.author, self.payload_or_rest(&row).await?)
        else {
            return Ok(None);
        };
        let author = self.actor(author).await?;
        let root = match row.root {
            Some(root) => self.object(root).await?.home(),
            None => None,
        };
        Ok(Some(ObjectFact {
            id,
            kind,
            author: self.actor_fact(author).await?,
            scope: row.scope(),
            recipients: self.recipients_of(row.key).await?,
            version: words::small(row.version),
            gone: row.gone.is_some(),
            edited: row.edited.map(Timestamp::from_millis),
            payload,
            root,
            places: self.places_of(row.key).await?,
        }))
    }

    async fn places_of(&mut self, object: i64) -> Result<Vec<PlaceFact>, Fault> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT network, place FROM object_place WHERE object = $1 ORDER BY network")
                .bind(object)
                .fetch_all(&mut *self.conn)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(network, place)| {
                let place = PlaceId::new(Network::named(network), place);
                PlaceFact {
                    hosted: self.is_hosted(&place),
                    place,
                }
            })
            .collect())
    }

    /// Whether this bridge keeps `place`.
    pub(super) fn is_hosted(&self, place: &PlaceId) -> bool {
        self.cx
            .adapters
            .get(place.network())
            .is_some_and(|adapter| adapter.place_reach(place).is_none())
    }
}
