//! The answer: measured while it comes in.
//!
//! Of an answer that is not 2xx the status is what counts: its body is cut at the limit, never a reason to refuse. Or a
//! server with long error pages would turn every "come again later" into "never".

use bytes::{Bytes, BytesMut};
use causeway_core::ports::{HttpRequest, HttpResponse};
use causeway_core::refusal::{Reason, Refusal};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use url::Url;

use super::error;

/// Header fields of an answer, at most.
pub(super) const MAX_FIELDS: usize = 100;

/// Bytes of names and values of an answer's header, at most.
pub(super) const MAX_HEADER: u32 = 32 * 1024;

/// Refuses a header that is too large.
///
/// # Errors
/// `too-large`.
pub(super) fn check_header(headers: &HeaderMap) -> Result<(), Refusal> {
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if headers.len() > MAX_FIELDS || bytes > usize::try_from(MAX_HEADER).unwrap_or(usize::MAX) {
        return Err(too_large("the answer's header"));
    }
    Ok(())
}

/// The whole answer of `url`.
///
/// # Errors
/// `media-type`, `too-large`; `host-unreachable` when it breaks off.
pub(super) async fn read(
    response: reqwest::Response,
    request: &HttpRequest<'_>,
    url: Url,
) -> Result<HttpResponse, Refusal> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = if status.is_success() {
        check_media_type(&headers, request.accept)?;
        whole(response, request.limit, &url).await?
    } else {
        beginning(response, request.limit, &url).await?
    };
    Ok(HttpResponse {
        status,
        headers,
        body,
        url,
    })
}

/// Types are compared without parameters. A caller who needs one (the profile of `application/ld+json`) reads it in the
/// header fields of the answer.
fn check_media_type(headers: &HeaderMap, accept: &[&str]) -> Result<(), Refusal> {
    // Decoding takes its field away: what is left was not asked for and is of unknown size.
    if is_encoded(headers) {
        return Err(media_type("the answer is compressed in a way that was not asked for"));
    }
    if accept.is_empty() {
        return Ok(());
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(first), None) = (types.next(), types.next()) else {
        return Err(media_type("the answer has no media type, or several"));
    };
    let essence = first
        .to_str()
        .ok()
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if accept.iter().any(|taken| taken.eq_ignore_ascii_case(essence.trim())) {
        return Ok(());
    }
    Err(media_type("the answer is of another media type than was asked for"))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

async fn whole(mut response: reqwest::Response, limit: usize, url: &Url) -> Result<Bytes, Refusal> {
    let told = response.content_length().unwrap_or_default();
    if usize::try_from(told).map_or(true, |told| told > limit) {
        return Err(too_large("the answer"));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error::refusal(url, &error))? {
        if chunk.len() > limit - body.len() {
            return Err(too_large("the answer"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

async fn beginning(mut response: reqwest::Response, limit: usize, url: &Url) -> Result<Bytes, Refusal> {
    let mut body = BytesMut::new();
    if is_encoded(response.headers()) {
        return Ok(Bytes::new());
    }
    while let Some(chunk) = response.chunk().await.map_err(|error| error::refusal(url, &error))? {
        let room = limit - body.len();
        if chunk.len() >= room {
            body.extend_from_slice(&chunk.slice(..room));
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(what: &str) -> Refusal {
    Refusal::reject(Reason::TooLarge, format!("{what} is larger than is taken"))
}

fn media_type(detail: &str) -> Refusal {
    Refusal::reject(Reason::MediaType, detail)
}
