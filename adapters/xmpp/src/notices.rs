//! What people are told without having asked: once each.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use causeway_core::id::ActorId;

/// Sorts of unsolicited notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Notice {
    /// They followed somebody before they agreed to anything.
    Start,
    /// They wrote to somebody elsewhere for the first time.
    Unencrypted,
    /// They wrote something encrypted.
    Encrypted,
    /// Their posts do not leave.
    Hindered,
    /// What was deleted elsewhere cannot be taken out of their node.
    Tombstone,
    /// Who wrote into their node of comments cannot be proved.
    Unproven,
}

/// People remembered; beyond that the first are forgotten, and may be told again.
const REMEMBERED: usize = 10_000;

/// Who was told what. In memory: a restart may tell somebody once more.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    known: HashSet<(Notice, ActorId, String)>,
    order: VecDeque<(Notice, ActorId, String)>,
}

impl Notices {
    /// Whether `actor` is to be told now: yes the first time, for each thing that it is about.
    pub(crate) fn first(&self, notice: Notice, actor: &ActorId, about: &str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (notice, actor.clone(), about.to_owned());
        if !told.known.insert(key.clone()) {
            return false;
        }
        told.order.push_back(key);
        if told.order.len() > REMEMBERED
            && let Some(oldest) = told.order.pop_front()
        {
            told.known.remove(&oldest);
        }
        true
    }

    /// Forgets that `actor` was told, so that the next time counts as the first.
    pub(crate) fn forget(&self, notice: Notice, actor: &ActorId, about: &str) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (notice, actor.clone(), about.to_owned());
        if told.known.remove(&key) {
            told.order.retain(|known| *known != key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;

    #[test]
    fn once_per_person_and_kind_within_bounds() {
        let notices = Notices::default();
        let juliet = ids::actor("juliet@capulet.lit").unwrap();
        assert!(notices.first(Notice::Start, &juliet, ""));
        assert!(!notices.first(Notice::Start, &juliet, ""));
        assert!(notices.first(Notice::Encrypted, &juliet, ""));
        assert!(notices.first(Notice::Unencrypted, &juliet, "alice"));
        assert!(notices.first(Notice::Unencrypted, &juliet, "bob"));
        assert!(!notices.first(Notice::Unencrypted, &juliet, "alice"));
        notices.forget(Notice::Start, &juliet, "");
        assert!(notices.first(Notice::Start, &juliet, ""));
        for number in 0..=REMEMBERED {
            notices.first(
                Notice::Start,
                &ids::actor(&format!("u{number}@capulet.lit")).unwrap(),
                "",
            );
        }
        assert!(notices.0.lock().unwrap().known.len() <= REMEMBERED);
        assert!(notices.first(Notice::Encrypted, &juliet, ""), "the first are forgotten");
    }
}
