//! Signing what we send.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use sfv::{BareItem, InnerList, Integer, Item, KeyRef, StringRef};
use url::{Position, Url};

use super::components;
use super::digest;
use super::error::SignError;
use super::normalise::{self, signing_string};
use super::private_key::PrivateKey;
use super::rfc9421::ALGORITHM;
use super::window::{LAST_SECOND, seconds};

/// A request about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The method.
    pub method: &'a Method,
    /// Where it goes; a fragment is left out.
    pub url: &'a Url,
    /// The body, if it has one: signed by way of its digest.
    pub body: Option<&'a [u8]>,
    /// More headers to sign (`Accept`, `Content-Type`), as they will be sent.
    pub headers: &'a [(HeaderName, HeaderValue)],
    /// The current time.
    pub now: SystemTime,
}

/// Signs by draft-cavage-12: `(request-target) host date`, then `digest` if there is a body, then the further headers.
/// Returns every header that was signed (`Host` among them) and `Signature`: all are to be sent as they are.
///
/// # Errors
/// [`SignError`]: a URL without host, a header or key id that cannot be written, a time no wire can write, or a failing key.
// draft-cavage-http-signatures-12 §3.1
pub fn sign_cavage(
    key: &PrivateKey,
    key_id: &str,
    request: &Outgoing<'_>,
) -> Result<Vec<(HeaderName, HeaderValue)>, SignError> {
    let mut headers = vec![
        host(request)?,
        (header::DATE, text(httpdate::fmt_http_date(time(request)?))?),
    ];
    if let Some(body) = request.body {
        headers.push((HeaderName::from_static("digest"), text(digest::digest(body))?));
    }
    headers.extend_from_slice(request.headers);
    let mut covered = vec!["(request-target)".to_owned()];
    covered.extend(names(&headers));
    let map = map(&headers)?;
    let message = normalise::Message {
        method: request.method.as_str(),
        target: target(request.url),
        headers: &map,
        instead: &[],
    };
    let signature = STANDARD.encode(key.sign_rsa_sha256(signing_string(&message, &covered)?.as_bytes())?);
    let value = format!(
        r#"keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{signature}""#,
        quotable(key_id)?,
        covered.join(" ")
    );
    headers.push((HeaderName::from_static("signature"), text(value)?));
    Ok(headers)
}

/// Signs by RFC 9421 in the profile that Mastodon accepts: `"@method" "@target-uri"`, then `"content-digest"` if there is a body,
/// then the further headers; `created`, `keyid`, `alg`. Returns as [`sign_cavage`] does.
///
/// # Errors
/// As [`sign_cavage`].
// RFC 9421 §3.1
pub fn sign_rfc9421(
    key: &PrivateKey,
    key_id: &str,
    request: &Outgoing<'_>,
) -> Result<Vec<(HeaderName, HeaderValue)>, SignError> {
    let mut signed = Vec::new();
    if let Some(body) = request.body {
        signed.push((
            HeaderName::from_static("content-digest"),
            text(digest::content_digest(body))?,
        ));
    }
    signed.extend_from_slice(request.headers);
    let mut covered = vec!["@method".to_owned(), "@target-uri".to_owned()];
    covered.extend(names(&signed));
    let map = map(&signed)?;
    let authority = authority(request.url)?;
    let message = components::Message {
        method: request.method.as_str(),
        scheme: request.url.scheme(),
        authority: &authority,
        target: target(request.url),
        fragment: None,
        headers: &map,
    };
    let (base, params) = components::base(&message, &list(&covered, key_id, time(request)?)?)?;
    let signature = STANDARD.encode(key.sign_rsa_sha256(base.as_bytes())?);
    let mut headers = vec![host(request)?];
    headers.extend(signed);
    headers.push((
        HeaderName::from_static("signature-input"),
        text(format!("sig1={params}"))?,
    ));
    headers.push((
        HeaderName::from_static("signature"),
        text(format!("sig1=:{signature}:"))?,
    ));
    Ok(headers)
}

/// The covered components with their parameters.
fn list(covered: &[String], key_id: &str, now: SystemTime) -> Result<InnerList, SignError> {
    let items: Result<Vec<Item>, SignError> = covered.iter().map(|name| Ok(Item::new(string(name)?))).collect();
    let mut list = InnerList::new(items?);
    let created = Integer::try_from(seconds(now)).map_err(|_| unwritable("time"))?;
    let params: [(&str, BareItem); 3] = [
        ("created", created.into()),
        ("keyid", string(key_id)?),
        ("alg", string(ALGORITHM)?),
    ];
    for (name, value) in params {
        let name = KeyRef::from_str(name).map_err(|_| unwritable("parameter name"))?;
        list.params.insert(name.to_owned(), value);
    }
    Ok(list)
}

fn string(value: &str) -> Result<BareItem, SignError> {
    StringRef::from_str(value)
        .map(|value| value.to_owned().into())
        .map_err(|_| unwritable("string"))
}

fn names(headers: &[(HeaderName, HeaderValue)]) -> impl Iterator<Item = String> {
    headers.iter().map(|(name, _)| name.as_str().to_owned())
}

/// As a map; two headers of one name would be signed as one line and covered twice.
fn map(headers: &[(HeaderName, HeaderValue)]) -> Result<HeaderMap, SignError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if map.insert(name.clone(), value.clone()).is_some() {
            return Err(SignError(format!("header {name} stands twice")));
        }
    }
    Ok(map)
}

fn host(request: &Outgoing<'_>) -> Result<(HeaderName, HeaderValue), SignError> {
    Ok((header::HOST, text(authority(request.url)?)?))
}

fn authority(url: &Url) -> Result<String, SignError> {
    let host = url
        .host_str()
        .ok_or_else(|| SignError("the URL has no host".to_owned()))?;
    Ok(url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn target(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}

/// The time of signing; years beyond 9999 cannot be written.
fn time(request: &Outgoing<'_>) -> Result<SystemTime, SignError> {
    let writable = request.now >= SystemTime::UNIX_EPOCH && seconds(request.now) <= LAST_SECOND;
    if writable {
        Ok(request.now)
    } else {
        Err(unwritable("time"))
    }
}

fn quotable(key_id: &str) -> Result<&str, SignError> {
    let plain = key_id
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    if plain { Ok(key_id) } else { Err(unwritable("key id")) }
}

fn text(value: String) -> Result<HeaderValue, SignError> {
    HeaderValue::try_from(value).map_err(|_| unwritable("header value"))
}

fn unwritable(what: &str) -> SignError {
    SignError(format!("this {what} cannot be written"))
}
