//! Who wrote an item: the first law of security.
//!
//! The owner of a node where only the owner publishes; else the publisher that a server which may speak for them put on a
//! live event; else the sender of the IQ where the bridge keeps the node. What the entry says of its author is never evidence.

use causeway_core::id::{ActorId, ObjectId};
use causeway_core::model::Attested;
use causeway_core::refusal::{Reason, Refusal};

use crate::Config;
use crate::ids::{self, Item, Place};
use crate::wire::envelope::{Envelope, How};

/// Nodes of an account where only its owner publishes, besides the microblog.
// XEP-0084 §3.2, XEP-0172 §4.3, XEP-0292 §4.1
pub(crate) const PROFILE_NODES: [&str; 3] = [
    "urn:xmpp:avatar:metadata",
    "http://jabber.org/protocol/nick",
    "urn:xmpp:vcard4",
];

/// Who wrote an item that stands, or is published, in `place`. `publisher` is the item's own attribute, else that of
/// the envelope; full JIDs count as bare ones (ejabberd 23.01 gives full ones).
///
/// # Errors
/// `author-unproven`, also where a publisher is given who is not the owner of a node that only its owner publishes in,
/// and where a service names somebody it does not speak for.
// PRODUCT: Who wrote it; security.md rows 6, 8
pub fn author_of(
    config: &Config,
    place: &Place,
    how: How,
    publisher: Option<&str>,
    sender: Option<&str>,
) -> Result<ActorId, Refusal> {
    let publisher = publisher
        .map(|jid| ids::actor(jid).ok_or_else(|| unproven("the publisher is no JID")))
        .transpose()?;
    let sender = sender.and_then(ids::actor);
    if owner_only(place) {
        let owner = ids::actor(place.service()).ok_or_else(|| unproven("the service is no JID"))?;
        return match if how == How::Iq { sender } else { publisher } {
            None if how == How::Iq => Err(unproven("a request without a sender")),
            Some(other) if other != owner => Err(unproven("published by somebody else in the owner's own node")),
            _ => Ok(owner),
        };
    }
    match (how, publisher) {
        (How::Iq, _) => sender.ok_or_else(|| unproven("a request without a sender")),
        (How::File, Some(publisher)) => Ok(publisher),
        (How::Event, Some(publisher)) if speaks_for(config, place, &publisher) => Ok(publisher),
        (How::Event, Some(_)) => Err(unproven("the service does not speak for whom it names")),
        (How::Read, _) => Err(unproven(
            "anybody may publish there, and what is read later says nothing of who did",
        )),
        (_, None) => Err(unproven(
            "anybody may publish there, and the server does not say who did",
        )),
    }
}

/// Who took an item away: its author where that is plain, else whoever keeps the node.
pub(crate) fn retractor_of(config: &Config, place: &Place, envelope: &Envelope) -> Result<ActorId, Refusal> {
    let (publisher, sender) = (envelope.publisher.as_deref(), envelope.from.as_deref());
    // in a file nobody vouches for anything: the sender that a request names is believed, as an entry's author is
    if let Some(sender) = sender.filter(|_| envelope.how == How::File) {
        return ids::actor(sender).ok_or_else(|| unproven("the sender is no JID"));
    }
    if owner_only(place) || publisher.is_some() || envelope.how == How::Iq {
        // the publisher of a retraction is the author that we stored: it proves as much when it is read later
        let how = if envelope.how == How::Read {
            How::Event
        } else {
            envelope.how
        };
        return author_of(config, place, how, publisher, sender);
    }
    ids::actor(place.service()).ok_or_else(|| unproven("the service is no JID"))
}

/// Whether whoever attested a wire may speak for `actor`, and make or end `object`: the very actor, who is nobody of
/// another network, and an object that stands in no one else's own node.
// PRODUCT: Who wrote it; security.md rows 7, 9
pub fn vouches(config: &Config, origin: &Attested, actor: &ActorId, object: Option<&ObjectId>) -> bool {
    let Attested::Actor(attested) = origin else {
        return false;
    };
    let Some(jid) = ids::jid_of(actor).filter(|jid| attested == actor && !ids::is_virtual(config, jid)) else {
        return false;
    };
    match object {
        None => true,
        Some(object) if ids::is_follow(object) || ids::message_name(object).is_some() => {
            object.as_str().starts_with(&format!("xmpp:{}?", ids::encode(jid)))
        }
        Some(object) => Item::of(object).is_some_and(|item| !owner_only(&item.place()) || item.service() == jid),
    }
}

/// Any service may write any name: believed are those of the servers whose users are bridged here, and each of its own
/// people.
// security.md rows 6, 8
fn speaks_for(config: &Config, place: &Place, publisher: &ActorId) -> bool {
    let within = |domain: &str| ids::is_within(place.service(), domain);
    config.serve_domains.iter().any(|served| within(served)) || within(ids::domain_of(publisher.as_str()))
}

pub(crate) fn owner_only(place: &Place) -> bool {
    place.is_own_microblog() || (ids::has_local_part(place.service()) && PROFILE_NODES.contains(&place.node()))
}

fn unproven(detail: &str) -> Refusal {
    Refusal::reject(Reason::AuthorUnproven, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{COMMENTS, MICROBLOG};

    fn config() -> Config {
        Config {
            bridge: "bridge.example".into(),
            serve_domains: vec!["capulet.lit".into()],
        }
    }

    const OWN: (&str, &str) = ("juliet@capulet.lit", MICROBLOG);
    const COMMENTS_HERE: (&str, &str) = ("juliet@capulet.lit", "urn:xmpp:microblog:0:comments/abcdef");
    const SERVICE: (&str, &str) = ("pubsub.capulet.lit", MICROBLOG);

    #[test]
    fn every_case_of_authorship() {
        let romeo = Some("romeo@montague.lit/orchard");
        let juliet = Some("Juliet@capulet.lit/balcony");
        type Case<'a> = (
            (&'a str, &'a str),
            How,
            Option<&'a str>,
            Option<&'a str>,
            Option<&'a str>,
        );
        let cases: &[Case<'_>] = &[
            // an own node: its owner, whatever came how
            (OWN, How::Event, None, None, Some("juliet@capulet.lit")),
            (OWN, How::Event, juliet, None, Some("juliet@capulet.lit")),
            (OWN, How::Event, romeo, None, None),
            (OWN, How::Read, None, None, Some("juliet@capulet.lit")),
            (OWN, How::Read, romeo, None, None),
            (OWN, How::File, None, None, Some("juliet@capulet.lit")),
            (
                ("juliet@capulet.lit", "urn:xmpp:vcard4"),
                How::Event,
                None,
                None,
                Some("juliet@capulet.lit"),
            ),
            // any other node: the publisher of a live event
            (COMMENTS_HERE, How::Event, romeo, None, Some("romeo@montague.lit")),
            (COMMENTS_HERE, How::Event, None, None, None),
            (COMMENTS_HERE, How::Event, None, romeo, None),
            (COMMENTS_HERE, How::Event, Some("@"), None, None),
            (COMMENTS_HERE, How::Read, romeo, None, None),
            (COMMENTS_HERE, How::Read, None, None, None),
            (COMMENTS_HERE, How::File, romeo, None, Some("romeo@montague.lit")),
            (COMMENTS_HERE, How::File, None, None, None),
            // the name of the node is not enough: a service without an owner has no own nodes
            (SERVICE, How::Event, romeo, None, Some("romeo@montague.lit")),
            (SERVICE, How::Event, None, None, None),
            (SERVICE, How::Read, romeo, None, None),
            // a node of ours: the sender, whatever the item says
            (COMMENTS_HERE, How::Iq, juliet, romeo, Some("romeo@montague.lit")),
            (COMMENTS_HERE, How::Iq, juliet, None, None),
            (OWN, How::Iq, None, romeo, None),
            (OWN, How::Iq, juliet, None, None),
            (OWN, How::Iq, romeo, juliet, Some("juliet@capulet.lit")),
        ];
        for (place, how, publisher, sender, expected) in cases {
            let place = Place::new(place.0, place.1).unwrap();
            let author = author_of(&config(), &place, *how, *publisher, *sender);
            let found = author.as_ref().map(|author| author.as_str()).ok();
            assert_eq!(found, *expected, "{place:?} {how:?} {publisher:?} {sender:?}");
            if let Err(refusal) = author {
                assert_eq!(refusal.reason, Reason::AuthorUnproven);
            }
        }
    }

    #[test]
    fn row_6_a_foreign_service_speaks_for_its_own_people_only() {
        let romeo = "romeo@montague.lit/orchard";
        for (service, publisher, believed) in [
            ("pubsub.evil.example", "juliet@capulet.lit", false),
            ("pubsub.evil.example", romeo, false),
            ("mallory@evil.example", romeo, false),
            ("evilcapulet.lit", romeo, false),
            ("lit", romeo, false),
            ("capulet.lit.evil.example", romeo, false),
            ("montague.lit", "juliet@capulet.lit", false),
            ("pubsub.montague.lit", romeo, true),
            ("montague.lit", romeo, true),
            ("capulet.lit", romeo, true),
            ("comments.capulet.lit", romeo, true),
        ] {
            let place = Place::new(service, &format!("{COMMENTS}abcdef")).unwrap();
            let author = author_of(&config(), &place, How::Event, Some(publisher), None);
            let reason = author.as_ref().map_err(|refusal| refusal.reason).err();
            assert_eq!(
                reason,
                (!believed).then_some(Reason::AuthorUnproven),
                "{service} {publisher}"
            );
        }
    }

    #[test]
    fn only_an_actor_of_this_network_vouches_and_only_for_its_own() {
        let config = config();
        let juliet = ids::actor("juliet@capulet.lit").unwrap();
        let origin = Attested::Actor(juliet.clone());
        let object = |service: &str, node: &str| Item::new(service, node, "abcdef").unwrap().object();
        let virtual_jid = r"alice\40masto.example@bridge.example";
        let vouches = |origin: &Attested, actor: &ActorId, object: Option<&ObjectId>| {
            super::vouches(&config, origin, actor, object)
        };

        assert!(vouches(&origin, &juliet, None));
        assert!(vouches(
            &origin,
            &juliet,
            Some(&object("juliet@capulet.lit", MICROBLOG))
        ));
        assert!(vouches(
            &origin,
            &juliet,
            Some(&object(virtual_jid, &format!("{COMMENTS}x")))
        ));
        assert!(vouches(&origin, &juliet, Some(&ids::follow_id(&juliet, "x"))));
        assert!(!vouches(
            &origin,
            &juliet,
            Some(&object("romeo@montague.lit", MICROBLOG))
        ));
        assert!(!vouches(&origin, &juliet, Some(&object(virtual_jid, MICROBLOG))));
        assert!(!vouches(&origin, &ids::actor("romeo@montague.lit").unwrap(), None));
        assert!(!vouches(&Attested::Host("capulet.lit".into()), &juliet, None));
        assert!(!vouches(&Attested::Nobody, &juliet, None));
        let alice = ids::actor(virtual_jid).unwrap();
        assert!(!vouches(&Attested::Actor(alice.clone()), &alice, None));
        assert!(!vouches(&origin, &juliet, Some(&ids::follow_id(&alice, "x"))));
    }
}
