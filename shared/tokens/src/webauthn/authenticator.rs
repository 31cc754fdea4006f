//! An authenticator and a browser that can do each thing wrong, for tests.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "for tests, where nothing of this fails"
)]

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use ciborium::Value;
use serde_json::json;

use crate::encode;

/// The challenge of the examples.
pub const CHALLENGE: &[u8] = b"a challenge of this service";
/// The user handle of the examples.
pub const HANDLE: &[u8] = &7_u64.to_be_bytes();
/// The origin of the examples.
pub const ORIGIN: &str = "https://accounts.example.com";

/// A credential, and what the next ceremony does.
#[derive(Debug)]
pub struct Authenticator {
    key: EcdsaKeyPair,
    /// The id of the credential.
    pub id: Vec<u8>,
    /// The domain that it is for.
    pub relying_party: &'static str,
    /// The flags of its data (section 6.1).
    pub flags: u8,
    /// The signature counter.
    pub counter: u32,
    /// What follows the credential.
    pub tail: Vec<u8>,
    /// The algorithm of the public key, in COSE.
    pub algorithm: i64,
    /// What the browser says.
    pub client: serde_json::Value,
    /// Whose it is.
    pub user_handle: Option<Vec<u8>>,
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

impl Authenticator {
    /// One that does everything right: user present and verified, a credential that stays on the device.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        Self {
            key: EcdsaKeyPair::generate(algorithm).unwrap(),
            id: crate::random::<16>().to_vec(),
            relying_party: "example.com",
            flags: 0b101,
            counter: 0,
            tail: Vec::new(),
            algorithm: -7,
            client: json!({
                "type": kind, "challenge": encode(CHALLENGE), "origin": ORIGIN, "crossOrigin": false,
            }),
            user_handle: Some(HANDLE.to_vec()),
        }
    }

    /// The public key, in COSE.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let number = |number: i64| Value::from(number);
        cbor(&Value::Map(vec![
            (number(1), number(2)),
            (number(3), number(self.algorithm)),
            (number(-1), number(1)),
            (number(-2), Value::Bytes(point[1..33].to_vec())),
            (number(-3), Value::Bytes(point[33..].to_vec())),
        ]))
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, self.relying_party.as_bytes());
        let counter = self.counter.to_be_bytes();
        [hash.as_ref(), &[flags], &counter].concat()
    }

    /// The authenticator data of a registration.
    #[must_use]
    pub fn registration_data(&self) -> Vec<u8> {
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let head = self.head(self.flags | 1 << 6);
        let key = self.public_key();
        [&head, &[0; 16][..], &length, &self.id, &key, &self.tail].concat()
    }

    /// The answer to `navigator.credentials.create()`, with `data` for authenticator data.
    #[must_use]
    pub fn registration(&self, data: Vec<u8>) -> serde_json::Value {
        let text = |text: &str| Value::Text(text.to_owned());
        let object = cbor(&Value::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Value::Map(Vec::new())),
            (text("authData"), Value::Bytes(data)),
        ]));
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": encode(self.client.to_string().as_bytes()),
                "attestationObject": encode(&object),
            },
        })
    }

    /// The answer to `navigator.credentials.get()`.
    #[must_use]
    pub fn assertion(&self) -> serde_json::Value {
        let client = self.client.to_string();
        let data = [self.head(self.flags), self.tail.clone()].concat();
        let hash = digest::digest(&digest::SHA256, client.as_bytes());
        let signed = [data.as_slice(), hash.as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": encode(client.as_bytes()),
                "authenticatorData": encode(&data),
                "signature": encode(signature.as_ref()),
                "userHandle": self.user_handle.as_deref().map(encode),
            },
        })
    }
}
