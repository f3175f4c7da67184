//! The guarded HTTP client: the only way out for anything an adapter fetches or posts.

use bytes::Bytes;
use url::Url;

use super::Later;
use crate::refusal::Refusal;

/// A request. The client refuses what is not `https` to a global address, caps size and time, and never follows a
/// redirect by itself without checking the next URL as it checked the first.
#[derive(Clone)]
pub struct HttpRequest<'a> {
    /// The method.
    pub method: http::Method,
    /// Where to.
    pub url: Url,
    /// Header fields; `Host`, `User-Agent` and lengths are the client's own.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: Option<Bytes>,
    /// What to do with redirects.
    pub redirects: Redirects,
    /// Media types taken, without parameters; another one is refused. Empty takes any.
    pub accept: &'a [&'a str],
    /// Decoded bytes of body read at most.
    pub limit: usize,
    /// Called for each hop with method and URL: adds header fields, such as a signature.
    pub signer: Option<&'a dyn Signer>,
}

/// Adds header fields to each hop of a request.
pub trait Signer: Send + Sync {
    /// The fields to add to a request of `method` to `url` with `body`.
    ///
    /// # Errors
    /// When it cannot be signed; the request is then not made.
    fn sign(&self, method: &http::Method, url: &Url, body: Option<&[u8]>) -> Result<http::HeaderMap, Refusal>;
}

/// What to do with redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Answer the redirect as it is.
    Show,
    /// Follow this many at most, each checked like the first URL and signed anew. Only GET and HEAD.
    Follow(u8),
}

/// A response.
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// The status.
    pub status: http::StatusCode,
    /// Header fields.
    pub headers: http::HeaderMap,
    /// The decoded body.
    pub body: Bytes,
    /// The URL it came from, after redirects.
    pub url: Url,
}

impl HttpResponse {
    /// The media type without parameters, lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?;
        value
            .split(';')
            .next()
            .map(|media_type| media_type.trim().to_ascii_lowercase())
    }
}

/// The guarded client.
pub trait HttpClient: Send + Sync {
    /// Makes the request. Any status is an answer; the media type is checked for 2xx only.
    ///
    /// # Errors
    /// `address-refused`, `host-unreachable`, `too-large`, `media-type`.
    fn send<'a>(&'a self, request: HttpRequest<'a>) -> Later<'a, HttpResponse>;
}
