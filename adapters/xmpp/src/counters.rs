//! Counts of stanzas: the stanza economy, told by what became of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many stanzas had one end, since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stanzas {
    /// What became of them, in kebab-case.
    pub kind: &'static str,
    /// Whether somebody was served by them. The others are the price: what was not for us, came again, or only proves
    /// that something arrived.
    pub useful: bool,
    /// How many.
    pub count: u64,
}

macro_rules! counters {
    ($($(#[$doc:meta])* $field:ident = $name:literal, $useful:ident;)+) => {
        /// Counts since the start.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $($(#[$doc])* pub(crate) $field: Count,)+
        }

        impl Counters {
            /// All of them.
            pub(crate) fn all(&self) -> Vec<Stanzas> {
                vec![$(Stanzas { kind: $name, useful: counters!(@ $useful), count: self.$field.get() },)+]
            }
        }
    };
    (@ useful) => { true };
    (@ useless) => { false };
}

counters! {
    /// Requests answered.
    requests = "requests", useful;
    /// Requests not taken because too many were in work.
    requests_turned_away = "requests-turned-away", useless;
    /// Events that became a wire.
    events_taken = "events-taken", useful;
    /// Events of what was known already.
    events_duplicate = "events-duplicate", useless;
    /// Events of our own doing.
    events_echo = "events-echo", useless;
    /// Events from services that nobody asked.
    events_unwatched = "events-unwatched", useless;
    /// Events whose author cannot be proved.
    events_unproven = "events-unproven", useless;
    /// Events put off to the next catch-up.
    events_put_off = "events-put-off", useless;
    /// Messages that were commands.
    commands = "commands", useful;
    /// Messages that say nothing to us.
    messages_ignored = "messages-ignored", useless;
    /// Presence that asks for nothing.
    presence_ignored = "presence-ignored", useless;
    /// Stanzas in our own name from outside.
    forged = "forged", useless;
    /// Stanzas that broke a limit or their grammar.
    refused = "refused", useless;
    /// Events, publications and retractions that arrived.
    deliveries = "deliveries", useful;
    /// Barriers that these shared: pings behind them.
    barriers = "barriers", useless;
    /// Answers lost because too many waited.
    answers_lost = "answers-lost", useless;
}

/// A count that only grows; clones are the same count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count(Arc<AtomicU64>);

impl Count {
    /// One more.
    pub(crate) fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub(crate) fn add(&self, more: usize) {
        self.0
            .fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
