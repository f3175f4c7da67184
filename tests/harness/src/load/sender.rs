//! Sends requests that were signed beforehand, as cheaply as can be: it shares the machine with what it measures.
//!
//! Requests are bytes, connections are kept, and of an answer only its status, its length and `Retry-After` are read.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use url::Url;

/// An answer takes no longer.
const LIMIT: Duration = Duration::from_secs(30);

/// A whole request, ready to be written.
#[derive(Clone)]
pub(super) struct Signed(Bytes);

/// What came back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// How long we are asked to wait.
    pub(super) retry_after: Option<Duration>,
    /// From the first byte written to the last one read.
    pub(super) took: Duration,
}

/// Connections to one server.
#[derive(Clone)]
pub(super) struct Sender {
    address: SocketAddr,
    idle: Arc<Mutex<Vec<TcpStream>>>,
}

impl Signed {
    /// A POST of `body` with these header fields.
    pub(super) fn post(url: &Url, headers: &[(HeaderName, HeaderValue)], body: &[u8]) -> Self {
        let mut bytes = format!("POST {} HTTP/1.1\r\ncontent-length: {}\r\n", url.path(), body.len()).into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        Self(bytes.into())
    }
}

impl Sender {
    /// To the server of `url`, whose host is an address.
    pub(super) fn to(url: &Url) -> Self {
        let addresses = url.socket_addrs(|| None).expect("an address");
        Self {
            address: *addresses.first().expect("an address"),
            idle: Arc::default(),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Panics
    /// When there is none in time.
    pub(super) async fn send(&self, request: &Signed) -> Answer {
        let kept = self.idle.lock().expect("nobody panics with it").pop();
        let mut stream = match kept {
            Some(stream) => stream,
            None => TcpStream::connect(self.address).await.expect("it listens"),
        };
        let answer = timeout(LIMIT, exchange(&mut stream, request)).await;
        let answer = answer.unwrap_or_else(|_| panic!("{} does not answer within {LIMIT:?}", self.address));
        let answer = answer.unwrap_or_else(|error| panic!("{} broke off: {error}", self.address));
        self.idle.lock().expect("nobody panics with it").push(stream);
        answer
    }

    /// The same, coming again after 503 as often as asked within `limit`.
    ///
    /// # Panics
    /// When it is not accepted.
    pub(super) async fn accepted(&self, request: &Signed, limit: Duration) {
        let started = Instant::now();
        loop {
            let answer = self.send(request).await;
            match answer {
                Answer { status: 202, .. } => return,
                Answer {
                    status: 503,
                    retry_after: Some(wait),
                    ..
                } if started.elapsed() + wait < limit => sleep(wait).await,
                Answer { status, .. } => panic!("an activity is answered {status} for {limit:?}"),
            }
        }
    }
}

async fn exchange(stream: &mut TcpStream, request: &Signed) -> std::io::Result<Answer> {
    let started = Instant::now();
    stream.write_all(&request.0).await?;
    let mut got = Vec::with_capacity(512);
    loop {
        if stream.read_buf(&mut got).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some((status, retry_after)) = whole(&got) {
            return Ok(Answer {
                status,
                retry_after,
                took: started.elapsed(),
            });
        }
    }
}

/// Status and `Retry-After` of an answer that is there to its last byte.
fn whole(got: &[u8]) -> Option<(u16, Option<Duration>)> {
    let end = got.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&got[..end]).expect("a header is text");
    let field = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let length: usize = field("content-length").map_or(0, |length| length.parse().expect("a length"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let retry_after = field("retry-after").and_then(|wait| wait.parse().ok());
    (got.len() >= end + 4 + length).then(|| (status.expect("a status"), retry_after.map(Duration::from_secs)))
}
