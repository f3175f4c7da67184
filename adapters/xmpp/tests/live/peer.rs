//! A server that does what a test tells it, at the other end of a component stream.

use std::time::Duration;

use minidom::Element;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{BRIDGE, LIMIT};

/// The listener.
pub struct Peer {
    listener: TcpListener,
}

/// One stream.
pub struct Stream {
    socket: TcpStream,
    read: String,
}

impl Peer {
    pub async fn listen() -> Self {
        Self {
            listener: TcpListener::bind(("127.0.0.1", 0)).await.unwrap(),
        }
    }

    pub fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// Takes a component's stream and its handshake, whatever its secret.
    pub async fn accept(&self) -> Stream {
        let (socket, _) = timeout(LIMIT, self.listener.accept())
            .await
            .expect("a stream in time")
            .unwrap();
        let mut stream = Stream {
            socket,
            read: String::new(),
        };
        stream.fill_until("<stream:stream").await;
        stream
            .write(&format!(
                "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' \
                 xmlns:stream='http://etherx.jabber.org/streams' from='{BRIDGE}' id='s1'>"
            ))
            .await;
        stream.fill_until("</handshake>").await;
        stream.write("<handshake/>").await;
        stream
    }
}

impl Stream {
    pub async fn write(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next stanza that is neither the link's own ping, which is sent back as a server does, nor about what somebody
    /// shows of themselves, which is nothing.
    pub async fn next(&mut self) -> Element {
        timeout(LIMIT, self.stanza())
            .await
            .unwrap_or_else(|_| panic!("no stanza in time"))
    }

    /// The same, what is about profiles too.
    pub async fn next_of_any_sort(&mut self) -> Element {
        timeout(LIMIT, self.any_stanza())
            .await
            .unwrap_or_else(|_| panic!("no stanza in time"))
    }

    /// Whether nothing but pings comes for a while.
    pub async fn is_quiet(&mut self, limit: Duration) -> bool {
        timeout(limit, self.stanza()).await.is_err()
    }

    /// Answers a request with a result, or what `inner` holds as an error.
    pub async fn answer(&mut self, request: &Element, kind: &str, inner: &str) {
        let attribute = |name| request.attr(name).unwrap().replace('\'', "&apos;");
        let (id, from, to) = (attribute("id"), attribute("to"), attribute("from"));
        self.write(&format!(
            "<iq type='{kind}' id='{id}' from='{from}' to='{to}'>{inner}</iq>"
        ))
        .await;
    }

    async fn stanza(&mut self) -> Element {
        loop {
            let stanza = self.any_stanza().await;
            if !is_about_a_profile(&stanza) {
                return stanza;
            }
            let none = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
            self.answer(&stanza, "error", none).await;
        }
    }

    async fn any_stanza(&mut self) -> Element {
        loop {
            if let Some(end) = end_of_first(&self.read) {
                let text: String = self.read.drain(..end).collect();
                let wrapped = format!("<w xmlns='jabber:component:accept'>{text}</w>");
                let wrapped: Element = wrapped.parse().unwrap_or_else(|error| panic!("{error}: {text}"));
                let stanza = wrapped.children().next().unwrap().clone();
                if stanza.attr("from") == stanza.attr("to") {
                    self.write(&text).await;
                    continue;
                }
                return stanza;
            }
            self.fill().await;
        }
    }

    async fn fill(&mut self) {
        let mut bytes = vec![0; 16 * 1024];
        let count = self.socket.read(&mut bytes).await.unwrap();
        assert!(count > 0, "the stream ended: {:?}", self.read);
        self.read.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }

    /// Drops what comes before and with `text`, and the rest of its tag.
    async fn fill_until(&mut self, text: &str) {
        loop {
            if let Some(place) = self.read.find(text) {
                let rest = &self.read[place + text.len()..];
                if let Some(end) = if text.ends_with('>') {
                    Some(0)
                } else {
                    rest.find('>').map(|end| end + 1)
                } {
                    self.read = rest[end..].to_owned();
                    return;
                }
            }
            timeout(LIMIT, self.fill()).await.expect("the handshake in time");
        }
    }
}

fn is_about_a_profile(stanza: &Element) -> bool {
    let text = String::from(stanza);
    let nodes = [
        "urn:xmpp:avatar:metadata",
        "http://jabber.org/protocol/nick",
        "urn:xmpp:vcard4",
    ];
    stanza.name() == "iq" && (text.contains("vcard-temp") || nodes.iter().any(|node| text.contains(node)))
}

/// Where the first element ends: the link's writer escapes every `<` and `>` that is not of a tag.
fn end_of_first(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut at = text.find('<')?;
    loop {
        let end = at + text[at..].find('>')? + 1;
        match &text[at..end] {
            tag if tag.starts_with("</") => depth -= 1,
            tag if tag.ends_with("/>") => {}
            _ => depth += 1,
        }
        if depth == 0 {
            return Some(end);
        }
        at = end + text[end..].find('<')?;
    }
}
