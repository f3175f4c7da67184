//! A scripted server at the other end of the link.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::tree;
use crate::link::error::{BarrierError, LinkError, SendError};
use crate::link::handle::DeliverError;
use crate::link::iq::{IqError, Query};
use crate::link::writer::Unwritable;
use crate::link::{Incoming, Link, LinkConfig, LinkState};

const LIMIT: Duration = Duration::from_secs(10);
const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' \
    xmlns:stream='http://etherx.jabber.org/streams' id='x' from='b.example'>";

/// A listener in the place of a server, and the link that wants to talk to it.
struct Stage {
    listener: TcpListener,
    link: Link,
    incoming: mpsc::Receiver<Incoming>,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Stage {
    async fn new(change: impl FnOnce(&mut LinkConfig)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let count = std::sync::atomic::AtomicU8::new(0);
        let random = move |bytes: &mut [u8]| bytes.fill(count.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let server = listener.local_addr().unwrap().to_string();
        let mut config = LinkConfig::new(server, "b.example".parse().unwrap(), "secret", Arc::new(random));
        config.backoff_first = Duration::from_millis(20);
        change(&mut config);
        let (link, task, incoming) = Link::new(config);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(task.run(async move {
            let _ = stopped.await;
        }));
        Self {
            listener,
            link,
            incoming,
            stop: Some(stop),
            task,
        }
    }

    async fn accept(&self) -> Peer {
        let (socket, _) = timeout(LIMIT, self.listener.accept())
            .await
            .expect("a connection")
            .unwrap();
        Peer {
            socket,
            read: String::new(),
        }
    }

    /// Accepts and shakes hands.
    async fn open(&self) -> Peer {
        let mut peer = self.accept().await;
        peer.expect("to='b.example'>").await;
        peer.say(HEADER).await;
        peer.expect("</handshake>").await;
        peer.say("<handshake/>").await;
        timeout(LIMIT, self.link.connected()).await.expect("connected").unwrap();
        peer
    }

    async fn down(&self) -> LinkError {
        let mut state = self.link.state();
        let down = state.wait_for(|state| matches!(state, LinkState::Disconnected { .. }));
        match &*timeout(LIMIT, down).await.expect("down").unwrap() {
            LinkState::Disconnected { error, .. } => error.clone(),
            other => panic!("{other:?}"),
        }
    }
}

struct Peer {
    socket: TcpStream,
    read: String,
}

impl Peer {
    async fn say(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads up to the end of `text` and returns what was read.
    async fn expect(&mut self, text: &str) -> String {
        let mut bytes = [0; 4096];
        loop {
            if let Some(place) = self.read.find(text) {
                let rest = self.read.split_off(place + text.len());
                return std::mem::replace(&mut self.read, rest);
            }
            let count = timeout(LIMIT, self.socket.read(&mut bytes))
                .await
                .expect("something to read")
                .unwrap();
            assert!(count > 0, "no {text:?}, only {:?}", self.read);
            self.read.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    }
}

fn id_of(stanza: &str) -> &str {
    stanza.split("id='").nth(1).unwrap().split('\'').next().unwrap()
}

fn message() -> minidom::Element {
    tree("<message xmlns='jabber:client' to='a@c.example'/>")
}

#[tokio::test]
async fn a_silent_peer_is_pinged_and_given_up() {
    let stage = Stage::new(|config| {
        config.idle = Duration::from_millis(30);
        config.ping_timeout = Duration::from_millis(50);
    })
    .await;
    let mut peer = stage.open().await;
    peer.expect("<ping xmlns='urn:xmpp:ping'/></iq>").await;
    assert_eq!(stage.down().await, LinkError::Silent);
    // and the next one is tried
    stage.open().await;
}

#[tokio::test]
async fn a_peer_that_never_greets_is_given_up() {
    let stage = Stage::new(|config| config.connect_timeout = Duration::from_millis(50)).await;
    let _held = stage.accept().await;
    assert_eq!(stage.down().await, LinkError::Timeout { stage: "handshake" });
}

#[tokio::test]
async fn stream_errors_are_told_apart() {
    for (condition, expected) in [
        ("not-authorized", LinkError::WrongSecret),
        ("conflict", LinkError::Conflict),
        ("host-unknown", LinkError::HostUnknown),
        (
            "see-other-host",
            LinkError::Stream {
                condition: "see-other-host".into(),
                text: "go".into(),
            },
        ),
    ] {
        let stage = Stage::new(|_| {}).await;
        let mut peer = stage.accept().await;
        peer.say(HEADER).await;
        let streams = "urn:ietf:params:xml:ns:xmpp-streams";
        peer.say(&format!(
            "<stream:error><text xmlns='{streams}'>go</text><{condition} xmlns='{streams}'/></stream:error></stream:stream>"
        ))
        .await;
        assert_eq!(stage.down().await, expected);
    }
}

#[tokio::test]
async fn a_barrier_needs_its_own_ping_from_our_own_domain() {
    let stage = Stage::new(|config| config.barrier_timeout = Duration::from_millis(200)).await;
    let mut peer = stage.open().await;
    let deliver = tokio::spawn({
        let link = stage.link.clone();
        async move { link.deliver(&[message()]).await }
    });
    let sent = peer.expect("</iq>").await;
    let (batch, ping) = sent.split_once("<iq").unwrap();
    assert_eq!(batch, "<message to='a@c.example' from='b.example'/>");
    // another id, and the right id from somebody else
    let id = id_of(ping);
    peer.say("<iq type='result' id='other' from='b.example' to='b.example'/>")
        .await;
    peer.say(&format!(
        "<iq type='result' id='{id}' from='mallory@c.example' to='b.example'/>"
    ))
    .await;
    assert_eq!(
        deliver.await.unwrap(),
        Err(DeliverError::Barrier(BarrierError::Timeout))
    );

    let deliver = tokio::spawn({
        let link = stage.link.clone();
        async move { link.deliver(&[message()]).await }
    });
    let sent = peer.expect("</iq>").await;
    let (_, ping) = sent.split_once("<iq").unwrap();
    peer.say(&format!("<iq{ping}")).await;
    assert_eq!(deliver.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn what_waits_when_the_stream_breaks_is_told() {
    let stage = Stage::new(|_| {}).await;
    let mut peer = stage.open().await;
    let barrier = tokio::spawn({
        let link = stage.link.clone();
        async move { link.deliver(&[message()]).await }
    });
    let asked = tokio::spawn({
        let link = stage.link.clone();
        let query = Query::get(
            "b.example".parse().unwrap(),
            "c.example".parse().unwrap(),
            tree("<q xmlns='q'/>"),
        );
        async move { link.iq(query).await }
    });
    let both = peer.expect("</iq>").await + &peer.expect("</iq>").await;
    assert!(
        both.contains("<q xmlns='q'/>") && both.contains("urn:xmpp:ping"),
        "{both}"
    );
    drop(peer);
    assert_eq!(
        barrier.await.unwrap(),
        Err(DeliverError::Barrier(BarrierError::Disconnected))
    );
    assert_eq!(asked.await.unwrap(), Err(IqError::Disconnected));
    assert!(matches!(stage.down().await, LinkError::Closed | LinkError::Io(_)));
}

#[tokio::test]
async fn an_answer_that_breaks_a_limit_ends_the_wait() {
    let mut stage = Stage::new(|config| config.limits.depth = 3).await;
    let mut peer = stage.open().await;
    let query = Query::get(
        "b.example".parse().unwrap(),
        "c.example".parse().unwrap(),
        tree("<q xmlns='q'/>"),
    );
    let asked = tokio::spawn({
        let link = stage.link.clone();
        async move { link.iq(query).await }
    });
    let request = peer.expect("</iq>").await;
    let id = id_of(&request);
    peer.say(&format!(
        "<iq type='result' id='{id}' from='c.example' to='b.example'><a><b><c/></b></a></iq>"
    ))
    .await;
    let error = asked.await.unwrap().unwrap_err();
    assert_eq!(error, IqError::AnswerRefused(crate::link::Reason::TooDeep));
    assert!(matches!(stage.incoming.recv().await, Some(Incoming::Refused(refused)) if refused.reply().is_none()));
}

#[tokio::test]
async fn nothing_is_sent_that_would_end_the_stream() {
    let stage = Stage::new(|config| config.max_outgoing_bytes = 200).await;
    assert_eq!(stage.link.send(&[message()]).await, Err(SendError::Disconnected));
    let mut peer = stage.open().await;
    let refused = |reason| Err(SendError::Unwritable { index: 1, reason });
    let send = |xml: &str| {
        let batch = [message(), tree(xml)];
        let link = stage.link.clone();
        async move { link.send(&batch).await }
    };
    let foreign = "<message xmlns='jabber:client' to='a@c.example' from='mallory@c.example'/>";
    assert_eq!(send(foreign).await, refused(Unwritable::ForeignSender));
    assert_eq!(
        send("<message xmlns='jabber:client'/>").await,
        refused(Unwritable::NoAddress)
    );
    assert_eq!(
        send("<auth xmlns='jabber:client' to='c.example'/>").await,
        refused(Unwritable::NotAStanza)
    );
    let long = format!(
        "<message xmlns='jabber:client' to='c.example' id='{}'/>",
        "i".repeat(200)
    );
    assert!(matches!(
        send(&long).await,
        Err(SendError::Unwritable {
            index: 1,
            reason: Unwritable::TooBig { .. }
        })
    ));
    let _sent = stage
        .link
        .send(&[tree("<presence xmlns='jabber:client' to='c.example'/>")])
        .await
        .unwrap();
    assert_eq!(
        peer.expect("/>").await,
        "<presence to='c.example' from='b.example'/>",
        "and nothing before it"
    );
}

#[tokio::test]
async fn a_peer_that_does_not_read_holds_the_sender_up() {
    let stage = Stage::new(|config| {
        config.queue_bytes = 64 * 1024;
        config.write_timeout = Duration::from_millis(300);
    })
    .await;
    let _peer = stage.open().await;
    let big = format!(
        "<message xmlns='jabber:client' to='c.example'><body>{}</body></message>",
        "b".repeat(60_000)
    );
    let batch = vec![tree(&big); 500];
    // 30 MB do not fit into the socket's and our own buffers: the batch waits, then the dead peer is given up
    assert_eq!(
        timeout(LIMIT, stage.link.send(&batch)).await.unwrap(),
        Err(SendError::Disconnected)
    );
    assert_eq!(stage.down().await, LinkError::Silent);
}

#[tokio::test]
async fn shutdown_sends_what_is_queued_and_says_goodbye() {
    let mut stage = Stage::new(|_| {}).await;
    let mut peer = stage.open().await;
    let _sent = stage.link.send(&[message(), message()]).await.unwrap();
    stage.stop.take().unwrap().send(()).unwrap();
    let said = peer.expect("</stream:stream>").await;
    assert_eq!(said.matches("<message").count(), 2);
    peer.say("</stream:stream>").await;
    timeout(LIMIT, &mut stage.task).await.expect("ended in time").unwrap();
    assert_eq!(*stage.link.state().borrow(), LinkState::Stopped);
    assert!(stage.link.connected().await.is_none());
}

#[tokio::test]
async fn reconnects_begin_under_a_second_and_slow_down() {
    let stage = Stage::new(|config| {
        config.backoff_first = LinkConfig::new("", config.jid.clone(), "", config.random.clone()).backoff_first
    })
    .await;
    let mut pauses = Vec::new();
    let mut state = stage.link.state();
    for _ in 0..2 {
        drop(stage.accept().await);
        let down = state.wait_for(|state| matches!(state, LinkState::Disconnected { .. }));
        match &*timeout(LIMIT, down).await.unwrap().unwrap() {
            LinkState::Disconnected { retry_in, .. } => pauses.push(*retry_in),
            other => panic!("{other:?}"),
        }
        let again = state.wait_for(|state| matches!(state, LinkState::Connecting));
        timeout(LIMIT, again).await.unwrap().unwrap();
    }
    assert!(pauses[0] < Duration::from_secs(1), "{pauses:?}");
    assert!(pauses[1] > pauses[0], "{pauses:?}");
}
