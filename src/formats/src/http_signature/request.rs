//! The request that is checked, and what it is checked against.

use std::time::SystemTime;

use http::{HeaderMap, Method, header};
use url::Url;

use super::error::{SignatureError, shown};
use super::window::Window;

/// The longest request target that is looked at, in bytes.
const MAX_TARGET: usize = 8 * 1024;

/// A received request, as it was on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query exactly as received, beginning with `/`.
    pub target: &'a str,
    /// All headers. Over HTTP/2 the caller puts `:authority` into `Host` when there is none.
    pub headers: &'a HeaderMap,
    /// The whole body, empty when there is none.
    pub body: &'a [u8],
}

/// What a signature is held against.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The names that we serve.
    pub site: &'a Site,
    /// How old or new a signature may be.
    pub window: Window,
    /// The current time.
    pub now: SystemTime,
}

/// The origins under which we are reached, from our public URLs (a proxy may stand before us, so the listener does not know).
#[derive(Clone, Debug)]
pub struct Site(Vec<Origin>);

/// One scheme and authority that we serve.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// `https`, or `http` in tests.
    pub(super) scheme: String,
    /// Lower-case host, with the port unless it is the scheme's own.
    pub(super) authority: String,
}

impl Site {
    /// The site at `public_url`; `None` when that has no host.
    pub fn new(public_url: &Url) -> Option<Self> {
        Origin::of(public_url).map(|origin| Self(vec![origin]))
    }

    /// The same site, reached at another URL as well; a URL without host adds nothing.
    #[must_use]
    pub fn also(mut self, url: &Url) -> Self {
        self.0.extend(Origin::of(url));
        self
    }
}

impl Origin {
    /// The origin of `url`; the `url` crate lower-cases the host and drops the scheme's own port.
    fn of(url: &Url) -> Option<Self> {
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Some(Self {
            scheme: url.scheme().to_owned(),
            authority,
        })
    }

    /// Whether a `Host` value names this origin. RFC 9421 §2.2.3: case folded, default port dropped.
    fn is_named_by(&self, host: &str) -> bool {
        let port = if self.scheme == "http" { ":80" } else { ":443" };
        let host = host.to_ascii_lowercase();
        host.strip_suffix(port).unwrap_or(&host) == self.authority
    }
}

impl Request<'_> {
    /// Refuses a target that is not in origin form or is beyond reason.
    // RFC 9112 §3.2.1
    pub(super) fn check_target(&self) -> Result<(), SignatureError> {
        let fits = self.target.len() <= MAX_TARGET && self.target.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && self.target.starts_with('/') {
            return Ok(());
        }
        Err(SignatureError::Malformed(format!(
            "request target {}",
            shown(self.target)
        )))
    }

    /// The one value of a header; `None` when absent.
    pub(super) fn single(&self, name: &str) -> Result<Option<&str>, SignatureError> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(SignatureError::Repeated(format!("header {name}")));
        }
        let text = value
            .to_str()
            .map_err(|_| SignatureError::Malformed(format!("header {name} is not plain ASCII")))?;
        Ok(Some(text.trim()))
    }

    /// The origin that `Host` names.
    pub(super) fn origin<'s>(&self, site: &'s Site) -> Result<&'s Origin, SignatureError> {
        let host = self
            .single(header::HOST.as_str())?
            .ok_or_else(|| SignatureError::Host("no Host header".to_owned()))?;
        let found = site.0.iter().find(|origin| origin.is_named_by(host));
        found.ok_or_else(|| SignatureError::Host(format!("{} is not served here", shown(host))))
    }

    /// The target without its query; `None` when it has none.
    pub(super) fn path_alone(&self) -> Option<&str> {
        self.target.split_once('?').map(|(path, _)| path)
    }
}
