//! Watching local nodes.

use causeway_core::adapter::ManagesSubscriptions as _;
use causeway_core::model::Attested;
use causeway_core::ports::WatchState;
use causeway_core::refusal::Reason;

use super::world::{State, text};
use super::*;

fn source() -> causeway_core::id::PlaceId {
    Place::new("juliet@localhost", MICROBLOG).unwrap().id()
}

fn count(count: usize) -> impl Fn(&State) -> Option<Vec<String>> {
    move |state| (state.wires.len() >= count).then(|| state.wires.iter().map(text).collect())
}

async fn configure(client: &mut Client, field: &str, value: &str) {
    let form = element(&format!(
        "<pubsub xmlns='{PUBSUB}#owner'><configure node='{MICROBLOG}'><x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE' type='hidden'><value>{PUBSUB}#node_config</value></field>\
         <field var='{field}'><value>{value}</value></field></x></configure></pubsub>"
    ));
    let answer = client.iq(None, "set", form).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
}

#[tokio::test]
async fn what_happens_in_an_open_node_becomes_wires_and_what_stood_there_does_not() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 20).await;
    blog(&mut juliet, "old-post", "before").await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    assert_eq!(world.lock().watches[&source()].state, WatchState::Active);
    assert_eq!(world.lock().watches[&source()].seen.len(), 1);

    blog(&mut juliet, "new-post", "after").await;
    blog(&mut juliet, "new-post", "edited").await;
    blog(&mut juliet, "new-post", "edited").await;
    blog(&mut juliet, "new-post", "after").await;
    unblog(&mut juliet, "new-post").await;
    let wires = world.until("five events", count(4)).await;
    assert_eq!(wires.len(), 4, "the repetition is none: {wires:#?}");
    for (wire, part) in wires.iter().zip(["after", "edited", "after", "retract"]) {
        assert!(wire.contains(part), "{part}: {wires:#?}");
    }
    let wires = world.lock().wires.clone();
    assert!(
        wires
            .iter()
            .all(|wire| wire.attested == Attested::Actor(crate::juliet()))
    );
    assert_eq!(wires[0].header("how"), Some("event"));

    // what the bus would make of it: the item is gone, so nothing proves any more that it was open
    let refused = world.crossing(&bridge.xmpp, &bridge.context, &wires[0]).await.refused;
    assert_eq!(refused[0].reason, Reason::NodeClosed);
    blog(&mut juliet, "last-post", "stays").await;
    world.until("one more", count(5)).await;
    let wire = world.lock().wires[4].clone();
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert_eq!(crossing.activities[0].activity.actor, crate::juliet(), "{crossing:?}");

    bridge.xmpp.unwatch(&bridge.context, &crate::juliet()).await.unwrap();
    assert!(world.lock().watches.is_empty());
    blog(&mut juliet, "unseen", "not for the bridge").await;
    juliet
        .iq(Some(BRIDGE), "get", element("<ping xmlns='urn:xmpp:ping'/>"))
        .await;
    assert_eq!(world.lock().wires.len(), 5);
}

#[tokio::test]
async fn a_closed_node_hinders_and_is_no_baseline() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let refusal = bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap_err();
    assert!(
        [Reason::NodeClosed, Reason::NotFound].contains(&refusal.reason),
        "no node: {refusal}"
    );
    open_blog(&mut juliet, 20).await;
    configure(&mut juliet, "pubsub#access_model", "presence").await;
    blog(&mut juliet, "for-friends", "private").await;
    let refusal = bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::NodeClosed);
    assert_eq!(
        world.lock().watches[&source()].state,
        WatchState::Hindered(Reason::NodeClosed)
    );

    configure(&mut juliet, "pubsub#access_model", "open").await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    assert_eq!(world.lock().watches[&source()].state, WatchState::Active);
    blog(&mut juliet, "for-all", "public").await;
    let wires = world.until("the public post", count(1)).await;
    assert!(
        wires.len() == 1 && wires[0].contains("public"),
        "what was written for friends stays: {wires:?}"
    );
}

/// Closes the node under a running watch: no item of it is proven open any more.
#[tokio::test]
async fn after_a_change_to_presence_nothing_is_read() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 20).await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    blog(&mut juliet, "a-post", "public once").await;
    world.until("the post", count(1)).await;
    configure(&mut juliet, "pubsub#access_model", "presence").await;
    let wire = world.lock().wires[0].clone();
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert!(crossing.activities.is_empty());
    assert_eq!(crossing.refused[0].reason, Reason::NodeClosed);
}

#[tokio::test]
async fn six_posts_around_a_restart_delete_nothing() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 3).await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    for number in 1..=3 {
        blog(&mut juliet, &format!("post-{number}"), &format!("text {number}")).await;
    }
    world.until("three posts", count(3)).await;
    bridge.stop().await;
    for number in 4..=6 {
        blog(&mut juliet, &format!("post-{number}"), &format!("text {number}")).await;
    }
    let bridge = Bridge::start(&prosody, &world).await;
    let wires = world.until("six posts", count(6)).await;
    assert_eq!(wires.len(), 6);
    assert!(wires.iter().all(|wire| !wire.contains("<retract")), "{wires:#?}");
    for number in 1..=6 {
        assert_eq!(
            wires
                .iter()
                .filter(|wire| wire.contains(&format!("text {number}")))
                .count(),
            1
        );
    }
    let wire = world.lock().wires[5].clone();
    assert_eq!((wire.header("how"), wire.header("open")), (Some("read"), Some("yes")));
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert_eq!(crossing.activities.len(), 1, "{crossing:?}");
}

#[tokio::test]
async fn what_was_retracted_during_a_restart_is_retracted_once() {
    let mut prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 3).await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    for number in 1..=3 {
        blog(&mut juliet, &format!("post-{number}"), &format!("text {number}")).await;
    }
    world.until("three posts", count(3)).await;
    bridge.stop().await;
    unblog(&mut juliet, "post-2").await;
    let bridge = Bridge::start(&prosody, &world).await;
    let wires = world.until("a retraction", count(4)).await;
    assert!(
        wires[3].contains("<retract") && wires[3].contains("post-2"),
        "{wires:#?}"
    );
    let wire = world.lock().wires[3].clone();
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert_eq!(crossing.activities[0].activity.payload.kind().as_str(), "retraction");

    // the server restarts under us: looked at again, and nothing is said twice
    prosody.stop();
    let mut state = bridge.xmpp.state();
    timeout(
        LIMIT,
        state.wait_for(|state| matches!(state, LinkState::Disconnected { .. })),
    )
    .await
    .unwrap()
    .unwrap();
    prosody.launch().await;
    timeout(
        LIMIT,
        state.wait_for(|state| matches!(state, LinkState::Connected { .. })),
    )
    .await
    .unwrap()
    .unwrap();
    let mut juliet = login(&prosody, "juliet").await;
    blog(&mut juliet, "post-4", "text 4").await;
    let wires = world.until("one more post", count(5)).await;
    assert!(wires.len() == 5 && wires[4].contains("text 4"), "{wires:#?}");
}

#[tokio::test]
async fn who_wrote_a_comment_is_said_by_the_service_or_by_nobody() {
    let prosody = Prosody::start(&["juliet", "mallory"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let mut mallory = login(&prosody, "mallory").await;
    let node = format!("{}own-post", ids::COMMENTS);
    for service in ["comments.localhost", "pubsub.localhost"] {
        let create = element(&format!(
            "<pubsub xmlns='{PUBSUB}'><create node='{node}'/><configure><x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE' type='hidden'><value>{PUBSUB}#node_config</value></field>\
             <field var='pubsub#publish_model'><value>open</value></field></x></configure></pubsub>"
        ));
        let made = juliet.iq(Some(service), "set", create).await;
        assert_eq!(made.attr("type"), Some("result"), "{}", String::from(&made));
        let place = Place::new(service, &node).unwrap().id();
        causeway_core::ports::Watches::want(&*world, &place, &crate::juliet(), None)
            .await
            .unwrap();
    }
    // wanted by the bus: found by the next look, which a new stream makes
    bridge.stop().await;
    let bridge = Bridge::start(&prosody, &world).await;
    world
        .until("two watches", |state| {
            let active = state
                .watches
                .values()
                .filter(|watch| watch.state == WatchState::Active)
                .count();
            (active == 2).then_some(())
        })
        .await;
    let claim = "<item id='comment-1'><entry xmlns='http://www.w3.org/2005/Atom'><title>forged</title>\
                 <author><uri>xmpp:juliet@localhost</uri></author><updated>2026-11-22T10:00:00Z</updated></entry></item>";
    for service in ["pubsub.localhost", "comments.localhost"] {
        let publish = element(&format!(
            "<pubsub xmlns='{PUBSUB}'><publish node='{node}'>{claim}</publish></pubsub>"
        ));
        let answer = mallory.iq(Some(service), "set", publish).await;
        assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    }
    world.until("the comment that somebody wrote", count(1)).await;
    let refused = world.until("a refusal", |state| state.refused.first().cloned()).await;
    assert_eq!(refused.reason, Reason::AuthorUnproven);
    let wires = world.lock().wires.clone();
    assert_eq!(wires.len(), 1);
    assert_eq!(
        wires[0].attested,
        Attested::Actor(ids::actor("mallory@localhost").unwrap())
    );
    assert_eq!(wires[0].header("service"), Some("comments.localhost"));
    let told = juliet
        .wait_for("a notice", LIMIT, |stanza| stanza.attr("type") == Some("chat"))
        .await;
    assert!(
        told.get_child("body", "jabber:client")
            .unwrap()
            .text()
            .contains("expose_publisher")
    );
    drop(bridge);
}

#[tokio::test]
async fn events_that_nobody_asked_for_are_nothing() {
    let prosody = Prosody::start(&["juliet", "mallory"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    open_blog(&mut juliet, 20).await;
    bridge.xmpp.watch(&bridge.context, &crate::juliet()).await.unwrap();
    let mut mallory = login(&prosody, "mallory").await;
    let forged = format!(
        "<message xmlns='jabber:client' type='headline' to='{BRIDGE}'><event xmlns='{PUBSUB}#event'>\
         <items node='{MICROBLOG}'><item id='a-post' publisher='juliet@localhost'>{}</item></items></event></message>",
        entry("forged")
    );
    mallory.send(element(&forged)).await;
    mallory
        .iq(Some(BRIDGE), "get", element("<ping xmlns='urn:xmpp:ping'/>"))
        .await;
    blog(&mut juliet, "real-post", "real").await;
    let wires = world.until("the real post", count(1)).await;
    assert!(wires.len() == 1 && wires[0].contains("real"));
    let unwatched = bridge
        .xmpp
        .counts()
        .into_iter()
        .find(|stanzas| stanzas.kind == "forged")
        .unwrap();
    assert_eq!((unwatched.count, unwatched.useful), (1, false));
}

#[tokio::test]
async fn a_profile_is_what_strangers_are_shown() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let empty = bridge.xmpp.profile(&bridge.context, &crate::juliet()).await.unwrap();
    assert_eq!((empty.name, empty.avatar), (None, None));
    assert_eq!(empty.reach.own.unwrap().address, "juliet@localhost");

    let picture = b"\x89PNG\r\n\x1a\nnot much of a picture";
    let sha1 = causeway_xmpp::wire::avatar::id(picture);
    let info = causeway_xmpp::wire::avatar::AvatarInfo {
        id: sha1.clone(),
        bytes: Some(picture.len() as u64),
        media_type: Some("image/png".into()),
        width: None,
        height: None,
        url: None,
    };
    let secret = "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><note><text>for friends</text></note></vcard>";
    for (node, id, payload, access) in [
        (
            "urn:xmpp:avatar:data",
            sha1.as_str(),
            String::from(&causeway_xmpp::wire::avatar::data(picture)),
            "open",
        ),
        (
            "urn:xmpp:avatar:metadata",
            &sha1,
            String::from(&causeway_xmpp::wire::avatar::metadata(&[info])),
            "open",
        ),
        (
            "http://jabber.org/protocol/nick",
            "current",
            "<nick xmlns='http://jabber.org/protocol/nick'>Jule</nick>".into(),
            "open",
        ),
        ("urn:xmpp:vcard4", "current", secret.into(), "presence"),
    ] {
        let publish = element(&format!(
            "<pubsub xmlns='{PUBSUB}'><publish node='{node}'><item id='{id}'>{payload}</item></publish>\
             <publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>\
             <value>{PUBSUB}#publish-options</value></field><field var='pubsub#access_model'><value>{access}</value>\
             </field></x></publish-options></pubsub>"
        ));
        let answer = juliet.iq(None, "set", publish).await;
        assert_eq!(answer.attr("type"), Some("result"), "{node}: {}", String::from(&answer));
    }
    let profile = bridge.xmpp.profile(&bridge.context, &crate::juliet()).await.unwrap();
    assert_eq!(profile.name.as_deref(), Some("Jule"));
    assert!(profile.bio.is_empty(), "what is for friends is left out");
    let url = format!("https://bridge.example/media/avatar/{sha1}.png");
    assert_eq!(profile.avatar.unwrap().url.as_str(), url);
    assert_eq!(world.lock().pictures[&sha1].0, "image/png");

    bridge
        .xmpp
        .notify(&bridge.context, &crate::juliet(), "late news")
        .await
        .unwrap();
    let told = juliet
        .wait_for("a notice", LIMIT, |stanza| stanza.attr("type") == Some("chat"))
        .await;
    assert_eq!(told.get_child("body", "jabber:client").unwrap().text(), "late news");
}
