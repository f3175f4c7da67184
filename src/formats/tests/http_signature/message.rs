//! A request that can be changed and checked.

use std::time::{Duration, SystemTime};

use causeway_formats::http_signature::{Claim, Policy, PublicKey, Request, SignatureError, Site, Verified, Window};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

/// Everything that a verifier sees.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) site: Site,
    pub(crate) now: SystemTime,
}

impl Message {
    pub(crate) fn read(&self) -> Result<Claim, SignatureError> {
        let request = Request {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        Claim::read(
            &request,
            &Policy {
                site: &self.site,
                window: Window::default(),
                now: self.now,
            },
        )
    }

    /// Both steps.
    pub(crate) fn check(&self, key: &PublicKey) -> Result<Verified, SignatureError> {
        self.read()?.verify(key)
    }

    /// The rule that refuses it.
    pub(crate) fn rule(&self, key: &PublicKey) -> &'static str {
        match self.check(key) {
            Ok(_) => "accepted",
            Err(error) => {
                assert!(["signature-bad", "signature-missing"].contains(&error.reason()));
                error.rule()
            }
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The same with one header set; what stood there is gone.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.insert(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::try_from(value).unwrap(),
        );
        changed
    }

    /// The same with one more header.
    pub(crate) fn with_also(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.append(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::try_from(value).unwrap(),
        );
        changed
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.remove(name);
        changed
    }

    /// The same with a text in a header replaced, which must be there.
    pub(crate) fn replacing(&self, name: &str, from: &str, to: &str) -> Self {
        let value = self.header(name);
        assert!(value.contains(from), "{name}: {value} has no {from}");
        self.with(name, &value.replacen(from, to, 1))
    }

    pub(crate) fn later(&self, by: Duration) -> Self {
        Self {
            now: self.now + by,
            ..self.clone()
        }
    }

    pub(crate) fn earlier(&self, by: Duration) -> Self {
        Self {
            now: self.now - by,
            ..self.clone()
        }
    }
}

pub(crate) fn site(url: &str) -> Site {
    Site::new(&Url::parse(url).unwrap()).unwrap()
}

/// `text` with the byte at `at` replaced by another of its kind (letter, digit, or `x` for the rest).
pub(crate) fn with_byte_changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = match bytes[at] {
        b'z' => b'a',
        b'Z' => b'A',
        b'9' => b'8',
        byte if byte.is_ascii_alphanumeric() => byte + 1,
        _ => b'x',
    };
    let changed = String::from_utf8(bytes).unwrap();
    assert_ne!(changed, text);
    changed
}
