//! One test for each way to forge that others fell for. Each begins from a request that is accepted and changes one thing; where the
//! change is in what is signed, the forger holds the key and signs anew, so that only the rule under test can refuse it.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_formats::http_signature::{Outgoing, PrivateKey, sign_cavage, sign_rfc9421};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::message::{Message, site};

pub(crate) const KEY_ID: &str = "https://remote.example/users/alice#main-key";
pub(crate) const NOW: u64 = 1_795_374_594;
const BODY: &[u8] = br#"{"type":"Follow"}"#;

pub(crate) static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

/// A signed POST to our inbox.
pub(crate) fn cavage() -> Message {
    message(Method::POST, "https://bridge.example/inbox", Some(BODY), |request| {
        sign_cavage(&KEY, KEY_ID, request).unwrap()
    })
}

pub(crate) fn rfc9421() -> Message {
    message(Method::POST, "https://bridge.example/inbox", Some(BODY), |request| {
        sign_rfc9421(&KEY, KEY_ID, request).unwrap()
    })
}

pub(crate) fn message(
    method: Method,
    url: &str,
    body: Option<&[u8]>,
    sign: impl Fn(&Outgoing<'_>) -> Vec<(HeaderName, HeaderValue)>,
) -> Message {
    let (url, now) = (
        Url::parse(url).unwrap(),
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW),
    );
    let headers = sign(&Outgoing {
        method: &method,
        url: &url,
        body,
        headers: &[],
        now,
    });
    let target = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
    let body = body.unwrap_or_default().to_vec();
    Message {
        method,
        target,
        headers: HeaderMap::from_iter(headers),
        body,
        site: site("https://bridge.example/"),
        now,
    }
}

/// The draft-cavage request with another list of parameters, honestly signed over `covered` as its headers stand; `extra` goes
/// before `headers=`.
pub(crate) fn resigned(request: &Message, covered: &str, extra: &str) -> Message {
    let lines: Vec<String> = covered
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| match name {
            "(request-target)" => {
                format!("{name}: {} {}", request.method.as_str().to_lowercase(), request.target)
            }
            "(created)" | "(expires)" => {
                let value = extra
                    .split(',')
                    .find_map(|param| param.strip_prefix(&format!("{}=", &name[1..8])));
                format!("{name}: {}", value.unwrap_or_default())
            }
            _ => format!("{name}: {}", request.header(name)),
        })
        .collect();
    let signature = STANDARD.encode(KEY.sign_rsa_sha256(lines.join("\n").as_bytes()).unwrap());
    request.with(
        "signature",
        &format!(r#"keyId="{KEY_ID}",{extra}headers="{covered}",signature="{signature}""#),
    )
}

/// The RFC 9421 request with another `Signature-Input`, honestly signed; `lines` are the covered lines.
pub(crate) fn resigned_9421(request: &Message, lines: &[(&str, &str)], params: &str) -> Message {
    let names: Vec<String> = lines.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let input = format!("({}){params}", names.join(" "));
    let mut base: String = lines
        .iter()
        .map(|(name, value)| format!("\"{name}\": {value}\n"))
        .collect();
    base.push_str(&format!("\"@signature-params\": {input}"));
    let signature = STANDARD.encode(KEY.sign_rsa_sha256(base.as_bytes()).unwrap());
    request
        .with("signature-input", &format!("sig1={input}"))
        .with("signature", &format!("sig1=:{signature}:"))
}

pub(crate) fn rule(request: &Message) -> &'static str {
    request.rule(KEY.public())
}

pub(crate) const ALL: &str = "(request-target) host date digest";

#[test]
fn the_starting_points_are_accepted() {
    for request in [
        cavage(),
        rfc9421(),
        resigned(&cavage(), ALL, ""),
        resigned(&cavage(), ALL, "algorithm=\"hs2019\","),
    ] {
        let verified = request.check(KEY.public()).unwrap();
        assert_eq!(verified.key_id(), KEY_ID);
    }
    let lines = lines_9421(&rfc9421());
    let lines: Vec<(&str, &str)> = lines
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(rule(&resigned_9421(&rfc9421(), &lines, &params(NOW))), "accepted");
}

pub(crate) fn lines_9421(request: &Message) -> Vec<(String, String)> {
    let digest = request.header("content-digest").to_owned();
    [
        ("@method", "POST"),
        ("@target-uri", "https://bridge.example/inbox"),
        ("content-digest", &digest),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub(crate) fn params(created: u64) -> String {
    format!(";created={created};keyid=\"{KEY_ID}\"")
}

#[test]
fn row_01_a_good_signature_of_an_evil_key_is_not_one_of_the_good_key() {
    let good = PrivateKey::generate().unwrap();
    for request in [cavage(), rfc9421()] {
        assert_eq!(request.rule(good.public()), "mismatch");
    }
}

#[test]
fn a_request_without_signature_is_told_apart() {
    let unsigned = cavage().without("signature");
    assert_eq!(unsigned.check(KEY.public()).unwrap_err().reason(), "signature-missing");
    assert_eq!(
        cavage().with("signature", "").check(KEY.public()).unwrap_err().reason(),
        "signature-bad"
    );
}

#[test]
fn sig_005_the_body_is_another() {
    for request in [cavage(), rfc9421()] {
        assert_eq!(
            rule(&Message {
                body: br#"{"type":"Delete"}"#.to_vec(),
                ..request.clone()
            }),
            "digest"
        );
        assert_eq!(
            rule(&Message {
                body: Vec::new(),
                ..request
            }),
            "digest"
        );
    }
}

#[test]
fn sig_007_the_digest_is_missing_or_not_signed() {
    assert_eq!(
        rule(&resigned(&cavage(), "(request-target) host date", "")),
        "not-covered"
    );
    assert_eq!(rule(&cavage().without("digest")), "component");
    let uncovered = [("@method", "POST"), ("@target-uri", "https://bridge.example/inbox")];
    assert_eq!(
        rule(&resigned_9421(&rfc9421(), &uncovered, &params(NOW))),
        "not-covered"
    );
    let empty = Message {
        body: Vec::new(),
        ..cavage()
    };
    assert_eq!(
        rule(&resigned(&empty, "(request-target) host date", "")),
        "not-covered",
        "an empty POST"
    );
}

#[test]
fn sig_008_there_are_two_digests() {
    for (request, name) in [(cavage(), "digest"), (rfc9421(), "content-digest")] {
        let value = request.header(name).to_owned();
        assert_eq!(rule(&request.with_also(name, &value)), "repeated");
    }
    // in one line, both members of one dictionary
    let value = rfc9421().header("content-digest").to_owned();
    assert_eq!(
        rule(&rfc9421().with("content-digest", &format!("{value}, {value}"))),
        "malformed"
    );
}

#[test]
fn sig_009_the_digest_is_md5_or_another_weak_one() {
    for weak in [
        "MD5=1B2M2Y8AsgTpgAmY7PhCfg==",
        "SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        "UNIXsum=30637",
        "adler32=03da0195",
    ] {
        assert_eq!(
            rule(&resigned(&cavage().with("digest", weak), ALL, "")),
            "digest",
            "{weak}"
        );
    }
    let weak = "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:";
    let request = rfc9421().with("content-digest", weak);
    let lines = [
        ("@method", "POST"),
        ("@target-uri", "https://bridge.example/inbox"),
        ("content-digest", weak),
    ];
    assert_eq!(rule(&resigned_9421(&request, &lines, &params(NOW))), "digest");
}

#[test]
fn sig_010_one_of_two_strong_parts_is_wrong() {
    let right = cavage().header("digest").to_owned();
    let wrong = "SHA-512=z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
    for both in [
        format!("{right},{wrong}"),
        format!("{wrong}, {right}"),
        format!("{right},SHA-256=AAAA"),
        format!("{right},x"),
    ] {
        assert_eq!(
            rule(&resigned(&cavage().with("digest", &both), ALL, "")),
            "digest",
            "{both}"
        );
    }
    let beside = format!("MD5=anything,{right}");
    assert_eq!(
        rule(&resigned(&cavage().with("digest", &beside), ALL, "")),
        "accepted",
        "unknown parts are no harm"
    );
}

#[test]
fn a_header_that_decides_stands_twice() {
    for name in ["host", "date", "signature"] {
        let value = cavage().header(name).to_owned();
        assert_eq!(rule(&cavage().with_also(name, &value)), "repeated", "{name}");
    }
    let input = rfc9421().header("signature-input").to_owned();
    assert_eq!(rule(&rfc9421().with_also("signature-input", &input)), "repeated");
    let timeless = resigned(
        &cavage(),
        "(request-target) host (created) digest",
        &format!("created={NOW},"),
    );
    assert_eq!(rule(&timeless), "accepted");
    assert_eq!(
        rule(&timeless.with_also("date", "yesterday")),
        "repeated",
        "even if it is not signed"
    );
    let second = format!(r#"keyId="https://evil.example/k",{}"#, cavage().header("signature"));
    assert_eq!(rule(&cavage().with("signature", &second)), "repeated");
}

#[test]
fn row_19_too_little_is_signed() {
    for covered in [
        "",
        "date",
        "(request-target) date digest",
        "host date digest",
        "(request-target) host digest",
    ] {
        assert_eq!(rule(&resigned(&cavage(), covered, "")), "not-covered", "{covered}");
    }
    for twice in [
        "(request-target) host date digest date",
        "(request-target) host date digest Digest",
    ] {
        let honest = resigned(&cavage(), ALL, "");
        assert_eq!(rule(&honest.replacing("signature", ALL, twice)), "repeated", "{twice}");
    }
    let lines = lines_9421(&rfc9421());
    for (missing, _) in &lines {
        let left: Vec<(&str, &str)> = lines
            .iter()
            .filter(|(name, _)| name != missing)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            rule(&resigned_9421(&rfc9421(), &left, &params(NOW))),
            "not-covered",
            "{missing}"
        );
    }
}

#[test]
fn sig_023_the_label_says_hmac() {
    for label in ["hmac-sha256", "hmac-sha512", "HMAC-SHA256"] {
        assert_eq!(
            rule(&resigned(&cavage(), ALL, &format!("algorithm=\"{label}\","))),
            "algorithm",
            "{label}"
        );
        let request = rfc9421().replacing("signature-input", "rsa-v1_5-sha256", label);
        assert_eq!(rule(&request), "algorithm", "{label}");
    }
}

#[test]
fn sig_024_the_label_is_none_or_unknown() {
    for label in ["none", "", "rsa-sha1", "ed25519", "rsa-pss-sha512", "RSA-SHA256 "] {
        assert_eq!(
            rule(&resigned(&cavage(), ALL, &format!("algorithm=\"{label}\","))),
            "algorithm",
            "{label}"
        );
        let request = rfc9421().replacing("signature-input", "rsa-v1_5-sha256", label);
        assert_eq!(rule(&request), "algorithm", "{label}");
    }
    let request = rfc9421().replacing("signature-input", "\"rsa-v1_5-sha256\"", "rsa-v1_5-sha256");
    assert_eq!(rule(&request), "malformed", "a token is no string");
}

#[test]
fn sig_038_the_same_request_comes_to_another_inbox_or_another_host() {
    for request in [cavage(), rfc9421()] {
        assert_eq!(
            rule(&Message {
                target: "/users/7/inbox".to_owned(),
                ..request.clone()
            }),
            "mismatch"
        );
        assert_eq!(
            rule(&Message {
                target: "/inbox?x=1".to_owned(),
                ..request.clone()
            }),
            query_outcome(&request)
        );
        assert_eq!(
            rule(&Message {
                site: site("https://other.example/"),
                ..request.clone()
            }),
            "host"
        );
        assert_eq!(rule(&request.with("host", "other.example")), "host");
        assert_eq!(rule(&request.without("host")), "host");
    }
}

/// Old Mastodon does not sign the query, so one may be added under draft-cavage; the caller can tell.
fn query_outcome(request: &Message) -> &'static str {
    if request.headers.contains_key("signature-input") {
        "mismatch"
    } else {
        "accepted"
    }
}

#[test]
fn labels_of_rfc_9421_are_one_and_the_same() {
    let request = rfc9421();
    assert_eq!(rule(&request.replacing("signature", "sig1=", "sig2=")), "malformed");
    let (input, signature) = (request.header("signature-input"), request.header("signature"));
    let two = request
        .with(
            "signature-input",
            &format!("{input}, {}", input.replacen("sig1", "sig2", 1)),
        )
        .with(
            "signature",
            &format!("{signature}, {}", signature.replacen("sig1", "sig2", 1)),
        );
    assert_eq!(rule(&two), "malformed");
    assert_eq!(
        rule(&request.replacing("signature-input", &format!(";keyid=\"{KEY_ID}\""), "")),
        "malformed"
    );
    assert_eq!(
        rule(&request.replacing("signature-input", &format!(";created={NOW}"), "")),
        "not-covered"
    );
}

#[test]
fn the_target_of_rfc_9421_may_be_signed_in_parts_if_they_are_the_whole() {
    let request = Message {
        target: "/inbox?page=1".to_owned(),
        ..rfc9421()
    };
    let (method, digest) = (
        ("@method", "POST"),
        ("content-digest", request.header("content-digest")),
    );
    let (host, authority) = (("host", "bridge.example"), ("@authority", "bridge.example"));
    let (path, query, target) = (
        ("@path", "/inbox"),
        ("@query", "?page=1"),
        ("@request-target", "/inbox?page=1"),
    );
    for whole in [&[host, target][..], &[authority, path, query], &[target, authority]] {
        let lines = [&[method, digest], whole].concat();
        assert_eq!(
            rule(&resigned_9421(&request, &lines, &params(NOW))),
            "accepted",
            "{whole:?}"
        );
    }
    for part in [
        &[host, path][..],
        &[path, query],
        &[target],
        &[host, query],
        &[authority],
    ] {
        let lines = [&[method, digest], part].concat();
        assert_eq!(
            rule(&resigned_9421(&request, &lines, &params(NOW))),
            "not-covered",
            "{part:?}"
        );
    }
}

#[test]
fn what_cannot_be_a_signature_costs_no_key_fetch() {
    let long = "k".repeat(2049);
    for key_id in ["", "a b", "a\tb", long.as_str()] {
        assert_eq!(
            cavage()
                .replacing("signature", KEY_ID, key_id)
                .read()
                .unwrap_err()
                .rule(),
            "malformed",
            "{key_id}"
        );
    }
    let encoded = cavage()
        .header("signature")
        .split("signature=\"")
        .nth(1)
        .unwrap()
        .trim_end_matches('"')
        .to_owned();
    for bytes in [0, 1, 128, 255, 1025] {
        let short = cavage().replacing("signature", &encoded, &STANDARD.encode(vec![1; bytes]));
        assert_eq!(short.read().unwrap_err().rule(), "malformed", "{bytes} bytes");
    }
    let many: Vec<String> = (0..65).map(|n| format!("x-{n}")).collect();
    let many = cavage().replacing("signature", ALL, &format!("{ALL} {}", many.join(" ")));
    assert_eq!(many.read().unwrap_err().rule(), "malformed");
    for target in ["", "inbox", "https://bridge.example/inbox", "*", "/in box", "/in\u{e9}"] {
        let request = Message {
            target: target.to_owned(),
            ..cavage()
        };
        assert_eq!(request.read().unwrap_err().rule(), "malformed", "{target}");
    }
    assert_eq!(
        Message {
            target: format!("/{}", "x".repeat(9000)),
            ..cavage()
        }
        .read()
        .unwrap_err()
        .rule(),
        "malformed"
    );
}
