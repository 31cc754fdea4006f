//! Public keys of credentials, in COSE (RFC 9052 section 7, RFC 9053), and signatures by them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use ciborium::Value;

use super::Rejected;
use super::cbor::{self, Map};

/// The algorithms that are offered, the one to prefer first, by their COSE numbers (RFC 9053 section 2, RFC 8812 section 2).
pub(super) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

// Labels of RFC 9052 section 7.1, RFC 9053 section 7 and RFC 8230 section 4.
const KEY_TYPE: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const MODULUS: i64 = -1;
const EXPONENT: i64 = -2;

/// The length of a coordinate, in bytes.
const COORDINATE: usize = 32;
/// RSA keys of 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// A public key of one of [`ALGORITHMS`].
#[derive(Debug)]
pub(super) enum PublicKey {
    /// ECDSA over P-256: the uncompressed point.
    Es256(Vec<u8>),
    /// Ed25519.
    EdDsa(Vec<u8>),
    /// RSASSA-PKCS1-v1_5.
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl PublicKey {
    /// Reads a whole COSE key.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Rejected> {
        let (key, rest) = cbor::map(bytes, "the public key")?;
        if !rest.is_empty() {
            return Err(Rejected::Malformed("the public key"));
        }
        Self::of(&key).ok_or(Rejected::Algorithm)
    }

    fn of(key: &Map) -> Option<Self> {
        let number = |label| key.number(label).and_then(cbor::integer);
        let bytes = |label| key.number(label).and_then(Value::as_bytes);
        let coordinate = |label| bytes(label).filter(|bytes| bytes.len() == COORDINATE);
        match (number(ALGORITHM)?, number(KEY_TYPE)?) {
            (ES256, 2) if number(CURVE) == Some(1) => {
                let point = [&[4][..], coordinate(X)?, coordinate(Y)?].concat();
                // Without attestation, nothing is verified by the key before the first sign-in.
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point).ok()?;
                Some(Self::Es256(point))
            }
            (EDDSA, 1) if number(CURVE) == Some(6) => Some(Self::EdDsa(coordinate(X)?.clone())),
            (RS256, 3) => {
                let (modulus, exponent) = (bytes(MODULUS)?, bytes(EXPONENT)?);
                let sound = MODULUS_BYTES.contains(&modulus.len())
                    && modulus.first() != Some(&0)
                    && (1..=4).contains(&exponent.len())
                    && exponent.first() != Some(&0)
                    && exponent.last().is_some_and(|last| last % 2 == 1)
                    && exponent.as_slice() != [1];
                sound.then(|| Self::Rs256 {
                    modulus: modulus.clone(),
                    exponent: exponent.clone(),
                })
            }
            _ => None,
        }
    }

    /// Whether `signature` is this key's for `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        let verified = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Rejected::Signature)
    }
}
