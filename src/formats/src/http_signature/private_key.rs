//! Our own RSA keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};

use super::error::KeyError;
use super::pem;
use super::public_key::PublicKey;

/// One of our RSA keys; a clone shares it. Its material never reaches `Debug`.
#[derive(Clone)]
pub struct PrivateKey(Arc<Inner>);

struct Inner {
    pair: RsaKeyPair,
    public: PublicKey,
}

impl PrivateKey {
    /// Makes a new RSA-2048 key. Takes tens of milliseconds: not for an async thread.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the system gives no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        Self::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Failed)?)
    }

    /// Reads unencrypted PKCS #8 PEM (`PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError`]: not such PEM, not RSA, or a modulus outside 2048 to 8192 bits.
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_pkcs8_der(&pem::decode(text, &["PRIVATE KEY"])?)
    }

    /// Reads unencrypted PKCS #8 DER.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8_pem`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::new(RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed("not an RSA private key in PKCS #8"))?)
    }

    /// The key as PKCS #8 DER: secret, to be sealed before it is stored.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the library cannot encode it.
    pub fn to_pkcs8_der(&self) -> Result<Vec<u8>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.0.pair.as_der().map_err(|_| KeyError::Failed)?;
        Ok(der.as_ref().to_vec())
    }

    /// The key as PKCS #8 PEM: secret.
    ///
    /// # Errors
    /// As [`PrivateKey::to_pkcs8_der`].
    pub fn to_pkcs8_pem(&self) -> Result<String, KeyError> {
        Ok(pem::encode("PRIVATE KEY", &self.to_pkcs8_der()?))
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// The public half as PEM, as `publicKeyPem` holds it.
    pub fn public_pem(&self) -> String {
        self.0.public.to_pem()
    }

    /// Signs a message: RSASSA-PKCS1-v1_5 with SHA-256. The same message gives the same signature.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the library fails.
    // RFC 8017 §8.2.1
    pub fn sign_rsa_sha256(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.pair.public_modulus_len()];
        let signed = self
            .0
            .pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map(|()| signature).map_err(|_| KeyError::Failed)
    }

    fn new(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = PublicKey::from_der(pair.public_key().as_ref())?;
        Ok(Self(Arc::new(Inner { pair, public })))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {:?})", self.0.public)
    }
}
