//! The component link on a real Prosody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use causeway_harness::client::{Client, RawClient};
use causeway_harness::prosody::{HOST, PASSWORD, Prosody, SECRET};
use causeway_xmpp::link::{
    Condition, DeliverError, Incoming, IqError, Link, LinkConfig, LinkError, LinkState, Query, Reason, StanzaKind,
};
use causeway_xmpp::wire::form::{Field, FieldKind, Form, FormKind};
use causeway_xmpp::wire::item::PubsubItem;
use causeway_xmpp::wire::pubsub::{
    ItemsAnswer, PUBLISH_OPTIONS, PubsubEvent, PubsubRequest, Subscription, SubscriptionState,
};
use minidom::Element;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(20);
const BRIDGE: &str = "b00.localhost";

/// A link whose task runs until this is dropped.
struct Running {
    link: Link,
    incoming: mpsc::Receiver<Incoming>,
    _stop: oneshot::Sender<()>,
}

fn config(prosody: &Prosody, domain: &str, secret: &str) -> LinkConfig {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    // unguessable is not what these tests are about: each call gives other bytes
    let random = Arc::new(|bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let number = COUNT
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
        }
    });
    LinkConfig::new(prosody.component_address(), domain.parse().unwrap(), secret, random)
}

fn run(config: LinkConfig) -> Running {
    let (link, task, incoming) = Link::new(config);
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(task.run(async move {
        let _ = stopped.await;
    }));
    Running {
        link,
        incoming,
        _stop: stop,
    }
}

async fn connect(prosody: &Prosody) -> Running {
    let running = run(config(prosody, BRIDGE, SECRET));
    timeout(LIMIT, running.link.connected())
        .await
        .expect("connected in time")
        .expect("a session");
    running
}

impl Running {
    async fn next(&mut self) -> Incoming {
        self.next_for("a stanza").await
    }

    async fn next_for(&mut self, what: &str) -> Incoming {
        let next = timeout(LIMIT, self.incoming.recv())
            .await
            .unwrap_or_else(|_| panic!("{what} in time"));
        next.expect("the link runs")
    }

    /// The next message's body, answering what is owed on the way; fails if the stream goes down.
    async fn next_body(&mut self) -> String {
        loop {
            match self.next().await {
                Incoming::Message(stanza) => {
                    return body(&stanza.element).unwrap_or_default();
                }
                Incoming::Refused(refused) => {
                    let reply = refused.reply();
                    let _sent = self.link.send(reply.as_slice()).await.expect("the reply goes out");
                }
                Incoming::Request(_) | Incoming::Presence(_) => {}
            }
        }
    }

    async fn error(&self) -> LinkError {
        let mut state = self.link.state();
        let down = state.wait_for(|state| matches!(state, LinkState::Disconnected { .. }));
        match &*timeout(LIMIT, down).await.expect("refused in time").unwrap() {
            LinkState::Disconnected { error, .. } => error.clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn message(to: &str, from: &str, body: &str) -> Element {
    let mut message: Element = "<message xmlns='jabber:client' type='chat'><body/></message>"
        .parse()
        .unwrap();
    message
        .get_child_mut("body", "jabber:client")
        .unwrap()
        .append_text(body);
    set(&mut message, "to", to);
    set(&mut message, "from", from);
    message
}

fn body(message: &Element) -> Option<String> {
    message.get_child("body", "jabber:client").map(Element::text)
}

fn set(element: &mut Element, name: &str, value: &str) {
    let name = rxml::NcName::try_from(name).unwrap();
    element
        .attrs_mut()
        .insert(rxml::Namespace::NONE, name, value.to_owned());
}

#[tokio::test]
async fn handshake_is_taken_and_stanzas_go_both_ways() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let mut bridge = connect(&prosody).await;
    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;

    juliet
        .send(message("romeo@b00.localhost", "juliet@localhost", "wherefore"))
        .await;
    let Incoming::Message(stanza) = bridge.next().await else {
        panic!("a message")
    };
    assert_eq!(stanza.from.as_str(), juliet.jid().as_str());
    assert_eq!(stanza.to.as_str(), "romeo@b00.localhost");
    assert!(stanza.element.is("message", "jabber:client"));
    assert!(stanza.message().unwrap().bodies.values().eq(["wherefore"]));

    bridge
        .link
        .deliver(&[message("juliet@localhost", "romeo@b00.localhost", "by name")])
        .await
        .unwrap();
    let seen = juliet
        .wait_for("the bridge's message", LIMIT, |stanza| stanza.name() == "message")
        .await;
    assert_eq!(body(&seen).unwrap(), "by name");
}

#[tokio::test]
async fn requests_are_answered_and_answers_arrive() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let mut bridge = connect(&prosody).await;
    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;

    let served = async {
        let Incoming::Request(request) = bridge.next().await else {
            panic!("a request")
        };
        assert!(!request.is_set);
        // an IQ result that said jabber:client would be dropped by Prosody
        let result = request.result(Some(Element::bare("query", "jabber:iq:version")));
        bridge.link.deliver(&[result]).await.unwrap();
    };
    let asked = juliet.iq(Some(BRIDGE), "get", Element::bare("query", "jabber:iq:version"));
    let (answer, ()) = tokio::join!(asked, served);
    assert_eq!(answer.attr("type"), Some("result"));
    assert!(answer.has_child("query", "jabber:iq:version"));

    let disco = || Element::bare("query", "http://jabber.org/protocol/disco#info");
    let (us, server) = (BRIDGE.parse().unwrap(), HOST.parse().unwrap());
    let info = bridge.link.iq(Query::get(us, server, disco())).await.unwrap().unwrap();
    assert!(info.children().any(|child| child.name() == "feature"));

    // mod_ping of the host answers a component, too
    let ping = Query::get(
        BRIDGE.parse().unwrap(),
        HOST.parse().unwrap(),
        Element::bare("ping", "urn:xmpp:ping"),
    );
    assert_eq!(bridge.link.iq(ping).await, Ok(None));

    let nobody = Query::get(BRIDGE.parse().unwrap(), "nobody@localhost".parse().unwrap(), disco());
    let Err(IqError::Fault(fault)) = bridge.link.iq(nobody).await else {
        panic!("an error")
    };
    assert_eq!(fault.condition, Condition::ServiceUnavailable);
}

#[tokio::test]
async fn refused_handshakes_say_why() {
    let prosody = Prosody::start(&[], &[]).await;
    assert_eq!(
        run(config(&prosody, BRIDGE, "wrong")).error().await,
        LinkError::WrongSecret
    );
    assert_eq!(
        run(config(&prosody, "nowhere.localhost", SECRET)).error().await,
        LinkError::HostUnknown
    );

    let first = connect(&prosody).await;
    assert_eq!(run(config(&prosody, BRIDGE, SECRET)).error().await, LinkError::Conflict);
    assert!(matches!(
        *first.link.state().borrow(),
        LinkState::Connected { session: 1 }
    ));
}

/// What XML 1.0 allows and somebody may stumble over.
const ODD: &str =
    "\u{7f}\u{80}\u{85}\u{9f}\u{2028}\u{d7ff}\u{e000}\u{fdd0}\u{feff}\u{fffd}\u{1fffe}\u{1ffff}\u{10ffff}";

/// Stanzas that end a `tokio_xmpp::Component`, and what this link makes of each: the reason it is refused for, if it is.
fn odd_stanzas() -> Vec<(&'static str, String, Option<Reason>)> {
    let deep = |levels: usize| format!("{}{}", "<x xmlns='d'>".repeat(levels), "</x>".repeat(levels));
    let to = format!("to='romeo@{BRIDGE}'");
    vec![
        (
            "bogus show",
            format!("<presence {to}><show>bogus</show></presence>"),
            None,
        ),
        (
            "priority no number",
            format!("<presence {to}><priority>abc</priority></presence>"),
            None,
        ),
        (
            "priority 1000",
            format!("<presence {to}><priority>1000</priority></presence>"),
            None,
        ),
        (
            "weird type",
            format!("<message {to} type='weird'><body>x</body></message>"),
            None,
        ),
        (
            "two threads",
            format!("<message {to}><thread>a</thread><thread>b</thread></message>"),
            None,
        ),
        (
            "text between",
            format!("<message {to}>text<body>x</body></message>"),
            None,
        ),
        (
            "iq error without error",
            format!("<iq {to} type='error' id='e1'/>"),
            None,
        ),
        (
            "iq error, legacy code",
            format!("<iq {to} type='error' id='e2'><error code='404'/></iq>"),
            None,
        ),
        (
            "20 KB attribute",
            format!("<message {to} id='{}'/>", "a".repeat(20_000)),
            None,
        ),
        ("CR in an attribute", format!("<message {to} id='a&#13;b'/>"), None),
        (
            "CR in text",
            format!("<message {to}><subject>a&#13;b&#13;</subject></message>"),
            None,
        ),
        (
            "names beyond ASCII",
            format!("<message {to}><é xmlns='d' ü='1'/></message>"),
            None,
        ),
        (
            "prefixes",
            format!("<message {to}><p:x xmlns:p='d' xmlns:q='e' q:a='1' a='2'/></message>"),
            None,
        ),
        ("no namespace", format!("<message {to}><x xmlns=''/></message>"), None),
        (
            "element of xml:",
            format!("<message {to}><xml:x/></message>"),
            Some(Reason::Malformed),
        ),
        (
            "CDATA",
            format!("<message {to}><subject><![CDATA[<x>]]&gt;]]></subject></message>"),
            None,
        ),
        (
            "odd characters",
            format!("<message {to} id='{ODD}'><subject>{ODD}</subject></message>"),
            None,
        ),
        (
            "200 KB body",
            format!("<message {to}><body>{}</body></message>", "b".repeat(200_000)),
            None,
        ),
        (
            "300 attributes",
            format!("<message {to}><x xmlns='d' {}/></message>", many_attributes(300)),
            { Some(Reason::TooManyAttributes) },
        ),
        (
            "5,000 children",
            format!("<message {to}>{}</message>", "<x xmlns='d'/>".repeat(5000)),
            { Some(Reason::TooManyChildren) },
        ),
        (
            "65 deep",
            format!("<message {to}>{}</message>", deep(64)),
            Some(Reason::TooDeep),
        ),
        (
            "5,000 deep",
            format!("<message {to}>{}</message>", deep(5000)),
            Some(Reason::TooDeep),
        ),
        (
            "long namespace",
            format!("<message {to}><x xmlns='{}'/></message>", "n".repeat(300)),
            { Some(Reason::BadNamespace) },
        ),
    ]
}

fn many_attributes(count: usize) -> String {
    (0..count).map(|number| format!("a{number}='' ")).collect()
}

#[tokio::test]
async fn odd_stanzas_do_not_end_the_stream() {
    let prosody = Prosody::start(&["mallory", "juliet"], &[]).await;
    let mut bridge = connect(&prosody).await;
    let mut mallory = RawClient::connect("mallory", HOST, PASSWORD, prosody.c2s_port).await;
    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;

    for (name, stanza, reason) in odd_stanzas() {
        mallory.write(&stanza).await;
        mallory
            .write(&format!("<message to='romeo@{BRIDGE}'><body>mark</body></message>"))
            .await;
        let mut refused = Vec::new();
        loop {
            match bridge.next_for(name).await {
                Incoming::Refused(one) => refused.push(one),
                Incoming::Message(message) if body(&message.element) == Some("mark".into()) => break,
                Incoming::Message(_) | Incoming::Presence(_) | Incoming::Request(_) => {}
            }
        }
        let reasons: Vec<_> = refused.iter().map(|one| one.reason).collect();
        assert_eq!(reasons, reason.into_iter().collect::<Vec<_>>(), "{name}");
        for one in refused {
            assert_eq!(one.from.as_deref(), Some("mallory@localhost/raw"), "{name}");
            let reply = one.reply().expect("a reply to a message");
            bridge.link.deliver(&[reply]).await.unwrap();
            assert!(mallory.wait_for("</error>").await.contains(one.reason.code()), "{name}");
        }
        // and for the others nothing has happened
        juliet
            .send(message("romeo@b00.localhost", "juliet@localhost", name))
            .await;
        assert_eq!(bridge.next_body().await, name);
    }
    assert!(matches!(
        *bridge.link.state().borrow(),
        LinkState::Connected { session: 1 }
    ));
}

#[tokio::test]
async fn what_the_types_refuse_is_refused_alone() {
    let prosody = Prosody::start(&["mallory"], &[]).await;
    let mut bridge = connect(&prosody).await;
    let mut mallory = RawClient::connect("mallory", HOST, PASSWORD, prosody.c2s_port).await;
    mallory
        .write(&format!(
            "<presence to='romeo@{BRIDGE}'><priority>1000</priority></presence>"
        ))
        .await;
    let Incoming::Presence(presence) = bridge.next().await else {
        panic!("a presence")
    };
    let refused = presence.presence().unwrap_err();
    assert_eq!(
        (refused.reason, refused.kind),
        (Reason::Malformed, StanzaKind::Presence)
    );
    assert_eq!(refused.reply(), None);

    mallory
        .write(&format!(
            "<message to='romeo@{BRIDGE}' id='m1'><thread>a</thread><thread>b</thread></message>"
        ))
        .await;
    let Incoming::Message(message) = bridge.next().await else {
        panic!("a message")
    };
    let refused = message.message().unwrap_err();
    bridge.link.deliver(&[refused.reply().unwrap()]).await.unwrap();
    let answer = mallory.wait_for("</error>").await;
    assert!(answer.contains("bad-request") && answer.contains("m1"), "{answer}");
}

#[tokio::test]
async fn forbidden_characters_do_not_end_the_stream() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let bridge = connect(&prosody).await;
    let mut juliet = RawClient::connect("juliet", HOST, PASSWORD, prosody.c2s_port).await;
    let odd: String = (0..0x20_u32)
        .chain([
            0x7f, 0x80, 0x9f, 0xd7ff, 0xe000, 0xfdd0, 0xfffd, 0xfffe, 0xffff, 0x1_fffe, 0x1_ffff, 0x10_ffff,
        ])
        .filter_map(char::from_u32)
        .collect();
    let mut stanza = message(
        "juliet@localhost",
        "romeo@b00.localhost",
        &format!("{odd}]]></body><b>&amp;"),
    );
    set(&mut stanza, "id", &format!("'\"{odd}"));
    bridge.link.deliver(&[stanza]).await.unwrap();

    let seen = juliet.wait_for("</message>").await;
    let forbidden = |char: char| char.is_ascii_control() && !matches!(char, '\t' | '\n' | '\r' | '\x7f');
    assert!(
        !seen.contains(forbidden) && !seen.contains(['\u{fffe}', '\u{ffff}']),
        "{seen:?}"
    );
    assert!(
        seen.contains("]]&gt;&lt;/body&gt;&lt;b&gt;&amp;amp;</body>"),
        "{seen:?}"
    );
    assert!(
        seen.contains("\u{fffd}\t\n\u{fffd}") && seen.contains('\u{10_ffff}'),
        "{seen:?}"
    );
    assert!(matches!(
        *bridge.link.state().borrow(),
        LinkState::Connected { session: 1 }
    ));
}

#[tokio::test]
async fn a_restarted_server_is_found_again_and_nothing_is_lost_silently() {
    let mut prosody = Prosody::start(&["juliet"], &[]).await;
    let bridge = connect(&prosody).await;
    let us = message("juliet@localhost", "romeo@b00.localhost", "before");
    let sent = bridge.link.send(std::slice::from_ref(&us)).await.unwrap();
    bridge.link.barrier(sent).await.unwrap();

    prosody.stop();
    bridge.error().await;
    assert!(matches!(
        bridge.link.deliver(std::slice::from_ref(&us)).await,
        Err(DeliverError::Send(_))
    ));
    prosody.launch().await;
    let mut state = bridge.link.state();
    let up = state.wait_for(|state| matches!(state, LinkState::Connected { .. }));
    let session = match &*timeout(LIMIT, up).await.expect("connected again in time").unwrap() {
        LinkState::Connected { session } => *session,
        other => panic!("{other:?}"),
    };
    assert!(session > 1);
    // what went out on the old stream is not vouched for by the new one
    bridge.link.barrier(sent).await.unwrap_err();

    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;
    bridge
        .link
        .deliver(&[message("juliet@localhost", "romeo@b00.localhost", "after")])
        .await
        .unwrap();
    let seen = juliet
        .wait_for("a message", LIMIT, |stanza| stanza.name() == "message")
        .await;
    assert_eq!(body(&seen).unwrap(), "after");
}

#[tokio::test]
async fn a_barrier_comes_back_behind_its_batch() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let bridge = connect(&prosody).await;
    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;
    let batch: Vec<_> = (0..500)
        .map(|number| message("juliet@localhost", "romeo@b00.localhost", &number.to_string()))
        .collect();
    bridge.link.deliver(&batch).await.unwrap();
    // The server has taken all of them: one that asks it now finds the last one before the answer on its own stream.
    let pong = juliet
        .iq(Some(HOST), "get", Element::bare("ping", "urn:xmpp:ping"))
        .await;
    assert_eq!(pong.attr("type"), Some("result"));
    let bodies: Vec<_> = juliet.take_seen().iter().filter_map(body).collect();
    assert_eq!(bodies, (0..500).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_idle_stream_is_kept_by_pings() {
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let mut settings = config(&prosody, BRIDGE, SECRET);
    settings.idle = Duration::from_millis(50);
    settings.ping_timeout = Duration::from_millis(500);
    let mut bridge = run(settings);
    timeout(LIMIT, bridge.link.connected()).await.unwrap().unwrap();
    // Ten times the idle time and more pass; without answered pings the stream would be given up after 550 ms.
    let quiet = timeout(Duration::from_secs(2), bridge.incoming.recv()).await;
    assert!(quiet.is_err(), "the pings are not handed out: {quiet:?}");
    assert!(matches!(
        *bridge.link.state().borrow(),
        LinkState::Connected { session: 1 }
    ));
}

#[tokio::test]
async fn a_real_pubsub_service_and_our_wire_types_understand_each_other() {
    const NODE: &str = "urn:xmpp:microblog:0";
    let prosody = Prosody::start(&["juliet"], &[]).await;
    let mut bridge = connect(&prosody).await;
    let mut juliet = Client::connect("juliet@localhost", PASSWORD, prosody.c2s_port).await;
    let ask = |request: PubsubRequest| {
        let (us, her, payload) = (
            BRIDGE.parse().unwrap(),
            "juliet@localhost".parse().unwrap(),
            request.to_element(),
        );
        bridge.link.iq(if request.is_set() {
            Query::set(us, her, payload)
        } else {
            Query::get(us, her, payload)
        })
    };
    let items = || PubsubRequest::Items {
        node: NODE.into(),
        max_items: Some(5),
        ids: vec![],
        page: None,
    };
    let subscribe = || PubsubRequest::Subscribe {
        node: NODE.into(),
        jid: BRIDGE.parse().unwrap(),
        options: None,
    };

    let Err(IqError::Fault(fault)) = ask(subscribe()).await else {
        panic!("there is no such node yet")
    };
    assert_eq!(fault.condition, Condition::Forbidden);

    let publish = |id: &str| {
        let options = vec![
            Field::new("pubsub#access_model", FieldKind::ListSingle, "open"),
            Field::new("pubsub#max_items", FieldKind::TextSingle, "max"),
        ];
        let payload = "<entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry>"
            .parse()
            .unwrap();
        let item = PubsubItem {
            id: Some(id.into()),
            publisher: None,
            payload: Some(payload),
        };
        let options = Some(Form::new(FormKind::Submit, PUBLISH_OPTIONS, options));
        PubsubRequest::Publish {
            node: NODE.into(),
            items: vec![item],
            options,
        }
        .to_element()
    };
    assert_eq!(
        juliet.iq(None, "set", publish("first1")).await.attr("type"),
        Some("result")
    );

    let subscription = Subscription::from_answer(&ask(subscribe()).await.unwrap().unwrap()).unwrap();
    assert_eq!(
        (subscription.state, subscription.jid.as_str()),
        (SubscriptionState::Subscribed, BRIDGE)
    );
    let answer = ItemsAnswer::from_element(&ask(items()).await.unwrap().unwrap()).unwrap();
    assert_eq!(answer.node.as_deref(), Some(NODE));
    assert_eq!(
        answer.items.iter().map(|item| item.id.as_deref()).collect::<Vec<_>>(),
        [Some("first1")]
    );

    assert_eq!(
        juliet.iq(None, "set", publish("second")).await.attr("type"),
        Some("result")
    );
    // the first one is the last item again, as the node was not told send_last_published_item=never
    for id in ["first1", "second"] {
        let Incoming::Message(message) = bridge.next().await else {
            panic!("an event")
        };
        let event = PubsubEvent::in_message(&message.element).unwrap();
        let PubsubEvent::Items { node, items, .. } = event else {
            panic!("{event:?}")
        };
        assert_eq!((node.as_str(), items[0].id.as_deref()), (NODE, Some(id)));
        assert_eq!(items[0].publisher.as_deref(), Some("juliet@localhost"));
        assert!(items[0].payload.is_some());
    }
}
