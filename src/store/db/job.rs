//! Work for the database, and its answer.

use std::panic::AssertUnwindSafe;

use causeway_core::refusal::Refusal;
use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::Tx;
use crate::store::error::Fault;

/// Something to be done in a transaction, perhaps more than once; answered once.
pub(super) trait Job: Send {
    /// Does it.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Fault>>;
    /// Hands the caller what it came to last, or why it came to nothing.
    fn answer(self: Box<Self>, outcome: Result<(), Refusal>);
}

/// A job of a caller that waits.
pub(super) struct Work<A, T, F> {
    args: A,
    work: F,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, Refusal>>,
}

impl<A, T, F> Work<A, T, F> {
    /// `work` on `args`, to be answered by `reply`.
    pub(super) fn new(args: A, work: F, reply: oneshot::Sender<Result<T, Refusal>>) -> Self {
        Self {
            args,
            work,
            result: None,
            reply,
        }
    }
}

impl<A, T, F> Job for Work<A, T, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'a> Fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            // a fault of ours that shows in one job must not end the thread that works for all
            let done = AssertUnwindSafe((self.work)(tx, &self.args)).catch_unwind().await;
            self.result = Some(done.unwrap_or_else(|_| Err(panicked()))?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), Refusal>) {
        let Self { result, reply, .. } = *self;
        let result = outcome.and_then(|()| result.ok_or_else(|| Refusal::internal("the job did not run")));
        // a caller that went away has its answer in the database
        let _ = reply.send(result);
    }
}

fn panicked() -> Fault {
    tracing::error!("work on the database panicked; nothing of it stays");
    Fault::Data("work on the database ended abnormally; the log has more".to_owned())
}
