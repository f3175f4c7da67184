//! How many keys are fetched at once and how often, for whoever makes us fetch them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;

/// Fetches at once in all.
const ALL: usize = 64;
/// Fetches at once from one host: twice the requests that the client makes to one host at a time, so that a few wait in
/// line while none of them takes all places.
const PER_HOST: usize = 16;
/// Fetches from one host at first that prove no signature; then one more each second.
// security.md row 49: whoever signs with key ids of a third host must not make us flood it
const BURST: u64 = 60;
/// Hosts remembered at most.
const HOSTS: usize = 4_096;
/// When those are asked to come again who came while too many fetches ran: one takes a fraction of a second.
const NEXT: Duration = Duration::from_secs(1);
/// The same for those who came when a host had none left.
const LATER: Duration = Duration::from_secs(10);

/// Counts fetches. One that proves a signature is given back: it was the host's own actor who came to us, and a large
/// host may bring hundreds in a minute. What nobody else can make us do is to fetch from it without its help more than
/// [`BURST`] allows. A host is remembered while it has fewer fetches left than at first.
#[derive(Default)]
pub(crate) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    running: usize,
    hosts: HashMap<String, Host>,
}

struct Host {
    running: usize,
    left: u64,
    /// When `left` was last counted.
    at: Timestamp,
}

/// One fetch under way; dropping it ends it.
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    host: String,
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
        let mut state = self.state();
        if state.running >= ALL {
            return Err(busy(NEXT));
        }
        if state.hosts.len() >= HOSTS && !state.hosts.contains_key(host) {
            state
                .hosts
                .retain(|_, host| host.refill(now) < BURST || host.running > 0);
            if state.hosts.len() >= HOSTS {
                return Err(busy(LATER));
            }
        }
        let entry = state.hosts.entry(host.to_owned()).or_insert(Host {
            running: 0,
            left: BURST,
            at: now,
        });
        if entry.running >= PER_HOST {
            return Err(busy(NEXT));
        }
        if entry.refill(now) == 0 {
            return Err(busy(LATER));
        }
        entry.left -= 1;
        entry.running += 1;
        state.running += 1;
        Ok(Pass {
            gate: self,
            host: host.to_owned(),
        })
    }

    /// Gives back a fetch from `host` that proved a signature. To be called once for each.
    pub(crate) fn give_back(&self, host: &str) {
        if let Some(entry) = self.state().hosts.get_mut(host) {
            entry.left = entry.left.saturating_add(1).min(BURST);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing in here can be left half done
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn refill(&mut self, now: Timestamp) -> u64 {
        let earned = now.since(self.at).as_secs();
        if earned > 0 {
            self.left = self.left.saturating_add(earned).min(BURST);
            self.at = now;
        }
        self.left
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.running = state.running.saturating_sub(1);
        if let Some(host) = state.hosts.get_mut(&self.host) {
            host.running = host.running.saturating_sub(1);
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
        for _ in PER_HOST as u64..BURST {
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
        assert_eq!(gate.state().hosts.len(), 1);
    }
}
