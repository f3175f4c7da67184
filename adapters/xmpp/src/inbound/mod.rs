//! What comes in: the reader hands each stanza to a lane and never waits for an answer itself.
//!
//! # Layout
//! * [`run`]: the reader. `replies`: answers on their way out. `attest`: wires of what the server vouches for.
//! * `event`: what watched nodes tell. `presence`: contacts in rosters.

mod attest;
mod event;
mod presence;
mod replies;

pub(crate) use attest::{authenticate, wire};

use std::sync::Arc;

use causeway_core::adapter::Context;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use self::replies::Replies;
use crate::error::no;
use crate::lanes::Lanes;
use crate::link::{Condition, Incoming, LinkTask, Request, Stanza};
use crate::wire::item::PUBSUB_EVENT;
use crate::{Xmpp, chat, ids, service, watch};

/// Stanzas in work or waiting at most.
const AT_ONCE: usize = 2_048;
/// Requests to read of one person in work at once.
const READS_AT_ONCE: u32 = 8;

/// Reads until shutdown.
pub(crate) async fn run(xmpp: Arc<Xmpp>, context: Context, task: LinkTask, mut incoming: mpsc::Receiver<Incoming>) {
    let (replies, pump) = Replies::new(Arc::clone(&xmpp));
    let mut tasks = JoinSet::new();
    tasks.spawn(pump);
    tasks.spawn(watch::keep(Arc::clone(&xmpp), context.clone()));
    let shutdown = context.shutdown.clone();
    let mut link = tokio::spawn(async move { task.run(shutdown.requested()).await });
    let desk = Desk {
        xmpp,
        context,
        replies,
        lanes: Lanes::new(AT_ONCE),
    };
    loop {
        tokio::select! {
            // the link ends behind what is queued, and what still comes is read so that it can
            _ = &mut link => break,
            stanza = incoming.recv() => match stanza {
                Some(stanza) if !desk.context.shutdown.is_requested() => desk.take(stanza),
                Some(_) => {}
                None => break,
            },
        }
    }
}

/// Where stanzas are handed out.
struct Desk {
    xmpp: Arc<Xmpp>,
    context: Context,
    replies: Replies,
    lanes: Lanes,
}

impl Desk {
    fn take(&self, stanza: Incoming) {
        match stanza {
            Incoming::Request(request) if self.xmpp.is_ours(request.from.domain().as_str()) => self.forged(),
            Incoming::Message(stanza) | Incoming::Presence(stanza)
                if self.xmpp.is_ours(stanza.from.domain().as_str()) =>
            {
                self.forged();
            }
            Incoming::Request(request) => self.request(request),
            Incoming::Message(stanza) => self.message(stanza),
            Incoming::Presence(stanza) => self.presence(stanza),
            Incoming::Refused(refused) => {
                self.xmpp.counters.refused.one();
                if let Some(reply) = refused.reply() {
                    self.replies.put(reply);
                }
            }
        }
    }

    /// A server routes nothing to us that says it is from us.
    // security.md row 7
    fn forged(&self) {
        self.xmpp.counters.forged.one();
    }

    /// What one person changes is done in order; what they read, side by side.
    fn request(&self, request: Request) {
        let sender = ids::bare(request.from.as_str());
        let key = match request.is_set {
            true => format!("set {sender}"),
            false => format!("get {} {sender}", spread(&request.id)),
        };
        let (xmpp, context, replies) = (Arc::clone(&self.xmpp), self.context.clone(), self.replies.clone());
        let refused = request.error(&no(Condition::ResourceConstraint, "rate-limited: too much at once"));
        let job = async move {
            let answer = service::answer(&xmpp, &context, &request).await;
            xmpp.counters.requests.one();
            replies.put(answer);
        };
        if !self.lanes.put(&key, Box::pin(job)) {
            self.xmpp.counters.requests_turned_away.one();
            self.replies.put(refused);
        }
    }

    fn message(&self, stanza: Stanza) {
        let spoken = matches!(stanza.kind.as_deref(), None | Some("normal" | "chat" | "headline"));
        if !spoken {
            return self.xmpp.counters.messages_ignored.one();
        }
        if stanza.element.has_child("event", PUBSUB_EVENT) {
            return self.event(stanza);
        }
        if stanza.kind.as_deref() == Some("headline") {
            return self.xmpp.counters.messages_ignored.one();
        }
        let key = format!("chat {}", ids::bare(stanza.from.as_str()));
        let (xmpp, context) = (Arc::clone(&self.xmpp), self.context.clone());
        let job = async move { chat::answer(&xmpp, &context, &stanza).await };
        if !self.lanes.put(&key, Box::pin(job)) {
            self.xmpp.counters.messages_ignored.one();
        }
    }

    /// Events of one service in order; those that do not fit are read again by the next catch-up.
    fn event(&self, stanza: Stanza) {
        let service = ids::bare(stanza.from.as_str()).to_owned();
        let (xmpp, context) = (Arc::clone(&self.xmpp), self.context.clone());
        let job = async move { event::take(&xmpp, &context, &stanza).await };
        if !self.lanes.put(&format!("event {service}"), Box::pin(job)) {
            self.xmpp.counters.events_put_off.one();
            self.xmpp.keeper.behind(&service);
        }
    }

    fn presence(&self, stanza: Stanza) {
        if !matches!(stanza.kind.as_deref(), Some("subscribe" | "unsubscribe")) {
            return self.xmpp.counters.presence_ignored.one();
        }
        let key = format!("set {}", ids::bare(stanza.from.as_str()));
        let (xmpp, context, replies) = (Arc::clone(&self.xmpp), self.context.clone(), self.replies.clone());
        let job = async move {
            for reply in presence::answer(&xmpp, &context, &stanza).await {
                replies.put(reply);
            }
        };
        if !self.lanes.put(&key, Box::pin(job)) {
            self.xmpp.counters.presence_ignored.one();
        }
    }
}

/// One of [`READS_AT_ONCE`] lanes.
fn spread(id: &str) -> u32 {
    id.bytes()
        .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
        % READS_AT_ONCE
}
