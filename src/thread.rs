//! Threads of their own for work that waits for a database, statement by statement. On a runtime shared with the network
//! each answer would wait behind all requests that wait; here it is told from one thread to another.

/// Works on a thread called `name` until `work` is done, on a runtime without sockets and timers.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start(name: &str, work: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || runtime.block_on(work))
        .map(|_| ())
}
