//! Attachments, read.

use causeway_core::id::ObjectId;
use causeway_core::model::{Payload, Retracted};

use super::*;
use crate::ids::{Item, MICROBLOG};

const ROMEO: &str = "romeo@montague.lit";

fn node() -> String {
    format!("urn:xmpp:pubsub-attachments:1/xmpp:{ALICE}?;node=urn%3Axmpp%3Amicroblog%3A0;item=0a1b2c3d4e")
}

fn item(id: &str, inner: &str) -> String {
    format!("<item id='{id}'><attachments xmlns='urn:xmpp:pubsub-attachments:1'>{inner}</attachments></item>")
}

fn sent(xml: &str) -> Crossing {
    parse(xml, &request(ROMEO, ALICE, &node()))
}

fn said(crossing: &Crossing) -> Vec<(Option<String>, String)> {
    let each = crossing
        .activities
        .iter()
        .filter_map(|crossed| match &crossed.activity.payload {
            Payload::Reaction(reaction) => {
                assert_eq!(reaction.author.as_str(), ROMEO);
                assert_eq!(
                    reaction.object.as_str(),
                    Item::new(ALICE, MICROBLOG, "0a1b2c3d4e").unwrap().uri()
                );
                Some((reaction.emoji.clone(), reaction.id.as_str().to_owned()))
            }
            _ => None,
        });
    each.collect()
}

fn replaced(crossing: &Crossing) -> (ObjectId, usize) {
    match &crossing.activities[0].activity.payload {
        Payload::Retraction(retraction) => match &retraction.target {
            Retracted::Reactions { within, but } => (within.clone(), but.len()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_item_says_all_that_somebody_feels_and_ends_the_rest() {
    let inner = "<noticed timestamp='2026-11-22T11:00:00Z'/><reactions><reaction>👷</reaction><reaction> 🔨 </reaction>\
                 <reaction>👷</reaction></reactions>";
    let crossing = sent(&item(ROMEO, inner));
    let said = said(&crossing);
    let emoji: Vec<_> = said.iter().map(|(emoji, _)| emoji.as_deref()).collect();
    assert_eq!(emoji, [None, Some("👷"), Some("🔨")]);
    assert_eq!(
        crossing.activities[1].activity.at.unwrap().to_string(),
        "2026-11-22T11:00:00Z"
    );
    let (within, kept) = replaced(&crossing);
    assert_eq!(kept, 3);
    for (_, id) in &said {
        assert!(id.starts_with(&format!("{}#", within.as_str())), "{id}");
    }
    // nothing is felt any more
    let nothing = sent(&item(ROMEO, ""));
    assert_eq!((nothing.activities.len(), replaced(&nothing).1), (1, 0));
    let retract = parse(&format!("<retract id='{ROMEO}'/>"), &request(ROMEO, ALICE, &node()));
    assert_eq!(replaced(&retract), (within, 0));
}

#[test]
fn in_a_file_nothing_came_before() {
    let xml = format!(
        "<items xmlns='http://jabber.org/protocol/pubsub' node='{}'>{}</items>",
        node(),
        item(ROMEO, "<noticed/>").replacen("<item ", &format!("<item publisher='{ROMEO}' "), 1)
    );
    let file = format!("<message xmlns='jabber:client' from='{ALICE}'>{xml}</message>");
    let crossed = one(&file, &Envelope::default());
    assert_eq!(crossed.activity.payload.kind().as_str(), "reaction");
}

#[test]
fn row_9_nobody_reacts_for_another() {
    for id in ["juliet@capulet.lit", "romeo@montague.lit/orchard", "0a1b2c3d4e", ""] {
        let crossing = sent(&item(id, "<noticed/>"));
        assert!(crossing.activities.is_empty(), "{id}");
    }
    assert_eq!(
        refused(
            &item("juliet@capulet.lit", "<noticed/>"),
            &request(ROMEO, ALICE, &node())
        ),
        Reason::OriginMismatch
    );
}

#[test]
fn attached_to_nothing_is_nothing() {
    let elsewhere = node().replace(&format!("xmpp:{ALICE}"), "xmpp:juliet@capulet.lit");
    for node in [
        "urn:xmpp:pubsub-attachments:1",
        "urn:xmpp:pubsub-attachments:1/x",
        &elsewhere,
    ] {
        assert_eq!(
            refused(&item(ROMEO, "<noticed/>"), &request(ROMEO, ALICE, node)),
            Reason::Malformed,
            "{node}"
        );
    }
    // the same element in another node is no entry
    assert_eq!(
        refused(
            &item(ROMEO, "<noticed/>"),
            &request(ROMEO, ALICE, "urn:xmpp:microblog:0:comments/0a1b2c3d4e")
        ),
        Reason::UnsupportedKind
    );
}

#[test]
fn what_is_no_emoji_goes_and_is_named() {
    let long = "x".repeat(5_000);
    let many: String = (0..1_000).map(|n| format!("<reaction>{n}</reaction>")).collect();
    let inner = format!(
        "<rsvp xmlns='urn:xmpp:calendar-events:rsvp:0'/><reactions><reaction/><reaction>two words</reaction>\
         <reaction>{long}</reaction>{many}</reactions>"
    );
    let crossing = sent(&item(ROMEO, &inner));
    assert_eq!(said(&crossing).len(), crate::attachments::MAX_REACTIONS);
    let lost = rules(&crossing.activities[0].losses);
    assert_eq!(lost[0], "xmpp-reaction-attachment");
    assert!(lost[1..].iter().all(|rule| *rule == "xmpp-reaction-text"), "{lost:?}");
}
