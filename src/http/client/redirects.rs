//! Redirects, followed by hand: each hop passes the gate that the first URL passed.

use causeway_core::ports::{HttpRequest, Redirects};
use causeway_core::refusal::{Reason, Refusal};
use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::gate::{Gate, refused};

/// Whatever the caller says, not more than this.
const MAX_HOPS: u8 = 5;

/// Where a request is on its way.
pub(super) struct Route {
    gate: Gate,
    /// Hops that are left; none where redirects are shown.
    left: Option<u8>,
    here: Url,
    before: Vec<Url>,
    strayed: bool,
}

impl Route {
    /// At the first URL.
    ///
    /// # Errors
    /// `address-refused`.
    pub(super) fn new(gate: Gate, request: &HttpRequest<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            gate,
            left: left(request),
            here: gate.check(request.url.clone())?,
            before: Vec::new(),
            strayed: false,
        })
    }

    /// The URL to ask now.
    pub(super) fn here(&self) -> &Url {
        &self.here
    }

    /// Whether another origin than the first has had a word in where this is.
    pub(super) fn strayed(&self) -> bool {
        self.strayed
    }

    /// Goes where this answer points; false where it is the answer.
    ///
    /// # Errors
    /// `address-refused` for a URL that would be refused as a first one, or that leaves `https`; `host-unreachable`, for
    /// good, when it goes round in circles or too far.
    pub(super) fn follow(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<bool, Refusal> {
        let (Some(left), Some(location)) = (self.left, headers.get(LOCATION)) else {
            return Ok(false);
        };
        if !is_redirect(status) {
            return Ok(false);
        }
        let next = self.next(location.as_bytes())?;
        self.left = Some(left.checked_sub(1).ok_or_else(|| lost("too many redirects"))?);
        self.strayed |= next.origin() != self.here.origin();
        self.before.push(std::mem::replace(&mut self.here, next));
        Ok(true)
    }

    fn next(&self, location: &[u8]) -> Result<Url, Refusal> {
        let location = std::str::from_utf8(location).map_err(|_| refused("a redirect to something that is no URL"))?;
        let next = self.here.join(location); // RFC 9110 §10.2.2: may be relative
        let next = next.map_err(|_| refused("a redirect to something that is no URL"))?;
        if self.here.scheme() == "https" && next.scheme() != "https" {
            return Err(refused("a redirect that leaves https"));
        }
        let next = self.gate.check(next)?;
        if next == self.here || self.before.contains(&next) {
            return Err(lost("redirects in a circle"));
        }
        Ok(next)
    }
}

/// Only what changes nothing is asked elsewhere: GET and HEAD, without a body.
fn left(request: &HttpRequest<'_>) -> Option<u8> {
    let safe = matches!(request.method, Method::GET | Method::HEAD) && request.body.is_none();
    match request.redirects {
        Redirects::Follow(hops) if safe => Some(hops.min(MAX_HOPS)),
        Redirects::Follow(_) | Redirects::Show => None,
    }
}

/// RFC 9110 §15.4. A 300 offers a choice and a 304 points nowhere: both are answers.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn lost(detail: &str) -> Refusal {
    Refusal::reject(Reason::HostUnreachable, detail)
}
