//! Threads of their own for work that waits for a database, statement by statement. On a runtime shared with the network
//! each answer would wait behind all requests that wait; here it is told from one thread to another.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};

/// How often others are let go before the thread sleeps. Most answers come within some microseconds, and to be put to
/// sleep and woken up takes longer than that.
const PATIENCE: u32 = 30;

/// Works on a thread called `name` until `work` is done. There are no sockets and timers: whatever is awaited must be told
/// by another thread.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start(name: &str, work: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(move || finish(work)).map(|_| ())
}

/// Wakes a thread that waits.
struct Bell {
    rung: AtomicBool,
    waiting: Thread,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        self.waiting.unpark();
    }
}

impl Bell {
    fn wait(&self) {
        let mut tries = 0;
        while !self.rung.swap(false, Ordering::Acquire) {
            if tries < PATIENCE {
                tries += 1;
                thread::yield_now();
            } else {
                thread::park();
            }
        }
    }
}

fn finish(work: impl Future<Output = ()>) {
    let bell = Arc::new(Bell {
        rung: AtomicBool::new(false),
        waiting: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&bell));
    let mut context = Context::from_waker(&waker);
    let mut work = pin!(work);
    while work.as_mut().poll(&mut context).is_pending() {
        bell.wait();
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{mpsc, oneshot};

    #[test]
    fn what_is_awaited_is_told_by_other_threads() {
        let (ask, mut asked) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(1);
        super::start("doubles", async move {
            while let Some((number, answer)) = asked.recv().await {
                answer.send(number * 2).unwrap();
            }
        })
        .unwrap();
        for number in 0..1000 {
            let (answer, answered) = oneshot::channel();
            ask.blocking_send((number, answer)).unwrap();
            assert_eq!(answered.blocking_recv().unwrap(), number * 2);
        }
    }
}
