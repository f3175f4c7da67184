//! Scripted XMPP clients.
//!
//! [`Client`] is `tokio-xmpp`'s, so what it gets has gone through another program's types. [`RawClient`] writes what a
//! test tells it to the byte, for stanzas that no library would send.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use jid::{FullJid, Jid};
use minidom::Element;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_xmpp::connect::DnsConfig;
use tokio_xmpp::xmlstream::Timeouts;
use tokio_xmpp::{Event, Stanza};

/// Limit for what should come at once.
const SOON: Duration = Duration::from_secs(15);
/// How often a login is tried.
const LOGINS: u32 = 5;

/// A client that is online.
pub struct Client {
    inner: tokio_xmpp::Client,
    jid: FullJid,
    /// Stanzas that came while something else was waited for, oldest first.
    seen: VecDeque<Element>,
    ids: u32,
}

impl Client {
    /// Logs `jid` in on loopback, without TLS, and sends available presence.
    ///
    /// On a runtime of several threads, about one in thirty streams of tokio-xmpp 6.0.0 takes nothing any more from the
    /// moment it says that it is online. Such a one is dropped, and `jid` logs in anew.
    ///
    /// # Panics
    /// When that does not work within some seconds.
    pub async fn connect(jid: &str, password: &str, port: u16) -> Self {
        for _ in 0..LOGINS {
            let mut client = Self::log_in(jid, password, port).await;
            if client.appears().await {
                return client;
            }
        }
        panic!("{jid} is online and sees no presence of its own");
    }

    async fn log_in(jid: &str, password: &str, port: u16) -> Self {
        let address: Jid = jid.parse().expect("a JID");
        let server = DnsConfig::addr(&format!("{}:{port}", Ipv4Addr::LOCALHOST));
        let mut inner = tokio_xmpp::Client::new_plaintext(address, password, server, Timeouts::tight());
        let online = async {
            loop {
                match inner.next().await {
                    Some(Event::Online { bound_jid, .. }) => return bound_jid,
                    Some(Event::Disconnected(error)) => panic!("{jid} cannot log in: {error}"),
                    Some(Event::Stanza(_)) => {}
                    None => panic!("{jid} cannot log in"),
                }
            }
        };
        let bound = timeout(SOON, online)
            .await
            .unwrap_or_else(|_| panic!("{jid} is not online in time"));
        Self {
            inner,
            jid: bound.try_into_full().expect("the server gives a resource"),
            seen: VecDeque::new(),
            ids: 0,
        }
    }

    /// Sends available presence; whether it comes back, so that from now on messages are for us.
    async fn appears(&mut self) -> bool {
        self.send(Element::bare("presence", "jabber:client")).await;
        let own = self.jid.to_string();
        let echo = |stanza: &Element| stanza.name() == "presence" && stanza.attr("from") == Some(&own);
        self.arrives(SOON / LOGINS, &echo).await.is_some()
    }

    /// The full JID the server gave.
    #[must_use]
    pub fn jid(&self) -> &FullJid {
        &self.jid
    }

    /// Sends a stanza (`jabber:client`).
    ///
    /// # Panics
    /// When `tokio-xmpp` does not take it, or there is no stream.
    pub async fn send(&mut self, stanza: Element) {
        let stanza = Stanza::try_from(stanza).expect("a stanza that xmpp-parsers takes");
        self.inner.send_stanza(stanza).await.expect("the stanza goes out");
    }

    /// Sends a request and waits for its answer: the whole `<iq/>`, of type result or error.
    ///
    /// # Panics
    /// When there is no answer within some seconds.
    pub async fn iq(&mut self, to: Option<&str>, kind: &str, payload: Element) -> Element {
        self.ids += 1;
        let id = format!("c{}", self.ids);
        let to = to.map(|to| format!(" to='{}'", escape(to))).unwrap_or_default();
        let text = format!("<iq xmlns='jabber:client' type='{kind}' id='{id}'{to}/>");
        let mut iq: Element = text.parse().expect("an iq");
        iq.append_child(payload);
        self.send(iq).await;
        let answers = |stanza: &Element| {
            stanza.name() == "iq"
                && stanza.attr("id") == Some(&id)
                && matches!(stanza.attr("type"), Some("result" | "error"))
        };
        self.wait_for("an answer to our iq", SOON, answers).await
    }

    /// Waits for a stanza, looking first through those that came before. It is taken out.
    ///
    /// # Panics
    /// When none comes within the limit, naming `what` was waited for and what came instead.
    pub async fn wait_for(&mut self, what: &str, limit: Duration, wanted: impl Fn(&Element) -> bool) -> Element {
        match self.arrives(limit, &wanted).await {
            Some(stanza) => stanza,
            None => panic!(
                "{} waited {limit:?} for {what}; there came {:#?}",
                self.jid,
                self.shown()
            ),
        }
    }

    async fn arrives(&mut self, limit: Duration, wanted: &impl Fn(&Element) -> bool) -> Option<Element> {
        if let Some(place) = self.seen.iter().position(wanted) {
            return self.seen.remove(place);
        }
        let arrival = async {
            loop {
                let stanza = element(self.inner.next().await, &self.jid);
                if wanted(&stanza) {
                    return stanza;
                }
                self.seen.push_back(stanza);
            }
        };
        timeout(limit, arrival).await.ok()
    }

    /// Takes all that has come and was not waited for.
    pub fn take_seen(&mut self) -> Vec<Element> {
        self.seen.drain(..).collect()
    }

    /// Ends the stream in good order.
    pub async fn close(self) {
        // the server may be gone already
        let _ = timeout(SOON, self.inner.send_end()).await;
    }

    fn shown(&self) -> Vec<String> {
        self.seen.iter().map(String::from).collect()
    }
}

fn element(event: Option<Event>, jid: &FullJid) -> Element {
    match event {
        Some(Event::Stanza(Stanza::Iq(iq))) => iq.into(),
        Some(Event::Stanza(Stanza::Message(message))) => message.into(),
        Some(Event::Stanza(Stanza::Presence(presence))) => presence.into(),
        // a reconnect of its own
        Some(Event::Online { .. }) => Element::bare("online", "causeway:harness"),
        Some(Event::Disconnected(error)) => panic!("{jid} lost its stream: {error}"),
        None => panic!("{jid} has no stream any more"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
}

/// A client that writes strings. It logs in with SASL PLAIN, binds `raw` and sends presence.
pub struct RawClient {
    socket: TcpStream,
    read: String,
}

impl RawClient {
    /// Logs `user` (a local part) of `host` in on loopback.
    ///
    /// # Panics
    /// When that does not work within some seconds.
    pub async fn connect(user: &str, host: &str, password: &str, port: u16) -> Self {
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("the server's client port");
        let mut client = Self {
            socket,
            read: String::new(),
        };
        let header = format!(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams' to='{host}' version='1.0'>"
        );
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        let bind = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
                    <resource>raw</resource></bind></iq>";
        client.write(&header).await;
        client.wait_for("</stream:features>").await;
        client
            .write(&format!(
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>"
            ))
            .await;
        client.wait_for("<success").await;
        client.write(&header).await;
        client.wait_for("</stream:features>").await;
        client.write(bind).await;
        client.wait_for("</jid>").await;
        client.write("<presence/>").await;
        // our own presence comes back: from now on messages are for us
        client.wait_for("<presence").await;
        client.wait_for(">").await;
        client
    }

    /// Writes to the stream, as it is.
    ///
    /// # Panics
    /// When the stream is gone.
    pub async fn write(&mut self, text: &str) {
        self.socket
            .write_all(text.as_bytes())
            .await
            .expect("the stream takes it");
    }

    /// Reads until `text` has come, and returns all up to its end.
    ///
    /// # Panics
    /// When it does not come within some seconds.
    pub async fn wait_for(&mut self, text: &str) -> String {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            if let Some(place) = self.read.find(text) {
                let rest = self.read.split_off(place + text.len());
                return std::mem::replace(&mut self.read, rest);
            }
            let count = timeout(SOON, self.socket.read(&mut bytes)).await;
            let count = count.unwrap_or_else(|_| panic!("no {text:?} in time, only {:?}", self.read));
            let count = count.expect("the stream can be read");
            assert!(count > 0, "the stream ended before {text:?}: {:?}", self.read);
            self.read.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }
}
