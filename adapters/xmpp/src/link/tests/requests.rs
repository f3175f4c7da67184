//! Requests and their answers, forged ones among them.

use std::time::Duration;

use super::tree;
use crate::link::fault::{Condition, Fault, FaultKind};
use crate::link::iq::{IqError, Tracker, read_answer};

const SHORT: Duration = Duration::from_millis(20);

fn jid(text: &str) -> jid::Jid {
    text.parse().unwrap()
}

#[tokio::test]
async fn only_who_was_asked_may_answer() {
    let tracker = Tracker::default();
    let ticket = tracker.expect("i", jid("a@b.example")).unwrap();
    assert!(!tracker.resolve(&jid("mallory@b.example"), "i", Ok(None)));
    assert!(!tracker.resolve(&jid("a@b.example/phone"), "i", Ok(None)));
    assert!(!tracker.resolve(&jid("a@b.example"), "j", Ok(None)));
    let answer = tree("<iq xmlns='jabber:client' type='result'> <q xmlns='q'/></iq>");
    assert!(tracker.resolve(&jid("a@b.example"), "i", read_answer(answer)));
    assert!(ticket.wait(SHORT).await.unwrap().unwrap().is("q", "q"));
    assert!(!tracker.resolve(&jid("a@b.example"), "i", Ok(None)), "once only");
}

#[tokio::test]
async fn waits_end_by_time_and_by_the_streams_end() {
    let tracker = Tracker::default();
    let ticket = tracker.expect("i", jid("a@b.example")).unwrap();
    assert_eq!(ticket.wait(SHORT).await, Err(IqError::Timeout));
    assert!(
        !tracker.resolve(&jid("a@b.example"), "i", Ok(None)),
        "forgotten after its time"
    );

    let ticket = tracker.expect("j", jid("a@b.example")).unwrap();
    tracker.close();
    assert_eq!(ticket.wait(SHORT).await, Err(IqError::Disconnected));
    assert!(tracker.expect("k", jid("a@b.example")).is_none());
}

#[test]
fn errors_are_read_in_whatever_state() {
    let read = |error: &str| {
        let answer = tree(&format!("<iq xmlns='jabber:client' type='error'>{error}</iq>"));
        match read_answer(answer) {
            Err(IqError::Fault(fault)) => fault,
            other => panic!("{other:?}"),
        }
    };
    for nothing in [
        "",
        "<error code='404'/>",
        "<error type='odd'><odd xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    ] {
        assert_eq!(
            read(nothing),
            Fault::new(FaultKind::Cancel, Condition::UndefinedCondition),
            "{nothing}"
        );
    }
    let full = "<q xmlns='q'/><error type='auth'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text>\
        <not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
        <presence-subscription-required xmlns='http://jabber.org/protocol/pubsub#errors'/></error>";
    let fault = read(full);
    assert_eq!(
        (fault.kind, fault.condition),
        (FaultKind::Auth, Condition::NotAuthorized)
    );
    assert_eq!(fault.text.as_deref(), Some("no"));
    assert_eq!(
        fault.application.as_ref().unwrap().name(),
        "presence-subscription-required"
    );
    assert_eq!(
        Fault::of_stanza(&{
            let mut again = tree("<iq xmlns='jabber:client'/>");
            again.append_child(fault.to_element());
            again
        }),
        fault
    );
    // and xmpp-parsers reads what we write
    xmpp_parsers::stanza_error::StanzaError::try_from(fault.to_element()).unwrap();
}

#[test]
fn every_condition_has_its_name() {
    for name in [
        "bad-request",
        "item-not-found",
        "unexpected-request",
        "registration-required",
    ] {
        assert_eq!(Condition::parse(name).unwrap().as_str(), name);
    }
    assert_eq!(Condition::parse("text"), None);
}
