//! Work in order per key, different keys side by side, all of it bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;

/// Something to do.
pub(crate) type Job = BoxFuture<'static, ()>;

/// Jobs that wait in one lane at most.
const PER_LANE: usize = 64;

/// Lanes by key. Clones share them.
#[derive(Clone)]
pub(crate) struct Lanes {
    shared: Arc<Mutex<State>>,
    limit: usize,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, VecDeque<Job>>,
    waiting: usize,
}

impl Lanes {
    /// Lanes in which at most `limit` jobs are in work or wait in all.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            shared: Arc::default(),
            limit,
        }
    }

    /// Does `job` after all that was put under `key` before. `false`, and nothing is done, when too much waits there or
    /// in all. Never waits.
    pub(crate) fn put(&self, key: &str, job: Job) -> bool {
        let mut state = self.lock();
        if state.waiting + state.lanes.len() >= self.limit {
            return false;
        }
        if let Some(lane) = state.lanes.get_mut(key) {
            if lane.len() >= PER_LANE {
                return false;
            }
            lane.push_back(job);
            state.waiting += 1;
            return true;
        }
        state.lanes.insert(key.to_owned(), VecDeque::new());
        drop(state);
        tokio::spawn(self.clone().run(key.to_owned(), job));
        true
    }

    async fn run(self, key: String, first: Job) {
        let mut job = Some(first);
        // a job that panics takes its lane's task with it: the lane must not stay behind
        let lane = Lane {
            lanes: &self,
            key: &key,
        };
        while let Some(next) = job {
            next.await;
            job = lane.next();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lane<'a> {
    lanes: &'a Lanes,
    key: &'a str,
}

impl Lane<'_> {
    /// The next job; the lane ends with the last.
    fn next(&self) -> Option<Job> {
        let mut state = self.lanes.lock();
        let job = state.lanes.get_mut(self.key).and_then(VecDeque::pop_front);
        match job {
            Some(_) => state.waiting = state.waiting.saturating_sub(1),
            None => {
                state.lanes.remove(self.key);
            }
        }
        job
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let mut state = self.lanes.lock();
        if let Some(left) = state.lanes.remove(self.key) {
            state.waiting = state.waiting.saturating_sub(left.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::{mpsc, oneshot};

    #[tokio::test]
    async fn one_key_is_done_in_order_and_does_not_hold_up_another() {
        let lanes = Lanes::new(100);
        let (done, mut seen) = mpsc::unbounded_channel();
        let (open, gate) = oneshot::channel::<()>();
        let (first, second, other) = (done.clone(), done.clone(), done);
        assert!(lanes.put(
            "a",
            Box::pin(async move {
                gate.await.unwrap();
                first.send("a1").unwrap();
            })
        ));
        assert!(lanes.put("a", Box::pin(async move { second.send("a2").unwrap() })));
        assert!(lanes.put("b", Box::pin(async move { other.send("b").unwrap() })));
        assert_eq!(seen.recv().await, Some("b"));
        open.send(()).unwrap();
        assert_eq!(seen.recv().await, Some("a1"));
        assert_eq!(seen.recv().await, Some("a2"));
        assert_eq!(seen.recv().await, None);
        assert!(lanes.lock().lanes.is_empty());
    }

    #[tokio::test]
    async fn what_waits_is_bounded() {
        let lanes = Lanes::new(PER_LANE + 3);
        let stuck = || -> Job { Box::pin(std::future::pending()) };
        let taken = (0..PER_LANE * 2).filter(|_| lanes.put("a", stuck())).count();
        assert_eq!(taken, PER_LANE + 1, "one in work, the rest waiting");
        assert!(lanes.put("b", stuck()), "another key is free");
        assert!(lanes.put("b", stuck()));
        assert!(!lanes.put("c", stuck()), "all of it is bounded too");
    }

    #[tokio::test]
    async fn a_lane_outlives_a_panic() {
        let lanes = Lanes::new(10);
        assert!(lanes.put("a", Box::pin(async { panic!("a bug") })));
        let (done, seen) = oneshot::channel();
        // the panic may come before or after this is put: either way the lane must not hang
        let mut done = Some(done);
        let mut seen = seen;
        loop {
            if let Some(done) = done.take() {
                lanes.put("a", Box::pin(async move { done.send(()).unwrap() }));
            }
            match tokio::time::timeout(std::time::Duration::from_secs(5), &mut seen)
                .await
                .expect("in time")
            {
                Ok(()) => break,
                Err(_) => {
                    let (again, receiver) = oneshot::channel();
                    (done, seen) = (Some(again), receiver);
                }
            }
        }
    }
}
