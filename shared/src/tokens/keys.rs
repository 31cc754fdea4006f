//! Keys derived from the stack's three secrets by HKDF-SHA-256 (RFC 5869).
//!
//! A secret is rotated by putting a new random value: `AWSCURRENT` makes tokens, `AWSPREVIOUS` still verifies them.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{digest, hkdf, hmac};
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::encode;

/// The two living values of a secret in Secrets Manager.
pub struct Secret {
    /// `AWSCURRENT`.
    pub current: Zeroizing<String>,
    /// `AWSPREVIOUS`, once it was rotated.
    pub previous: Option<Zeroizing<String>>,
}

/// The secret of one purpose, derived from a value of a secret.
fn derive(value: &str, purpose: &'static [u8]) -> Result<Zeroizing<[u8; 32]>, Unspecified> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"accounts")
        .extract(value.as_bytes())
        .expand(&[purpose], hkdf::HKDF_SHA256)?
        .fill(key.as_mut())?;
    Ok(key)
}

/// A public Ed25519 key, as it is published and as the table keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// The key's id: its thumbprint (RFC 7638).
    pub kid: String,
    /// The key itself in base64url (RFC 8037 section 2).
    pub x: String,
}

impl PublicKey {
    fn new(key: &[u8]) -> Self {
        let x = encode(key);
        // RFC 7638 section 3: the required members in lexicographic order, without white space.
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let thumbprint = digest::digest(&digest::SHA256, members.as_bytes());
        Self {
            kid: encode(thumbprint.as_ref()),
            x,
        }
    }
}

/// What access tokens are signed with, and every key that still verifies them.
#[derive(Clone)]
pub struct SigningKeys {
    pub(super) key: EncodingKey,
    /// The current key first.
    pub public: Vec<PublicKey>,
}

impl SigningKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &Secret) -> Result<Self, Unspecified> {
        const PURPOSE: &[u8] = b"access-token/ed25519/1";
        let pair = |value: &str| {
            let seed = derive(value, PURPOSE)?;
            Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| Unspecified)
        };
        let current = pair(&secret.current)?;
        let mut public = vec![PublicKey::new(current.public_key().as_ref())];
        if let Some(previous) = &secret.previous {
            public.push(PublicKey::new(pair(previous)?.public_key().as_ref()));
        }
        Ok(Self {
            key: EncodingKey::from_ed_der(current.to_pkcs8()?.as_ref()),
            public,
        })
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.public).finish()
    }
}

/// What mailed links are made with, and every key that still opens them.
#[derive(Clone)]
pub struct LinkKeys {
    pub(super) current: hmac::Key,
    pub(super) previous: Option<hmac::Key>,
    fingerprints: hmac::Key,
}

impl LinkKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &Secret) -> Result<Self, Unspecified> {
        const LINKS: &[u8] = b"mailed-link/hmac-sha-256/1";
        const FINGERPRINTS: &[u8] = b"fingerprint/hmac-sha-256/1";
        let key = |value: &str, purpose| {
            derive(value, purpose).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
        };
        let previous = secret.previous.as_ref();
        Ok(Self {
            current: key(&secret.current, LINKS)?,
            previous: previous.map(|value| key(value, LINKS)).transpose()?,
            fingerprints: key(&secret.current, FINGERPRINTS)?,
        })
    }

    /// A fingerprint that tells nothing of `data` to whoever reads the table: for bodies that hold a password.
    #[must_use]
    pub fn fingerprint(&self, data: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.fingerprints, data);
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(tag.as_ref());
        fingerprint
    }
}

impl fmt::Debug for LinkKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LinkKeys").finish_non_exhaustive()
    }
}

/// What the cursors of lists are authenticated with, and every key that still opens them.
#[derive(Clone)]
pub struct CursorKeys {
    pub(super) current: hmac::Key,
    pub(super) previous: Option<hmac::Key>,
}

impl CursorKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &Secret) -> Result<Self, Unspecified> {
        const PURPOSE: &[u8] = b"cursor/hmac-sha-256/1";
        let key = |value: &Zeroizing<String>| {
            derive(value, PURPOSE).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
        };
        Ok(Self {
            current: key(&secret.current)?,
            previous: secret.previous.as_ref().map(key).transpose()?,
        })
    }
}

impl fmt::Debug for CursorKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CursorKeys").finish_non_exhaustive()
    }
}
