//! What must be known of an activity before it is believed.

use causeway_core::id::ActorId;
use causeway_core::refusal::{Reason, Refusal};
use causeway_core::time::Timestamp;

use crate::fetch::read_json;
use crate::ids;
use crate::wire::{Doc, Ref};

/// In how many milliseconds a question counts once: its sender tries again before it gives up.
const PATIENCE: i64 = 10 * 60 * 1000;

/// The outside of an activity.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Its id, if it has one that can be.
    pub id: Option<String>,
    /// Who is said to do it.
    pub actor: ActorId,
    /// Whether programs give several of its kind one id.
    pub is_repeatable: bool,
    /// Whether it asks for an answer.
    pub is_question: bool,
    /// Whether it takes something back for good.
    pub is_delete: bool,
    /// Whether it takes back its own actor.
    pub is_farewell: bool,
}

impl Envelope {
    /// Reads the outside of `body`.
    ///
    /// # Errors
    /// `too-large` and `malformed`: over a limit, no object, no actor.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let json = read_json(body)?;
        let malformed = |detail| Refusal::reject(Reason::Malformed, detail);
        let doc = Doc::of(&json).ok_or_else(|| malformed("not an object"))?;
        let actor = doc.first("actor").and_then(Ref::id).and_then(ids::actor);
        let actor = actor.ok_or_else(|| malformed("an activity of nobody"))?;
        let object = doc.first("object").and_then(Ref::id);
        // of several types the first counts, as it does where the body is parsed
        let kind = doc.types().next().unwrap_or_default();
        Ok(Self {
            id: doc.id().filter(|id| ids::object(id).is_some()).map(str::to_owned),
            is_repeatable: matches!(kind, "Update" | "Undo"),
            is_question: kind == "Follow",
            is_delete: kind == "Delete",
            is_farewell: kind == "Delete" && object == Some(actor.as_str()),
            actor,
        })
    }

    /// What tells this activity from others of its actor: its id, if that is of the actor's host. Not of an `Update`,
    /// since GoToSocial gives all edits of one object the same, nor of an `Undo`, since Misskey gives all unfollows of one
    /// actor the same: those are told apart by their bytes. A question that is put again later is another: whoever has not
    /// heard our answer asks the same, by the same id.
    // security.md row 12: an id counts only within the host that made it
    pub(crate) fn wire_id(&self, received: Timestamp) -> Option<String> {
        let own = |id: &&String| !self.is_repeatable && ids::same_host(id, self.actor.as_str());
        let id = self.id.as_ref().filter(own)?;
        if self.is_question {
            return Some(format!("{id} {}", received.millis().div_euclid(PATIENCE)));
        }
        Some(id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Envelope {
        Envelope::read(body.as_bytes()).unwrap()
    }

    #[test]
    fn row_12_ids_count_on_their_own_host_only() {
        let id = |id: &str, kind: &str| {
            read(&format!(
                r#"{{"id":"{id}","type":"{kind}","actor":"https://a.example/u","object":"https://a.example/u"}}"#
            ))
            .wire_id(Timestamp::from_millis(0))
        };
        assert_eq!(
            id("https://A.example/1", "Like").as_deref(),
            Some("https://A.example/1")
        );
        for foreign in ["https://b.example/1", "https://a.example:8443/1", "urn:uuid:1", ""] {
            assert_eq!(id(foreign, "Like"), None, "{foreign}");
        }
        assert_eq!(id("https://a.example/1", "Update"), None);
    }

    #[test]
    fn a_follow_that_comes_again_later_is_asked_again() {
        let follow = read(
            r#"{"id":"https://a.example/f","type":"Follow","actor":"https://a.example/u","object":"https://b.example/v"}"#,
        );
        let at = |minutes: i64| follow.wire_id(Timestamp::from_millis(minutes * 60_000));
        assert_eq!(at(0), at(9), "the same, tried again");
        assert_ne!(at(0), at(10));
    }

    #[test]
    fn a_farewell_is_the_delete_of_its_own_actor() {
        let farewell = |kind: &str, object: &str| {
            let body = format!(r#"{{"type":"{kind}","actor":{{"id":"https://a.example/u"}},"object":{object}}}"#);
            read(&body).is_farewell
        };
        assert!(farewell("Delete", r#""https://a.example/u""#));
        assert!(farewell("Delete", r#"{"id":"https://a.example/u","type":"Person"}"#));
        assert!(!farewell("Delete", r#""https://a.example/u/1""#));
        assert!(!farewell("Undo", r#""https://a.example/u""#));
    }

    #[test]
    fn rows_62_63_odd_bodies_are_refused() {
        for bad in [
            "",
            "[]",
            "null",
            "{}",
            r#"{"actor":7}"#,
            r#"{"actor":"x"}"#,
            r#"{"actor":"https://a.example/u","actor":"https://b.example/u"}"#,
        ] {
            assert_eq!(
                Envelope::read(bad.as_bytes()).unwrap_err().reason,
                Reason::Malformed,
                "{bad}"
            );
        }
        let deep = format!(
            r#"{{"actor":"https://a.example/u","object":{}1{}}}"#,
            "[".repeat(70),
            "]".repeat(70)
        );
        assert_eq!(Envelope::read(deep.as_bytes()).unwrap_err().reason, Reason::Malformed);
    }
}
