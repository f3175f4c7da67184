//! Listening: connections that do nothing cost little and end by themselves.
//!
//! A web server that does TLS stands in front and keeps connections to us open, so an idle one is no offence; one that
//! takes minutes to say what it wants is. How long a whole request may take is for the routes to say.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use causeway_core::adapter::Shutdown;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What connections may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait until one ends.
    pub connections: usize,
    /// How long a connection may take for the head of a request, the idle time before it included. Longer than proxies
    /// keep idle connections (nginx: 60 s), so that none is closed under a request.
    pub head: Duration,
    /// Bytes of the head of a request.
    pub head_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            head: Duration::from_secs(75),
            head_bytes: 32 * 1024,
        }
    }
}

/// How long the listener rests when it cannot take a connection: mostly, too many files are open.
const REST: Duration = Duration::from_millis(100);

/// Serves `router` until shutdown; requests under way are finished.
// security.md rows 53, 64
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, shutdown: Shutdown) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = shutdown.requested() => break,
            (place, accepted) = accepted => match accepted {
                Ok((stream, _)) => {
                    let connection = graceful.watch(connection(stream, router.clone(), limits));
                    tokio::spawn(async move {
                        let _place = place;
                        // a client that goes away, or never says anything, is no news
                        if let Err(error) = connection.await {
                            tracing::trace!(%error, "a connection ended");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(REST).await;
                }
            },
        }
    }
    graceful.shutdown().await;
}

fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // answers are small, and wait for nothing
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn started(limits: Limits) -> (SocketAddr, tokio::sync::watch::Sender<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (switch, shutdown) = Shutdown::new();
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(serve(listener, router, limits, shutdown));
        (address, switch)
    }

    async fn asks(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(10), read)
            .await
            .unwrap()
            .unwrap();
        answer
    }

    #[tokio::test]
    async fn row_64_500_slow_clients_hold_nobody_up() {
        let (address, _switch) = started(Limits::default()).await;
        let mut slow = Vec::new();
        for _ in 0..500 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nx-slow: ").await.unwrap();
            slow.push(stream);
        }
        assert!(asks(address).await.ends_with("here"));
    }

    #[tokio::test]
    async fn row_53_connections_that_say_nothing_end_and_make_room() {
        let limits = Limits {
            connections: 4,
            head: Duration::from_millis(300),
            ..Limits::default()
        };
        let (address, _switch) = started(limits).await;
        let mut idle = Vec::new();
        for _ in 0..20 {
            idle.push(TcpStream::connect(address).await.unwrap());
        }
        assert!(asks(address).await.ends_with("here"), "behind twenty that say nothing");
        let mut byte = [0];
        let end = tokio::time::timeout(Duration::from_secs(5), idle.remove(0).read(&mut byte)).await;
        assert!(!matches!(end, Ok(Ok(1)) | Err(_)), "the first was ended: {end:?}");
    }

    #[tokio::test]
    async fn an_endless_head_is_refused() {
        let (address, _switch) = started(Limits::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
        let piece = [b'x'; 8 * 1024];
        for _ in 0..64 {
            if stream.write_all(&piece).await.is_err() {
                break;
            }
        }
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        // an answer that says so, or a closed connection
        let read = tokio::time::timeout(Duration::from_secs(10), read).await.unwrap();
        assert!(
            read.is_err() || answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"),
            "{read:?}"
        );
    }

    #[tokio::test]
    async fn the_end_waits_for_requests_and_not_for_idle_connections() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (switch, shutdown) = Shutdown::new();
        let slowly = get(|| async {
            tokio::task::yield_now().await;
            "here"
        });
        let serving = tokio::spawn(serve(
            listener,
            Router::new().route("/", slowly),
            Limits::default(),
            shutdown,
        ));
        let _idle = TcpStream::connect(address).await.unwrap();
        assert!(asks(address).await.ends_with("here"));
        switch.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), serving)
            .await
            .unwrap()
            .unwrap();
    }
}
