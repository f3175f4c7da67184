//! Time that moves when a test says so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use causeway_core::ports::Clock;
use causeway_core::time::Timestamp;
use futures_core::future::BoxFuture;
use tokio::sync::watch;

/// A clock that stands still until it is moved. Sleepers wake when it reaches their time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<(Mutex<watch::Sender<Timestamp>>, watch::Receiver<Timestamp>)>);

impl TestClock {
    /// A clock that shows `text`, an RFC 3339 date-time.
    pub fn at(text: &str) -> Self {
        let (sender, receiver) = watch::channel(Timestamp::parse(text).expect("an RFC 3339 date-time"));
        Self(Arc::new((Mutex::new(sender), receiver)))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.0.lock().unwrap().send_modify(|now| *now = now.plus(by));
    }

    /// Sets it, backwards too.
    pub fn set(&self, to: Timestamp) {
        self.0.0.lock().unwrap().send_replace(to);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.1.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut receiver = self.0.1.clone();
        Box::pin(async move {
            // an error means that the clock is gone: then nobody waits either
            let _ = receiver.wait_for(|now| *now >= at).await;
        })
    }
}
