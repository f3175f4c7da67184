//! The guarded HTTP client: the only way out for anything that a stranger may have named.
//!
//! One request goes through these gates, and each redirect through all of them again:
//!
//! * `gate`: the URL. Only `https`, port 443, a public name or a global address, no user name.
//! * `turns`: how many requests run at a time, per host and in all.
//! * `resolver`: the name is looked up once; what is connected to is what was checked.
//! * `headers`: what one origin may see is not shown to another; each hop is signed anew.
//! * `read`: header and decoded body are measured while they come in, the media type is checked first.
//!
//! One deadline stands over all of it. There are no cookies, no proxies and no `Referer`.
//! Why this library and these rules: `docs/decisions/http-client.md`.

mod addresses;
mod error;
mod gate;
mod headers;
mod read;
mod redirects;
mod resolver;
#[cfg(test)]
mod tests;
mod turns;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use causeway_core::ports::{HttpClient, HttpRequest, HttpResponse, Later};
use causeway_core::refusal::{Reason, Refusal};
use tokio::time::{Instant, timeout_at};
use url::Url;

use self::gate::Gate;
use self::redirects::Route;
use self::resolver::{GuardedResolver, Lookup, SystemDns};
use self::turns::Turns;
use crate::metrics;

/// An idle connection is kept this long: enough for the next delivery of a burst, short enough that a burst to thousands
/// of hosts does not use up the process's sockets.
const IDLE: Duration = Duration::from_secs(15);

/// What the client may do, and how long.
#[derive(Clone, Debug)]
pub struct Switches {
    /// Take `http:` besides `https:`. For tests: plain HTTP is neither private nor authentic.
    pub allow_http: bool,
    /// Connect to loopback addresses, look up names that are not public, and take any port. For tests.
    pub allow_loopback: bool,
    /// A PEM file of certificates trusted besides the system's.
    pub extra_ca: Option<PathBuf>,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// Name lookup, TCP and TLS together may take this long.
    pub connect_timeout: Duration,
    /// One request may take this long, from the wait for its turn to the last byte of the body, redirects included.
    pub total_timeout: Duration,
    /// Requests to one host and port at a time; at least 1.
    pub per_host: usize,
    /// Requests at a time in all; at least 1.
    pub in_all: usize,
}

impl Switches {
    /// The switches of a bridge in public: everything closed, 5 s to connect, 10 s in all, 8 requests per host, 128 in all.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            allow_http: false,
            allow_loopback: false,
            extra_ca: None,
            user_agent: user_agent.into(),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(10),
            per_host: 8,
            in_all: 128,
        }
    }
}

/// Why there is no client. Each is the operator's to mend.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of extra certificates cannot be read.
    #[error("{path} cannot be read: {source}")]
    ExtraCaUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of extra certificates holds none.
    #[error("{path} holds no certificate in PEM form")]
    ExtraCaEmpty {
        /// The file.
        path: PathBuf,
    },
    /// The system's name servers are not known.
    #[error("the system's name servers cannot be read: {0}")]
    NameServers(String),
    /// No client can be built: no trusted certificates, or a user agent that no header can carry.
    #[error("no HTTP client can be built: {0}")]
    Build(String),
}

/// The guarded client. Make one and share it: it keeps connections and counts requests per host.
pub struct GuardedClient {
    client: reqwest::Client,
    gate: Gate,
    turns: Turns,
    total_timeout: Duration,
}

impl GuardedClient {
    /// A client that asks the system's name servers.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn new(switches: Switches) -> Result<Self, ClientError> {
        Self::with_lookup(switches, Arc::new(SystemDns::new()?))
    }

    fn with_lookup(switches: Switches, lookup: Arc<dyn Lookup>) -> Result<Self, ClientError> {
        Ok(Self {
            client: build(&switches, lookup)?,
            gate: Gate {
                allow_http: switches.allow_http,
                allow_loopback: switches.allow_loopback,
            },
            turns: Turns::new(switches.per_host, switches.in_all),
            total_timeout: switches.total_timeout,
        })
    }

    async fn go(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Refusal> {
        let deadline = Instant::now() + self.total_timeout;
        let mut route = Route::new(self.gate, &request)?;
        loop {
            let url = route.here().clone();
            let _turn = self.turns.take(&url, deadline).await?;
            let response = in_time(deadline, &url, self.ask(&request, &route)).await?;
            read::check_header(response.headers())?;
            if !route.follow(response.status(), response.headers())? {
                return in_time(deadline, &url, read::read(response, &request, url.clone())).await;
            }
        }
    }

    /// One hop: signs, sends, and answers when the header is there.
    async fn ask(&self, request: &HttpRequest<'_>, route: &Route) -> Result<reqwest::Response, Refusal> {
        let url = route.here();
        let signed = match request.signer {
            Some(signer) => signer.sign(&request.method, url, request.body.as_deref())?,
            None => http::HeaderMap::new(),
        };
        let mut hop = reqwest::Request::new(request.method.clone(), url.clone());
        *hop.headers_mut() = headers::of_hop(&request.headers, signed, route.strayed());
        *hop.body_mut() = request.body.clone().map(reqwest::Body::from);
        let answer = self.client.execute(hop).await;
        answer.map_err(|error| error::refusal(url, &error))
    }
}

impl HttpClient for GuardedClient {
    fn send<'a>(&'a self, request: HttpRequest<'a>) -> Later<'a, HttpResponse> {
        Box::pin(async move {
            let fetches = matches!(request.method, http::Method::GET | http::Method::HEAD);
            let answer = self.go(request).await;
            if fetches {
                metrics::fetch(answer.as_ref().map(|response| response.status));
            }
            answer
        })
    }
}

async fn in_time<T>(
    deadline: Instant,
    url: &Url,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    timeout_at(deadline, work).await.unwrap_or_else(|_| {
        let host = url.host_str().unwrap_or_default();
        Err(Refusal::retry(
            Reason::HostUnreachable,
            format!("{host} did not answer in time"),
        ))
    })
}

fn build(switches: &Switches, lookup: Arc<dyn Lookup>) -> Result<reqwest::Client, ClientError> {
    let resolver = GuardedResolver {
        lookup,
        allow_loopback: switches.allow_loopback,
    };
    let mut builder = reqwest::Client::builder()
        .tls_backend_rustls()
        .dns_resolver(Arc::new(resolver))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .https_only(!switches.allow_http)
        .user_agent(&switches.user_agent)
        .connect_timeout(switches.connect_timeout)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(switches.per_host)
        .http1_max_headers(read::MAX_FIELDS)
        .http2_max_header_list_size(read::MAX_HEADER);
    if let Some(path) = &switches.extra_ca {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder.build().map_err(|error| ClientError::Build(reasons(&error)))
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, ClientError> {
    let pem = std::fs::read(path).map_err(|source| ClientError::ExtraCaUnreadable {
        path: path.to_owned(),
        source,
    })?;
    let found = reqwest::Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if found.is_empty() {
        return Err(ClientError::ExtraCaEmpty { path: path.to_owned() });
    }
    Ok(found)
}

fn reasons(error: &reqwest::Error) -> String {
    error::causes(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
