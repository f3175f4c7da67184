//! Deliveries to subscribers and to places that others keep.

use causeway_core::adapter::{Outgoing, RenderContext, Rendered, Target, Verb};
use causeway_core::model::{Activity, Follow, FollowStep};
use causeway_core::refusal::{Disposition, Reason};
use causeway_xmpp::wire::pubsub::{PubsubEvent, SubscriptionState};

use super::*;

fn target(address: &str) -> Target {
    Target {
        network: ids::NETWORK,
        host: "localhost".into(),
        address: address.into(),
    }
}

fn rendered(bridge: &Bridge, view: &ObjectView, verb: Verb) -> Arc<Rendered> {
    let payload = view.payload.clone().unwrap();
    let payload = if verb == Verb::Retract {
        payload.skeleton()
    } else {
        payload
    };
    let activity = Activity {
        id: None,
        actor: view.author.actor.clone(),
        at: Some(view.stored),
        payload,
    };
    let outgoing = Outgoing {
        verb,
        activity,
        version: 1,
    };
    Arc::new(
        bridge
            .xmpp
            .render(
                &outgoing,
                &RenderContext {
                    author: Some(&view.author),
                    public_key: None,
                },
            )
            .unwrap(),
    )
}

fn event(stanza: &Element) -> Option<PubsubEvent> {
    (stanza.attr("type") == Some("headline")).then(|| PubsubEvent::in_message(stanza))?
}

#[tokio::test]
async fn a_subscriber_hears_of_posts_retractions_and_answers_to_a_follow() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let view = post(&world, "first-post", "hello");
    let (alice, us) = (ids::actor(&alice()).unwrap(), crate::juliet());
    let follow = Follow {
        id: ids::follow_id(&alice, "x"),
        follower: us,
        followee: alice.clone(),
        step: FollowStep::Accept,
        request: None,
    };
    let accept = ObjectView {
        payload: Some(Payload::Follow(follow)),
        ..view.clone()
    };
    let items = [
        rendered(&bridge, &accept, Verb::Create),
        rendered(&bridge, &view, Verb::Create),
        rendered(&bridge, &view, Verb::Retract),
    ];
    let answers = bridge
        .xmpp
        .deliver(&bridge.context, &target("juliet@localhost"), &items)
        .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");

    let mut events = Vec::new();
    for _ in 0..3 {
        let stanza = juliet
            .wait_for("an event", LIMIT, |stanza| event(stanza).is_some())
            .await;
        assert_eq!(stanza.attr("from"), Some(alice.as_str()));
        events.push(event(&stanza).unwrap());
    }
    let PubsubEvent::Subscription(subscription) = &events[0] else {
        panic!("{:?}", events[0])
    };
    assert_eq!(
        (subscription.state, subscription.jid.as_str()),
        (SubscriptionState::Subscribed, "juliet@localhost")
    );
    let PubsubEvent::Items { node, items, .. } = &events[1] else {
        panic!("{:?}", events[1])
    };
    assert_eq!((node.as_str(), items.len()), (MICROBLOG, 1));
    assert_eq!(items[0].publisher.as_deref(), Some(alice.as_str()));
    assert!(items[0].payload.is_some());
    let PubsubEvent::Items { retracted, .. } = &events[2] else {
        panic!("{:?}", events[2])
    };
    assert_eq!(retracted, &["first-post"]);
}

#[tokio::test]
async fn many_deliveries_share_barriers() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let items: Vec<_> = (0..50)
        .map(|number| {
            [rendered(
                &bridge,
                &post(&world, &format!("post-{number:02}"), "x"),
                Verb::Create,
            )]
        })
        .collect();
    let to = target("juliet@localhost");
    let all = items.iter().map(|item| bridge.xmpp.deliver(&bridge.context, &to, item));
    let answers = futures_util::future::join_all(all).await;
    assert!(answers.iter().flatten().all(Result::is_ok));
    for _ in 0..50 {
        juliet
            .wait_for("an event", LIMIT, |stanza| event(stanza).is_some())
            .await;
    }
}

#[tokio::test]
async fn without_a_stream_everything_is_tried_again() {
    let mut prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let item = [rendered(&bridge, &post(&world, "first-post", "x"), Verb::Create)];
    prosody.stop();
    let mut state = bridge.xmpp.state();
    timeout(
        LIMIT,
        state.wait_for(|state| matches!(state, LinkState::Disconnected { .. })),
    )
    .await
    .unwrap()
    .unwrap();
    let targets = [
        target("juliet@localhost"),
        target("xmpp:juliet@localhost?;node=urn:xmpp:microblog:0:comments/x"),
    ];
    let tried = targets
        .iter()
        .map(|target| bridge.xmpp.deliver(&bridge.context, target, &item));
    for answers in futures_util::future::join_all(tried).await {
        let refusal = answers[0].as_ref().unwrap_err();
        assert!(
            refusal.reason == Reason::HostUnreachable && refusal.is_transient(),
            "{refusal}"
        );
    }
}

/// A comment of Alice's that stands in a node of somebody else's.
fn placed(world: &World, place: &Place, id: &str) -> ObjectView {
    let mut view = comment(world, "x-post", id, &alice(), "from afar");
    let object = place.item(id).unwrap().object();
    if let Some(Payload::Comment(comment)) = &mut view.payload {
        comment.post.id = object.clone();
        comment.place = Some(place.id());
    }
    ObjectView {
        id: object.clone(),
        home: object,
        ..view
    }
}

#[tokio::test]
async fn a_comment_goes_to_the_place_its_thread_has() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let node = format!("{}own-post", ids::COMMENTS);
    let create = |model: &str| {
        element(&format!(
            "<pubsub xmlns='{PUBSUB}'><create node='{node}'/><configure><x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE' type='hidden'><value>{PUBSUB}#node_config</value></field>\
             <field var='pubsub#access_model'><value>open</value></field>\
             <field var='pubsub#publish_model'><value>{model}</value></field></x></configure></pubsub>"
        ))
    };
    let place = Place::new("juliet@localhost", &node).unwrap();
    let view = placed(&world, &place, "answer-1");
    let to = target(&place.uri());
    let give = async |verb: Verb| {
        let item = [rendered(&bridge, &view, verb)];
        bridge.xmpp.deliver(&bridge.context, &to, &item).await.remove(0)
    };

    let refusal = give(Verb::Create).await.unwrap_err();
    assert!(!refusal.is_transient(), "no such node: {refusal}");
    let made = juliet.iq(None, "set", create("open")).await;
    assert_eq!(made.attr("type"), Some("result"), "{}", String::from(&made));
    assert_eq!(give(Verb::Create).await.unwrap().answer, "result");

    let read = element(&format!("<pubsub xmlns='{PUBSUB}'><items node='{node}'/></pubsub>"));
    let stands = async |client: &mut Client| {
        let answer = client.iq(None, "get", read.clone()).await;
        let items = answer
            .get_child("pubsub", PUBSUB)
            .unwrap()
            .get_child("items", PUBSUB)
            .unwrap();
        items.children().map(String::from).collect::<Vec<_>>()
    };
    let there = stands(&mut juliet).await;
    assert!(there.len() == 1 && there[0].contains("from afar"), "{there:?}");
    assert!(!there[0].contains("publisher"), "a request names no publisher");

    // Prosody 0.12.3 lets publishers publish and not retract: a tombstone goes over it, and Juliet is told once
    assert_eq!(give(Verb::Retract).await.unwrap().answer, "tombstone");
    let there = stands(&mut juliet).await;
    assert!(
        there.len() == 1 && there[0].contains("[deleted]") && there[0].contains("answer-1"),
        "{there:?}"
    );
    let told = juliet
        .wait_for("a notice", LIMIT, |stanza| stanza.attr("type") == Some("chat"))
        .await;
    assert_eq!(told.attr("from"), Some(BRIDGE));
}

#[tokio::test]
async fn a_closed_place_refuses_for_good() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 10).await;
    let place = Place::new("juliet@localhost", MICROBLOG).unwrap();
    let item = [rendered(&bridge, &placed(&world, &place, "answer-1"), Verb::Create)];
    let answers = bridge.xmpp.deliver(&bridge.context, &target(&place.uri()), &item).await;
    let refusal = answers[0].as_ref().unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (Reason::PublishForbidden, Disposition::Reject)
    );
}
