//! What was read in the transaction that runs, so that the many small questions about one event do not each become a
//! statement. It is forgotten when a transaction begins; whatever changes an actor's row forgets it too. Nobody else writes
//! meanwhile: a writing transaction has the database's lock, a reading one its snapshot.

use std::collections::HashMap;

use causeway_core::id::{ActorId, Network, ObjectId};

use super::actors::ActorRow;
use super::names::Name;
use super::objects::ObjectRow;

/// Entries of one sort kept at most.
const KEPT: usize = 256;

/// Rows and names by what they are asked for.
#[derive(Default)]
pub(super) struct Memo {
    actors: HashMap<i64, ActorRow>,
    known_by: HashMap<ActorId, i64>,
    names: HashMap<(i64, i64, Network), Name>,
    objects_on: HashMap<(i64, Network), ObjectId>,
    written: Option<Written>,
}

/// The object that was stored last.
struct Written {
    id: ObjectId,
    row: ObjectRow,
    /// Whether nothing but perhaps its id was known before.
    new: bool,
}

impl Memo {
    /// The actor of this number.
    pub(super) fn actor(&self, key: i64) -> Option<ActorRow> {
        self.actors.get(&key).cloned()
    }

    /// The actor that `id` means.
    pub(super) fn known_by(&self, id: &ActorId) -> Option<ActorRow> {
        self.actor(*self.known_by.get(id)?)
    }

    /// Keeps an actor's row, and that `id` means it.
    pub(super) fn keep_actor(&mut self, id: Option<&ActorId>, row: &ActorRow) {
        if self.actors.len() >= KEPT || self.known_by.len() >= KEPT {
            self.forget_actors();
        }
        self.actors.insert(row.key, row.clone());
        if let Some(id) = id {
            self.known_by.insert(id.clone(), row.key);
        }
    }

    /// An actor was changed or got a name.
    pub(super) fn forget_actors(&mut self) {
        self.actors.clear();
        self.known_by.clear();
    }

    /// What an actor of an era is called on a network: never changes.
    pub(super) fn name(&self, actor: i64, era: i64, on: &Network) -> Option<Name> {
        self.names.get(&(actor, era, on.clone())).cloned()
    }

    /// Keeps a name.
    pub(super) fn keep_name(&mut self, actor: i64, era: i64, on: &Network, name: &Name) {
        if self.names.len() >= KEPT {
            self.names.clear();
        }
        self.names.insert((actor, era, on.clone()), name.clone());
    }

    /// What an object is called on a network: never changes.
    pub(super) fn object_on(&self, object: i64, on: &Network) -> Option<ObjectId> {
        self.objects_on.get(&(object, on.clone())).cloned()
    }

    /// Keeps an object's name.
    pub(super) fn keep_object_on(&mut self, object: i64, id: &ObjectId) {
        if self.objects_on.len() >= KEPT {
            self.objects_on.clear();
        }
        self.objects_on.insert((object, id.network().clone()), id.clone());
    }

    /// Keeps the object that was just stored under `id`.
    pub(super) fn keep_written(&mut self, id: &ObjectId, row: &ObjectRow, new: bool) {
        self.written = Some(Written {
            id: id.clone(),
            row: row.clone(),
            new,
        });
    }

    /// The row of `id`, if it was stored last.
    pub(super) fn written(&self, id: &ObjectId) -> Option<ObjectRow> {
        let written = self.written.as_ref().filter(|written| written.id == *id)?;
        Some(written.row.clone())
    }

    /// Whether the object was stored last, and is new: then nothing hangs on it yet.
    pub(super) fn is_new(&self, object: i64) -> bool {
        self.written
            .as_ref()
            .is_some_and(|written| written.new && written.row.key == object)
    }

    /// Another piece of work begins, or an object ended.
    pub(super) fn forget_written(&mut self) {
        self.written = None;
    }
}
