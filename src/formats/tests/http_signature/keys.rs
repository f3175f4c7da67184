//! Which keys are taken.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_formats::http_signature::{KeyError, PrivateKey, PublicKey};

/// DER: tag, length, content.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..128 => out.push(length as u8),
        128..256 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

/// A positive INTEGER.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if bytes[0] & 0x80 != 0 { &[0] } else { &[] };
    tlv(2, &[sign, bytes].concat())
}

/// A PKCS #1 key with an odd modulus of so many bits and this exponent.
fn pkcs1(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits.div_ceil(8)];
    modulus[0] = 1 << ((bits - 1) % 8);
    tlv(0x30, &[integer(&modulus), integer(exponent)].concat())
}

/// The same as SubjectPublicKeyInfo.
fn spki(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let rsa_encryption = tlv(0x30, &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]);
    tlv(
        0x30,
        &[rsa_encryption, tlv(3, &[&[0][..], &pkcs1(bits, exponent)].concat())].concat(),
    )
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

const F4: &[u8] = &[1, 0, 1];

#[test]
fn both_encodings_of_2048_to_8192_bits_are_read() {
    for bits in [2048, 2049, 3072, 4096, 8192] {
        let key = PublicKey::from_pem(&pem("PUBLIC KEY", &spki(bits, F4))).unwrap();
        assert_eq!(key.bits(), bits);
        assert_eq!(key.spki(), spki(bits, F4));
        assert_eq!(
            PublicKey::from_pem(&pem("RSA PUBLIC KEY", &pkcs1(bits, F4))).unwrap(),
            key
        );
        assert_eq!(PublicKey::from_pem(&key.to_pem()).unwrap(), key);
    }
}

#[test]
fn pem_is_read_however_its_lines_are_broken() {
    let strict = PrivateKey::generate().unwrap().public_pem();
    let key = PublicKey::from_pem(&strict).unwrap();
    for tolerated in [
        strict.replace('\n', "\r\n"),
        strict.replace('\n', " "),
        strict.replace('\n', ""),
        format!("\n\n{strict} x"),
    ] {
        assert_eq!(PublicKey::from_pem(&tolerated), Ok(key.clone()), "{tolerated}");
    }
}

#[test]
fn sig_026_moduli_that_are_too_large_or_too_small() {
    for bits in [512, 1024, 2047, 8193, 16384] {
        for der in [spki(bits, F4), pkcs1(bits, F4)] {
            let refused = PublicKey::from_der(&der).unwrap_err();
            assert!(
                matches!(refused, KeyError::Size(_) | KeyError::Malformed(_)),
                "{bits}: {refused}"
            );
        }
    }
    for unparsed in [spki(16384, F4), vec![0x30; 65_536]] {
        assert_eq!(
            PublicKey::from_der(&unparsed),
            Err(KeyError::Size(unparsed.len() * 8)),
            "judged by its length"
        );
    }
    assert_eq!(PublicKey::from_der(&spki(1024, F4)), Err(KeyError::Size(1024)));
}

#[test]
fn sig_027_exponents_that_sign_nothing_or_cost_too_much() {
    for exponent in [&[1][..], &[2], &[4], &[1, 0, 0], &[255; 5], &[255; 8]] {
        assert!(PublicKey::from_der(&spki(2048, exponent)).is_err(), "{exponent:?}");
    }
    for exponent in [&[3][..], &[17], F4] {
        assert!(PublicKey::from_der(&spki(2048, exponent)).is_ok(), "{exponent:?}");
    }
}

#[test]
fn what_is_no_key_is_refused() {
    let good = spki(2048, F4);
    let trailing = [&good[..], &[0]].concat();
    for der in [&good[..good.len() - 1], &trailing, &[], &[0x30, 0x80], &[0xff; 64]] {
        assert!(PublicKey::from_der(der).is_err(), "{} bytes", der.len());
    }
    let private = PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap();
    for text in [
        "",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----",
        &pem("CERTIFICATE", &good),
        &private,
        &"-".repeat(100_000),
    ] {
        assert!(
            matches!(PublicKey::from_pem(text), Err(KeyError::Malformed(_))),
            "{text:.40}"
        );
    }
}

#[test]
fn an_elliptic_key_is_no_rsa_key() {
    let ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    assert!(matches!(PublicKey::from_pem(ed25519), Err(KeyError::Malformed(_))));
}

#[test]
fn a_private_key_survives_its_encodings_and_shows_nothing() {
    let key = PrivateKey::generate().unwrap();
    let pem = key.to_pkcs8_pem().unwrap();
    assert!(pem.lines().all(|line| line.len() <= 64));
    let again = PrivateKey::from_pkcs8_pem(&pem).unwrap();
    assert_eq!(again.to_pkcs8_der().unwrap(), key.to_pkcs8_der().unwrap());
    assert_eq!(again.public(), key.public());
    let signature = again.sign_rsa_sha256(b"message").unwrap();
    assert_eq!(key.public().verify_rsa_sha256(b"message", &signature), Ok(()));
    assert_eq!(
        key.public().verify_rsa_sha256(b"massage", &signature),
        Err(KeyError::Mismatch)
    );
    assert_eq!(key.public().bits(), 2048);
    let shown = format!("{key:?} {:?}", key.public());
    assert!(shown.len() < 120, "{shown}");
    let der = key.to_pkcs8_der().unwrap();
    for window in der.windows(8) {
        let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!shown.contains(&hex), "{shown}");
    }
}

#[test]
fn a_private_key_of_another_kind_is_refused() {
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        &PrivateKey::generate().unwrap().public_pem(),
    ] {
        assert!(PrivateKey::from_pkcs8_pem(text).is_err());
    }
}
