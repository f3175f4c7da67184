//! The bridge as the pubsub service of everybody elsewhere.

use causeway_core::model::{Audience, Media, Scope};
use causeway_core::ports::{FollowState, Standing};
use causeway_core::refusal::{Reason, Refusal};
use causeway_xmpp::wire::disco::{DiscoInfo, DiscoItems};
use causeway_xmpp::wire::pubsub::{ItemsAnswer, Subscription, SubscriptionState};

use super::*;

async fn info(client: &mut Client, to: &str, node: Option<&str>) -> DiscoInfo {
    let answer = client.iq(Some(to), "get", DiscoInfo::question(node)).await;
    let query = answer
        .children()
        .next()
        .unwrap_or_else(|| panic!("{}", String::from(&answer)));
    DiscoInfo::from_element(query).unwrap_or_else(|| panic!("{}", String::from(&answer)))
}

async fn items(client: &mut Client, to: &str, asked: &str) -> ItemsAnswer {
    let answer = client.iq(Some(to), "get", element(asked)).await;
    let payload = answer
        .get_child("pubsub", PUBSUB)
        .unwrap_or_else(|| panic!("{}", String::from(&answer)));
    ItemsAnswer::from_element(payload).unwrap()
}

fn got(answer: &ItemsAnswer) -> Vec<&str> {
    answer.items.iter().map(|item| item.id.as_deref().unwrap()).collect()
}

fn start(answer: &ItemsAnswer) -> Option<u32> {
    answer.page.as_ref().unwrap().first.as_ref().unwrap().1
}

fn ask(node: &str, attributes: &str, inner: &str, paging: &str) -> String {
    format!("<pubsub xmlns='{PUBSUB}'><items node='{node}' {attributes}>{inner}</items>{paging}</pubsub>")
}

fn rsm(inner: &str) -> String {
    format!("<set xmlns='http://jabber.org/protocol/rsm'>{inner}</set>")
}

fn subscribe(node: &str, jid: &str) -> Element {
    element(&format!(
        "<pubsub xmlns='{PUBSUB}'><subscribe node='{node}' jid='{jid}'/></pubsub>"
    ))
}

fn unsubscribe(node: &str, jid: &str) -> Element {
    element(&format!(
        "<pubsub xmlns='{PUBSUB}'><unsubscribe node='{node}' jid='{jid}'/></pubsub>"
    ))
}

fn state(answer: &Element) -> SubscriptionState {
    let payload = answer
        .get_child("pubsub", PUBSUB)
        .unwrap_or_else(|| panic!("{}", String::from(answer)));
    Subscription::from_answer(payload).unwrap().state
}

#[tokio::test]
async fn disco_tells_what_there_is_and_lists_nobody() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let first = post(&world, "first-post", "one");
    world.change(|state| state.objects = vec![first]);
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;

    let bridge = info(&mut juliet, BRIDGE, None).await;
    let kinds: Vec<_> = bridge
        .identities
        .iter()
        .map(|one| (one.category.as_str(), one.kind.as_str()))
        .collect();
    assert_eq!(kinds, [("gateway", "activitypub"), ("pubsub", "service")]);
    assert!(bridge.has("jabber:iq:gateway") && bridge.has(PUBSUB));
    let listed = juliet.iq(Some(BRIDGE), "get", DiscoItems::question(None, None)).await;
    assert!(listed.children().next().unwrap().children().next().is_none());

    let person = info(&mut juliet, &alice(), None).await;
    assert!(person.identities.iter().any(|one| one.kind == "pep") && person.has(MICROBLOG));
    let nodes = juliet.iq(Some(&alice()), "get", DiscoItems::question(None, None)).await;
    let nodes = DiscoItems::from_element(nodes.children().next().unwrap()).unwrap();
    let nodes: Vec<_> = nodes.items.iter().filter_map(|item| item.node.as_deref()).collect();
    assert_eq!(
        nodes,
        [MICROBLOG, "http://jabber.org/protocol/nick", "urn:xmpp:vcard4"],
        "no avatar, no avatar nodes"
    );

    let node = info(&mut juliet, &alice(), Some(MICROBLOG)).await;
    assert_eq!(
        (node.identities[0].category.as_str(), node.identities[0].kind.as_str()),
        ("pubsub", "leaf")
    );
    let form = &node.forms[0];
    for (field, value) in [
        ("pubsub#title", "Alice"),
        ("pubsub#access_model", "open"),
        ("pubsub#publish_model", "publishers"),
        ("pubsub#num_subscribers", "3"),
        ("pubsub#description", "Hello from afar"),
    ] {
        assert_eq!(form.value(field), Some(value), "{field}");
    }
    let inside = juliet
        .iq(Some(&alice()), "get", DiscoItems::question(Some(MICROBLOG), None))
        .await;
    let inside = DiscoItems::from_element(inside.children().next().unwrap()).unwrap();
    assert_eq!(inside.items[0].name.as_deref(), Some("first-post"));

    let nobody = juliet
        .iq(
            Some(&format!(r"bob\40masto.example@{BRIDGE}")),
            "get",
            DiscoInfo::question(None),
        )
        .await;
    assert_eq!(condition(&nobody).as_deref(), Some("item-not-found"));
    assert_eq!(
        world.lock().resolved,
        ["bob@masto.example"],
        "a served user may cause a look-up"
    );
    let odd = juliet
        .iq(Some(&alice()), "get", DiscoInfo::question(Some("no:such:node")))
        .await;
    assert_eq!(condition(&odd).as_deref(), Some("item-not-found"));
    world.change(|state| {
        state
            .actors
            .values_mut()
            .for_each(|view| view.standing = Standing::Gone)
    });
    let gone = juliet.iq(Some(&alice()), "get", DiscoInfo::question(None)).await;
    assert_eq!(condition(&gone).as_deref(), Some("gone"));
}

#[tokio::test]
async fn items_come_by_number_by_page_and_by_id() {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    let world = world();
    let posts: Vec<_> = (1..=7)
        .map(|number| post(&world, &format!("post-{number}"), "text"))
        .collect();
    world.change(|state| state.objects = posts);
    let mut secret = post(&world, "secret-1", "for Juliet");
    let mut ended = post(&world, "ended-1", "over");
    ended.payload = None;
    if let Some(Payload::Post(post)) = &mut secret.payload {
        post.audience = Audience::new(Scope::Followers, [crate::juliet()]);
    }
    world.change(|state| state.objects.extend([secret, ended]));
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let mut nurse = login(&prosody, "nurse").await;
    let to = alice();

    let all = items(&mut nurse, &to, &ask(MICROBLOG, "", "", "")).await;
    let public = ["post-1", "post-2", "post-3", "post-4", "post-5", "post-6", "post-7"];
    assert_eq!(got(&all), public, "chronological, and not what is not for her");
    assert_eq!(
        got(&items(&mut juliet, &to, &ask(MICROBLOG, "", "", "")).await).len(),
        8,
        "she sees more"
    );
    let first = &all.items[0];
    assert_eq!(first.publisher.as_deref(), Some(alice().as_str()));
    let payload = first.payload.as_ref().unwrap();
    assert!(payload.has_child("title", payload.ns().as_str()) && payload.has_child("updated", payload.ns().as_str()));

    let newest = items(&mut nurse, &to, &ask(MICROBLOG, "max_items='2'", "", "")).await;
    assert_eq!((got(&newest), newest.page.as_ref()), (vec!["post-6", "post-7"], None));

    // the last page, then backwards
    let page = items(&mut nurse, &to, &ask(MICROBLOG, "", "", &rsm("<max>3</max><before/>"))).await;
    assert_eq!(got(&page), ["post-5", "post-6", "post-7"]);
    let marks = page.page.unwrap();
    assert_eq!(marks.first, Some(("post-5".into(), Some(4))));
    assert_eq!((marks.last.as_deref(), marks.count), (Some("post-7"), Some(7)));
    let page = items(
        &mut nurse,
        &to,
        &ask(MICROBLOG, "", "", &rsm("<max>3</max><before>post-5</before>")),
    )
    .await;
    assert_eq!(got(&page), ["post-2", "post-3", "post-4"]);
    // the first page, then forwards
    let page = items(&mut nurse, &to, &ask(MICROBLOG, "", "", &rsm("<max>3</max>"))).await;
    assert_eq!(
        (got(&page), start(&page)),
        (vec!["post-1", "post-2", "post-3"], Some(0))
    );
    let page = items(
        &mut nurse,
        &to,
        &ask(MICROBLOG, "", "", &rsm("<max>3</max><after>post-3</after>")),
    )
    .await;
    assert_eq!(got(&page), ["post-4", "post-5", "post-6"]);
    let page = items(
        &mut nurse,
        &to,
        &ask(MICROBLOG, "", "", &rsm("<max>3</max><index>5</index>")),
    )
    .await;
    assert_eq!((got(&page), start(&page)), (vec!["post-6", "post-7"], Some(5)));
    let page = items(&mut nurse, &to, &ask(MICROBLOG, "", "", &rsm("<max>0</max>"))).await;
    assert_eq!((got(&page).len(), page.page.as_ref().unwrap().count), (0, Some(7)));

    let some = ask(MICROBLOG, "", "<item id='post-3'/><item id='post-9'/>", "");
    assert_eq!(got(&items(&mut nurse, &to, &some).await), ["post-3"]);
    for missing in ["ended-1", "secret-1", "post-9"] {
        let asked = element(&ask(MICROBLOG, "", &format!("<item id='{missing}'/>"), ""));
        let answer = nurse.iq(Some(&to), "get", asked).await;
        assert_eq!(condition(&answer).as_deref(), Some("item-not-found"), "{missing}");
    }
}

#[tokio::test]
async fn what_people_show_of_themselves_is_served() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let picture = bytes::Bytes::from_static(b"\x89PNG\r\n\x1a\nnot much of a picture");
    world.change(|state| {
        for view in state.actors.values_mut() {
            view.profile.avatar = Some(Media::at("https://masto.example/a.png".parse().unwrap()));
        }
        state.web.insert("https://masto.example/a.png".into(), picture.clone());
    });
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let to = alice();

    let sha1 = causeway_xmpp::wire::avatar::id(&picture);
    let metadata = items(
        &mut juliet,
        &to,
        &ask("urn:xmpp:avatar:metadata", "max_items='1'", "", ""),
    )
    .await;
    assert_eq!(got(&metadata), [sha1.as_str()]);
    let infos = causeway_xmpp::wire::avatar::infos(metadata.items[0].payload.as_ref().unwrap()).unwrap();
    assert_eq!(infos[0].media_type.as_deref(), Some("image/png"));
    // Movim 2026-08 asks for the bytes without an id
    for inner in [String::new(), format!("<item id='{sha1}'/>")] {
        let data = items(&mut juliet, &to, &ask("urn:xmpp:avatar:data", "", &inner, "")).await;
        assert_eq!(
            causeway_xmpp::wire::avatar::bytes(data.items[0].payload.as_ref().unwrap()).unwrap(),
            picture
        );
    }
    assert_eq!(world.lock().fetched.len(), 1, "fetched once");

    let nick = items(&mut juliet, &to, &ask("http://jabber.org/protocol/nick", "", "", "")).await;
    assert_eq!(nick.items[0].payload.as_ref().unwrap().text(), "Alice");
    let card = items(&mut juliet, &to, &ask("urn:xmpp:vcard4", "", "", "")).await;
    let by_node = causeway_xmpp::wire::vcard::VCard::from_element(card.items[0].payload.as_ref().unwrap()).unwrap();
    let answer = juliet
        .iq(
            Some(&to),
            "get",
            element("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>"),
        )
        .await;
    let by_iq = causeway_xmpp::wire::vcard::VCard::from_element(answer.children().next().unwrap()).unwrap();
    assert_eq!(by_node, by_iq);
    assert_eq!(
        (by_iq.full_name.as_deref(), by_iq.note.as_deref()),
        (Some("Alice"), Some("Hello from afar"))
    );
    let answer = juliet
        .iq(Some(&to), "get", element("<vCard xmlns='vcard-temp'/>"))
        .await;
    let temp = causeway_xmpp::wire::vcard::VCard::from_element(answer.children().next().unwrap()).unwrap();
    assert_eq!(temp.photo, Some((Some("image/png".into()), picture)));
}

#[tokio::test]
async fn a_subscription_is_a_follow_of_somebody_who_agreed() {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    let world = world();
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let mut nurse = login(&prosody, "nurse").await;
    let to = alice();

    // the nurse did not agree: refused, told once, nothing stored
    for _ in 0..2 {
        let answer = nurse
            .iq(Some(&to), "set", subscribe(MICROBLOG, "nurse@localhost"))
            .await;
        assert_eq!(condition(&answer).as_deref(), Some("registration-required"));
    }
    nurse
        .iq(Some(BRIDGE), "get", element("<ping xmlns='urn:xmpp:ping'/>"))
        .await;
    let told: Vec<_> = nurse
        .take_seen()
        .into_iter()
        .filter(|stanza| stanza.name() == "message")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0]
            .get_child("body", "jabber:client")
            .unwrap()
            .text()
            .contains("start")
    );
    assert!(world.lock().wires.is_empty());

    let other = juliet
        .iq(Some(&to), "set", subscribe(MICROBLOG, "nurse@localhost"))
        .await;
    assert_eq!(condition(&other).as_deref(), Some("bad-request"), "invalid-jid");
    let full = juliet.jid().to_string();
    let answer = juliet.iq(Some(&to), "set", subscribe(MICROBLOG, &full)).await;
    assert_eq!(state(&answer), SubscriptionState::Pending);
    let wire = world.lock().wires[0].clone();
    assert_eq!(wire.attested, causeway_core::model::Attested::Actor(crate::juliet()));
    assert_eq!((wire.header("how"), wire.header("to")), (Some("iq"), Some(to.as_str())));

    world.change(|state| state.follow_answer = Some(FollowState::Accepted));
    let answer = juliet
        .iq(Some(&to), "set", subscribe(MICROBLOG, "juliet@localhost"))
        .await;
    assert_eq!(state(&answer), SubscriptionState::Subscribed);
    let list = element(&format!("<pubsub xmlns='{PUBSUB}'><subscriptions/></pubsub>"));
    let answer = juliet.iq(Some(&to), "get", list).await;
    let lines = Subscription::list(answer.get_child("pubsub", PUBSUB).unwrap());
    assert_eq!((lines.len(), lines[0].state), (1, SubscriptionState::Subscribed));

    let answer = juliet
        .iq(Some(&to), "set", unsubscribe(MICROBLOG, "juliet@localhost"))
        .await;
    assert_eq!(answer.attr("type"), Some("result"));
    let answer = juliet
        .iq(Some(&to), "set", unsubscribe(MICROBLOG, "juliet@localhost"))
        .await;
    assert_eq!(
        condition(&answer).as_deref(),
        Some("unexpected-request"),
        "not-subscribed"
    );
    // a second follow says the same bytes and is another wire
    juliet
        .iq(Some(&to), "set", subscribe(MICROBLOG, "juliet@localhost"))
        .await;
    assert_eq!(world.lock().wires.len(), 4);

    world.change(|state| state.refuse = Some(Refusal::reject(Reason::UserBlocked, "no")));
    let answer = juliet
        .iq(Some(&to), "set", subscribe(MICROBLOG, "juliet@localhost"))
        .await;
    assert_eq!(condition(&answer).as_deref(), Some("forbidden"));
}

#[tokio::test]
async fn a_contact_is_a_follow() {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    let world = world();
    let _bridge = Bridge::start(&prosody, &world).await;
    for (user, expected, wires) in [("juliet", "subscribed", 1), ("nurse", "unsubscribed", 1)] {
        let mut client = login(&prosody, user).await;
        // who never asked for their roster is not told of answers (RFC 6121 §3.1.6)
        client
            .iq(None, "get", element("<query xmlns='jabber:iq:roster'/>"))
            .await;
        client
            .send(element(&format!(
                "<presence xmlns='jabber:client' type='subscribe' to='{}'/>",
                alice()
            )))
            .await;
        let answers = |stanza: &Element| stanza.name() == "presence" && stanza.attr("from") == Some(&alice());
        let answer = client.wait_for("an answer to our presence", LIMIT, answers).await;
        assert_eq!(answer.attr("type"), Some(expected), "{user}");
        assert_eq!(world.lock().wires.len(), wires, "{user}");
    }
}

#[tokio::test]
async fn comments_are_published_and_taken_back_in_nodes_kept_here() {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    let world = world();
    let (post, theirs) = (
        post(&world, "first-post", "one"),
        comment(&world, "first-post", "by-alice", &alice(), "hm"),
    );
    let mine = comment(&world, "first-post", "by-juliet", "juliet@localhost", "well");
    world.change(|state| state.objects = vec![post, theirs, mine]);
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let mut nurse = login(&prosody, "nurse").await;
    let to = alice();
    let node = format!("{}first-post", ids::COMMENTS);
    let publish = |node: &str, id: &str| {
        element(&format!(
            "<pubsub xmlns='{PUBSUB}'><publish node='{node}'><item {id}>{}</item></publish><publish-options>\
             <x xmlns='jabber:x:data' type='submit'><field var='pubsub#max_items'><value>max</value></field></x>\
             </publish-options></pubsub>",
            entry("indeed")
        ))
    };
    let retract = |id: &str| {
        element(&format!(
            "<pubsub xmlns='{PUBSUB}'><retract node='{node}'><item id='{id}'/></retract></pubsub>"
        ))
    };

    assert_eq!(
        got(&items(&mut juliet, &to, &ask(&node, "max_items='500'", "", "")).await),
        ["by-alice", "by-juliet"]
    );
    let newest = items(&mut juliet, &to, &ask(&node, "max_items='1'", "", "")).await;
    assert_eq!(got(&newest), ["by-juliet"]);
    let answer = juliet.iq(Some(&to), "set", publish(&node, "id='answer-1'")).await;
    let payload = answer
        .get_child("pubsub", PUBSUB)
        .unwrap_or_else(|| panic!("{}", String::from(&answer)));
    assert_eq!(causeway_xmpp::wire::pubsub::published_ids(payload), ["answer-1"]);
    let wire = world.lock().wires[0].clone();
    let crossing = world.crossing(&_bridge.xmpp, &_bridge.context, &wire).await;
    let said = &crossing.activities[0].activity;
    assert_eq!(
        (said.actor.clone(), said.payload.kind().as_str()),
        (crate::juliet(), "comment")
    );
    // without an id one is made
    let answer = juliet.iq(Some(&to), "set", publish(&node, "")).await;
    assert_eq!(
        causeway_xmpp::wire::pubsub::published_ids(answer.get_child("pubsub", PUBSUB).unwrap())[0].len(),
        26
    );

    let answer = juliet.iq(Some(&to), "set", retract("by-juliet")).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    for (id, expected) in [("by-alice", "forbidden"), ("nothing", "item-not-found")] {
        let answer = juliet.iq(Some(&to), "set", retract(id)).await;
        assert_eq!(condition(&answer).as_deref(), Some(expected), "{id}");
    }
    let taken = world.lock().wires.len();
    for (agreed, node, expected) in [
        (false, node.as_str(), "registration-required"),
        (true, MICROBLOG, "forbidden"),
        (true, "urn:xmpp:microblog:0:comments/no-such-post", "item-not-found"),
        (true, "urn:xmpp:vcard4", "forbidden"),
    ] {
        let who = if agreed { &mut juliet } else { &mut nurse };
        let answer = who.iq(Some(&to), "set", publish(node, "id='answer-2'")).await;
        assert_eq!(condition(&answer).as_deref(), Some(expected), "{node}");
    }
    assert_eq!(world.lock().wires.len(), taken);

    let answer = juliet.iq(Some(&to), "set", subscribe(&node, "juliet@localhost")).await;
    assert_eq!(state(&answer), SubscriptionState::Subscribed);
    assert_eq!(world.lock().subscribers[0].2.address, "juliet@localhost");
}

#[tokio::test]
async fn reactions_are_shown_counted_and_taken_as_attachments() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let post = post(&world, "first-post", "one");
    let likes = [
        ("r1", "juliet@localhost", None),
        ("r2", "juliet@localhost", Some("🎉")),
        ("r3", &alice(), None),
    ];
    let likes = likes.map(|(id, who, emoji)| reaction(&world, &post, id, who, emoji));
    world.change(|state| state.objects = std::iter::once(post).chain(likes).collect());
    let _bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let to = alice();
    let node = format!("urn:xmpp:pubsub-attachments:1/xmpp:{to}?;node=urn%3Axmpp%3Amicroblog%3A0;item=first-post");

    let shown = items(&mut juliet, &to, &ask(&node, "", "", "")).await;
    assert_eq!(got(&shown), [to.as_str(), "juliet@localhost"]);
    let own = items(&mut juliet, &to, &ask(&node, "", "<item id='juliet@localhost'/>", "")).await;
    let own = String::from(own.items[0].payload.as_ref().unwrap());
    assert!(own.contains("<noticed") && own.contains("🎉"), "{own}");
    let counts = "urn:xmpp:pubsub-attachments:summary:1/urn:xmpp:microblog:0";
    for inner in ["", "<item id='first-post'/>"] {
        let summary = items(&mut juliet, &to, &ask(counts, "", inner, "")).await;
        let summary = String::from(summary.items[0].payload.as_ref().unwrap());
        assert!(
            summary.contains("count='2'") || summary.contains("count=\"2\""),
            "{summary}"
        );
    }

    let publish = |node: &str, id: &str| {
        element(&format!(
            "<pubsub xmlns='{PUBSUB}'><publish node='{node}'><item id='{id}'><attachments \
             xmlns='urn:xmpp:pubsub-attachments:1'><noticed/></attachments></item></publish></pubsub>"
        ))
    };
    let answer = juliet.iq(Some(&to), "set", publish(&node, "juliet@localhost")).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
    let wire = world.lock().wires[0].clone();
    let crossing = world.crossing(&_bridge.xmpp, &_bridge.context, &wire).await;
    let kinds: Vec<_> = crossing
        .activities
        .iter()
        .map(|said| said.activity.payload.kind().as_str())
        .collect();
    assert_eq!(kinds, ["retraction", "reaction"]);
    for (node, id, expected) in [
        (node.as_str(), "romeo@localhost", "bad-request"),
        (node.as_str(), "first-post", "bad-request"),
        (counts, "first-post", "forbidden"),
        (
            &node.replace("first-post", "no-such-post"),
            "juliet@localhost",
            "item-not-found",
        ),
        (
            "urn:xmpp:pubsub-attachments:1/nonsense",
            "juliet@localhost",
            "item-not-found",
        ),
    ] {
        let answer = juliet.iq(Some(&to), "set", publish(node, id)).await;
        assert_eq!(condition(&answer).as_deref(), Some(expected), "{node} {id}");
    }
    let retract =
        format!("<pubsub xmlns='{PUBSUB}'><retract node='{node}'><item id='juliet@localhost'/></retract></pubsub>");
    let answer = juliet.iq(Some(&to), "set", element(&retract)).await;
    assert_eq!(answer.attr("type"), Some("result"), "{}", String::from(&answer));
}

#[tokio::test]
async fn every_request_has_one_answer() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let bob = world::view(
        &format!(r"bob\40masto.example@{BRIDGE}"),
        ActorId::new(causeway_core::id::Network::new("fake"), "bob"),
        ActorState::Remote,
        Standing::Known,
    );
    world.change(|state| {
        state.known_elsewhere.insert("bob@masto.example".into(), bob);
    });
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let owner = format!("{PUBSUB}#owner");
    for (to, kind, payload, expected) in [
        (BRIDGE, "get", "<ping xmlns='urn:xmpp:ping'/>".to_owned(), None),
        (BRIDGE, "get", "<query xmlns='jabber:iq:version'/>".to_owned(), None),
        (BRIDGE, "get", "<query xmlns='jabber:iq:gateway'/>".to_owned(), None),
        (
            BRIDGE,
            "get",
            "<what xmlns='ever'/>".to_owned(),
            Some("service-unavailable"),
        ),
        (
            BRIDGE,
            "set",
            "<ping xmlns='urn:xmpp:ping'/>".to_owned(),
            Some("service-unavailable"),
        ),
        (
            BRIDGE,
            "get",
            "<vCard xmlns='vcard-temp'/>".to_owned(),
            Some("service-unavailable"),
        ),
        (
            &alice(),
            "set",
            format!("<pubsub xmlns='{PUBSUB}'><create node='x'/></pubsub>"),
            Some("forbidden"),
        ),
        (
            &alice(),
            "get",
            format!("<pubsub xmlns='{owner}'><configure node='{MICROBLOG}'/></pubsub>"),
            Some("forbidden"),
        ),
        (
            &alice(),
            "get",
            format!("<pubsub xmlns='{PUBSUB}'><items/></pubsub>"),
            Some("bad-request"),
        ),
        (
            &alice(),
            "get",
            format!("<pubsub xmlns='{PUBSUB}'/>"),
            Some("feature-not-implemented"),
        ),
        (
            &alice(),
            "get",
            format!("<pubsub xmlns='{PUBSUB}'><affiliations/></pubsub>"),
            None,
        ),
    ] {
        let answer = juliet.iq(Some(to), kind, element(&payload)).await;
        assert_eq!(condition(&answer).as_deref(), expected, "{payload}");
    }
    let typed = "<query xmlns='jabber:iq:gateway'><prompt>bob@masto.example</prompt></query>";
    let answer = juliet.iq(Some(BRIDGE), "set", element(typed)).await;
    let jid = answer
        .children()
        .next()
        .unwrap()
        .get_child("jid", "jabber:iq:gateway")
        .unwrap()
        .text();
    assert_eq!(jid, format!(r"bob\40masto.example@{BRIDGE}"));
    // one that nobody asked yet is learnt by the asking
    let answer = juliet
        .iq(
            Some(&format!("bob%masto.example@{BRIDGE}")),
            "get",
            DiscoInfo::question(None),
        )
        .await;
    assert_eq!(condition(&answer), None, "by its alias");
    bridge.stop().await;
}

#[tokio::test]
async fn an_answer_holds_as_many_items_as_fit_a_stanza() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let world = world();
    let long = "twenty letters or so ".repeat(1_500);
    let posts: Vec<_> = (10..30)
        .map(|number| post(&world, &format!("post-{number}"), &long))
        .collect();
    world.change(|state| state.objects = posts);
    let bridge = Bridge::start(&prosody, &world).await;
    let mut juliet = login(&prosody, "juliet").await;
    let last = items(
        &mut juliet,
        &alice(),
        &ask(MICROBLOG, "", "", &rsm("<max>20</max><before/>")),
    )
    .await;
    let count = u32::try_from(last.items.len()).unwrap();
    assert!((1..20).contains(&count), "{count} items");
    assert_eq!(got(&last).last(), Some(&"post-29"), "the newest are there");
    assert_eq!(start(&last), Some(20 - count));
    let first = items(&mut juliet, &alice(), &ask(MICROBLOG, "", "", &rsm("<max>20</max>"))).await;
    assert_eq!((got(&first).first(), start(&first)), (Some(&"post-10"), Some(0)));
    assert!(bridge.xmpp.connected());
}
