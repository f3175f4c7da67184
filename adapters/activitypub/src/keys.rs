//! Public keys in actor documents and key documents.
//!
//! Wire: `publicKey{id,owner,publicKeyPem}` in an actor, alone at a URL of its own, or in a stub of the actor
//! (GoToSocial's `/main-key`).
//! Spec: W3C Security Vocabulary v1; security.md row 3: a key counts only if its owner's own document lists it.

use causeway_core::refusal::Refusal;

use crate::ids;
use crate::wire::{Doc, Json, Ref};

/// Keys of one document read, at most.
const MAX_KEYS: usize = 8;

/// Longest key, in bytes of PEM: 8192 bits take 1,500.
const MAX_PEM: usize = 4_096;

/// A key as a document has it. That its owner says the same is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyClaim {
    /// Its id.
    pub id: String,
    /// Whose the document says it is.
    pub owner: String,
    /// The key, PEM as written.
    pub pem: String,
}

/// The keys in a document, each with an id and an owner. Empty when there are none.
///
/// # Errors
/// `malformed` and `too-large` for what is no document.
pub fn keys(body: &[u8]) -> Result<Vec<KeyClaim>, Refusal> {
    let json = Json::read(body)?;
    let Some(doc) = Doc::of(&json) else {
        return Ok(Vec::new());
    };
    let of_actor = doc.docs("publicKey").filter_map(|key| claim(key, doc.id()));
    let alone = claim(doc, None);
    Ok(of_actor.chain(alone).take(MAX_KEYS).collect())
}

/// A key; without an owner of its own it is of the actor around it.
fn claim(key: Doc<'_>, actor: Option<&str>) -> Option<KeyClaim> {
    let owner = key.first("owner").and_then(Ref::id).or(actor)?;
    let pem = key.text("publicKeyPem").filter(|pem| pem.len() <= MAX_PEM)?;
    let id = key.id()?;
    ids::actor(id).and(ids::actor(owner))?;
    Some(KeyClaim {
        id: id.to_owned(),
        owner: owner.to_owned(),
        pem: pem.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_the_three_places() {
        let actor =
            br#"{"id":"https://a.example/u","publicKey":{"id":"https://a.example/u#main-key","publicKeyPem":"P"}}"#;
        let stub =
            br#"{"id":"https://a.example/u","publicKey":[{"id":"https://a.example/k","owner":"https://a.example/u",
            "publicKeyPem":"P"},{"id":"https://a.example/k2","owner":"https://a.example/u"}]}"#;
        let alone =
            br#"{"id":"https://a.example/k","type":"Key","owner":{"id":"https://a.example/u"},"publicKeyPem":"P"}"#;
        for (body, id) in [
            (&actor[..], "https://a.example/u#main-key"),
            (stub, "https://a.example/k"),
            (alone, "https://a.example/k"),
        ] {
            let found = keys(body).unwrap();
            assert_eq!(
                found,
                [KeyClaim {
                    id: id.to_owned(),
                    owner: "https://a.example/u".to_owned(),
                    pem: "P".to_owned()
                }]
            );
        }
        assert_eq!(keys(b"[]").unwrap(), []);
        assert_eq!(
            keys(br#"{"id":"x","owner":"y","publicKeyPem":"P"}"#).unwrap(),
            [],
            "ids are web addresses"
        );
    }
}
