//! Follows, read and written.

use causeway_core::adapter::Verb;
use causeway_core::model::{Follow, FollowStep, Payload, Retracted, Retraction};
use causeway_core::refusal::Reason;
use serde_json::{Value, json};

use super::{again, alice, hers, juliet, object, read_value, render, rules, written};

fn ask() -> Follow {
    let id = hers("follows/f1");
    Follow {
        id,
        follower: juliet(),
        followee: alice(),
        step: FollowStep::Request,
        request: None,
    }
}

fn answer(step: FollowStep) -> Follow {
    let request = Some(object("https://masto.example/f/1"));
    Follow {
        id: hers("answers/a1"),
        follower: alice(),
        followee: juliet(),
        step,
        request,
    }
}

fn accept(object: Value) -> Value {
    json!({"id": "https://masto.example/acc/1", "type": "Accept", "actor": alice().as_str(), "object": object})
}

#[test]
fn every_step_comes_back_as_it_went() {
    for follow in [ask(), answer(FollowStep::Accept), answer(FollowStep::Reject)] {
        let payload = Payload::Follow(follow);
        assert_eq!(again(Verb::Create, payload.clone()).activity.payload, payload);
    }
}

#[test]
fn the_end_of_a_follow_is_known_by_its_two_ends() {
    let crossed = again(Verb::Retract, Payload::Follow(ask()));
    let target = Retracted::Follow {
        follower: juliet(),
        followee: alice(),
    };
    assert_eq!(crossed.activity.payload, Payload::Retraction(Retraction { target }));
    let undo = written(Verb::Retract, 1, Payload::Follow(ask()));
    assert_eq!(undo["id"], "https://social.example/users/k3v9/follows/f1#undo");
    assert_eq!(undo["object"]["id"], "https://social.example/users/k3v9/follows/f1");
    assert_eq!(undo["to"], json!([alice().as_str()]));
}

#[test]
fn a_follower_is_sent_away_by_reject() {
    let reject = written(Verb::Retract, 1, Payload::Follow(answer(FollowStep::Accept)));
    assert_eq!(
        (&reject["type"], &reject["actor"]),
        (&json!("Reject"), &json!(juliet().as_str()))
    );
    assert_eq!(reject["object"]["id"], "https://masto.example/f/1");
    let refusal = render(Verb::Retract, 1, &juliet(), Payload::Follow(answer(FollowStep::Reject))).unwrap_err();
    assert_eq!(refusal.reason, Reason::UnsupportedKind);
}

#[test]
fn an_accept_may_name_our_follow_by_id() {
    let crossed = read_value(&accept(json!(hers("follows/f1").as_str()))).unwrap();
    let Payload::Follow(follow) = crossed.activity.payload else {
        panic!()
    };
    assert_eq!(
        (follow.follower, follow.followee, follow.request),
        (juliet(), alice(), Some(hers("follows/f1")))
    );
    assert_eq!(follow.step, FollowStep::Accept);
}

#[test]
fn an_accept_of_anything_else_is_ignored() {
    for other in [
        json!("https://social.example/users/k3v9/posts/p1#create-1"),
        json!("https://evil.example/users/x/follows/1"),
        json!({"type": "Like", "id": "https://social.example/l"}),
    ] {
        assert_eq!(read_value(&accept(other)).unwrap_err().reason, Reason::UnsupportedKind);
    }
}

#[test]
fn row_11_nobody_accepts_for_another() {
    let follow = json!({"type": "Follow", "id": hers("follows/f1").as_str(), "actor": juliet().as_str(),
        "object": "https://masto.example/users/bob"});
    assert_eq!(read_value(&accept(follow)).unwrap_err().reason, Reason::OriginMismatch);
}

#[test]
fn an_activity_without_id_gets_one_that_stays() {
    let follow = json!({"type": "Follow", "actor": alice().as_str(), "object": {"id": juliet().as_str()}});
    let crossed = read_value(&follow).unwrap();
    let Payload::Follow(request) = &crossed.activity.payload else {
        panic!()
    };
    assert_eq!(
        request.id.as_str(),
        "https://masto.example/users/alice#follows/https://social.example/users/k3v9"
    );
    assert_eq!(rules(&crossed), ["follow-id"]);
}
