//! Headers made by nobody: read or refused, never a panic.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;

use crate::forged::{KEY, cavage, rfc9421};
use crate::message::{Message, site};

/// Text in the shape of the headers, or none at all.
fn header() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,120}",
        "((keyId|algorithm|created|expires|headers|signature)=\"?[-a-z0-9() \\\\\",;=@]{0,30}\"?,? ?){0,8}",
        "(sig1|s)=\\(?(\"@?[a-z-]{0,12}\" ?){0,5}\\)?(;(created|keyid|alg|expires)=\"?[-a-z0-9]{0,22}\"?){0,4}",
        "s(ig1)?=:[A-Za-z0-9+/]{0,40}={0,2}:",
        "(SHA-256|sha-512|md5)=:?[A-Za-z0-9+/]{0,44}={0,2}:?(,.{0,20})?",
    ]
}

fn set(headers: &mut HeaderMap, name: &'static str, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
        headers.append(name, value);
    }
}

proptest! {
    #[test]
    fn no_header_makes_the_reader_panic_or_the_verifier_accept(
        (signature, input, date) in (header(), proptest::option::of(header()), proptest::option::of(header())),
        (digest, content_digest) in (proptest::option::of(header()), proptest::option::of(header())),
        target in "/?[ -~]{0,40}",
        body in proptest::collection::vec(any::<u8>(), 0..20),
        now in 0_u64..400_000_000_000,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("bridge.example"));
        set(&mut headers, "signature", Some(signature));
        set(&mut headers, "signature-input", input);
        set(&mut headers, "date", date);
        set(&mut headers, "digest", digest);
        set(&mut headers, "content-digest", content_digest);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let message = Message { method: Method::POST, target, headers, body, site: site("https://bridge.example/"), now };
        prop_assert!(message.check(KEY.public()).is_err());
    }

    #[test]
    fn no_change_of_one_signature_header_is_accepted_unless_it_means_the_same(
        at in 0_usize..2000,
        byte in 0x20_u8..0x7f,
        newer in any::<bool>(),
    ) {
        let request = if newer { rfc9421() } else { cavage() };
        let name = if newer && at % 2 == 0 { "signature-input" } else { "signature" };
        let mut value = request.header(name).as_bytes().to_vec();
        let at = at % value.len();
        value[at] = byte;
        let changed = request.with(name, std::str::from_utf8(&value).unwrap());
        if let Ok(verified) = changed.check(KEY.public()) {
            let honest = request.check(KEY.public()).unwrap();
            // draft-cavage does not sign keyId itself: whose key it is, the caller proves
            prop_assert_eq!(verified.fingerprint(), honest.fingerprint());
            prop_assert_eq!(
                verified.covered().collect::<Vec<_>>(),
                honest.covered().collect::<Vec<_>>()
            );
        }
    }
}
