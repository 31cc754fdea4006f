//! Keys derived from the stack's three secrets by HKDF-SHA-256 (RFC 5869).
//!
//! A rotation puts a new random value: `AWSCURRENT` makes tokens, `AWSPREVIOUS` still verifies them.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{digest, hkdf, hmac};
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::encode;

/// The two valid values of a secret in Secrets Manager.
pub struct SecretVersions {
    /// `AWSCURRENT`.
    pub current: Zeroizing<String>,
    /// `AWSPREVIOUS`, after a rotation.
    pub previous: Option<Zeroizing<String>>,
}

/// A key for one purpose, derived from a value of a secret.
pub(super) fn derive(
    value: &str,
    purpose: &'static [u8],
) -> Result<Zeroizing<[u8; 32]>, Unspecified> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"accounts")
        .extract(value.as_bytes())
        .expand(&[purpose], hkdf::HKDF_SHA256)?
        .fill(key.as_mut())?;
    Ok(key)
}

/// A public Ed25519 key, as it is published and stored.
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

/// A key that signs access tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// The public key that verifies them.
    pub public: PublicKey,
    pub(super) key: EncodingKey,
}

/// The keys that sign access tokens: the present one, and the one before the last rotation.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    /// The key of `AWSCURRENT`.
    pub current: SigningKey,
    /// The key of `AWSPREVIOUS`.
    pub previous: Option<SigningKey>,
}

impl SigningKey {
    fn derive(value: &str) -> Result<Self, Unspecified> {
        let seed = derive(value, b"access-token/ed25519/1")?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| Unspecified)?;
        Ok(Self {
            public: PublicKey::new(pair.public_key().as_ref()),
            key: EncodingKey::from_ed_der(pair.to_pkcs8()?.as_ref()),
        })
    }
}

impl SigningKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &SecretVersions) -> Result<Self, Unspecified> {
        let previous = secret.previous.as_ref();
        Ok(Self {
            current: SigningKey::derive(&secret.current)?,
            previous: previous
                .map(|value| SigningKey::derive(value))
                .transpose()?,
        })
    }

    /// Every key that verifies, the current one first.
    #[must_use]
    pub fn public(&self) -> Vec<PublicKey> {
        let keys = std::iter::once(&self.current).chain(&self.previous);
        keys.map(|key| key.public.clone()).collect()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.public.fmt(formatter)
    }
}

/// The key that makes mailed links, and every key that still verifies them.
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
    pub fn derive(secret: &SecretVersions) -> Result<Self, Unspecified> {
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

    /// A keyed fingerprint of `data`, for bodies with a password. A reader of the table learns nothing of `data`.
    #[must_use]
    pub fn fingerprint(&self, data: &[u8]) -> [u8; 32] {
        fingerprint(&self.fingerprints, data)
    }
}

impl fmt::Debug for LinkKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LinkKeys").finish_non_exhaustive()
    }
}

fn fingerprint(key: &hmac::Key, data: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(hmac::sign(key, data).as_ref());
    fingerprint
}

/// The key that authenticates the cursors of lists, and every key that still verifies them. Functions with lists hold no other
/// secret, so the fingerprints of addresses come from the same one.
#[derive(Clone)]
pub struct CursorKeys {
    pub(super) current: hmac::Key,
    pub(super) previous: Option<hmac::Key>,
    fingerprints: hmac::Key,
}

impl CursorKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &SecretVersions) -> Result<Self, Unspecified> {
        const CURSORS: &[u8] = b"cursor/hmac-sha-256/1";
        const FINGERPRINTS: &[u8] = b"fingerprint/hmac-sha-256/1";
        let key = |value: &str, purpose| {
            derive(value, purpose).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
        };
        let previous = secret.previous.as_ref();
        Ok(Self {
            current: key(&secret.current, CURSORS)?,
            previous: previous.map(|value| key(value, CURSORS)).transpose()?,
            fingerprints: key(&secret.current, FINGERPRINTS)?,
        })
    }

    /// A keyed fingerprint of `data`, for what outlives a person. A reader of the table learns nothing of `data`.
    #[must_use]
    pub fn fingerprint(&self, data: &[u8]) -> [u8; 32] {
        fingerprint(&self.fingerprints, data)
    }
}

impl fmt::Debug for CursorKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CursorKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::decode;

    fn secret(current: &str, previous: Option<&str>) -> SecretVersions {
        let value = |value: &str| Zeroizing::new(value.to_owned());
        SecretVersions {
            current: value(current),
            previous: previous.map(value),
        }
    }

    /// RFC 8037 appendices A.1 to A.3.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let seed = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let key = PublicKey::new(pair.public_key().as_ref());
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// Another derivation would make all present tokens invalid.
    #[test]
    fn the_derivation_from_a_secret_is_pinned() {
        let signing = SigningKeys::derive(&secret("a secret", None)).unwrap();
        let fingerprint = LinkKeys::derive(&secret("a secret", None)).unwrap();
        let shown = format!(
            "{}\n{}",
            signing.current.public.kid,
            encode(&fingerprint.fingerprint(b""))
        );
        expect![[r"
            lWtLrjC5PLWf-1V85JLlmxwAy0uhbBJYcfrnatWKS-4
            pawhlObXpDV0IbJb42Lkw9bFE_RqlKj3ksWLR-f5eXw"]]
        .assert_eq(&shown);
    }

    #[test]
    fn the_current_key_comes_first_and_the_previous_one_stays_what_it_was() {
        let before = SigningKeys::derive(&secret("first", None)).unwrap();
        let after = SigningKeys::derive(&secret("second", Some("first"))).unwrap();
        assert_eq!((before.public().len(), after.public().len()), (1, 2));
        assert_eq!(after.public()[1], before.public()[0]);
        assert_ne!(after.public()[0], before.public()[0]);
    }

    #[test]
    fn no_two_purposes_share_a_key() {
        let purposes: [&[u8]; 8] = [
            b"access-token/ed25519/1",
            b"mailed-link/hmac-sha-256/1",
            b"cursor/hmac-sha-256/1",
            b"fingerprint/hmac-sha-256/1",
            b"factor-seal/aes-256-gcm/1",
            b"factor-seal/key-id/1",
            b"factor-statement/hmac-sha-256/1",
            b"totp-enrolment/hmac-sha-256/1",
        ];
        let keys = purposes.map(|purpose| *derive("a secret", purpose).unwrap());
        let distinct = keys.iter().collect::<std::collections::HashSet<_>>();
        assert_eq!(distinct.len(), purposes.len());
    }

    #[test]
    fn a_fingerprint_follows_from_the_current_secret_and_the_data() {
        let print = |current: &str, previous, data: &[u8]| {
            let keys = LinkKeys::derive(&secret(current, previous)).unwrap();
            keys.fingerprint(data)
        };
        assert_eq!(print("one", None, b"a"), print("one", Some("two"), b"a"));
        assert_ne!(print("one", None, b"a"), print("one", None, b"b"));
        assert_ne!(print("one", None, b"a"), print("two", Some("one"), b"a"));
    }

    #[test]
    fn a_key_shows_nothing_but_its_public_part() {
        let signing = SigningKeys::derive(&secret("a secret", None)).unwrap();
        let links = LinkKeys::derive(&secret("a secret", None)).unwrap();
        expect![[r#"
            SigningKeys { current: PublicKey { kid: "lWtLrjC5PLWf-1V85JLlmxwAy0uhbBJYcfrnatWKS-4", x: "S6pmo8xTbZcCZ9uZ3hQub0_oAPHc8FEnpjKIuMYSByE" }, previous: None }
            LinkKeys { .. }"#]].assert_eq(&format!("{signing:?}\n{links:?}"));
    }
}
