//! Requests of ours that wait for an answer.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jid::Jid;
use minidom::Element;
use tokio::sync::oneshot;

use super::error::SendError;
use super::fault::Fault;
use super::guard::Reason;
use super::ns;
use crate::xml::{Build as _, bare};

/// A request to send.
#[derive(Debug, Clone)]
pub struct Query {
    /// Inside our domain.
    pub from: Jid,
    /// Whom to ask; only this address may answer.
    pub to: Jid,
    /// `set` rather than `get`.
    pub is_set: bool,
    /// The one child.
    pub payload: Element,
    /// How long to wait; `None` for [`super::LinkConfig::iq_timeout`].
    pub timeout: Option<Duration>,
}

impl Query {
    /// A `get`.
    #[must_use]
    pub fn get(from: Jid, to: Jid, payload: Element) -> Self {
        Self {
            from,
            to,
            is_set: false,
            payload,
            timeout: None,
        }
    }

    /// A `set`.
    #[must_use]
    pub fn set(from: Jid, to: Jid, payload: Element) -> Self {
        Self {
            from,
            to,
            is_set: true,
            payload,
            timeout: None,
        }
    }

    /// The same with its own time limit.
    #[must_use]
    pub fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(crate) fn into_stanza(self, id: &str) -> Element {
        bare("iq", ns::CLIENT)
            .with("type", if self.is_set { "set" } else { "get" })
            .with("id", id)
            .with("from", self.from.as_str())
            .with("to", self.to.as_str())
            .child(self.payload)
    }
}

/// Why a request has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IqError {
    /// The other side said no.
    #[error("{0}")]
    Fault(Fault),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The stream broke before the answer; the request may have been done or not.
    #[error("the stream broke")]
    Disconnected,
    /// It was not sent.
    #[error("not sent: {0}")]
    NotSent(#[from] SendError),
    /// An answer came and broke a limit.
    #[error("the answer was refused: {0}")]
    AnswerRefused(Reason),
}

impl IqError {
    /// The error the other side gave.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Timeout | Self::Disconnected | Self::NotSent(_) | Self::AnswerRefused(_) => None,
        }
    }
}

pub(crate) type Answer = Result<Option<Element>, IqError>;

/// The open requests of one session.
#[derive(Debug, Default)]
pub(crate) struct Tracker(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    closed: bool,
    open: HashMap<String, (Jid, oneshot::Sender<Answer>)>,
}

/// Forgets the request when its caller goes away.
#[derive(Debug)]
pub(crate) struct Ticket<'a> {
    tracker: &'a Tracker,
    id: String,
    answer: oneshot::Receiver<Answer>,
}

impl Tracker {
    /// Expects an answer with `id` from `peer`; `None` when the session is over.
    pub(crate) fn expect(&self, id: &str, peer: Jid) -> Option<Ticket<'_>> {
        let (sender, answer) = oneshot::channel();
        let mut waiting = self.lock();
        if waiting.closed {
            return None;
        }
        waiting.open.insert(id.to_owned(), (peer, sender));
        Some(Ticket {
            tracker: self,
            id: id.to_owned(),
            answer,
        })
    }

    /// Hands an answer over. `false` if nobody waits for that id from that address.
    pub(crate) fn resolve(&self, from: &Jid, id: &str, answer: Answer) -> bool {
        let mut waiting = self.lock();
        if waiting.open.get(id).is_none_or(|(peer, _)| peer != from) {
            return false;
        }
        match waiting.open.remove(id) {
            Some((_, sender)) => sender.send(answer).is_ok(),
            None => false,
        }
    }

    /// The session is over: everybody who waits is told, and nobody may wait any more.
    pub(crate) fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.open.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket<'_> {
    pub(crate) async fn wait(mut self, limit: Duration) -> Answer {
        match tokio::time::timeout(limit, &mut self.answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(IqError::Disconnected),
            Err(_) => Err(IqError::Timeout),
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.tracker.lock().open.remove(&self.id);
    }
}

/// What an answer stanza says.
pub(crate) fn read_answer(mut iq: Element) -> Answer {
    if iq.attr("type") == Some("error") {
        return Err(IqError::Fault(Fault::of_stanza(&iq)));
    }
    Ok(iq.unshift_child())
}
