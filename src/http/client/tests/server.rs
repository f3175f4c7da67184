//! A server on loopback that says exactly the bytes a test wants said, and remembers what it was asked.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// One request per connection; ends when dropped.
pub(super) struct Server {
    at: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Says what `say` makes of the request's header.
    pub(super) async fn saying(say: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::on("127.0.0.1:0", move |head, mut stream| {
            let bytes = say(&head);
            async move {
                // a client that has heard enough may be gone already
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    /// Says always the same.
    pub(super) async fn always(bytes: Vec<u8>) -> Self {
        Self::saying(move |_| bytes.clone()).await
    }

    /// Listens on `at`; each connection, its request's header read, is given to `handle`.
    pub(super) async fn on<F, R>(at: &str, handle: F) -> Self
    where
        F: Fn(String, TcpStream) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(at).await.unwrap();
        let at = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (handle, requests) = (Arc::new(handle), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (handle, requests) = (handle.clone(), requests.clone());
                tokio::spawn(async move {
                    let head = head(&mut stream).await;
                    requests.lock().unwrap().push(head.clone());
                    handle(head, stream).await;
                });
            }
        });
        Self { at, seen, task }
    }

    pub(super) fn port(&self) -> u16 {
        self.at.port()
    }

    pub(super) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.at).parse().unwrap()
    }

    /// The headers of all requests so far, in lower case.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn head(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).unwrap().to_ascii_lowercase()
}

/// The path of a request's header.
pub(super) fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}

/// An answer with a body and its length.
pub(super) fn answer(status: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let mut fields = fields.to_vec();
    fields.push(&length);
    [head_of(status, &fields), body.to_vec()].concat()
}

/// The header of an answer that ends with the connection.
pub(super) fn head_of(status: &str, fields: &[&str]) -> Vec<u8> {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{fields}\r\n").into_bytes()
}

/// A redirect.
pub(super) fn to(location: &str) -> Vec<u8> {
    answer("302 Found", &[&format!("location: {location}")], b"")
}
