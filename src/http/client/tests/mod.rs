//! The guarded client against real servers on loopback. Tests are named after the rows of the list of known holes in
//! bridges and fediverse servers that they stand for: `ssrf_block_row_40` and so on.

mod addresses;
mod fields;
mod limits;
mod names;
mod redirects;
mod server;
mod tls;
mod turns;
mod urls;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use causeway_core::ports::{HttpClient, HttpRequest, HttpResponse, Redirects, Signer};
use causeway_core::refusal::{Disposition, Reason, Refusal};
use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use super::resolver::{Lookup, NameError};
use super::{GuardedClient, Switches};

/// A file of `tests/tls`.
fn pem(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "src/http/client/tests/tls", name]
        .iter()
        .collect()
}

/// Loopback and plain HTTP open, as in tests of the whole product.
fn open() -> Switches {
    Switches {
        allow_http: true,
        allow_loopback: true,
        ..closed()
    }
}

/// As in public. One extra authority, so that a machine without any certificates runs the tests.
fn closed() -> Switches {
    Switches {
        extra_ca: Some(pem("ca.pem")),
        ..Switches::new("Causeway-Test/1")
    }
}

fn client(switches: Switches) -> GuardedClient {
    named(switches, &Names::none())
}

fn named(switches: Switches, names: &Arc<Names>) -> GuardedClient {
    GuardedClient::with_lookup(switches, names.clone()).unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn get<'a>(url: Url) -> HttpRequest<'a> {
    HttpRequest {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: None,
        redirects: Redirects::Follow(5),
        accept: &[],
        limit: 1 << 20,
        signer: None,
    }
}

async fn fetched(client: &GuardedClient, url: Url) -> Result<HttpResponse, Refusal> {
    client.send(get(url)).await
}

/// Refused for good, for this reason.
#[track_caller]
fn assert_rejected(answer: Result<HttpResponse, Refusal>, reason: Reason) {
    let refusal = answer.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.disposition),
        (reason, Disposition::Reject),
        "{refusal}"
    );
}

/// Not now, and the host's own fault.
#[track_caller]
fn assert_unreachable(answer: Result<HttpResponse, Refusal>) {
    let refusal = answer.unwrap_err();
    let expected = (Reason::HostUnreachable, Disposition::Retry(None));
    assert_eq!((refusal.reason, refusal.disposition), expected, "{refusal}");
}

type Answer = Result<Vec<IpAddr>, NameError>;
type Answering = dyn Fn(&str, usize) -> Answer + Send + Sync;

/// A name server of the test: answers by name and by how often it was asked before.
struct Names {
    answer: Box<Answering>,
    asked: AtomicUsize,
}

impl Names {
    fn new(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            answer: Box::new(answer),
            asked: AtomicUsize::new(0),
        })
    }

    /// Knows nobody.
    fn none() -> Arc<Self> {
        Self::new(|_, _| Err(NameError::Failed("no such name".to_owned())))
    }

    /// Always the same.
    fn always(addresses: &[&str]) -> Arc<Self> {
        let addresses: Vec<IpAddr> = addresses.iter().map(|one| one.parse().unwrap()).collect();
        Self::new(move |_, _| Ok(addresses.clone()))
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> BoxFuture<'static, Answer> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = (self.answer)(&name, before);
        Box::pin(async move { answer })
    }
}

/// Signs with the URL it was asked to sign for, and remembers it.
#[derive(Default)]
struct Witness(Mutex<Vec<String>>);

impl Witness {
    fn signed(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Signer for Witness {
    fn sign(&self, method: &Method, url: &Url, _body: Option<&[u8]>) -> Result<HeaderMap, Refusal> {
        let signed = format!("{method} {url}");
        let value = HeaderValue::from_str(&format!("signed={signed}")).unwrap();
        self.0.lock().unwrap().push(signed);
        Ok(HeaderMap::from_iter([(
            http::HeaderName::from_static("signature"),
            value,
        )]))
    }
}
