//! RSA public keys of peers.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use aws_lc_rs::digest::SHA256;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaSubjectPublicKey};

use super::digest::hash;
use super::error::KeyError;
use super::pem;

/// Moduli we accept, in bits: below is breakable, above costs us more than it costs the sender.
const MODULUS_BITS: RangeInclusive<usize> = 2048..=8192;
/// What their signatures measure, in bytes.
pub(super) const SIGNATURE_BYTES: RangeInclusive<usize> = 256..=1024;
/// Longer than the DER of an 8192-bit key, and far shorter than that of a 16384-bit one: judged before anything is parsed.
const MAX_DER: usize = 1100;

/// A peer's RSA key, parsed once; a clone shares it.
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    parsed: ParsedPublicKey,
    spki: Vec<u8>,
    bits: usize,
}

impl PublicKey {
    /// Reads the PEM of a SubjectPublicKeyInfo (`PUBLIC KEY`) or of PKCS #1 (`RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// [`KeyError`]: not such PEM, not RSA, modulus outside 2048 to 8192 bits, or a senseless exponent.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&pem::decode(text, &["PUBLIC KEY", "RSA PUBLIC KEY"])?)
    }

    /// Reads the DER of either form.
    ///
    /// # Errors
    /// As [`PublicKey::from_pem`].
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_DER {
            return Err(KeyError::Size(der.len().saturating_mul(8)));
        }
        let key = RsaSubjectPublicKey::from_der(der).map_err(|_| KeyError::Malformed("not an RSA public key"))?;
        let bits = bit_length(key.modulus().big_endian_without_leading_zero());
        if !MODULUS_BITS.contains(&bits) {
            return Err(KeyError::Size(bits));
        }
        check_exponent(key.exponent().big_endian_without_leading_zero())?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::Failed)?;
        // one key, one encoding: nothing after the key, no other algorithm in its header
        if der != spki.as_ref() && der != key.as_ref() {
            return Err(KeyError::Malformed("not a plain RSA public key in DER"));
        }
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki.as_ref())
            .map_err(|_| KeyError::Malformed("not an RSA public key"))?;
        Ok(Self(Arc::new(Inner {
            parsed,
            spki: spki.as_ref().to_vec(),
            bits,
        })))
    }

    /// Checks an RSASSA-PKCS1-v1_5 signature with SHA-256 over a message.
    ///
    /// # Errors
    /// [`KeyError::Mismatch`].
    // RFC 8017 §8.2.2
    pub fn verify_rsa_sha256(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        self.0
            .parsed
            .verify_sig(message, signature)
            .map_err(|_| KeyError::Mismatch)
    }

    /// The SubjectPublicKeyInfo, DER.
    pub fn spki(&self) -> &[u8] {
        &self.0.spki
    }

    /// The SubjectPublicKeyInfo as PEM, as `publicKeyPem` holds it.
    pub fn to_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.0.spki)
    }

    /// Size of the modulus in bits.
    pub fn bits(&self) -> usize {
        self.0.bits
    }

    /// SHA-256 of the SubjectPublicKeyInfo: tells one key from another.
    pub fn fingerprint(&self) -> Vec<u8> {
        hash(&SHA256, &self.0.spki)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.spki == other.0.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let print: String = self
            .fingerprint()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        write!(f, "PublicKey(rsa {}, {print})", self.0.bits)
    }
}

/// Odd, 3 or more, at most 33 bits: with 1 anybody signs, with a huge one verification is as dear as signing.
fn check_exponent(bytes: &[u8]) -> Result<(), KeyError> {
    let odd = bytes.last().is_some_and(|last| last & 1 == 1);
    if odd && (2..=33).contains(&bit_length(bytes)) {
        Ok(())
    } else {
        Err(KeyError::Exponent)
    }
}

/// Bits of a big-endian number without leading zero bytes.
fn bit_length(bytes: &[u8]) -> usize {
    let spare = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
    (bytes.len() * 8).saturating_sub(spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_odd_and_of_sensible_size_whatever_the_library_thinks() {
        for good in [&[3][..], &[17], &[1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert_eq!(check_exponent(good), Ok(()), "{good:?}");
        }
        for bad in [&[][..], &[1], &[2], &[1, 0, 0], &[3, 0, 0, 0, 1], &[255; 8]] {
            assert_eq!(check_exponent(bad), Err(KeyError::Exponent), "{bad:?}");
        }
    }
}
