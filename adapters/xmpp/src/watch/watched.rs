//! A watched node: what happened there is handed in, and marked.

use std::time::Duration;

use causeway_core::adapter::Context;
use causeway_core::id::ActorId;
use causeway_core::ports::{Viewer, Watch};
use causeway_core::refusal::Refusal;

use super::mark::{Mark, hash};
use crate::author::author_of;
use crate::ids::{self, Item, Place};
use crate::thread::Thread;
use crate::wire::atom::AtomEntry;
use crate::wire::envelope::{Envelope, How};
use crate::wire::item::{PubsubItem, retract};
use crate::{Xmpp, inbound};

/// How long the comments on a post are watched after the last one.
// PRODUCT: XMPP side, "Threads"
pub(super) const THREAD: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a thread is watched whose post is not known to be bridged yet.
const BEGINS: Duration = Duration::from_secs(600);

/// A node, and for whom it is watched.
#[derive(Clone, Copy)]
pub(crate) struct Watched<'a> {
    pub(crate) xmpp: &'a Xmpp,
    pub(crate) context: &'a Context,
    pub(crate) place: &'a Place,
    pub(crate) watch: &'a Watch,
}

impl Watched<'_> {
    /// An item that is new or changed, read by a stranger: so everybody may.
    ///
    /// # Errors
    /// `Retry` when it could not be stored.
    pub(super) async fn read(&self, item: &PubsubItem, known: Option<Mark>) -> Result<(), Refusal> {
        let envelope = Envelope {
            open: true,
            ..self.envelope(How::Read, item.publisher.clone())
        };
        match author_of(
            &self.xmpp.config,
            self.place,
            How::Read,
            item.publisher.as_deref(),
            None,
        ) {
            Ok(author) => {
                self.taken(author, item, known.as_ref(), &envelope).await?;
                self.mark(item, known).await
            }
            // in a node where anybody may publish, what is read later proves nothing
            Err(refusal) => {
                self.xmpp.counters.events_unproven.one();
                tracing::debug!(%refusal, place = self.place.uri(), id = item.id, "read and not taken");
                self.marked(item, known, true).await
            }
        }
    }

    /// Hands in an item. The same state of an item after the same other state is the same wire, however it came and how
    /// often.
    ///
    /// # Errors
    /// `Retry` when it could not be stored.
    pub(crate) async fn taken(
        &self,
        author: ActorId,
        item: &PubsubItem,
        known: Option<&Mark>,
        envelope: &Envelope,
    ) -> Result<(), Refusal> {
        let id = item.id.as_deref().unwrap_or_default();
        let state = item.payload.as_ref().map(hash).unwrap_or_default();
        let wire_id = format!("{} {state} after {}", self.uri(id), before(known));
        let wire = inbound::wire(
            author.clone(),
            wire_id,
            item.to_element(),
            envelope,
            self.context.clock.now(),
        )?;
        self.context.ingest.ingest(wire).await?;
        self.xmpp.counters.events_taken.one();
        self.go_on(&author, item).await
    }

    /// Marks an item as it stands there now.
    ///
    /// # Errors
    /// `Retry` when it could not be written.
    pub(crate) async fn mark(&self, item: &PubsubItem, known: Option<Mark>) -> Result<(), Refusal> {
        self.marked(item, known, false).await
    }

    async fn marked(&self, item: &PubsubItem, known: Option<Mark>, unproven: bool) -> Result<(), Refusal> {
        let (Some(id), Some(payload)) = (&item.id, &item.payload) else {
            return Ok(());
        };
        let now = self.xmpp.keeper.tick(self.context.clock.now(), &self.watch.seen);
        let mark = Mark {
            id: id.clone(),
            hash: hash(payload),
            first: known.as_ref().map_or(now, |mark| mark.first),
            last: now,
            lost: false,
            unproven,
        };
        let old: Vec<_> = known
            .iter()
            .map(Mark::name)
            .filter(|name| *name != mark.name())
            .collect();
        self.context
            .watches
            .mark(&self.place.id(), &[mark.stored()], &old)
            .await
    }

    /// Hands in that an item was taken away, and unmarks it. In a node where anybody may publish the one who wrote it is
    /// who is stored as its author; what nobody here knows, nobody here needs to forget.
    ///
    /// # Errors
    /// `Retry` when it could not be stored.
    pub(crate) async fn gone(&self, id: &str, known: Option<&Mark>, how: How) -> Result<(), Refusal> {
        match self.writer(id).await? {
            Some((author, publisher)) if !self.xmpp.is_ours(author.as_str()) => {
                let wire_id = format!("{} gone after {}", self.uri(id), before(known));
                let envelope = self.envelope(how, publisher);
                let wire = inbound::wire(author, wire_id, retract(id), &envelope, self.context.clock.now())?;
                self.context.ingest.ingest(wire).await?;
                self.xmpp.counters.events_taken.one();
            }
            // what we took away ourselves comes back
            Some(_) | None => self.xmpp.counters.events_echo.one(),
        }
        match known {
            Some(mark) => self.context.watches.mark(&self.place.id(), &[], &[mark.name()]).await,
            None => Ok(()),
        }
    }

    /// What came with an item of this node.
    pub(crate) fn envelope(&self, how: How, publisher: Option<String>) -> Envelope {
        Envelope {
            how,
            service: Some(self.place.service().to_owned()),
            node: Some(self.place.node().to_owned()),
            publisher,
            ..Envelope::default()
        }
    }

    /// Who wrote an item, and what to say of that in an envelope.
    async fn writer(&self, id: &str) -> Result<Option<(ActorId, Option<String>)>, Refusal> {
        if let Ok(owner) = author_of(&self.xmpp.config, self.place, How::Event, None, None) {
            return Ok(Some((owner, None)));
        }
        let Some(item) = self.place.item(id) else {
            return Ok(None);
        };
        let reads = &self.context.reads;
        let view = reads.object(&Viewer::Anyone, &item.object(), &ids::NETWORK).await?;
        let author = view.filter(|view| view.payload.is_some()).map(|view| view.author.actor);
        Ok(author.map(|author| (author.clone(), Some(author.as_str().to_owned()))))
    }

    /// A thread that goes on is watched longer; a post begins one, where it names a place for it.
    async fn go_on(&self, author: &ActorId, item: &PubsubItem) -> Result<(), Refusal> {
        let now = self.context.clock.now();
        if self.place.is_comments() {
            let until = Some(now.plus(THREAD));
            return self
                .context
                .watches
                .want(&self.place.id(), &self.watch.actor, until)
                .await;
        }
        let post = item.id.as_deref().and_then(|id| self.place.item(id));
        let thread = post.and_then(|post| Some((self.thread_of(&post, author, item)?, post)));
        if let Some((thread, post)) = thread {
            // written down at once: a thread that begins while this process ends is looked at by the next one
            if self.context.watches.watch(&thread.id()).await?.is_none() {
                let until = Some(now.plus(BEGINS));
                self.context
                    .watches
                    .want(&thread.id(), &self.watch.actor, until)
                    .await?;
            }
            self.xmpp
                .keeper
                .threads
                .expect(thread.id(), post.object(), self.watch.actor.clone(), now);
        }
        Ok(())
    }

    /// Where the comments on a post are gathered. A repost's are the original's and none of ours to watch.
    // XEP-0277 §2.7
    fn thread_of(&self, post: &Item, author: &ActorId, item: &PubsubItem) -> Option<Place> {
        let entry = AtomEntry::from_element(item.payload.as_ref()?)?;
        if entry.links("via").next().is_some() {
            return None;
        }
        Thread::of(&self.xmpp.config, post, author, &entry).place()
    }

    fn uri(&self, id: &str) -> String {
        self.place.item(id).map(|item| item.uri()).unwrap_or_default()
    }
}

fn before(known: Option<&Mark>) -> String {
    known.map_or_else(|| "nothing".to_owned(), Mark::state)
}
