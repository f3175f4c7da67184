//! All 41 requests of tests/captures/signed-http: each verifies as it was received, and no longer when one byte of any signed part
//! is another.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_formats::http_signature::{PublicKey, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use crate::message::{Message, site, with_byte_changed};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/captures/signed-http");

fn requests() -> Vec<Message> {
    let lines = std::fs::read_to_string(format!("{FOLDER}/received-by-localhost-8005.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| request(&serde_json::from_str(line).unwrap()))
        .collect()
}

fn request(line: &Value) -> Message {
    let raw: Vec<&str> = line["rawHeaders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    let mut headers = HeaderMap::new();
    for pair in raw.chunks(2) {
        headers.append(
            HeaderName::try_from(pair[0]).unwrap(),
            HeaderValue::try_from(pair[1]).unwrap(),
        );
    }
    Message {
        method: Method::try_from(line["method"].as_str().unwrap()).unwrap(),
        target: line["target"].as_str().unwrap().to_owned(),
        now: httpdate::parse_http_date(headers["date"].to_str().unwrap()).unwrap(),
        headers,
        body: STANDARD.decode(line["bodyBase64"].as_str().unwrap()).unwrap(),
        site: site("http://localhost:8005/"),
    }
}

/// The keys of the senders, by key id.
fn keys() -> HashMap<String, PublicKey> {
    let files = std::fs::read_dir(format!("{FOLDER}/actors")).unwrap();
    let documents = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    documents
        .map(|text| {
            let document: Value = serde_json::from_str(&text).unwrap();
            let key = &document["publicKey"];
            let pem = PublicKey::from_pem(key["publicKeyPem"].as_str().unwrap()).unwrap();
            (key["id"].as_str().unwrap().to_owned(), pem)
        })
        .collect()
}

#[test]
fn all_41_verify_as_received() {
    let (requests, keys) = (requests(), keys());
    let mut schemes = HashMap::new();
    for (line, request) in requests.iter().enumerate() {
        let claim = request.read().unwrap_or_else(|error| panic!("line {line}: {error}"));
        let verified = claim
            .verify(&keys[claim.key_id()])
            .unwrap_or_else(|error| panic!("line {line}: {error}"));
        assert_eq!(verified.created(), Some(request.now), "line {line}");
        assert!(verified.query_signed(), "line {line}");
        *schemes.entry(verified.scheme()).or_insert(0) += 1;
    }
    assert_eq!(requests.len(), 41);
    assert!(
        schemes[&Scheme::Cavage] > 10 && schemes[&Scheme::Rfc9421] > 5,
        "{schemes:?}"
    );
}

#[test]
fn none_verifies_under_another_senders_key() {
    let keys = keys();
    for (line, request) in requests().iter().enumerate() {
        let claim = request.read().unwrap();
        for (id, key) in keys.iter().filter(|(id, _)| *id != claim.key_id()) {
            assert_eq!(claim.verify(key).unwrap_err().rule(), "mismatch", "line {line}, {id}");
        }
    }
}

#[test]
fn none_verifies_with_one_byte_changed_in_any_signed_part() {
    let keys = keys();
    let mut changes = 0;
    for (line, request) in requests().iter().enumerate() {
        let claim = request.read().unwrap();
        let covered: Vec<&str> = claim.covered().collect();
        for (part, changed) in changed(request, &covered) {
            let outcome = changed.rule(&keys[claim.key_id()]);
            assert_ne!(outcome, "accepted", "line {line}: {part} changed");
            changes += 1;
        }
    }
    assert!(changes > 41 * 8, "only {changes} changes tried");
}

/// The request with one byte changed in each signed part, at the first, a middle and the last byte where that makes sense.
fn changed(request: &Message, covered: &[&str]) -> Vec<(String, Message)> {
    let mut all = Vec::new();
    let other = if request.method == Method::GET {
        Method::HEAD
    } else {
        Method::PUT
    };
    all.push((
        "method".to_owned(),
        Message {
            method: other,
            ..request.clone()
        },
    ));
    for at in [1, request.target.len() / 2, request.target.len() - 1] {
        let target = with_byte_changed(&request.target, at);
        all.push((
            format!("target byte {at}"),
            Message {
                target,
                ..request.clone()
            },
        ));
    }
    for name in covered.iter().filter(|name| !name.starts_with(['(', '@'])) {
        let value = request.header(name);
        for at in [0, value.len() / 2, value.len() - 1] {
            all.push((
                format!("{name} byte {at}"),
                request.with(name, &with_byte_changed(value, at)),
            ));
        }
    }
    for at in [0, request.body.len() / 2, request.body.len().saturating_sub(1)] {
        let mut body = request.body.clone();
        match body.get_mut(at) {
            Some(byte) => *byte ^= 1,
            None => body.push(b'x'),
        }
        all.push((
            format!("body byte {at}"),
            Message {
                body,
                ..request.clone()
            },
        ));
    }
    let signature = request.header("signature");
    let start = signature
        .find("signature=\"")
        .map_or_else(|| signature.find("=:").unwrap() + 2, |at| at + 11);
    for at in [start, (start + signature.len()) / 2] {
        all.push((
            format!("signature byte {at}"),
            request.with("signature", &with_byte_changed(signature, at)),
        ));
    }
    if let Some(input) = request
        .headers
        .get("signature-input")
        .map(|value| value.to_str().unwrap())
    {
        for param in ["created=179537459", "keyid=\"http://localhost"] {
            let at = input.find(param).unwrap() + param.len();
            all.push((
                param.to_owned(),
                request.with("signature-input", &with_byte_changed(input, at)),
            ));
        }
    }
    all
}
