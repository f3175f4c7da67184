//! Counts of stanzas: the stanza economy, told by what became of each.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $field:ident = $name:literal,)+) => {
        /// Counts since the start.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $($(#[$doc])* pub(crate) $field: Count,)+
        }

        impl Counters {
            /// All of them, by name.
            pub(crate) fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$(($name, self.$field.get()),)+]
            }
        }
    };
}

counters! {
    /// Requests answered.
    requests = "requests",
    /// Requests not taken because too many were in work.
    requests_turned_away = "requests-turned-away",
    /// Events that became a wire.
    events_taken = "events-taken",
    /// Events of what was known already.
    events_duplicate = "events-duplicate",
    /// Events of our own doing.
    events_echo = "events-echo",
    /// Events from services that nobody asked.
    events_unwatched = "events-unwatched",
    /// Events whose author cannot be proved.
    events_unproven = "events-unproven",
    /// Events put off to the next catch-up.
    events_put_off = "events-put-off",
    /// Messages that were commands.
    commands = "commands",
    /// Messages that say nothing to us.
    messages_ignored = "messages-ignored",
    /// Presence that asks for nothing.
    presence_ignored = "presence-ignored",
    /// Stanzas in our own name from outside.
    forged = "forged",
    /// Stanzas that broke a limit or their grammar.
    refused = "refused",
    /// Events, publications and retractions sent.
    deliveries = "deliveries",
    /// Barriers that these shared.
    barriers = "barriers",
    /// Answers lost because too many waited.
    answers_lost = "answers-lost",
}

/// A count that only grows.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

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
