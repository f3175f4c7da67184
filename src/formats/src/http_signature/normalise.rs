//! The draft-cavage signing string, made by `http-signature-normalization`.
//!
//! The library is given what we have already checked, in the one form it reads without harm (docs/decisions/http-signatures.md):
//! a header list of our own writing, no times (it adds them to the system clock and panics when they are huge; `(created)` and
//! `(expires)` go in as plain values instead), and an age limit of centuries, since our window has judged the date before.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderMap;
use http_signature_normalization::Config;

use super::error::{SignatureError, shown};

/// Beyond any date that passes our window: the library's look at the system clock can then never decide anything.
const NEVER: Duration = Duration::from_secs(1000 * 366 * 86_400);

/// Header names that the library would take for the signature itself.
const UNSIGNABLE: [&str; 2] = ["authorization", "signature"];

/// What the signing string is made from.
pub(super) struct Message<'a> {
    pub(super) method: &'a str,
    /// Path and query, or the path alone.
    pub(super) target: &'a str,
    pub(super) headers: &'a HeaderMap,
    /// Values that do not stand in `headers`: the pseudo-headers, and headers to be read otherwise than received.
    pub(super) instead: &'a [(&'static str, String)],
}

/// The signing string over `covered` (lower case, each once), in that order.
// draft-cavage-http-signatures-12 §2.3
pub(super) fn signing_string(message: &Message<'_>, covered: &[String]) -> Result<String, SignatureError> {
    let mut fields = BTreeMap::new();
    for name in covered.iter().filter(|name| *name != "(request-target)") {
        fields.insert(name.clone(), message.value(name)?);
    }
    fields.insert(
        "signature".to_owned(),
        format!(r#"keyId="-",headers="{}",signature="-""#, covered.join(" ")),
    );
    let unverified = Config::new()
        .set_expiration(NEVER)
        .begin_verify(message.method, message.target, fields)
        .map_err(|error| SignatureError::Malformed(error.to_string()))?;
    Ok(unverified.signing_string().to_owned())
}

impl Message<'_> {
    /// A covered header's value: repeated headers joined, each trimmed.
    fn value(&self, name: &str) -> Result<String, SignatureError> {
        if let Some((_, value)) = self.instead.iter().find(|(known, _)| *known == name) {
            return Ok(value.clone());
        }
        if name.starts_with('(') || UNSIGNABLE.contains(&name) {
            return Err(SignatureError::Component(format!("{} cannot be signed", shown(name))));
        }
        joined(self.headers, name)
    }
}

/// All values of a header as one, or an error when it is absent or not text.
// draft-cavage-http-signatures-12 §2.3, RFC 9421 §2.1
pub(super) fn joined(headers: &HeaderMap, name: &str) -> Result<String, SignatureError> {
    let mut values = Vec::new();
    for value in headers.get_all(name) {
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| SignatureError::Component(format!("{} is not UTF-8", shown(name))))?;
        values.push(text.trim());
    }
    if values.is_empty() {
        return Err(SignatureError::Component(format!(
            "{} is not in the request",
            shown(name)
        )));
    }
    Ok(values.join(", "))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers() -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "example.com"),
            ("date", "Sun, 05 Jan 2014 21:31:40 GMT"),
            ("content-type", "application/json"),
            ("cache-control", " max-age=60 "),
            ("cache-control", "   must-revalidate"),
            ("x-empty", ""),
            ("authorization", r#"Signature keyId="k",headers="host",signature="s""#),
            ("signature", r#"keyId="k",headers="host",signature="s""#),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    fn string(covered: &str, instead: &[(&'static str, String)]) -> Result<String, SignatureError> {
        let headers = headers();
        let message = Message {
            method: "POST",
            target: "/foo?param=value&pet=dog",
            headers: &headers,
            instead,
        };
        signing_string(&message, &covered.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn makes_the_example_of_the_draft() {
        // draft-cavage-http-signatures-12 §C.3, in the order the list asks for
        let expected = "(request-target): post /foo?param=value&pet=dog\nhost: example.com\n\
                        date: Sun, 05 Jan 2014 21:31:40 GMT\ncontent-type: application/json";
        assert_eq!(
            string("(request-target) host date content-type", &[]).unwrap(),
            expected
        );
        let reversed: Vec<&str> = expected.split('\n').rev().collect();
        assert_eq!(
            string("content-type date host (request-target)", &[]).unwrap(),
            reversed.join("\n")
        );
    }

    #[test]
    fn joins_repeated_headers_and_keeps_empty_ones() {
        // draft-cavage-http-signatures-12 §2.3
        assert_eq!(
            string("cache-control x-empty", &[]).unwrap(),
            "cache-control: max-age=60, must-revalidate\nx-empty: "
        );
    }

    #[test]
    fn takes_times_as_values_whatever_the_system_clock_says() {
        let instead = [("(created)", "1".to_owned()), ("(expires)", u64::MAX.to_string())];
        let expected = "(created): 1\n(expires): 18446744073709551615";
        assert_eq!(string("(created) (expires)", &instead).unwrap(), expected);
    }

    #[test]
    fn refuses_what_is_absent_or_stands_for_the_signature() {
        for name in ["x-absent", "signature", "authorization", "(created)"] {
            assert_eq!(string(name, &[]).unwrap_err().rule(), "component", "{name}");
        }
    }
}
