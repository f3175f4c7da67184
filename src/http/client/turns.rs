//! How many requests run at a time: per host, so that nobody can make us an attacker of one, and in all.
//!
//! What is kept per host lives as long as a request to it does, so memory is bounded by the requests under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causeway_core::refusal::{Disposition, Reason, Refusal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// When no turn came in time, the asker may come again after this.
const COME_AGAIN: Duration = Duration::from_secs(10);

/// Hands out turns.
pub(super) struct Turns {
    hosts: Mutex<HashMap<String, Host>>,
    per_host: usize,
    all: Arc<Semaphore>,
}

struct Host {
    permits: Arc<Semaphore>,
    /// Requests that wait or run; at none the host is forgotten.
    users: usize,
}

/// A turn; given back when dropped.
pub(super) struct Turn<'a> {
    _all: OwnedSemaphorePermit,
    _host: OwnedSemaphorePermit,
    _place: Place<'a>,
}

/// A place in the line of one host.
struct Place<'a> {
    turns: &'a Turns,
    host: String,
    permits: Arc<Semaphore>,
}

impl Turns {
    /// So many per host, so many in all.
    pub(super) fn new(per_host: usize, in_all: usize) -> Self {
        Self {
            hosts: Mutex::default(),
            per_host: per_host.clamp(1, Semaphore::MAX_PERMITS),
            all: Arc::new(Semaphore::new(in_all.clamp(1, Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits for a turn to ask the host of `url`.
    ///
    /// # Errors
    /// `rate-limited` when none came before `deadline`: the line is ours, the host is not to blame.
    pub(super) async fn take(&self, url: &Url, deadline: Instant) -> Result<Turn<'_>, Refusal> {
        // Whoever waits for a busy host holds none of the turns that others could use: first the host's, then ours.
        let wait = async {
            let place = self.line_up(url);
            let host = place.permits.clone().acquire_owned().await.ok()?;
            let all = self.all.clone().acquire_owned().await.ok()?;
            Some(Turn {
                _all: all,
                _host: host,
                _place: place,
            })
        };
        timeout_at(deadline, wait).await.ok().flatten().ok_or_else(|| {
            let host = url.host_str().unwrap_or_default();
            let disposition = Disposition::Retry(Some(COME_AGAIN));
            Refusal::new(
                Reason::RateLimited,
                disposition,
                format!("too many requests wait for {host}"),
            )
        })
    }

    fn line_up(&self, url: &Url) -> Place<'_> {
        let port = url.port_or_known_default().unwrap_or_default();
        let host = format!("{}:{port}", url.host_str().unwrap_or_default());
        let mut hosts = self.hosts();
        let entry = hosts.entry(host.clone()).or_insert_with(|| Host {
            permits: Arc::new(Semaphore::new(self.per_host)),
            users: 0,
        });
        entry.users += 1;
        let permits = entry.permits.clone();
        drop(hosts);
        Place {
            turns: self,
            host,
            permits,
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hosts that are remembered now.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.hosts().len()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut hosts = self.turns.hosts();
        if let Some(entry) = hosts.get_mut(&self.host) {
            entry.users -= 1;
            if entry.users == 0 {
                hosts.remove(&self.host);
            }
        }
    }
}
