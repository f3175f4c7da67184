//! How many keys are fetched at once and how often, for whoever makes us fetch them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;

use crate::buckets::Buckets;

/// Fetches at once in all.
const ALL: usize = 64;
/// Fetches at once from one host: twice the requests that the client makes to one host at a time, so that a few wait in
/// line while none of them takes all places.
const PER_HOST: usize = 16;
/// Fetches from one host at first that prove no signature, and in how many milliseconds there is one more.
// security.md row 49: whoever signs with key ids of a third host must not make us flood it
const BURST: u32 = 60;
const EVERY: u64 = 1_000;
/// Hosts remembered at most.
const HOSTS: usize = 4_096;
/// When those are asked to come again who came while too many fetches ran: one takes a fraction of a second.
const NEXT: Duration = Duration::from_secs(1);
/// The same for those who came when a host had none left.
const LATER: Duration = Duration::from_secs(10);

/// Counts fetches. One that proves a signature is given back: it was the host's own actor who came to us, and a large
/// host may bring hundreds in a minute. What nobody else can make us do is to fetch from it without its help more than
/// [`BURST`] allows.
pub(crate) struct Gate {
    left: Buckets,
    running: Mutex<Running>,
}

/// Fetches under way.
#[derive(Default)]
struct Running {
    all: usize,
    /// By host, where there are any.
    hosts: HashMap<String, usize>,
}

/// One fetch under way; dropping it ends it.
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    host: String,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            left: Buckets::new(BURST, EVERY).remembering(HOSTS),
            running: Mutex::default(),
        }
    }
}

impl Gate {
    /// Begins a fetch from `host`.
    ///
    /// # Errors
    /// `rate-limited`, to be tried again.
    pub(crate) fn enter(&self, host: &str, now: Timestamp) -> Result<Pass<'_>, Refusal> {
        let busy = |wait| {
            let disposition = Disposition::Retry(Some(wait));
            Refusal::new(Reason::RateLimited, disposition, "too many key fetches")
        };
        let mut running = self.running();
        let from_host = running.hosts.get(host).copied().unwrap_or_default();
        if running.all >= ALL || from_host >= PER_HOST {
            return Err(busy(NEXT));
        }
        self.left.take(host, now).map_err(|_| busy(LATER))?;
        running.all += 1;
        running.hosts.insert(host.to_owned(), from_host + 1);
        Ok(Pass {
            gate: self,
            host: host.to_owned(),
        })
    }

    /// Gives back a fetch from `host` that proved a signature. To be called once for each.
    pub(crate) fn give_back(&self, host: &str) {
        self.left.give_back(host);
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        // nothing in here can be left half done
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut running = self.gate.running();
        running.all = running.all.saturating_sub(1);
        if let Some(count) = running.hosts.get_mut(&self.host) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                running.hosts.remove(&self.host);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T19:00:00Z").unwrap()
    }

    #[test]
    fn row_49_one_host_is_bounded_at_once_and_over_time() {
        let gate = Gate::default();
        let passes: Vec<_> = (0..PER_HOST)
            .map(|_| gate.enter("a.example", now()).ok().unwrap())
            .collect();
        assert!(gate.enter("a.example", now()).is_err());
        assert!(gate.enter("b.example", now()).is_ok());
        drop(passes);
        for _ in PER_HOST..BURST as usize {
            drop(gate.enter("a.example", now()).ok().unwrap());
        }
        let refusal = gate.enter("a.example", now()).err().unwrap();
        assert_eq!((refusal.reason, refusal.is_transient()), (Reason::RateLimited, true));
        let later = now().plus(Duration::from_secs(1));
        assert!(gate.enter("a.example", later).is_ok());
        assert!(gate.enter("a.example", later).is_err());
    }

    #[test]
    fn row_49_only_fetches_that_prove_nothing_are_counted() {
        let gate = Gate::default();
        for _ in 0..10 * BURST {
            drop(gate.enter("a.example", now()).ok().unwrap());
            gate.give_back("a.example");
        }
        for _ in 0..BURST {
            drop(gate.enter("a.example", now()).ok().unwrap());
        }
        assert!(gate.enter("a.example", now()).is_err());
        // what is given back is never more than was taken
        gate.give_back("b.example");
        for _ in 0..BURST {
            drop(gate.enter("b.example", now()).ok().unwrap());
            gate.give_back("b.example");
            gate.give_back("b.example");
        }
        for _ in 0..BURST {
            drop(gate.enter("b.example", now()).ok().unwrap());
        }
        assert!(gate.enter("b.example", now()).is_err());
    }

    #[test]
    fn row_65_all_hosts_together_are_bounded() {
        let gate = Gate::default();
        let enter = |n: usize| gate.enter(&format!("h{n}.example"), now());
        let passes: Vec<_> = (0..ALL).map(|n| enter(n).ok().unwrap()).collect();
        assert!(enter(ALL).is_err());
        drop(passes);
        assert!(enter(ALL).is_ok());
    }

    #[test]
    fn row_61_hosts_are_forgotten() {
        let gate = Gate::default();
        for n in 0..HOSTS {
            drop(gate.enter(&format!("h{n}.example"), now()).ok().unwrap());
        }
        assert!(gate.enter("one-more.example", now()).is_err());
        let later = now().plus(Duration::from_secs(2));
        assert!(gate.enter("one-more.example", later).is_ok());
        assert_eq!(gate.left.remembered(), 1);
        assert!(gate.running().hosts.is_empty());
    }
}
