//! Work for the database, and its answer.

use causeway_core::refusal::Refusal;
use futures_core::future::BoxFuture;
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
            self.result = Some((self.work)(tx, &self.args).await?);
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
