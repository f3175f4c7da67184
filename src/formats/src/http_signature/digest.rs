//! The body's digest: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;

use super::error::{SignatureError, shown};
use super::request::Request;
use super::structured;

/// Both header names, as covered components spell them.
pub(super) const HEADERS: [&str; 2] = ["digest", "content-digest"];

/// Refuses a request whose body is not what its digest headers say, or is not bound to the signature at all.
/// `covered` names the signed components.
pub(super) fn check(request: &Request<'_>, covered: &[String]) -> Result<(), SignatureError> {
    let bound = HEADERS.iter().any(|name| covered.iter().any(|covered| covered == name));
    if !bound && has_body(request) {
        return Err(SignatureError::NotCovered("digest"));
    }
    if let Some(value) = request.single("digest")? {
        check_digest(value, request.body)?;
    }
    if let Some(value) = request.single("content-digest")? {
        check_content_digest(value, request.body)?;
    }
    Ok(())
}

/// The value of `Digest` for a body.
pub(super) fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(hash(&SHA256, body)))
}

/// The value of `Content-Digest` for a body.
pub(super) fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(hash(&SHA256, body)))
}

/// SHA-256 or SHA-512 of some bytes.
pub(super) fn hash(algorithm: &'static Algorithm, bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(algorithm, bytes).as_ref().to_vec()
}

/// An empty POST has a body too: an intermediary must not be able to add one.
fn has_body(request: &Request<'_>) -> bool {
    !request.body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(request.method)
}

/// `Digest: SHA-256=…,SHA-512=…`: every strong part must match and there must be one. RFC 3230 §4.3.2
fn check_digest(value: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut strong = false;
    for part in value.split(',') {
        let (name, encoded) = part
            .trim()
            .split_once('=')
            .ok_or_else(|| SignatureError::Digest(format!("{} is not name=value", shown(part))))?;
        let Some(algorithm) = strong_algorithm(name) else {
            continue;
        };
        let claimed = STANDARD
            .decode(encoded)
            .map_err(|_| SignatureError::Digest(format!("{name} is not base64")))?;
        compare(name, algorithm, &claimed, body)?;
        strong = true;
    }
    require_strong(strong)
}

/// `Content-Digest: sha-256=:…:`: the same as a structured dictionary. RFC 9530 §2
fn check_content_digest(value: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut strong = false;
    for (name, member) in structured::dictionary("Content-Digest", value)? {
        let Some(algorithm) = strong_algorithm(name.as_str()) else {
            continue;
        };
        let claimed = structured::bytes(&member)
            .ok_or_else(|| SignatureError::Digest(format!("{} is not a byte sequence", name.as_str())))?;
        compare(name.as_str(), algorithm, claimed, body)?;
        strong = true;
    }
    require_strong(strong)
}

/// The hash for an algorithm name; `None` for those that prove nothing (MD5, SHA-1, checksums, unknown).
fn strong_algorithm(name: &str) -> Option<&'static Algorithm> {
    match name.to_ascii_lowercase().as_str() {
        "sha-256" => Some(&SHA256),
        "sha-512" => Some(&SHA512),
        _ => None,
    }
}

fn compare(name: &str, algorithm: &'static Algorithm, claimed: &[u8], body: &[u8]) -> Result<(), SignatureError> {
    if hash(algorithm, body) == claimed {
        return Ok(());
    }
    Err(SignatureError::Digest(format!(
        "{} does not match the body",
        shown(name)
    )))
}

fn require_strong(strong: bool) -> Result<(), SignatureError> {
    if strong {
        Ok(())
    } else {
        Err(SignatureError::Digest("neither SHA-256 nor SHA-512".to_owned()))
    }
}
