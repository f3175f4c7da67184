//! Follows, read and written.

use causeway_core::model::{Follow, FollowStep, Payload, Retracted, Retraction};

use super::*;
use crate::ids::MICROBLOG;

fn asked(element: &str) -> String {
    format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><{element} node='{MICROBLOG}' jid='juliet@capulet.lit'/></pubsub>"
    )
}

fn from_juliet(service: &str) -> Envelope {
    Envelope {
        node: None,
        ..request("juliet@capulet.lit/balcony", service, "")
    }
}

fn follow(crossed: &Crossed) -> (&str, &str, FollowStep) {
    match &crossed.activity.payload {
        Payload::Follow(follow) => (follow.follower.as_str(), follow.followee.as_str(), follow.step),
        other => panic!("not a follow: {other:?}"),
    }
}

#[test]
fn a_subscription_is_a_follow_in_any_form_of_the_address() {
    for service in [ALICE, "alice%masto.example@bridge.example"] {
        let crossed = one(&asked("subscribe"), &from_juliet(service));
        assert_eq!(follow(&crossed), ("juliet@capulet.lit", ALICE, FollowStep::Request));
        assert!(ids::is_follow(crossed.activity.payload.object().unwrap()));
        assert!(crate::vouches(
            &config(),
            &Attested::Actor(crossed.activity.actor.clone()),
            &crossed.activity.actor,
            crossed.activity.payload.object()
        ));
    }
    let ended = one(&asked("unsubscribe"), &from_juliet(ALICE));
    let Payload::Retraction(Retraction {
        target: Retracted::Follow { follower, followee },
    }) = &ended.activity.payload
    else {
        panic!()
    };
    assert_eq!((follower.as_str(), followee.as_str()), ("juliet@capulet.lit", ALICE));
}

#[test]
fn nobody_subscribes_for_others_or_to_nobody() {
    let for_romeo = asked("subscribe").replace("juliet@capulet.lit", "romeo@montague.lit");
    assert_eq!(refused(&for_romeo, &from_juliet(ALICE)), Reason::OriginMismatch);
    assert_eq!(
        refused(&asked("subscribe"), &from_juliet("romeo@montague.lit")),
        Reason::NotFound
    );
    assert_eq!(
        refused(&asked("subscribe"), &from_juliet("bridge.example")),
        Reason::NotFound
    );
    let other_node = asked("subscribe").replace(MICROBLOG, "urn:xmpp:vcard4");
    assert_eq!(refused(&other_node, &from_juliet(ALICE)), Reason::UnsupportedKind);
}

#[test]
fn a_contact_is_a_follow_and_approval_is_an_answer() {
    let envelope = Envelope {
        how: How::Iq,
        from: Some("juliet@capulet.lit".into()),
        to: Some(ALICE.into()),
        ..Envelope::default()
    };
    let presence = |kind: &str| {
        format!("<presence xmlns='jabber:client' type='{kind}' from='tybalt@capulet.lit' to='x@bridge.example'/>")
    };
    let step = |kind| one(&presence(kind), &envelope);
    assert_eq!(
        follow(&step("subscribe")),
        ("juliet@capulet.lit", ALICE, FollowStep::Request),
        "the envelope counts"
    );
    assert_eq!(
        follow(&step("subscribed")),
        (ALICE, "juliet@capulet.lit", FollowStep::Accept)
    );
    assert_eq!(
        follow(&step("unsubscribed")),
        (ALICE, "juliet@capulet.lit", FollowStep::Reject)
    );
    assert_eq!(step("unsubscribe").activity.payload.kind().as_str(), "retraction");
    assert_eq!(refused(&presence("unavailable"), &envelope), Reason::UnsupportedKind);
}

#[test]
fn answers_leave_as_the_state_of_the_subscription() {
    let sent = |follower: &str, followee: &str, actor: &str, step, verb| {
        let id = ids::follow_id(&ids::actor(actor).unwrap(), "0a1b2c3d4e");
        let follow = Follow {
            id,
            follower: ids::actor(follower).unwrap(),
            followee: ids::actor(followee).unwrap(),
            step,
            request: None,
        };
        text(
            &render(&Outgoing {
                verb,
                ..outgoing(actor, Payload::Follow(follow))
            })
            .unwrap(),
        )
        .replace('"', "'")
    };
    let accept = sent("juliet@capulet.lit", ALICE, ALICE, FollowStep::Accept, Verb::Create);
    assert!(
        accept.contains("jid='juliet@capulet.lit'") && accept.contains("subscription='subscribed'"),
        "{accept}"
    );
    assert!(sent("juliet@capulet.lit", ALICE, ALICE, FollowStep::Reject, Verb::Create).contains("subscription='none'"));
    assert!(sent(ALICE, "juliet@capulet.lit", ALICE, FollowStep::Request, Verb::Create).contains("type='subscribe'"));
    assert!(
        sent(ALICE, "juliet@capulet.lit", ALICE, FollowStep::Request, Verb::Retract).contains("type='unsubscribe'")
    );
    let target = Retracted::Follow {
        follower: ids::actor(ALICE).unwrap(),
        followee: ids::actor("juliet@capulet.lit").unwrap(),
    };
    let end = render(&outgoing(ALICE, Payload::Retraction(Retraction { target }))).unwrap();
    assert!(text(&end).contains("unsubscribe"));
}
