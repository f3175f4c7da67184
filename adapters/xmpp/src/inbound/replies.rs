//! Answers on their way out, so that whoever reads need not wait for the socket.

use std::sync::Arc;

use minidom::Element;
use tokio::sync::mpsc;

use crate::Xmpp;
use crate::error::no;
use crate::link::{Condition, SendError};
use crate::stanza::CLIENT;
use crate::xml::{Build, attr, bare};

/// Answers that wait at most; beyond that they are lost, and whoever asked gives up waiting.
const WAITING: usize = 4_096;

/// The way out for answers.
#[derive(Clone)]
pub(super) struct Replies {
    xmpp: Arc<Xmpp>,
    queue: mpsc::Sender<Element>,
}

impl Replies {
    /// The way out, and the work behind it.
    pub(super) fn new(xmpp: Arc<Xmpp>) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, waiting) = mpsc::channel(WAITING);
        (
            Self {
                xmpp: Arc::clone(&xmpp),
                queue,
            },
            pump(xmpp, waiting),
        )
    }

    /// Puts an answer there. Never waits.
    pub(super) fn put(&self, stanza: Element) {
        if self.queue.try_send(stanza).is_err() {
            self.xmpp.counters.answers_lost.one();
        }
    }
}

async fn pump(xmpp: Arc<Xmpp>, mut waiting: mpsc::Receiver<Element>) {
    while let Some(stanza) = waiting.recv().await {
        let sent = xmpp.link.send(std::slice::from_ref(&stanza)).await;
        match sent {
            Ok(_) => {}
            // an answer to a request of a stream that is gone: whoever asked was told by the server
            Err(SendError::Disconnected) => xmpp.counters.answers_lost.one(),
            Err(SendError::Unwritable { reason, .. }) => {
                tracing::warn!(%reason, to = stanza.attr("to"), "an answer cannot be written");
                if let Some(error) = instead(&stanza) {
                    let _sent = xmpp.link.send(&[error]).await;
                }
            }
        }
    }
}

/// A request is owed an answer, even where the real one cannot be written.
fn instead(stanza: &Element) -> Option<Element> {
    if stanza.name() != "iq" {
        return None;
    }
    let error = no(
        Condition::ResourceConstraint,
        "too-large: the answer does not fit a stanza",
    );
    Some(
        bare("iq", CLIENT)
            .with("type", "error")
            .with_opt("id", attr(stanza, "id"))
            .with_opt("from", attr(stanza, "from"))
            .with_opt("to", attr(stanza, "to"))
            .child(error.to_element()),
    )
}
