//! How often something may happen for each of many names: a stock that fills up again with time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};
use causeway_core::time::Timestamp;

use crate::ids;

/// Names remembered at most; one is forgotten when its stock is full.
// security.md row 61
const NAMES: usize = 10_000;

/// A stock for each name.
pub(crate) struct Buckets {
    /// How many at first, and at most.
    burst: u32,
    /// In how many milliseconds one is added.
    every: u64,
    /// Names remembered at most.
    names: usize,
    left: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Buckets {
    /// Stocks of `burst`, to which one is added each `every` milliseconds.
    pub(crate) fn new(burst: u32, every: u64) -> Self {
        Self {
            burst,
            every: every.max(1),
            names: NAMES,
            left: Mutex::default(),
        }
    }

    /// The same, with at most `names` remembered.
    pub(crate) fn remembering(self, names: usize) -> Self {
        Self { names, ..self }
    }

    /// Takes one of those of whoever owns the host of `address`.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn take_of_owner(&self, address: &str, now: Timestamp) -> Result<(), Refusal> {
        self.take(&owner(&ids::host(address).unwrap_or_default()), now)
    }

    /// Takes one of `name`'s.
    ///
    /// # Errors
    /// `rate-limited`, with the time after which there will be one.
    pub(crate) fn take(&self, name: &str, now: Timestamp) -> Result<(), Refusal> {
        let mut left = self.left();
        if left.len() >= self.names && !left.contains_key(name) {
            left.retain(|_, entry| self.filled(entry, now) < self.burst);
            if left.len() >= self.names {
                return Err(self.none());
            }
        }
        let entry = left.entry(name.to_owned()).or_insert((self.burst, now));
        match self.filled(entry, now).checked_sub(1) {
            Some(rest) => {
                entry.0 = rest;
                Ok(())
            }
            None => Err(self.none()),
        }
    }

    /// Gives one of `name`'s back. There are never more than at first.
    pub(crate) fn give_back(&self, name: &str) {
        if let Some(entry) = self.left().get_mut(name) {
            entry.0 = entry.0.saturating_add(1).min(self.burst);
        }
    }

    fn left(&self) -> MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        // nothing in here can be left half done
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.left().len()
    }

    fn filled(&self, entry: &mut (u32, Timestamp), now: Timestamp) -> u32 {
        let passed = u64::try_from(now.since(entry.1).as_millis()).unwrap_or(u64::MAX);
        let earned = passed / self.every;
        if earned > 0 {
            entry.0 = entry
                .0
                .saturating_add(u32::try_from(earned).unwrap_or(u32::MAX))
                .min(self.burst);
            entry.1 = entry.1.plus(Duration::from_millis(earned.saturating_mul(self.every)));
        }
        entry.0
    }

    fn none(&self) -> Refusal {
        let wait = Duration::from_millis(self.every).max(Duration::from_secs(1));
        Refusal::new(Reason::RateLimited, Disposition::Retry(Some(wait)), "too many at once")
    }
}

/// The name under which all hosts of one owner are counted: whoever has a domain has all names below it.
// security.md row 57
fn owner(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let is_address = name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    match psl::domain_str(name).filter(|_| !is_address) {
        Some(domain) => domain.to_owned(),
        // an address, a name in a local network: each port is a server of its own
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T19:00:00Z").unwrap()
    }

    #[test]
    fn a_stock_ends_and_fills_up_again() {
        let buckets = Buckets::new(3, 1_000);
        for _ in 0..3 {
            buckets.take("a.example", now()).unwrap();
        }
        let refusal = buckets.take("a.example", now()).unwrap_err();
        assert_eq!((refusal.reason, refusal.is_transient()), (Reason::RateLimited, true));
        buckets.take("b.example", now()).unwrap();
        let later = now().plus(Duration::from_millis(1_500));
        buckets.take("a.example", later).unwrap();
        assert!(buckets.take("a.example", later).is_err());
        // the half second is not lost
        buckets.take("a.example", now().plus(Duration::from_secs(2))).unwrap();
    }

    #[test]
    fn row_61_names_are_forgotten() {
        let buckets = Buckets::new(2, 1_000);
        for number in 0..NAMES {
            buckets.take(&format!("h{number}.example"), now()).unwrap();
        }
        assert!(buckets.take("one-more.example", now()).is_err());
        let later = now().plus(Duration::from_secs(2));
        buckets.take("one-more.example", later).unwrap();
        assert_eq!(buckets.remembered(), 1);
    }

    #[test]
    fn row_57_names_below_one_domain_are_one_owners() {
        assert_eq!(owner("a1.evil.example.co.uk"), "example.co.uk");
        assert_eq!(owner("evil.com:8443"), "evil.com");
        assert_eq!(owner("alice.github.io"), "alice.github.io", "github.io hands out names");
        assert_eq!(owner("127.0.0.1:8001"), "127.0.0.1:8001");
        assert_eq!(owner("[::1]:8001"), "[::1]:8001");
        assert_eq!(owner("localhost:8001"), "localhost:8001");
    }
}
