//! One accepted stream: a reader, a writer and the requests open on it.

use std::sync::Arc;

use jid::Jid;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;
use tracing::{debug, warn};

use super::config::LinkConfig;
use super::connection::Input;
use super::error::{LinkError, SendError};
use super::incoming::{Incoming, Sorted, sort};
use super::iq::{IqError, Tracker, read_answer};
use super::ns;
use super::reader::StreamEvent;
use super::refused::{Refused, StanzaKind};
use super::writer::write_stanza;
use crate::xml::{Build as _, bare};

/// What waits for the socket.
pub(crate) enum Outgoing {
    /// A stanza, with its share of the queue's bytes, which is given back when this is dropped.
    Stanza {
        bytes: Vec<u8>,
        _share: OwnedSemaphorePermit,
    },
    /// A keep-alive ping of the link itself.
    Ping(Vec<u8>),
    /// End the stream behind what is queued.
    Close,
}

/// The sending side of one stream. Ends with it: whoever holds on to it gets errors.
pub(crate) struct Session {
    /// Counts up with every stream of a link.
    pub(crate) number: u64,
    pub(crate) tracker: Tracker,
    queue: mpsc::Sender<Outgoing>,
    bytes: Arc<Semaphore>,
    queue_bytes: usize,
}

impl Session {
    pub(crate) fn new(number: u64, config: &LinkConfig) -> (Arc<Self>, mpsc::Receiver<Outgoing>) {
        let (queue, outgoing) = mpsc::channel(config.queue_stanzas.max(1));
        let queue_bytes = config
            .queue_bytes
            .clamp(1, u32::MAX as usize)
            .min(Semaphore::MAX_PERMITS);
        let bytes = Arc::new(Semaphore::new(queue_bytes));
        (
            Arc::new(Self {
                number,
                tracker: Tracker::default(),
                queue,
                bytes,
                queue_bytes,
            }),
            outgoing,
        )
    }

    /// Queues a written stanza; waits while the queue is full.
    pub(crate) async fn push(&self, stanza: Vec<u8>) -> Result<(), SendError> {
        let share = u32::try_from(stanza.len().min(self.queue_bytes)).unwrap_or(u32::MAX);
        let share = Arc::clone(&self.bytes)
            .acquire_many_owned(share)
            .await
            .map_err(|_| SendError::Disconnected)?;
        self.queue
            .send(Outgoing::Stanza {
                bytes: stanza,
                _share: share,
            })
            .await
            .map_err(|_| SendError::Disconnected)
    }

    /// Asks for an orderly end.
    pub(crate) fn close(&self) {
        // a full queue means a peer that does not read: then there is nothing orderly to be had
        let _ = self.queue.try_send(Outgoing::Close);
    }

    /// The stream is gone.
    pub(crate) fn end(&self) {
        self.bytes.close();
        self.tracker.close();
    }

    fn ping(&self, config: &LinkConfig) {
        if let Ok(ping) = own_ping(config, &config.fresh_id()) {
            // a full queue is on its way to the server: traffic enough
            let _ = self.queue.try_send(Outgoing::Ping(ping));
        }
    }
}

/// A ping to ourselves: it comes back to us through the server, behind all we sent before.
///
/// Tried: Prosody 0.12.3 routes an IQ from the component's domain to the same domain back to the component, as a `get`
/// with the same id, needs no module for it and keeps the order. (A ping to the server's host works only where its host
/// name is known and mod_ping is loaded.) Seeing our own `get` again is the proof; nobody has to answer it.
pub(crate) fn own_ping(config: &LinkConfig, id: &str) -> Result<Vec<u8>, super::writer::Unwritable> {
    let iq = bare("iq", ns::CLIENT)
        .with("type", "get")
        .with("id", id)
        .with("from", config.domain())
        .with("to", config.domain())
        .child(bare("ping", ns::PING));
    write_stanza(&iq, config.domain())
}

/// Writes what is queued until the stream ends; whole batches at a time.
pub(crate) async fn write(
    config: &LinkConfig,
    mut socket: OwnedWriteHalf,
    mut queue: mpsc::Receiver<Outgoing>,
) -> LinkError {
    let mut batch = Vec::new();
    let mut bytes = Vec::new();
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let closing = gather(&batch, &mut bytes);
        match timeout(config.write_timeout, socket.write_all(&bytes)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return LinkError::io(&error),
            Err(_) => return LinkError::Silent,
        }
        // the shares go back here, when the socket has the bytes
        batch.clear();
        bytes.clear();
        bytes.shrink_to(KEEP_BYTES);
        if closing {
            let _ = socket.shutdown().await;
            return LinkError::Shutdown;
        }
    }
    LinkError::Shutdown
}

const BATCH: usize = 64;
const KEEP_BYTES: usize = 256 * 1024;

/// Joins a batch; `true` if the stream ends behind it.
fn gather(batch: &[Outgoing], bytes: &mut Vec<u8>) -> bool {
    for item in batch {
        match item {
            Outgoing::Stanza { bytes: stanza, .. } | Outgoing::Ping(stanza) => bytes.extend_from_slice(stanza),
            Outgoing::Close => {
                bytes.extend_from_slice(b"</stream:stream>");
                return true;
            }
        }
    }
    false
}

/// Reads until the stream ends. Any byte is a sign of life; silence is answered with a ping, and that with the end.
pub(crate) async fn read(
    config: &LinkConfig,
    session: &Session,
    input: &mut Input,
    incoming: &mpsc::Sender<Incoming>,
) -> LinkError {
    loop {
        match input.parsed() {
            Ok(Some(event)) => {
                if let Err(error) = take(config, session, event, incoming).await {
                    return error;
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => return error,
        }
        if let Err(error) = fill(config, session, input).await {
            return error;
        }
    }
}

async fn fill(config: &LinkConfig, session: &Session, input: &mut Input) -> Result<(), LinkError> {
    if let Ok(done) = timeout(config.idle, input.fill()).await {
        return done;
    }
    session.ping(config);
    timeout(config.ping_timeout, input.fill())
        .await
        .map_err(|_| LinkError::Silent)?
}

async fn take(
    config: &LinkConfig,
    session: &Session,
    event: StreamEvent,
    incoming: &mpsc::Sender<Incoming>,
) -> Result<(), LinkError> {
    let stanza = match event {
        StreamEvent::Closed => return Err(LinkError::Closed),
        StreamEvent::Opened { .. } => return Err(LinkError::Broken("a second stream header".into())),
        StreamEvent::Element(element) if element.is("error", ns::STREAM) => {
            return Err(LinkError::of_stream(&element));
        }
        StreamEvent::Element(element) => sort(element, config.domain()),
        StreamEvent::Refused(refused) => Err(refused),
    };
    let hand = match stanza {
        Ok(Sorted::Hand(stanza)) => stanza,
        Ok(Sorted::Answer { from, id, iq }) => {
            if !session.tracker.resolve(&from, &id, read_answer(iq)) {
                debug!(%from, id, "an answer nobody asked for, or not from whom was asked");
            }
            return Ok(());
        }
        Ok(Sorted::Echo { id }) => {
            session.tracker.resolve(&config.jid, &id, Ok(None));
            return Ok(());
        }
        Err(refused) => {
            warn!(from = refused.from, reason = refused.reason.code(), "stanza refused");
            fail_waiting(session, &refused);
            Incoming::Refused(refused)
        }
    };
    incoming.send(hand).await.map_err(|_| LinkError::Shutdown)
}

/// An answer that broke a limit still ends the wait for it.
fn fail_waiting(session: &Session, refused: &Refused) {
    if refused.kind == StanzaKind::Answer
        && let (Some(from), Some(id)) = (&refused.from, &refused.id)
        && let Ok(from) = from.parse::<Jid>()
    {
        session
            .tracker
            .resolve(&from, id, Err(IqError::AnswerRefused(refused.reason)));
    }
}
