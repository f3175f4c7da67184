//! Whole values, from one network's terms into another's.

use std::collections::HashMap;

use causeway_core::id::{ActorId, Network, ObjectId};
use causeway_core::model::{AnyId, Ids, Payload, Profile};

use super::actors::ActorRow;
use super::db::Tx;
use super::error::Fault;
use super::objects::ObjectRow;

/// What ids become.
#[derive(Default)]
struct Terms {
    actors: HashMap<ActorId, ActorId>,
    objects: HashMap<ObjectId, ObjectId>,
}

impl Terms {
    fn put_into(&self, value: &mut impl Ids) {
        value.each_id(&mut |id| match id {
            AnyId::Actor(id) => {
                if let Some(term) = self.actors.get(id) {
                    *id = term.clone();
                }
            }
            AnyId::Object(id) => {
                if let Some(term) = self.objects.get(id) {
                    *id = term.clone();
                }
            }
            AnyId::Place(_) => {}
        });
    }
}

/// The ids in a value, each once, in order.
fn ids_in(value: &mut impl Ids) -> (Vec<ActorId>, Vec<ObjectId>) {
    let (mut actors, mut objects) = (Vec::new(), Vec::new());
    value.each_id(&mut |id| match id {
        AnyId::Actor(id) if !actors.contains(id) => actors.push(id.clone()),
        AnyId::Object(id) if !objects.contains(id) => objects.push(id.clone()),
        AnyId::Actor(_) | AnyId::Object(_) | AnyId::Place(_) => {}
    });
    (actors, objects)
}

impl Tx {
    /// Puts every id into home terms and makes a row for each that has none, except for `own`, whose row the caller
    /// makes. Returns the actors named, by home id.
    pub(super) async fn go_home(
        &mut self,
        value: &mut impl Ids,
        own: Option<&ObjectId>,
    ) -> Result<HashMap<ActorId, ActorRow>, Fault> {
        let (actors, objects) = ids_in(value);
        let mut terms = Terms::default();
        let mut rows = HashMap::new();
        for id in actors {
            let row = self.intern_actor(&id).await?;
            terms.actors.insert(id, row.home());
            rows.insert(row.home(), row);
        }
        for id in objects {
            if own == Some(&id) {
                continue;
            }
            if let Some(home) = self.intern_object(&id).await?.home() {
                terms.objects.insert(id, home);
            }
        }
        terms.put_into(value);
        Ok(rows)
    }

    /// Puts every id that has one on `on` into that network's terms. `by` is an actor whose names of a given era are
    /// meant; all others are called by their present ones. `own` is the row of the object that the value is.
    async fn go_abroad(
        &mut self,
        value: &mut impl Ids,
        on: &Network,
        by: Option<(&ActorId, i64)>,
        own: Option<&ObjectRow>,
    ) -> Result<(), Fault> {
        let (actors, objects) = ids_in(value);
        let mut terms = Terms::default();
        for id in actors.into_iter().filter(|id| id.network() != on) {
            let Some(row) = self.find_actor(&id).await? else {
                continue;
            };
            let era = by.filter(|(actor, _)| **actor == id).map_or(row.era, |(_, era)| era);
            if let Some(name) = self.actor_on(&row, era, on).await? {
                terms.actors.insert(id, name.id);
            }
        }
        for id in objects.into_iter().filter(|id| id.network() != on) {
            let found = match own.filter(|own| own.home().as_ref() == Some(&id)) {
                Some(own) => Some(own.clone()),
                None => self.find_object(&id).await?,
            };
            let Some(row) = found else {
                continue;
            };
            if let Some(there) = self.object_on(&row, on).await? {
                terms.objects.insert(id, there);
            }
        }
        terms.put_into(value);
        Ok(())
    }

    /// What `row` holds, as seen on `on`: threads and places are filled in from what is known.
    pub(super) async fn payload_on(
        &mut self,
        row: &ObjectRow,
        payload: Payload,
        on: &Network,
    ) -> Result<Payload, Fault> {
        let mut payload = payload;
        self.fill_thread(row, &mut payload).await?;
        let author = match row.author {
            Some(author) => Some(self.actor(author).await?.home()),
            None => None,
        };
        self.go_abroad(&mut payload, on, author.as_ref().map(|id| (id, row.era)), Some(row))
            .await?;
        match &mut payload {
            Payload::Post(post) => post.replies = self.place_on(row, on).await?,
            Payload::Comment(comment) => {
                comment.place = match row.root {
                    Some(root) => {
                        let root = self.object(root).await?;
                        self.place_on(&root, on).await?
                    }
                    None => None,
                };
                comment.post.replies = None;
            }
            _ => {}
        }
        Ok(payload)
    }

    /// Parent and first post of a comment, by what was found out and not only by what its wire said.
    async fn fill_thread(&mut self, row: &ObjectRow, payload: &mut Payload) -> Result<(), Fault> {
        let Payload::Comment(comment) = payload else {
            return Ok(());
        };
        if let Some(about) = row.about {
            comment.parent = self.object(about).await?.home();
        }
        if let Some(root) = row.root {
            comment.root = self.object(root).await?.home();
        }
        Ok(())
    }

    /// The profile of an actor as seen on `on`, by its names of `era`. Of actors that are not to be seen there only the
    /// id.
    pub(super) async fn profile_on(&mut self, row: &ActorRow, era: i64, on: &Network) -> Result<Profile, Fault> {
        let name = self.actor_on(row, era, on).await?;
        let id = name.as_ref().map_or_else(|| row.home(), |name| name.id.clone());
        let stored = if self.may_be_seen(row, era, on).await? {
            row.stored_profile()?
        } else {
            None
        };
        let Some(mut profile) = stored else {
            return Ok(Profile::of(id));
        };
        self.go_abroad(&mut profile, on, Some((&row.home(), era)), None).await?;
        if let Some(handle) = name.and_then(|name| name.handle) {
            profile.handle = Some(handle);
        }
        Ok(profile)
    }

    /// Whether more than the id of an actor may be shown on `on`: not of one who ended, nor of one of ours who did not
    /// agree.
    async fn may_be_seen(&mut self, row: &ActorRow, era: i64, on: &Network) -> Result<bool, Fault> {
        if era != row.era || !row.known {
            return Ok(false);
        }
        match row.standing.as_str() {
            "stopped" | "gone" => Ok(false),
            "active" | "paused" if row.is_local() => Ok(row.network == on.as_str() || self.agreed(row.key, on).await?),
            _ => Ok(!row.is_local()),
        }
    }
}
