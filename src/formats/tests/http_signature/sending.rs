//! What we sign ourselves: exactly the profile that peers accept, and accepted by our own verifier.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_formats::http_signature::{Outgoing, Scheme, sign_cavage, sign_rfc9421};
use http::{HeaderName, HeaderValue, Method, header};
use url::Url;

use crate::forged::{KEY, KEY_ID, NOW, cavage, message, rfc9421};
use crate::message::{Message, site};

#[test]
fn a_signed_post_is_the_profile_of_the_fediverse() {
    let request = cavage();
    let names: Vec<&str> = request.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["host", "date", "digest", "signature"]);
    assert_eq!(request.header("host"), "bridge.example");
    assert_eq!(request.header("date"), "Sun, 22 Nov 2026 19:09:54 GMT");
    let start =
        format!(r#"keyId="{KEY_ID}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature=""#);
    assert!(
        request.header("signature").starts_with(&start),
        "{}",
        request.header("signature")
    );
    let verified = request.check(KEY.public()).unwrap();
    assert_eq!(verified.scheme(), Scheme::Cavage);
    assert_eq!(
        verified.covered().collect::<Vec<_>>(),
        ["(request-target)", "host", "date", "digest"]
    );
}

#[test]
fn the_signature_is_over_the_text_that_others_rebuild() {
    let request = cavage();
    let text = format!(
        "(request-target): post /inbox\nhost: bridge.example\ndate: {}\ndigest: {}",
        request.header("date"),
        request.header("digest")
    );
    let (_, encoded) = request.header("signature").split_once("signature=\"").unwrap();
    let signature = STANDARD.decode(encoded.trim_end_matches('"')).unwrap();
    assert_eq!(KEY.public().verify_rsa_sha256(text.as_bytes(), &signature), Ok(()));
}

#[test]
fn a_signed_fetch_has_no_digest_and_may_sign_accept() {
    let url = Url::parse("http://localhost:8005/users/7?page=2#main-key").unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let accept = [(header::ACCEPT, HeaderValue::from_static("application/activity+json"))];
    let outgoing = Outgoing {
        method: &Method::GET,
        url: &url,
        body: None,
        headers: &accept,
        now,
    };
    for signed in [
        sign_cavage(&KEY, KEY_ID, &outgoing).unwrap(),
        sign_rfc9421(&KEY, KEY_ID, &outgoing).unwrap(),
    ] {
        let request = Message {
            method: Method::GET,
            target: "/users/7?page=2".to_owned(),
            headers: signed.into_iter().collect(),
            body: Vec::new(),
            site: site("http://localhost:8005/"),
            now,
        };
        let verified = request.check(KEY.public()).unwrap();
        assert!(verified.covered().any(|name| name == "accept"));
        assert!(!verified.covered().any(|name| name.ends_with("digest")));
        assert!(verified.query_signed());
        assert_eq!(request.header("host"), "localhost:8005");
        assert_eq!(request.with("accept", "text/html").rule(KEY.public()), "mismatch");
    }
}

#[test]
fn an_rfc_9421_post_is_the_profile_of_mastodon() {
    let request = rfc9421();
    let names: Vec<&str> = request.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["host", "content-digest", "signature-input", "signature"]);
    assert_eq!(
        request.header("signature-input"),
        format!(
            r#"sig1=("@method" "@target-uri" "content-digest");created={NOW};keyid="{KEY_ID}";alg="rsa-v1_5-sha256""#
        )
    );
    let verified = request.check(KEY.public()).unwrap();
    assert_eq!(verified.scheme(), Scheme::Rfc9421);
    assert_eq!(verified.created(), Some(request.now));
}

#[test]
fn quirk_fedify_2_3_signs_the_fragment_of_a_key_fetch() {
    assert_eq!(fragment_signed("main-key", Method::GET), "accepted");
    assert_eq!(fragment_signed("other", Method::GET), "mismatch");
    assert_eq!(fragment_signed("main-key", Method::DELETE), "mismatch");
}

/// The outcome of a request whose signer put a fragment into `@target-uri`.
fn fragment_signed(fragment: &str, method: Method) -> &'static str {
    let input = format!(r#"("@method" "@target-uri");created={NOW};keyid="{KEY_ID}""#);
    let base = format!(
        "\"@method\": {method}\n\"@target-uri\": https://bridge.example/users/7#{fragment}\n\"@signature-params\": {input}"
    );
    let signature = STANDARD.encode(KEY.sign_rsa_sha256(base.as_bytes()).unwrap());
    message(method, "https://bridge.example/users/7", None, |request| {
        sign_rfc9421(&KEY, KEY_ID, request).unwrap()
    })
    .with("signature-input", &format!("sig1={input}"))
    .with("signature", &format!("sig1=:{signature}:"))
    .rule(KEY.public())
}

#[test]
fn quirk_mastodon_before_4_3_leaves_the_query_out() {
    let mut request = message(Method::GET, "https://bridge.example/users/7/outbox", None, |request| {
        sign_cavage(&KEY, KEY_ID, request).unwrap()
    });
    request.target.push_str("?page=true");
    let verified = request.check(KEY.public()).unwrap();
    assert!(!verified.query_signed());
}

#[test]
fn quirk_wordpress_leaves_the_port_out_of_host() {
    let sign = |url: &str| {
        message(Method::GET, url, None, |request| {
            sign_cavage(&KEY, KEY_ID, request).unwrap()
        })
    };
    let request = sign("http://localhost/users/7").with("host", "localhost:8005");
    let request = Message {
        site: site("http://localhost:8005/"),
        ..request
    };
    assert_eq!(request.rule(KEY.public()), "accepted");
    assert_eq!(request.with("host", "localhost:8006").rule(KEY.public()), "host");
}

#[test]
fn host_is_ours_in_any_case_with_its_default_port_or_under_a_second_name() {
    let sign = |url: &str| {
        message(Method::GET, url, None, |request| {
            sign_rfc9421(&KEY, KEY_ID, request).unwrap()
        })
    };
    let request = sign("https://bridge.example/users/7");
    for host in ["bridge.example", "BRIDGE.example", "bridge.example:443"] {
        assert_eq!(request.with("host", host).rule(KEY.public()), "accepted", "{host}");
    }
    for host in [
        "bridge.example:80",
        "bridge.example.",
        "bridge.example:444",
        "",
        "xbridge.example",
    ] {
        assert_eq!(request.with("host", host).rule(KEY.public()), "host", "{host}");
    }
    let second = sign("https://apex.example/users/7");
    assert_eq!(second.rule(KEY.public()), "host");
    let both = site("https://bridge.example/").also(&Url::parse("https://apex.example/").unwrap());
    assert_eq!(Message { site: both, ..second }.rule(KEY.public()), "accepted");
}

#[test]
fn other_spellings_of_the_header_are_read() {
    let request = cavage();
    let value = request.header("signature");
    // spaces after commas, the scheme name in front (old node-http-signature)
    for spelled in [value.replace("\",", "\", "), format!("Signature {value}")] {
        assert_eq!(
            request.with("signature", &spelled).rule(KEY.public()),
            "accepted",
            "{spelled}"
        );
    }
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let url = Url::parse("https://bridge.example/inbox").unwrap();
    let good = Outgoing {
        method: &Method::GET,
        url: &url,
        body: None,
        headers: &[],
        now,
    };
    assert!(sign_cavage(&KEY, "a\"b", &good).is_err());
    assert!(sign_rfc9421(&KEY, "a\u{7f}b", &good).is_err());
    let hostless = Url::parse("data:,x").unwrap();
    let accept = [
        (header::ACCEPT, HeaderValue::from_static("a")),
        (header::ACCEPT, HeaderValue::from_static("b")),
    ];
    for bad in [
        Outgoing { url: &hostless, ..good },
        Outgoing {
            headers: &accept,
            ..good
        },
        Outgoing {
            now: now + Duration::from_secs(300_000_000_000),
            ..good
        },
        Outgoing {
            now: SystemTime::UNIX_EPOCH - Duration::from_secs(9),
            ..good
        },
    ] {
        assert!(sign_cavage(&KEY, KEY_ID, &bad).is_err());
        assert!(sign_rfc9421(&KEY, KEY_ID, &bad).is_err());
    }
}
