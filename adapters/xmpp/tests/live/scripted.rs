//! What no polite server does, and what other servers do otherwise.

use causeway_core::adapter::{ManagesSubscriptions as _, Outgoing, RenderContext, Rendered, Target, Verb};
use causeway_core::model::{Activity, Attested};
use causeway_core::ports::{WatchState, Watches as _};
use causeway_core::refusal::{Disposition, Reason, Refusal};

use super::peer::{Peer, Stream};
use super::world::{State, text};
use super::*;

const EVENT: &str = "http://jabber.org/protocol/pubsub#event";
const COMPONENT: &str = "jabber:component:accept";
const STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";

fn error(kind: &str, condition: &str) -> String {
    format!("<error type='{kind}'><{condition} xmlns='{STANZAS}'/></error>")
}

fn items(node: &str, inner: &str) -> String {
    format!("<pubsub xmlns='{PUBSUB}'><items node='{node}'>{inner}</items></pubsub>")
}

fn event(from: &str, node: &str, inner: &str) -> String {
    format!(
        "<message type='headline' from='{from}' to='{BRIDGE}'><event xmlns='{EVENT}'><items node='{node}'>{inner}</items>\
         </event></message>"
    )
}

/// The verb of a pubsub request: its element.
fn verb(request: &Element) -> &Element {
    request
        .get_child("pubsub", PUBSUB)
        .unwrap_or_else(|| panic!("{}", String::from(request)))
        .children()
        .next()
        .unwrap()
}

fn place(name: &str) -> Place {
    Place::new("juliet@localhost", &format!("{}{name}", ids::COMMENTS)).unwrap()
}

/// A bridge on a scripted server, with the given nodes of Juliet's watched already.
async fn watching(world: &Arc<World>, nodes: &[&str]) -> (Bridge, Peer, Stream) {
    for node in nodes {
        let source = Place::new("juliet@localhost", node).unwrap().id();
        world.want(&source, &crate::juliet(), None).await.unwrap();
        world.report(&source, WatchState::Active).await.unwrap();
    }
    let peer = Peer::listen().await;
    let address = peer.address();
    let (bridge, mut stream) = tokio::join!(Bridge::start_at(&address, world), peer.accept());
    // the look after a new stream: one subscription and one read each
    for _ in 0..nodes.len() * 2 {
        let request = stream.next().await;
        let node = verb(&request).attr("node").unwrap().to_owned();
        match verb(&request).name() {
            "subscribe" => stream.answer(&request, "result", "").await,
            _ => stream.answer(&request, "result", &items(&node, "")).await,
        }
    }
    (bridge, peer, stream)
}

fn wires(count: usize) -> impl Fn(&State) -> Option<Vec<causeway_core::adapter::Wire>> {
    move |state| (state.wires.len() >= count).then(|| state.wires.clone())
}

fn counted(bridge: &Bridge, name: &str) -> u64 {
    bridge
        .xmpp
        .counts()
        .into_iter()
        .find(|stanzas| stanzas.kind == name)
        .unwrap()
        .count
}

/// Waits until a counter has moved: the only sign that a stanza came to nothing.
async fn until_counted(bridge: &Bridge, name: &str, count: u64) {
    causeway_harness::process::eventually(name, LIMIT, || async { (counted(bridge, name) >= count).then_some(()) })
        .await;
}

#[tokio::test]
async fn a_header_only_event_is_read_by_a_stranger_and_keeps_its_publisher() {
    let world = world();
    let node = place("a-post").node().to_owned();
    let (bridge, _peer, mut stream) = watching(&world, &[&node]).await;
    // ejabberd 23.01 gives a full JID
    let inner = "<item id='comment-1' publisher='romeo@localhost/orchard'/>";
    stream.write(&event("juliet@localhost", &node, inner)).await;
    let request = stream.next().await;
    let from = request.attr("from").unwrap().to_owned();
    assert!(
        from.ends_with("@b00.localhost") && from.len() > 30,
        "a stranger: {from}"
    );
    assert_eq!(verb(&request).children().next().unwrap().attr("id"), Some("comment-1"));
    let found = items(
        &node,
        &format!("<item id='comment-1'>{}</item>", entry("from the node")),
    );
    stream.answer(&request, "result", &found).await;
    let wire = world.until("a wire", wires(1)).await.remove(0);
    assert_eq!(wire.attested, Attested::Actor(ids::actor("romeo@localhost").unwrap()));
    assert_eq!((wire.header("how"), wire.header("open")), (Some("event"), Some("yes")));
    assert!(text(&wire).contains("from the node"));
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert_eq!(
        crossing.activities[0].activity.actor.as_str(),
        "romeo@localhost",
        "{crossing:?}"
    );
    // a second stranger is another one
    stream
        .write(&event(
            "juliet@localhost",
            &node,
            "<item id='comment-2' publisher='romeo@localhost'/>",
        ))
        .await;
    let again = stream.next().await;
    assert_ne!(again.attr("from"), Some(from.as_str()));
    stream.answer(&again, "error", &error("auth", "forbidden")).await;
    world.until("what could not be read", wires(2)).await;
}

/// security.md row 8: whoever keeps a node cannot speak for those who write into it.
#[tokio::test]
async fn row_8_an_event_from_a_client_names_nobody() {
    let world = world();
    let node = place("a-post").node().to_owned();
    let (bridge, _peer, mut stream) = watching(&world, &[&node]).await;
    let forged = format!(
        "<item id='comment-1' publisher='romeo@localhost'>{}</item>",
        entry("forged")
    );
    stream.write(&event("juliet@localhost/balcony", &node, &forged)).await;
    until_counted(&bridge, "forged", 1).await;
    // an item without publisher beside one with: each is judged by itself
    let two = format!(
        "<item id='comment-2' publisher='romeo@localhost'>{}</item><item id='comment-3'>{}</item>",
        entry("real"),
        entry("whose")
    );
    stream.write(&event("juliet@localhost", &node, &two)).await;
    world.until("a refusal", |state| state.refused.first().cloned()).await;
    let taken = world.until("one wire", wires(1)).await;
    assert!(
        taken.len() == 1 && text(&taken[0]).contains("real"),
        "{:?}",
        super::world::shown(&taken)
    );
}

/// security.md row 6: a service speaks for its own people, and for others where people of its server are bridged.
#[tokio::test]
async fn row_6_a_foreign_service_names_nobody_else() {
    let world = world();
    let node = place("a-post").node().to_owned();
    let foreign = Place::new("pubsub.evil.example", &node).unwrap();
    world.want(&foreign.id(), &crate::juliet(), None).await.unwrap();
    world.report(&foreign.id(), WatchState::Active).await.unwrap();
    let peer = Peer::listen().await;
    let address = peer.address();
    let (bridge, mut stream) = tokio::join!(Bridge::start_at(&address, &world), peer.accept());
    for _ in 0..2 {
        let request = stream.next().await;
        stream.answer(&request, "result", &items(&node, "")).await;
    }
    let by = |id: &str, publisher: &str| format!("<item id='{id}' publisher='{publisher}'>{}</item>", entry(id));
    for publisher in ["juliet@localhost", "romeo@montague.lit"] {
        stream
            .write(&event(foreign.service(), &node, &by("forged", publisher)))
            .await;
    }
    until_counted(&bridge, "events-unproven", 2).await;
    stream
        .write(&event(foreign.service(), &node, &by("own", "mallory@evil.example")))
        .await;
    let taken = world.until("one wire", wires(1)).await;
    assert_eq!(taken.len(), 1, "{:?}", super::world::shown(&taken));
    assert_eq!(
        taken[0].attested,
        Attested::Actor(ids::actor("mallory@evil.example").unwrap())
    );
    assert_eq!(world.lock().refused[0].reason, Reason::AuthorUnproven);
}

/// A read in a node where anybody may publish proves nothing, and must not hide the event that does.
#[tokio::test]
async fn what_was_read_without_proof_is_news_once_it_is_proven() {
    let world = world();
    let node = place("a-post").node().to_owned();
    world.want(&place("a-post").id(), &crate::juliet(), None).await.unwrap();
    world.report(&place("a-post").id(), WatchState::Active).await.unwrap();
    let peer = Peer::listen().await;
    let address = peer.address();
    let (bridge, mut stream) = tokio::join!(Bridge::start_at(&address, &world), peer.accept());
    let comment = format!(
        "<item id='comment-1' publisher='romeo@localhost'>{}</item>",
        entry("hello")
    );
    for _ in 0..2 {
        let request = stream.next().await;
        stream.answer(&request, "result", &items(&node, &comment)).await;
    }
    until_counted(&bridge, "events-unproven", 1).await;
    assert!(world.lock().wires.is_empty());
    for _ in 0..2 {
        stream.write(&event("juliet@localhost", &node, &comment)).await;
    }
    until_counted(&bridge, "events-duplicate", 1).await;
    let taken = world.lock().wires.clone();
    assert_eq!(taken.len(), 1, "once: {:?}", super::world::shown(&taken));
    assert_eq!(
        taken[0].attested,
        Attested::Actor(ids::actor("romeo@localhost").unwrap())
    );
}

#[tokio::test]
async fn a_subscription_that_outlived_its_watch_is_ended_once() {
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let stray = format!("<item id='a-post'>{}</item>", entry("who asked"));
    for _ in 0..3 {
        stream.write(&event("nurse@localhost", MICROBLOG, &stray)).await;
    }
    let request = stream.next().await;
    assert_eq!(
        (verb(&request).name(), request.attr("from"), request.attr("to")),
        ("unsubscribe", Some(BRIDGE), Some("nurse@localhost"))
    );
    assert_eq!(verb(&request).attr("node"), Some(MICROBLOG));
    stream.answer(&request, "result", "").await;
    until_counted(&bridge, "events-unwatched", 3).await;
    assert!(stream.is_quiet(Duration::from_millis(1500)).await);
}

/// A first read that fails for a passing reason is no baseline, and what is found later is none's news.
#[tokio::test]
async fn after_a_first_look_that_failed_what_stood_there_is_no_news() {
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let (juliet, context) = (crate::juliet(), bridge.context.clone());
    let old = items(MICROBLOG, &format!("<item id='old-post'>{}</item>", entry("before")));
    for fails in [true, false] {
        let watch = bridge.xmpp.watch(&context, &juliet);
        let script = async {
            if fails {
                let look = stream.next().await;
                stream
                    .answer(&look, "error", &error("wait", "remote-server-timeout"))
                    .await;
                return;
            }
            for answer in [old.as_str(), "", old.as_str()] {
                let request = stream.next().await;
                stream.answer(&request, "result", answer).await;
            }
        };
        let (result, ()) = tokio::join!(watch, script);
        assert_eq!(result.is_err(), fails);
    }
    let state = world.lock();
    let source = Place::new("juliet@localhost", MICROBLOG).unwrap().id();
    assert_eq!(state.watches[&source].state, WatchState::Active);
    assert_eq!((state.watches[&source].seen.len(), state.wires.len()), (1, 0));
}

#[tokio::test]
async fn a_contact_that_cannot_be_decided_now_stays_pending() {
    let world = world();
    let (_bridge, _peer, mut stream) = watching(&world, &[]).await;
    let ask = format!(
        "<presence type='subscribe' id='p' from='juliet@localhost' to='{}'/>",
        alice()
    );
    world.change(|state| state.refuse = Some(Refusal::retry(Reason::HostUnreachable, "not now")));
    stream.write(&ask).await;
    world.until("the request", wires(1)).await;
    assert!(stream.is_quiet(Duration::from_millis(500)).await, "neither yes nor no");
    world.change(|state| state.refuse = Some(Refusal::reject(Reason::UserBlocked, "never")));
    stream.write(&ask.replace("id='p'", "id='q'")).await;
    let answer = stream.next().await;
    assert_eq!((answer.name(), answer.attr("type")), ("presence", Some("unsubscribed")));
}

#[tokio::test]
async fn a_profile_that_cannot_be_read_now_is_not_an_empty_one() {
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let (juliet, context) = (crate::juliet(), bridge.context.clone());
    let answers = [
        vec!["remote-server-timeout"],
        vec!["item-not-found", "internal-server-error"],
        vec!["item-not-found", "forbidden", "item-not-found", "remote-server-timeout"],
        vec!["item-not-found", "forbidden", "item-not-found", "service-unavailable"],
    ];
    for (answers, read) in answers.into_iter().zip([false, false, false, true]) {
        let profile = bridge.xmpp.profile(&context, &juliet);
        let script = async {
            for condition in &answers {
                let request = stream.next_of_any_sort().await;
                stream.answer(&request, "error", &error("wait", condition)).await;
            }
        };
        let (profile, ()) = tokio::join!(profile, script);
        assert_eq!(profile.is_ok(), read, "{answers:?}");
        assert!(profile.err().is_none_or(|refusal| refusal.is_transient()));
    }
}

#[tokio::test]
async fn copies_echoes_and_forgeries_come_to_nothing() {
    let world = world();
    let node = place("a-post").node().to_owned();
    let (bridge, _peer, mut stream) = watching(&world, &[MICROBLOG, &node]).await;
    let post = format!(
        "<item id='new-post' publisher='juliet@localhost'>{}</item>",
        entry("one")
    );
    // explicit and implicit subscription: two copies
    for _ in 0..2 {
        stream.write(&event("juliet@localhost", MICROBLOG, &post)).await;
    }
    until_counted(&bridge, "events-duplicate", 1).await;
    // what we published comes back
    let echo = format!("<item id='answer-1' publisher='{}'>{}</item>", alice(), entry("ours"));
    stream.write(&event("juliet@localhost", &node, &echo)).await;
    stream
        .write(&event("juliet@localhost", &node, "<retract id='answer-1'/>"))
        .await;
    until_counted(&bridge, "events-echo", 2).await;
    // somebody else's node, and our own name from outside
    stream.write(&event("mallory@localhost", MICROBLOG, &post)).await;
    until_counted(&bridge, "events-unwatched", 1).await;
    stream.write(&event(&alice(), MICROBLOG, &post)).await;
    until_counted(&bridge, "forged", 1).await;
    // in her own node nobody else publishes
    let other = format!(
        "<item id='other-post' publisher='mallory@localhost'>{}</item>",
        entry("other")
    );
    stream.write(&event("juliet@localhost", MICROBLOG, &other)).await;
    until_counted(&bridge, "events-unproven", 1).await;
    let taken = world.lock().wires.clone();
    assert_eq!(taken.len(), 1, "{:?}", super::world::shown(&taken));
}

#[tokio::test]
async fn a_moderated_comment_is_taken_back_in_its_authors_name() {
    let world = world();
    let node = place("a-post").node().to_owned();
    let (bridge, _peer, mut stream) = watching(&world, &[&node]).await;
    let mut view = comment(&world, "a-post", "comment-1", "romeo@localhost", "unwelcome");
    view.id = place("a-post").item("comment-1").unwrap().object();
    world.change(|state| state.objects.push(view));
    stream
        .write(&event("juliet@localhost", &node, "<retract id='unknown'/>"))
        .await;
    stream
        .write(&event("juliet@localhost", &node, "<retract id='comment-1'/>"))
        .await;
    let wire = world.until("a retraction", wires(1)).await.remove(0);
    assert_eq!(wire.attested, Attested::Actor(ids::actor("romeo@localhost").unwrap()));
    let crossing = world.crossing(&bridge.xmpp, &bridge.context, &wire).await;
    assert_eq!(crossing.activities[0].activity.actor.as_str(), "romeo@localhost");
}

#[tokio::test]
async fn the_thread_of_a_bridged_post_is_watched() {
    let world = world();
    let (_bridge, _peer, mut stream) = watching(&world, &[MICROBLOG]).await;
    let thread = place("new-post");
    let link = format!("<link rel='replies' title='comments' href='{}'/>", thread.raw_uri());
    let item = format!(
        "<item id='new-post'>{}</item>",
        entry("one").replace("</entry>", &format!("{link}</entry>"))
    );
    stream.write(&event("juliet@localhost", MICROBLOG, &item)).await;
    world.until("the post", wires(1)).await;
    // not bridged yet: no thread
    assert!(stream.is_quiet(Duration::from_millis(1500)).await);
    let mut view = post(&world, "x-post", "one");
    view.id = Place::new("juliet@localhost", MICROBLOG)
        .unwrap()
        .item("new-post")
        .unwrap()
        .object();
    world.change(|state| state.objects.push(view));
    let first_look = stream.next().await;
    assert_eq!(
        (verb(&first_look).name(), verb(&first_look).attr("node")),
        ("items", Some(thread.node()))
    );
    let there = format!("<item id='old-comment'>{}</item>", entry("before"));
    stream
        .answer(&first_look, "result", &items(thread.node(), &there))
        .await;
    let subscription = stream.next().await;
    assert_eq!(
        (verb(&subscription).name(), subscription.attr("from")),
        ("subscribe", Some(BRIDGE))
    );
    stream.answer(&subscription, "result", "").await;
    let second_look = stream.next().await;
    stream
        .answer(&second_look, "result", &items(thread.node(), &there))
        .await;
    let until = world
        .until("an active watch", |state| {
            let watch = state.watches.get(&thread.id())?;
            (watch.state == WatchState::Active).then_some(watch.until)
        })
        .await;
    assert!(until.is_some(), "not for ever");
    assert_eq!(world.lock().wires.len(), 1, "what stood there proves nothing");
}

#[tokio::test]
async fn the_words_of_other_servers_for_a_closed_node() {
    for (condition, reason) in [
        ("not-authorized", Reason::NodeClosed),
        ("forbidden", Reason::NodeClosed),
        ("item-not-found", Reason::NotFound),
        ("service-unavailable", Reason::HostRefused),
        ("remote-server-timeout", Reason::HostUnreachable),
    ] {
        let world = world();
        let (bridge, _peer, mut stream) = watching(&world, &[]).await;
        let (juliet, context) = (crate::juliet(), bridge.context.clone());
        let watch = bridge.xmpp.watch(&context, &juliet);
        let refuse = async {
            let request = stream.next().await;
            stream.answer(&request, "error", &error("auth", condition)).await;
        };
        let (result, ()) = tokio::join!(watch, refuse);
        assert_eq!(result.unwrap_err().reason, reason, "{condition}");
        let source = Place::new("juliet@localhost", MICROBLOG).unwrap().id();
        assert_eq!(
            world.lock().watches[&source].state,
            WatchState::Hindered(reason),
            "{condition}"
        );
    }
}

#[tokio::test]
async fn a_subscription_that_waits_for_its_owner_is_none() {
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let (juliet, context) = (crate::juliet(), bridge.context.clone());
    let watch = bridge.xmpp.watch(&context, &juliet);
    let answers = async {
        let look = stream.next().await;
        stream.answer(&look, "result", &items(MICROBLOG, "")).await;
        let subscription = stream.next().await;
        let pending = format!(
            "<pubsub xmlns='{PUBSUB}'><subscription node='{MICROBLOG}' jid='{BRIDGE}' subscription='pending'/></pubsub>"
        );
        stream.answer(&subscription, "result", &pending).await;
    };
    let (result, ()) = tokio::join!(watch, answers);
    assert_eq!(result.unwrap_err().reason, Reason::NodeClosed);
}

fn target() -> Target {
    Target {
        network: ids::NETWORK,
        host: "localhost".into(),
        address: place("a-post").uri(),
    }
}

fn publication(bridge: &Bridge, world: &World, id: &str, verb: Verb) -> Arc<Rendered> {
    let mut view = comment(world, "x-post", id, &alice(), "from afar");
    if let Some(Payload::Comment(comment)) = &mut view.payload {
        comment.post.id = place("a-post").item(id).unwrap().object();
        comment.place = Some(place("a-post").id());
    }
    let activity = Activity {
        id: None,
        actor: view.author.actor.clone(),
        at: Some(view.stored),
        payload: view.payload.unwrap(),
    };
    let outgoing = Outgoing {
        verb,
        activity,
        version: 1,
    };
    Arc::new(bridge.xmpp.render(&outgoing, &RenderContext::default()).unwrap())
}

#[tokio::test]
async fn each_answer_to_a_publication_has_its_disposition() {
    use Disposition::{Reject, Retry};
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let deny = |condition: &'static str| ("error", error("cancel", condition));
    let done = || ("result", String::new());
    let item = format!("<item id='answer-1'>{}</item>", entry("one"));
    let there = || ("result", items("any", &item));
    type Case<'a> = (Verb, Vec<(&'a str, String)>, Result<&'a str, (Reason, Disposition)>);
    let cases: Vec<Case<'_>> = vec![
        (Verb::Create, vec![done()], Ok("result")),
        (
            Verb::Create,
            vec![deny("forbidden")],
            Err((Reason::PublishForbidden, Reject)),
        ),
        (
            Verb::Create,
            vec![deny("item-not-found")],
            Err((Reason::NotFound, Reject)),
        ),
        (
            Verb::Create,
            vec![deny("service-unavailable")],
            Err((Reason::HostRefused, Retry(None))),
        ),
        (
            Verb::Create,
            vec![deny("remote-server-timeout")],
            Err((Reason::HostUnreachable, Retry(None))),
        ),
        (Verb::Retract, vec![done()], Ok("result")),
        (Verb::Retract, vec![deny("item-not-found")], Ok("item-not-found")),
        (Verb::Retract, vec![deny("forbidden"), there(), done()], Ok("tombstone")),
        // a service may look at who asks before it looks for the item
        (
            Verb::Retract,
            vec![deny("forbidden"), deny("item-not-found")],
            Ok("item-not-found"),
        ),
        (
            Verb::Retract,
            vec![deny("forbidden"), deny("forbidden"), deny("forbidden")],
            Err((Reason::PublishForbidden, Reject)),
        ),
    ];
    for (verb, answers, expected) in cases {
        let items = [publication(&bridge, &world, "answer-1", verb)];
        let to = target();
        let delivery = bridge.xmpp.deliver(&bridge.context, &to, &items);
        let script = async {
            for (kind, inner) in &answers {
                let mut request = stream.next().await;
                while request.name() == "message" {
                    request = stream.next().await;
                }
                // what is read is read by a stranger
                let author = request.attr("type") == Some("set");
                assert_eq!(request.attr("from") == Some(alice().as_str()), author);
                stream.answer(&request, kind, inner).await;
            }
        };
        let (mut result, ()) = tokio::join!(delivery, script);
        let result = result.remove(0).map(|done| done.answer);
        let expected = expected.map(str::to_owned);
        assert_eq!(
            result.map_err(|refusal| (refusal.reason, refusal.disposition)),
            expected,
            "{verb:?} {answers:?}"
        );
    }
}

#[tokio::test]
async fn after_a_failure_that_passes_the_rest_is_not_tried() {
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let items = ["answer-1", "answer-2", "answer-3"].map(|id| publication(&bridge, &world, id, Verb::Create));
    let to = target();
    let delivery = bridge.xmpp.deliver(&bridge.context, &to, &items);
    let script = async {
        let first = stream.next().await;
        stream.answer(&first, "result", "").await;
        let second = stream.next().await;
        stream
            .answer(&second, "error", &error("wait", "remote-server-timeout"))
            .await;
        assert!(
            stream.is_quiet(Duration::from_millis(300)).await,
            "the third is not tried"
        );
    };
    let (results, ()) = tokio::join!(delivery, script);
    assert!(results[0].is_ok());
    assert_eq!(results[1].as_ref().unwrap_err(), results[2].as_ref().unwrap_err());
}

#[tokio::test]
async fn a_flood_of_requests_is_answered_one_by_one() {
    const COUNT: usize = 3_000;
    let world = world();
    let (bridge, _peer, mut stream) = watching(&world, &[]).await;
    let mut flood = String::new();
    for number in 0..COUNT {
        let node = format!("<query xmlns='http://jabber.org/protocol/disco#info' node='{MICROBLOG}'/>");
        flood.push_str(&format!(
            "<iq type='get' id='q{number}' from='nurse@localhost/x' to='{}'>{node}</iq>",
            alice()
        ));
    }
    let (mut reader, mut writer) = (Vec::new(), flood.as_bytes());
    let mut ids = std::collections::BTreeSet::new();
    // written in parts, so that both sides keep reading
    while ids.len() < COUNT {
        if !writer.is_empty() {
            let (part, rest) = writer.split_at(writer.len().min(64 * 1024));
            stream.write(std::str::from_utf8(part).unwrap()).await;
            writer = rest;
        }
        let answer = stream.next().await;
        assert!(answer.is("iq", COMPONENT));
        assert!(ids.insert(answer.attr("id").unwrap().to_owned()), "answered twice");
        reader.push(answer.attr("type").unwrap().to_owned());
    }
    assert!(stream.is_quiet(Duration::from_millis(200)).await);
    assert!(reader.iter().any(|kind| kind == "result"));
    assert_eq!(counted(&bridge, "answers-lost"), 0);
}
