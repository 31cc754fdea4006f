//! A person's second factors (contract, *Second factors*). Cryptography is elsewhere: a rule here learns what was right.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::authentication::{Method, Methods};
use super::passkeys::Passkey;
use crate::error::{Conflict, Error, Missing};
use crate::random::random;
use crate::values::Timestamp;

/// Recovery codes that come together (contract).
pub const RECOVERY_CODES: usize = 10;

/// The life time of a token between the two steps of a sign-in, in seconds (contract).
pub const LOGIN_TOKEN_LIFETIME: i64 = 300;

/// The life time of a token between the two steps of an enrolment, in seconds: a person installs an app meanwhile.
pub const ENROLMENT_LIFETIME: i64 = 900;

/// The life time of a challenge for a passkey, in seconds (contract).
pub const CHALLENGE_LIFETIME: i64 = 300;

/// Tells one enrolment of a factor from the next, so that a session knows which one it was based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FactorId(u64);

impl FactorId {
    /// A new id.
    #[must_use]
    pub fn random() -> Self {
        // 53 bits are exact in every reader of JSON.
        Self(u64::from_be_bytes(random()) >> 11)
    }

    /// The id that `text` writes in decimal digits, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = text.parse().ok().map(Self);
        id.filter(|id| id.0 < 1 << 53 && id.to_string() == text)
    }
}

impl fmt::Display for FactorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The nonce of a statement, such as a login token.
pub type StatementNonce = [u8; 12];

/// The secret of an authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totp {
    /// Which enrolment it is.
    pub id: FactorId,
    /// The secret, encrypted. Only `identity` has the key.
    pub sealed: Vec<u8>,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// The number of the last step whose code was used. Codes of earlier steps are void.
    pub last_step: i64,
    /// Until when guesses were refused the last time.
    pub locked_until: Option<Timestamp>,
}

/// The recovery codes that are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCodes {
    /// What a session that began by one of them is based on. It lasts as long as there is a factor.
    pub id: FactorId,
    /// What the codes are hashed with.
    pub salt: [u8; 16],
    /// The hashes of unused codes.
    pub digests: Vec<[u8; 16]>,
}

/// Everything of a person's second factors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// The authenticator app.
    pub totp: Option<Totp>,
    /// The passkeys.
    pub passkeys: BTreeMap<FactorId, Passkey>,
    /// The recovery codes. They exist while there is a factor.
    pub recovery: Option<RecoveryCodes>,
    /// The nonces of statements that were used, each with its expiry.
    pub spent: BTreeMap<StatementNonce, Timestamp>,
    /// Counts the changes of all of this.
    pub version: u64,
}

impl Factors {
    /// Whether there is a second factor. Recovery codes are none.
    #[must_use]
    pub fn exist(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    /// Whether a session that is based on `id` has two factors: what it was based on still exists.
    #[must_use]
    pub fn have(&self, id: FactorId) -> bool {
        self.totp.as_ref().is_some_and(|totp| totp.id == id)
            || self.passkeys.contains_key(&id)
            || self.recovery.as_ref().is_some_and(|codes| codes.id == id)
    }

    /// The methods that complete a sign-in.
    #[must_use]
    pub fn methods(&self) -> Vec<Method> {
        let totp = self.totp.as_ref().map(|_| Method::Totp);
        let passkey = (!self.passkeys.is_empty()).then_some(Method::Passkey);
        let recovery = (self.recovery_codes_left() > 0).then_some(Method::RecoveryCode);
        [totp, passkey, recovery].into_iter().flatten().collect()
    }

    /// The number of recovery codes that work.
    #[must_use]
    pub fn recovery_codes_left(&self) -> usize {
        self.recovery
            .as_ref()
            .map_or(0, |codes| codes.digests.len())
    }

    /// With `totp`, and with `recovery` if it is the first factor.
    ///
    /// # Errors
    ///
    /// [`Conflict::FactorExists`].
    pub fn with_totp(&self, totp: Totp, recovery: RecoveryCodes) -> Result<Self, Error> {
        if self.totp.is_some() {
            return Err(Conflict::FactorExists.into());
        }
        let mut next = self.clone();
        next.totp = Some(totp);
        Ok(next.with_codes_if_first(self, recovery))
    }

    /// Without the authenticator app. Recovery codes go with the last factor.
    ///
    /// # Errors
    ///
    /// [`Missing::Factor`].
    pub fn without_totp(&self) -> Result<Self, Error> {
        self.totp.as_ref().ok_or(Missing::Factor)?;
        let mut next = self.clone();
        next.totp = None;
        Ok(next.without_codes_if_last())
    }

    /// With `recovery`, if there was no factor `before`.
    pub(super) fn with_codes_if_first(mut self, before: &Self, recovery: RecoveryCodes) -> Self {
        if !before.exist() {
            self.recovery = Some(recovery);
        }
        self
    }

    /// Without recovery codes, if there is no factor any more.
    pub(super) fn without_codes_if_last(mut self) -> Self {
        if !self.exist() {
            self.recovery = None;
        }
        self
    }

    /// Without any factor.
    #[must_use]
    pub fn without_any(&self) -> Self {
        Self {
            totp: None,
            passkeys: BTreeMap::new(),
            recovery: None,
            ..self.clone()
        }
    }

    /// With `fresh` codes in the place of those before. Sessions that began by one of them stay what they are.
    ///
    /// # Errors
    ///
    /// [`Missing::Factor`].
    pub fn with_new_codes(&self, fresh: RecoveryCodes) -> Result<Self, Error> {
        if !self.exist() {
            return Err(Missing::Factor.into());
        }
        let id = self.recovery.as_ref().map_or(fresh.id, |codes| codes.id);
        let mut next = self.clone();
        next.recovery = Some(RecoveryCodes { id, ..fresh });
        Ok(next)
    }

    /// After the use of the code of `step`, and what a session is based on then. `None` for a step that is not later than the last.
    #[must_use]
    pub fn using_step(&self, step: i64) -> Option<(Self, FactorId)> {
        let mut next = self.clone();
        let totp = next.totp.as_mut().filter(|totp| totp.last_step < step)?;
        totp.last_step = step;
        let id = totp.id;
        Some((next, id))
    }

    /// After the use of the recovery code with `digest`, and what a session is based on then. `None` if no code has it.
    #[must_use]
    pub fn using_recovery_code(&self, digest: &[u8; 16]) -> Option<(Self, FactorId)> {
        let mut next = self.clone();
        let codes = next.recovery.as_mut()?;
        let place = codes.digests.iter().position(|known| known == digest)?;
        codes.digests.remove(place);
        let id = codes.id;
        Some((next, id))
    }

    /// After the use of a statement that ends at `expires_at`. `None` if it was used before. Forgets those that have expired.
    #[must_use]
    pub fn spending(
        &self,
        nonce: StatementNonce,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        let mut next = self.clone();
        next.spent.retain(|_, until| *until > now);
        match next.spent.insert(nonce, expires_at) {
            None => Some(next),
            Some(_) => None,
        }
    }
}

/// What is left to do after the right password of a person with a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    /// The methods that complete it.
    pub methods: Vec<Method>,
    /// The token of a sign-in, and its life time in seconds. A new authentication in a session has none.
    pub login: Option<(String, i64)>,
}

/// How the person behind a session authenticated last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// When.
    pub at: Timestamp,
    /// All methods of the session.
    pub methods: Methods,
    /// The factor that it is based on.
    pub factor: Option<FactorId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, after};

    fn totp() -> Totp {
        Totp {
            id: FactorId(1),
            sealed: vec![1],
            created_at: NOW,
            last_step: 100,
            locked_until: None,
        }
    }

    fn codes(id: u64) -> RecoveryCodes {
        RecoveryCodes {
            id: FactorId(id),
            salt: [0; 16],
            digests: vec![[1; 16], [2; 16]],
        }
    }

    fn enrolled() -> Factors {
        Factors::default().with_totp(totp(), codes(2)).unwrap()
    }

    #[test]
    fn recovery_codes_come_with_the_first_factor_and_go_with_the_last() {
        let factors = enrolled();
        assert!(factors.exist() && factors.recovery.is_some());
        let gone = factors.without_totp().unwrap();
        assert!(!gone.exist() && gone.recovery.is_none());
        assert_eq!(factors.without_any(), gone);
    }

    #[test]
    fn an_app_is_enrolled_once_and_removed_once() {
        let again = enrolled().with_totp(totp(), codes(3));
        assert!(matches!(
            again,
            Err(Error::Conflict(Conflict::FactorExists))
        ));
        let none = Factors::default();
        let missing =
            |result: Result<Factors, Error>| matches!(result, Err(Error::Missing(Missing::Factor)));
        assert!(missing(none.without_totp()));
        assert!(missing(none.with_new_codes(codes(3))));
    }

    #[test]
    fn a_step_is_used_once_and_no_earlier_one_after_it() {
        let factors = enrolled();
        assert!(factors.using_step(100).is_none());
        let (next, id) = factors.using_step(101).unwrap();
        assert!(next.have(id) && next.using_step(101).is_none());
        assert!(next.using_step(100).is_none() && next.using_step(102).is_some());
        assert!(Factors::default().using_step(1).is_none());
    }

    #[test]
    fn a_recovery_code_is_used_once() {
        let factors = enrolled();
        let (next, id) = factors.using_recovery_code(&[2; 16]).unwrap();
        assert_eq!((next.recovery_codes_left(), next.have(id)), (1, true));
        assert!(next.using_recovery_code(&[2; 16]).is_none());
        assert!(next.using_recovery_code(&[1; 16]).is_some());
        assert!(factors.using_recovery_code(&[3; 16]).is_none());
    }

    #[test]
    fn sessions_by_recovery_code_outlive_new_codes_and_no_last_factor() {
        let factors = enrolled();
        let id = factors.recovery.as_ref().unwrap().id;
        let renewed = factors.with_new_codes(codes(9)).unwrap();
        assert!(renewed.have(id) && !renewed.have(FactorId(9)));
        assert!(!factors.without_totp().unwrap().have(id));
    }

    #[test]
    fn a_factor_that_was_replaced_is_another_one() {
        let first = enrolled();
        let gone = first.without_totp().unwrap();
        let again = Totp {
            id: FactorId(7),
            ..totp()
        };
        let second = gone.with_totp(again, codes(8)).unwrap();
        assert!(first.have(FactorId(1)) && !second.have(FactorId(1)));
        assert!(second.have(FactorId(7)));
    }

    #[test]
    fn a_statement_is_used_once_and_forgotten_once_it_has_expired() {
        let none = Factors::default();
        let used = none.spending([1; 12], after(10), NOW).unwrap();
        assert!(used.spending([1; 12], after(10), after(9)).is_none());
        let other = used.spending([2; 12], after(20), after(9)).unwrap();
        assert_eq!(other.spent.len(), 2);
        let later = other.spending([3; 12], after(30), after(10)).unwrap();
        assert_eq!(later.spent.keys().collect::<Vec<_>>(), [&[2; 12], &[3; 12]]);
    }

    #[test]
    fn the_methods_are_those_that_work() {
        use Method::{RecoveryCode, Totp};
        assert_eq!(enrolled().methods(), [Totp, RecoveryCode]);
        let mut used = enrolled();
        for digest in [[1; 16], [2; 16]] {
            used = used.using_recovery_code(&digest).unwrap().0;
        }
        assert_eq!(used.methods(), [Totp]);
        assert_eq!(Factors::default().methods(), []);
    }
}
