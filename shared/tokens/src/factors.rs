//! What protects second factors: the seal of secrets, and authenticated statements between two steps.
//!
//! Everything is derived from one secret of the stack, which only `identity` reads. A rotation puts a new random value: `AWSCURRENT`
//! seals, and `AWSPREVIOUS` still opens.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use model::{StatementNonce, Timestamp, UserId};
use zeroize::{Zeroize as _, Zeroizing};

use super::keys::derive;
use super::totp::{SECRET_BYTES, TotpSecret};
use super::{SecretVersions, decode, encode, random};

/// What a statement is for. A statement for one purpose is void for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementPurpose {
    /// The second step of a sign-in, after the right password.
    Login = 1,
    /// The confirmation of an authenticator app.
    Enrolment = 2,
    /// A challenge for the use of a passkey.
    Passkey = 3,
    /// A challenge for a new passkey.
    Registration = 4,
}

/// An authenticated statement: asking for one stores nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is for.
    pub purpose: StatementPurpose,
    /// The person. `None` where a passkey says whose it is.
    pub user: Option<UserId>,
    /// The number of their password. Another password voids the statement. 0 where it does not matter.
    pub credential: u64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What makes its use the only one.
    pub nonce: StatementNonce,
}

impl Statement {
    /// A new statement.
    #[must_use]
    pub fn new(
        purpose: StatementPurpose,
        user: Option<UserId>,
        credential: u64,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            purpose,
            user,
            credential,
            // It is read back in whole seconds.
            expires_at: Timestamp::from_seconds(expires_at.seconds()),
            nonce: random(),
        }
    }

    /// Whether `token` has the form of a statement's. Its author is unknown.
    #[must_use]
    pub fn has_form(token: &str) -> bool {
        decode(token).is_some_and(|bytes| bytes.len() == PAYLOAD_BYTES + TAG_BYTES)
    }

    fn payload(&self) -> [u8; PAYLOAD_BYTES] {
        let mut payload = [0; PAYLOAD_BYTES];
        payload[0] = self.purpose as u8;
        // No person has the id 0.
        let user = self.user.map_or(0, UserId::get);
        payload[1..9].copy_from_slice(&user.to_be_bytes());
        payload[9..17].copy_from_slice(&self.credential.to_be_bytes());
        payload[17..25].copy_from_slice(&self.expires_at.seconds().to_be_bytes());
        payload[25..].copy_from_slice(&self.nonce);
        payload
    }

    fn read(payload: &[u8], purpose: StatementPurpose) -> Option<Self> {
        let (kind, rest) = payload.split_first()?;
        let number = |at: usize| Some(u64::from_be_bytes(rest.get(at..at + 8)?.try_into().ok()?));
        (*kind == purpose as u8).then_some(())?;
        Some(Self {
            purpose,
            user: match number(0)? {
                0 => None,
                user => Some(UserId::try_from(user).ok()?),
            },
            credential: number(8)?,
            expires_at: Timestamp::from_seconds(i64::try_from(number(16)?).ok()?),
            nonce: rest.get(24..)?.try_into().ok()?,
        })
    }
}

const PAYLOAD_BYTES: usize = 1 + 8 + 8 + 8 + 12;
const TAG_BYTES: usize = 32;
const KEY_ID_BYTES: usize = 4;

/// The keys of one value of the secret.
#[derive(Clone)]
struct Keys {
    /// Which value it is, so that a reader of a sealed secret knows whether it is the present one.
    id: [u8; KEY_ID_BYTES],
    sealing: Zeroizing<[u8; 32]>,
    statements: hmac::Key,
    enrolments: hmac::Key,
}

/// The keys that protect second factors: the present ones, and those before the last rotation.
#[derive(Clone)]
pub struct FactorKeys {
    current: Keys,
    previous: Option<Keys>,
}

impl Keys {
    fn derive(value: &str) -> Result<Self, Unspecified> {
        let key = |purpose| {
            derive(value, purpose).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
        };
        let mut id = [0; KEY_ID_BYTES];
        let name = derive(value, b"factor-seal/key-id/1")?;
        id.copy_from_slice(&name[..KEY_ID_BYTES]);
        Ok(Self {
            id,
            sealing: derive(value, b"factor-seal/aes-256-gcm/1")?,
            statements: key(b"factor-statement/hmac-sha-256/1")?,
            enrolments: key(b"totp-enrolment/hmac-sha-256/1")?,
        })
    }

    fn cipher(&self) -> Result<LessSafeKey, Unspecified> {
        UnboundKey::new(&AES_256_GCM, self.sealing.as_ref()).map(LessSafeKey::new)
    }
}

/// A secret that was opened.
pub struct Opened {
    /// The secret.
    pub secret: TotpSecret,
    /// Whether it is sealed under the key before the last rotation.
    pub outdated: bool,
}

impl FactorKeys {
    /// The keys of `secret`.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to derive them.
    pub fn derive(secret: &SecretVersions) -> Result<Self, Unspecified> {
        let previous = secret.previous.as_ref();
        Ok(Self {
            current: Keys::derive(&secret.current)?,
            previous: previous.map(|value| Keys::derive(value)).transpose()?,
        })
    }

    /// The token of `statement`.
    #[must_use]
    pub fn state(&self, statement: &Statement) -> String {
        let mut bytes = statement.payload().to_vec();
        let tag = hmac::sign(&self.current.statements, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        encode(&bytes)
    }

    /// The statement in `token`, if we made it and it is for `purpose`, however old.
    #[must_use]
    pub fn statement(&self, token: &str, purpose: StatementPurpose) -> Option<Statement> {
        let bytes = decode(token)?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD_BYTES)?;
        self.author(payload, tag)?;
        Statement::read(payload, purpose)
    }

    /// The secret of the enrolment `token`. It follows from the statement, so nothing is stored before it is confirmed.
    #[must_use]
    pub fn enrolled_secret(&self, token: &str) -> Option<TotpSecret> {
        let bytes = decode(token)?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD_BYTES)?;
        let keys = self.author(payload, tag)?;
        Statement::read(payload, StatementPurpose::Enrolment)?;
        let derived = hmac::sign(&keys.enrolments, payload);
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        secret.copy_from_slice(derived.as_ref().get(..SECRET_BYTES)?);
        Some(secret)
    }

    fn author(&self, payload: &[u8], tag: &[u8]) -> Option<&Keys> {
        let genuine = |keys: &&Keys| {
            tag.len() == TAG_BYTES && hmac::verify(&keys.statements, payload, tag).is_ok()
        };
        std::iter::once(&self.current)
            .chain(&self.previous)
            .find(genuine)
    }

    /// `secret` of `user`, sealed. It opens for the same user only.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses to encrypt.
    pub fn seal(&self, secret: &TotpSecret, user: UserId) -> Result<Vec<u8>, Unspecified> {
        let nonce: [u8; NONCE_LEN] = random();
        let mut text = secret.to_vec();
        let cipher = self.current.cipher()?;
        let sealed = Nonce::assume_unique_for_key(nonce);
        cipher.seal_in_place_append_tag(sealed, bound_to(user), &mut text)?;
        Ok([&self.current.id[..], &nonce, &text].concat())
    }

    /// The secret in `sealed`, if it was sealed for `user` under a key that is known.
    #[must_use]
    pub fn open(&self, sealed: &[u8], user: UserId) -> Option<Opened> {
        let (id, rest) = sealed.split_at_checked(KEY_ID_BYTES)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        let outdated = id != self.current.id;
        let keys = if outdated {
            self.previous.as_ref().filter(|keys| id == keys.id)?
        } else {
            &self.current
        };
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = keys
            .cipher()
            .ok()?
            .open_in_place(nonce, bound_to(user), &mut text);
        let secret = opened
            .ok()
            .and_then(|opened| <[u8; SECRET_BYTES]>::try_from(&*opened).ok());
        text.zeroize();
        Some(Opened {
            secret: Zeroizing::new(secret?),
            outdated,
        })
    }
}

fn bound_to(user: UserId) -> Aad<[u8; 8]> {
    Aad::from(user.get().to_be_bytes())
}

impl fmt::Debug for FactorKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FactorKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: &str, previous: Option<&str>) -> FactorKeys {
        let value = |value: &str| Zeroizing::new(value.to_owned());
        FactorKeys::derive(&SecretVersions {
            current: value(current),
            previous: previous.map(value),
        })
        .unwrap()
    }

    fn ada() -> UserId {
        UserId::try_from(7).unwrap()
    }

    fn statement(purpose: StatementPurpose) -> Statement {
        let end = Timestamp::from_seconds(1_780_396_200);
        Statement::new(purpose, Some(ada()), 3, end)
    }

    #[test]
    fn a_challenge_may_be_for_anybody() {
        let keys = keys("one", None);
        let end = Timestamp::from_seconds(1_780_396_200);
        let challenge = Statement::new(StatementPurpose::Passkey, None, 0, end);
        let token = keys.state(&challenge);
        let read = keys.statement(&token, StatementPurpose::Passkey);
        assert_eq!(read, Some(challenge));
        assert_eq!(keys.statement(&token, StatementPurpose::Registration), None);
    }

    #[test]
    fn a_statement_reads_back_for_its_purpose_only() {
        let keys = keys("one", None);
        let login = statement(StatementPurpose::Login);
        let token = keys.state(&login);
        assert_eq!(keys.statement(&token, StatementPurpose::Login), Some(login));
        assert_eq!(keys.statement(&token, StatementPurpose::Enrolment), None);
        assert!(keys.enrolled_secret(&token).is_none());
    }

    #[test]
    fn no_bit_of_a_statement_can_be_another() {
        let keys = keys("one", None);
        let token = keys.state(&statement(StatementPurpose::Login));
        let bytes = decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[place] ^= 1;
            let forged = encode(&forged);
            assert_eq!(keys.statement(&forged, StatementPurpose::Login), None);
        }
        for text in ["", "AAAA", &token[1..], &format!("{token}AAAA")] {
            assert_eq!(
                keys.statement(text, StatementPurpose::Login),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn a_statement_and_its_secret_outlive_one_rotation() {
        let (first, second) = (keys("one", None), keys("two", Some("one")));
        let token = first.state(&statement(StatementPurpose::Enrolment));
        let secret = first.enrolled_secret(&token).unwrap();
        assert_eq!(second.enrolled_secret(&token).unwrap(), secret);
        assert!(keys("three", Some("two")).enrolled_secret(&token).is_none());
        let other = first.state(&statement(StatementPurpose::Enrolment));
        assert_ne!(first.enrolled_secret(&other).unwrap(), secret);
    }

    #[test]
    fn a_secret_opens_for_its_user_and_under_a_known_key() {
        let secret = Zeroizing::new([5; SECRET_BYTES]);
        let (first, second) = (keys("one", None), keys("two", Some("one")));
        let sealed = first.seal(&secret, ada()).unwrap();
        let opened = first.open(&sealed, ada()).unwrap();
        assert!(*opened.secret == *secret && !opened.outdated);
        let later = second.open(&sealed, ada()).unwrap();
        assert!(*later.secret == *secret && later.outdated);
        assert!(first.open(&sealed, UserId::try_from(8).unwrap()).is_none());
        assert!(keys("three", Some("two")).open(&sealed, ada()).is_none());
    }

    #[test]
    fn no_bit_of_a_sealed_secret_can_be_another() {
        let keys = keys("one", Some("zero"));
        let sealed = keys
            .seal(&Zeroizing::new([5; SECRET_BYTES]), ada())
            .unwrap();
        for place in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[place] ^= 1;
            assert!(keys.open(&forged, ada()).is_none(), "{place}");
        }
        for length in 0..sealed.len() {
            assert!(keys.open(&sealed[..length], ada()).is_none(), "{length}");
        }
    }

    #[test]
    fn two_seals_of_one_secret_differ() {
        let keys = keys("one", None);
        let secret = Zeroizing::new([5; SECRET_BYTES]);
        let seal = || keys.seal(&secret, ada()).unwrap();
        assert_ne!(seal(), seal());
        assert_eq!(format!("{keys:?}"), "FactorKeys { .. }");
    }
}
