//! Requests, answers and events, there and back.

use minidom::Element;

use super::*;
use crate::link::{Condition, Fault, FaultKind};
use crate::wire::form::{Field, FieldKind, Form, FormKind};

fn tree(xml: &str) -> Element {
    xml.parse().unwrap()
}

fn asked(xml: &str, is_set: bool) -> Result<PubsubRequest, Fault> {
    PubsubRequest::from_element(&tree(&format!("<pubsub xmlns='{PUBSUB}'>{xml}</pubsub>")), is_set)
}

fn payload() -> Element {
    tree("<entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry>")
}

fn one_item() -> PubsubItem {
    PubsubItem {
        id: Some("abcdef".into()),
        publisher: Some("a@b.example".into()),
        payload: Some(payload()),
    }
}

fn form() -> Form {
    Form::new(
        FormKind::Submit,
        PUBLISH_OPTIONS,
        vec![Field::new("pubsub#max_items", FieldKind::TextSingle, "max")],
    )
}

#[test]
fn every_request_reads_back() {
    let (node, jid) = ("n".to_owned(), || "a@b.example".parse().unwrap());
    let page = PageRequest {
        max: Some(10),
        after: Some("x".into()),
        before: Some(String::new()),
        index: Some(3),
    };
    for request in [
        PubsubRequest::Items {
            node: node.clone(),
            max_items: Some(3),
            ids: vec!["a".into()],
            page: Some(page),
        },
        PubsubRequest::Subscribe {
            node: node.clone(),
            jid: jid(),
            options: Some(form()),
        },
        PubsubRequest::Unsubscribe {
            node: node.clone(),
            jid: jid(),
            subid: Some("s".into()),
        },
        PubsubRequest::Subscriptions { node: None },
        PubsubRequest::Affiliations {
            node: Some(node.clone()),
        },
        PubsubRequest::Options {
            node: node.clone(),
            jid: jid(),
            set: None,
        },
        PubsubRequest::Options {
            node: node.clone(),
            jid: jid(),
            set: Some(form()),
        },
        PubsubRequest::Publish {
            node: node.clone(),
            items: vec![one_item()],
            options: Some(form()),
        },
        PubsubRequest::Retract {
            node: node.clone(),
            ids: vec!["a".into(), "b".into()],
            notify: true,
        },
        PubsubRequest::Create {
            node: None,
            form: Some(form()),
        },
        PubsubRequest::Configure {
            node: node.clone(),
            set: None,
        },
        PubsubRequest::Configure {
            node: node.clone(),
            set: Some(form()),
        },
        PubsubRequest::OwnerSubscriptions {
            node: node.clone(),
            set: false,
        },
        PubsubRequest::OwnerAffiliations {
            node: node.clone(),
            set: true,
        },
        PubsubRequest::Delete { node: node.clone() },
        PubsubRequest::Purge { node },
    ] {
        let element = request.to_element();
        assert!(PubsubRequest::is(&element));
        assert_eq!(PubsubRequest::from_element(&element, request.is_set()), Ok(request));
    }
}

#[test]
fn paging_inside_pubsub_is_read() {
    // the request that xmpp-parsers 0.23 refuses
    let request = asked(
        "<set xmlns='http://jabber.org/protocol/rsm'><max>5</max><before/></set><items node='n'/>",
        false,
    );
    let Ok(PubsubRequest::Items {
        page: Some(page), ids, ..
    }) = request
    else {
        panic!("{request:?}")
    };
    assert_eq!(
        (page.max, page.before.as_deref(), page.after),
        (Some(5), Some(""), None)
    );
    assert!(ids.is_empty());
}

#[test]
fn what_movim_sends_is_understood() {
    let publish = format!(
        "<publish node='n'><item id='abcdef'><entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry></item>\
         </publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>\
         {PUBLISH_OPTIONS}</value></field><field var='pubsub#persist_items'><value>True</value></field></x></publish-options>"
    );
    let Ok(PubsubRequest::Publish {
        items,
        options: Some(options),
        ..
    }) = asked(&publish, true)
    else {
        panic!()
    };
    assert_eq!((items.len(), items[0].payload.as_ref()), (1, Some(&payload())));
    assert_eq!(options.flag("pubsub#persist_items"), Some(true));
    let retract = asked("<retract node='n' notify='true'><item id='abcdef'/></retract>", true);
    assert_eq!(
        retract,
        Ok(PubsubRequest::Retract {
            node: "n".into(),
            ids: vec!["abcdef".into()],
            notify: true
        })
    );
}

#[test]
fn odd_requests_get_the_error_of_the_book() {
    for (xml, is_set, error) in [
        ("<items/>", false, PubsubError::NodeidRequired),
        ("<subscribe node='n'/>", true, PubsubError::JidRequired),
        ("<retract node='n'/>", true, PubsubError::ItemRequired),
        (
            "<options node='n' jid='a@b.example'/>",
            true,
            PubsubError::InvalidOptions,
        ),
        ("<default/>", false, PubsubError::Unsupported("default".into())),
        ("<items node='n'/>", true, PubsubError::Unsupported("items".into())),
        ("", false, PubsubError::Unsupported(String::new())),
    ] {
        assert_eq!(asked(xml, is_set), Err(error.into()), "{xml}");
    }
    let malformed = asked("<subscribe node='n' jid='@@'/>", true).unwrap_err();
    assert_eq!(malformed.condition, Condition::JidMalformed);
    let Ok(PubsubRequest::Items { max_items, .. }) = asked("<items node='n' max_items='all'/>", false) else {
        panic!()
    };
    assert_eq!(max_items, None);
}

#[test]
fn errors_carry_their_condition_and_are_found_again() {
    for error in [
        PubsubError::PresenceSubscriptionRequired,
        PubsubError::Unsupported("create-nodes".into()),
    ] {
        let fault = Fault::from(error.clone());
        assert_eq!(PubsubError::of(&fault), Some(error));
        // as ejabberd and Prosody's PEP say it on the wire
        let theirs = xmpp_parsers::stanza_error::StanzaError::try_from(fault.to_element()).unwrap();
        assert_eq!(theirs.other.unwrap().ns(), ERRORS);
    }
    let fault = Fault::from(PubsubError::NotSubscribed);
    assert_eq!(
        (fault.kind, fault.condition),
        (FaultKind::Cancel, Condition::UnexpectedRequest)
    );
    assert_eq!(PubsubError::of(&Condition::Forbidden.into()), None);
}

#[test]
fn answers_read_back_and_other_programs_read_them() {
    let page = Page {
        first: Some(("abcdef".into(), Some(4))),
        last: Some("abcdef".into()),
        count: Some(9),
    };
    let element = items("n", &[one_item()], Some(&page));
    let answer = ItemsAnswer {
        node: Some("n".into()),
        items: vec![one_item()],
        page: Some(page),
    };
    assert_eq!(ItemsAnswer::from_element(&element), Some(answer));
    let theirs = xmpp_parsers::pubsub::PubSub::try_from(items("n", &[one_item()], None)).unwrap();
    let xmpp_parsers::pubsub::PubSub::Items(theirs) = theirs else {
        panic!("{theirs:?}")
    };
    assert_eq!(theirs.items[0].publisher.as_ref().unwrap().as_str(), "a@b.example");

    assert_eq!(published_ids(&published("n", &["a", "b"])), ["a", "b"]);
    assert_eq!(
        ItemsAnswer::from_element(&tree(&format!("<pubsub xmlns='{PUBSUB}'/>"))),
        Some(ItemsAnswer::default())
    );
}

#[test]
fn subscriptions_read_back() {
    let pending = Subscription {
        node: Some("n".into()),
        jid: "a@b.example/c".parse().unwrap(),
        subid: Some("s".into()),
        state: SubscriptionState::Pending,
    };
    assert_eq!(Subscription::from_answer(&pending.to_answer()), Some(pending.clone()));
    xmpp_parsers::pubsub::PubSub::try_from(pending.to_answer()).unwrap();
    let list = std::slice::from_ref(&pending);
    assert_eq!(Subscription::list(&subscriptions(None, list)), list);
    let owned = owner_subscriptions("n", list);
    assert!(
        owned
            .get_child("subscriptions", OWNER)
            .unwrap()
            .children()
            .all(|line| line.attr("node").is_none())
    );
    assert_eq!(Subscription::list(&owned), [pending]);
    let word_left_out = tree(&format!(
        "<pubsub xmlns='{PUBSUB}'><subscription node='n' jid='a@b.example'/></pubsub>"
    ));
    assert_eq!(
        Subscription::from_answer(&word_left_out).unwrap().state,
        SubscriptionState::Subscribed
    );
    let odd = tree(&format!(
        "<pubsub xmlns='{PUBSUB}'><subscription jid='a@b.example' subscription='odd'/></pubsub>"
    ));
    assert_eq!(Subscription::from_answer(&odd), None);
}

#[test]
fn events_read_back_and_other_programs_read_them() {
    let (from, to) = ("x@b.example".parse().unwrap(), "a@c.example".parse().unwrap());
    let subscription = Subscription {
        node: Some("n".into()),
        jid: "a@c.example".parse().unwrap(),
        subid: None,
        state: SubscriptionState::Subscribed,
    };
    let node = || "n".to_owned();
    for event in [
        PubsubEvent::Items {
            node: node(),
            items: vec![one_item()],
            retracted: vec![],
        },
        PubsubEvent::Items {
            node: node(),
            items: vec![],
            retracted: vec!["a".into()],
        },
        PubsubEvent::Items {
            node: node(),
            items: vec![PubsubItem {
                payload: None,
                ..one_item()
            }],
            retracted: vec![],
        },
        PubsubEvent::Subscription(subscription),
        PubsubEvent::Configuration {
            node: node(),
            form: None,
        },
        PubsubEvent::Purge { node: node() },
        PubsubEvent::Delete {
            node: node(),
            redirect: Some("xmpp:y@b.example?;node=n".into()),
        },
    ] {
        let message = event.to_message(&from, &to, "i");
        assert_eq!(PubsubEvent::in_message(&message), Some(event.clone()));
        assert_eq!(event.node(), Some("n"));
        assert_eq!(message.attr("type"), Some("headline"));
        let event = message.get_child("event", EVENT).unwrap().clone();
        xmpp_parsers::pubsub::event::Event::try_from(event).unwrap();
        xmpp_parsers::message::Message::try_from(message).unwrap();
    }
    assert_eq!(
        PubsubEvent::in_message(&tree(&format!(
            "<message xmlns='jabber:client'><event xmlns='{EVENT}'/></message>"
        ))),
        None
    );
}

#[test]
fn owner_answers_have_the_form_of_the_book() {
    let affiliation = [("a@b.example".parse().unwrap(), Affiliation::PublishOnly)];
    let list = owner_affiliations("n", &affiliation);
    let line = list
        .get_child("affiliations", OWNER)
        .unwrap()
        .children()
        .next()
        .unwrap()
        .clone();
    assert_eq!(
        (line.attr("jid"), line.attr("affiliation")),
        (Some("a@b.example"), Some("publish-only"))
    );
    let list = affiliations(None, &[("n", Affiliation::Owner)]);
    assert_eq!(
        list.get_child("affiliations", PUBSUB)
            .unwrap()
            .children()
            .next()
            .unwrap()
            .attr("affiliation"),
        Some("owner")
    );
    let config = owner_configuration("n", &Form::new(FormKind::Form, NODE_CONFIG, vec![]));
    let form = Form::inside(config.get_child("configure", OWNER).unwrap()).unwrap();
    assert_eq!(form.form_type.as_deref(), Some(NODE_CONFIG));
}

#[test]
fn forms_read_back_and_other_programs_read_them() {
    let field = Field {
        options: vec![("open".into(), Some("Open".into())), ("whitelist".into(), None)],
        required: true,
        ..Field::new("pubsub#access_model", FieldKind::ListSingle, "open").labelled("Who")
    };
    let form = Form {
        title: Some("T".into()),
        instructions: vec!["I".into()],
        ..Form::new(FormKind::Form, NODE_CONFIG, vec![field])
    };
    assert_eq!(Form::from_element(&form.to_element()), form);
    let theirs = xmpp_parsers::data_forms::DataForm::try_from(form.to_element()).unwrap();
    assert_eq!(theirs.form_type(), Some(NODE_CONFIG));
    for (text, flag) in [
        ("1", Some(true)),
        ("true", Some(true)),
        ("0", Some(false)),
        ("yes", None),
    ] {
        assert_eq!(
            Form::new(FormKind::Submit, "t", vec![Field::new("v", FieldKind::Boolean, text)]).flag("v"),
            flag
        );
    }
}
