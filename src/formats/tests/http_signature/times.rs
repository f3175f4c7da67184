//! Forged and odd times: too old, too new, beyond any clock, and the same request again.

use std::time::Duration;

use crate::forged::{ALL, KEY, NOW, cavage, resigned, rfc9421, rule};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn sig_017_created_is_beyond_any_clock() {
    let covered = "(request-target) host (created) digest";
    for created in [
        "18446744073709551615",
        "9223372036854775807",
        "99999999999999999999999",
        "-1",
        "NaN",
    ] {
        let request = resigned(&cavage(), covered, &format!("algorithm=\"hs2019\",created={created},"));
        assert!(["time", "malformed"].contains(&rule(&request)), "{created}");
        let request = rfc9421().replacing("signature-input", &NOW.to_string(), created);
        assert!(["time", "malformed"].contains(&rule(&request)), "{created}");
    }
    let honest = resigned(&cavage(), covered, &format!("algorithm=\"hs2019\",created={NOW},"));
    assert_eq!(rule(&honest), "accepted");
}

#[test]
fn sig_018_expires_is_beyond_any_clock() {
    let covered = "(request-target) host (created) (expires) digest";
    for expires in ["18446744073709551615", "9223372036854775807"] {
        let times = format!("algorithm=\"hs2019\",created={NOW},expires={expires},");
        assert_eq!(rule(&resigned(&cavage(), covered, &times)), "time", "{expires}");
        let request = rfc9421().replacing("signature-input", ";keyid", &format!(";expires={expires};keyid"));
        assert_eq!(
            rule(&request),
            "malformed",
            "{expires}: beyond the 15 digits of RFC 9651"
        );
    }
    for (created, expires, outcome) in [
        (NOW, NOW + 1, "accepted"),
        (NOW - 100, NOW, "accepted"),
        (NOW - 100, NOW - 1, "time"),
        (NOW + 100, NOW + 99, "time"),
    ] {
        let times = format!("algorithm=\"hs2019\",created={created},expires={expires},");
        assert_eq!(
            rule(&resigned(&cavage(), covered, &times)),
            outcome,
            "{created} to {expires}"
        );
        let unsigned = resigned(&cavage(), "(request-target) host (created) digest", &times);
        assert_eq!(rule(&unsigned), outcome, "{created} to {expires}, the end not signed");
    }
}

#[test]
fn row_18_outside_the_window() {
    for request in [cavage(), rfc9421()] {
        for inside in [request.later(HOUR * 12), request.earlier(HOUR)] {
            assert_eq!(rule(&inside), "accepted");
        }
        for outside in [
            request.later(HOUR * 12 + HOUR / 60),
            request.earlier(HOUR + HOUR / 60),
            request.later(HOUR * 24 * 3650),
        ] {
            assert_eq!(rule(&outside), "time");
        }
    }
    // a date that cannot be read is not a date without end
    for odd in ["never", "Sun, 99 Nov 2026 19:09:54 GMT", "1795374594"] {
        assert_eq!(rule(&resigned(&cavage().with("date", odd), ALL, "")), "time", "{odd}");
    }
}

#[test]
fn created_needs_hs2019() {
    // draft-cavage-http-signatures-12 §2.3
    let covered = "(request-target) host (created) digest";
    assert_eq!(
        rule(&resigned(
            &cavage(),
            covered,
            &format!("algorithm=\"rsa-sha256\",created={NOW},")
        )),
        "component"
    );
    assert_eq!(
        rule(&resigned(&cavage(), covered, "algorithm=\"hs2019\",")),
        "component",
        "no value"
    );
}

#[test]
fn sig_037_the_same_request_comes_again() {
    for request in [cavage(), rfc9421()] {
        let first = request.check(KEY.public()).unwrap();
        let again = request.later(HOUR / 12).check(KEY.public()).unwrap();
        assert_eq!(
            first.fingerprint(),
            again.fingerprint(),
            "what the replay cache of the caller knows it by"
        );
    }
    assert_ne!(
        cavage().check(KEY.public()).unwrap().fingerprint(),
        rfc9421().check(KEY.public()).unwrap().fingerprint()
    );
}
