//! Load: a peer server of many actors with one key, requests signed beforehand, and what is measured of a bridge.

mod crowd;
mod fanout;
mod figures;
mod idle;
mod inbound;
mod sender;

use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

pub use figures::{Figure, Goal, Table};

use crate::prosody::Prosody;

/// No step may take longer: a run ends by itself, whatever happens.
const LIMIT: Duration = Duration::from_secs(600);

/// Sizes of one run.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// How often what is cheap to repeat is repeated; the median counts.
    pub rounds: usize,
    /// Activities sent to the inbox as fast as it takes them, in each round.
    pub inbound: usize,
    /// Actors that send them.
    pub actors: usize,
    /// Requests under way at once.
    pub at_once: usize,
    /// Activities sent at 100 a second, for the time until an XMPP subscriber sees them.
    pub paced: usize,
    /// Inboxes that one local post goes to.
    pub inboxes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            rounds: 3,
            inbound: 20_000,
            actors: 50,
            at_once: 32,
            paced: 500,
            inboxes: 500,
        }
    }
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Cold start and idle memory.
    Idle,
    /// Activities to the inbox.
    Inbound,
    /// One post to many inboxes.
    Fanout,
}

impl Step {
    /// All, in the order they are measured.
    pub const ALL: [Self; 3] = [Self::Idle, Self::Inbound, Self::Fanout];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Inbound => "inbound",
            Self::Fanout => "fanout",
        }
    }
}

/// Measures the bridge built at `program`, saying what is under way.
///
/// # Panics
/// When something that should work does not, or not in time.
pub async fn measure(program: &Path, sizes: Sizes, steps: &[Step], table: &mut Table) {
    let prosody = Prosody::start(&["juliet", "nurse"], &[]).await;
    for step in steps {
        println!("{} …", step.name());
        let measured = async {
            match step {
                Step::Idle => idle::measure(program, &prosody, sizes, table).await,
                Step::Inbound => inbound::measure(program, &prosody, sizes, table).await,
                Step::Fanout => fanout::measure(program, &prosody, sizes, table).await,
            }
        };
        let done = timeout(LIMIT, measured).await;
        assert!(done.is_ok(), "{}: not measured within {LIMIT:?}", step.name());
    }
}
