//! The handle others hold.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jid::Jid;
use minidom::Element;
use tokio::sync::{mpsc, watch};

use super::config::LinkConfig;
use super::error::{BarrierError, LinkError, SendError};
use super::incoming::Incoming;
use super::iq::{IqError, Query};
use super::session::{Session, own_ping};
use super::task::LinkTask;
use super::writer::{Unwritable, write_stanza};

/// Whether there is a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// On the way.
    Connecting,
    /// Up. A change of the number means that stanzas may have been missed: catch up.
    Connected {
        /// Counts the link's streams, from 1.
        session: u64,
    },
    /// Down, with a pause before the next attempt.
    Disconnected {
        /// Why.
        error: LinkError,
        /// The pause.
        retry_in: Duration,
    },
    /// The task has ended.
    Stopped,
}

/// The stream a batch went out on; [`Link::barrier`] wants it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "sent is not yet arrived: a barrier tells"]
pub struct Sent {
    session: u64,
}

/// A component link. Clones share it.
#[derive(Clone)]
pub struct Link {
    shared: Arc<Shared>,
}

impl Link {
    /// A link, the task that keeps it up, and the stanzas that come in.
    ///
    /// Whoever reads the receiver must not itself wait for [`Link::iq`], [`Link::barrier`] or [`Link::send`]: their
    /// answers come over the same stream, and nothing is read while the receiver is full. Hand the work to tasks.
    #[must_use]
    pub fn new(config: LinkConfig) -> (Self, LinkTask, mpsc::Receiver<Incoming>) {
        let (sender, receiver) = mpsc::channel(config.incoming_stanzas.max(1));
        let (state, _) = watch::channel(LinkState::Connecting);
        let shared = Arc::new(Shared {
            config,
            state,
            session: Mutex::new(None),
        });
        (
            Self {
                shared: Arc::clone(&shared),
            },
            LinkTask::new(shared, sender),
            receiver,
        )
    }

    /// The component's own JID.
    #[must_use]
    pub fn jid(&self) -> &Jid {
        &self.shared.config.jid
    }

    /// Watches the stream come and go.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<LinkState> {
        self.shared.state.subscribe()
    }

    /// Waits for a stream; returns its number, or `None` when the task has ended.
    pub async fn connected(&self) -> Option<u64> {
        let mut state = self.state();
        loop {
            match &*state.borrow_and_update() {
                LinkState::Connected { session } => return Some(*session),
                LinkState::Stopped => return None,
                LinkState::Connecting | LinkState::Disconnected { .. } => {}
            }
            state.changed().await.ok()?;
        }
    }

    /// Queues a batch on the stream, in order. Waits while the queue is full.
    ///
    /// Characters that XML forbids become U+FFFD, a missing `from` becomes our domain. Queued is not arrived: pass what
    /// comes back to [`Link::barrier`], or use [`Link::deliver`].
    ///
    /// # Errors
    /// [`SendError::Unwritable`] before anything is sent; [`SendError::Disconnected`] when the stream is not there or
    /// breaks meanwhile, then all of the batch has to be sent again.
    pub async fn send(&self, batch: &[Element]) -> Result<Sent, SendError> {
        let stanzas = batch
            .iter()
            .enumerate()
            .map(|(index, stanza)| {
                self.write(stanza)
                    .map_err(|reason| SendError::Unwritable { index, reason })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let session = self.shared.session().ok_or(SendError::Disconnected)?;
        for stanza in stanzas {
            session.push(stanza).await?;
        }
        Ok(Sent {
            session: session.number,
        })
    }

    /// Whether the stanza could be sent, and in how many bytes.
    ///
    /// # Errors
    /// [`Unwritable`], as [`Link::send`] would say.
    pub fn measure(&self, stanza: &Element) -> Result<usize, Unwritable> {
        self.write(stanza).map(|bytes| bytes.len())
    }

    /// Waits until the server has processed all that was sent before: XEP-0114 has no acknowledgement, so a ping to
    /// ourselves (XEP-0199) goes behind it on the same stream and comes back in order.
    ///
    /// # Errors
    /// [`BarrierError`]: the batch may have arrived or not, send it again under the same ids.
    pub async fn barrier(&self, sent: Sent) -> Result<(), BarrierError> {
        let config = &self.shared.config;
        let session = self.shared.session().filter(|session| session.number == sent.session);
        let session = session.ok_or(BarrierError::Disconnected)?;
        let id = config.fresh_id();
        let ticket = session
            .tracker
            .expect(&id, config.jid.clone())
            .ok_or(BarrierError::Disconnected)?;
        let ping = own_ping(config, &id).map_err(|_| BarrierError::Disconnected)?;
        session.push(ping).await.map_err(|_| BarrierError::Disconnected)?;
        match ticket.wait(config.barrier_timeout).await {
            // an error has come round as well
            Ok(_) | Err(IqError::Fault(_) | IqError::AnswerRefused(_)) => Ok(()),
            Err(IqError::Timeout) => Err(BarrierError::Timeout),
            Err(IqError::Disconnected | IqError::NotSent(_)) => Err(BarrierError::Disconnected),
        }
    }

    /// [`Link::send`] and [`Link::barrier`] in one: `Ok` means that the server has processed the batch.
    ///
    /// # Errors
    /// [`DeliverError`]; unless it names an unwritable stanza, send the batch again under the same ids.
    pub async fn deliver(&self, batch: &[Element]) -> Result<(), DeliverError> {
        let sent = self.send(batch).await?;
        Ok(self.barrier(sent).await?)
    }

    /// Asks, and waits for the answer: the child of the result, if it has one.
    ///
    /// # Errors
    /// [`IqError`]. An error without `<error/>` counts as `undefined-condition`.
    pub async fn iq(&self, query: Query) -> Result<Option<Element>, IqError> {
        let config = &self.shared.config;
        let session = self.shared.session().ok_or(SendError::Disconnected)?;
        let limit = query.timeout.unwrap_or(config.iq_timeout);
        let id = config.fresh_id();
        let ticket = session
            .tracker
            .expect(&id, query.to.clone())
            .ok_or(IqError::Disconnected)?;
        let stanza = self
            .write(&query.into_stanza(&id))
            .map_err(|reason| SendError::Unwritable { index: 0, reason })?;
        session.push(stanza).await?;
        ticket.wait(limit).await
    }

    fn write(&self, stanza: &Element) -> Result<Vec<u8>, Unwritable> {
        let config = &self.shared.config;
        check_addresses(stanza, config.domain())?;
        let bytes = write_stanza(stanza, config.domain())?;
        if bytes.len() > config.max_outgoing_bytes {
            return Err(Unwritable::TooBig { bytes: bytes.len() });
        }
        Ok(bytes)
    }
}

/// Prosody ends the stream of a component that sends `from` elsewhere (`validate_from_addresses`).
fn check_addresses(stanza: &Element, domain: &str) -> Result<(), Unwritable> {
    if let Some(from) = stanza.attr("from") {
        let from: Jid = from.parse().map_err(|_| Unwritable::ForeignSender)?;
        if from.domain().as_str() != domain {
            return Err(Unwritable::ForeignSender);
        }
    }
    let to = stanza.attr("to").ok_or(Unwritable::NoAddress)?;
    to.parse::<Jid>().map_err(|_| Unwritable::NoAddress)?;
    match stanza.name() {
        "message" | "presence" | "iq" => Ok(()),
        _ => Err(Unwritable::NotAStanza),
    }
}

/// Why [`Link::deliver`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// Not sent, or not all.
    #[error(transparent)]
    Send(#[from] SendError),
    /// Sent, and not known to have arrived.
    #[error(transparent)]
    Barrier(#[from] BarrierError),
}

/// What handle and task share.
pub(crate) struct Shared {
    pub(crate) config: LinkConfig,
    state: watch::Sender<LinkState>,
    session: Mutex<Option<Arc<Session>>>,
}

impl Shared {
    pub(crate) fn set(&self, state: LinkState) {
        self.state.send_replace(state);
    }

    pub(crate) fn begin(&self, session: &Arc<Session>) {
        *self.current() = Some(Arc::clone(session));
        self.set(LinkState::Connected {
            session: session.number,
        });
    }

    pub(crate) fn end(&self) {
        *self.current() = None;
    }

    pub(crate) fn close(&self) {
        if let Some(session) = self.session() {
            session.close();
        }
    }

    fn session(&self) -> Option<Arc<Session>> {
        self.current().clone()
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
