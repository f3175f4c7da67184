//! Retractions, read and written.

use causeway_core::model::{Payload, Post, Retracted, Retraction, Text};

use super::*;
use crate::ids::{COMMENTS, Item, MICROBLOG};

fn target(crossed: &Crossed) -> (&str, &str) {
    match &crossed.activity.payload {
        Payload::Retraction(Retraction {
            target: Retracted::Object(object),
        }) => (crossed.activity.actor.as_str(), object.as_str()),
        other => panic!("not a retraction: {other:?}"),
    }
}

const EVENT: &str = "<retract xmlns='http://jabber.org/protocol/pubsub#event' id='abcdef'/>";

#[test]
fn only_the_owner_takes_back_from_an_own_node() {
    let crossed = one(EVENT, &event("juliet@capulet.lit", MICROBLOG));
    assert_eq!(
        target(&crossed),
        (
            "juliet@capulet.lit",
            "xmpp:juliet@capulet.lit?;node=urn:xmpp:microblog:0;item=abcdef"
        )
    );
    let forged = Envelope {
        publisher: Some("tybalt@capulet.lit".into()),
        ..event("juliet@capulet.lit", MICROBLOG)
    };
    assert_eq!(refused(EVENT, &forged), Reason::AuthorUnproven);
}

#[test]
fn among_comments_it_is_the_stored_author_or_the_keeper() {
    let node = format!("{COMMENTS}abc");
    let keeper = one(EVENT, &event("comments.capulet.lit", &node));
    assert_eq!(target(&keeper).0, "comments.capulet.lit");
    let stored = Envelope {
        publisher: Some("romeo@montague.lit".into()),
        ..event("comments.capulet.lit", &node)
    };
    assert_eq!(target(&one(EVENT, &stored)).0, "romeo@montague.lit");
    let request_form = format!(
        "<retract xmlns='http://jabber.org/protocol/pubsub' node='{node}' notify='true'><item id='abcdef'/></retract>"
    );
    let asked = Envelope {
        node: None,
        ..request("romeo@montague.lit/x", ALICE, "")
    };
    assert_eq!(target(&one(&request_form, &asked)).0, "romeo@montague.lit");
}

#[test]
fn what_vanished_was_not_taken_back() {
    for gone in ["purge", "delete", "configuration"] {
        let xml =
            format!("<event xmlns='http://jabber.org/protocol/pubsub#event'><{gone} node='{MICROBLOG}'/></event>");
        assert_eq!(
            refused(&xml, &event("juliet@capulet.lit", MICROBLOG)),
            Reason::UnsupportedKind
        );
    }
    assert_eq!(
        refused(
            "<retract xmlns='http://jabber.org/protocol/pubsub#event'/>",
            &event("juliet@capulet.lit", MICROBLOG)
        ),
        Reason::Malformed
    );
}

#[test]
fn a_retraction_leaves_as_one_and_as_a_tombstone_where_it_cannot() {
    let item = Item::new("comments.capulet.lit", &format!("{COMMENTS}abc"), "0a1b2c3d4e").unwrap();
    let ends = |payload, verb| Outgoing {
        verb,
        ..outgoing(ALICE, payload)
    };
    let post = Post::note(item.object(), ids::actor(ALICE).unwrap(), Text::plain("x"));
    let by_verb = render(&ends(Payload::Post(Box::new(post)), Verb::Retract)).unwrap();
    let explicit = ends(
        Payload::Retraction(Retraction {
            target: Retracted::Object(item.object()),
        }),
        Verb::Retract,
    );
    assert_eq!(by_verb.body, render(&explicit).unwrap().body);
    assert!(text(&by_verb).contains("retract"));
    assert_eq!(
        (by_verb.object.clone(), target(&read_elsewhere(&by_verb))),
        (Some(item.object()), (ALICE, item.uri().as_str()))
    );

    let stone = crate::tombstone(&explicit, &item.object(), &RenderContext::default()).unwrap();
    assert_eq!(rules(&stone.losses), ["xmpp-retraction-tombstone"]);
    assert!(text(&stone).contains("<title type='text'>[deleted]</title>"));
    assert_eq!(target(&read_elsewhere(&stone)), (ALICE, item.uri().as_str()));
}
