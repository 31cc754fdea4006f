//! How and when the person behind a session authenticated, and whether that is recent enough (RFC 9470).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::user::{Session, User};
use crate::error::Error;
use crate::values::Timestamp;

/// The age of an authentication that step-up still accepts, in seconds (contract, *Second factors*).
pub const STEP_UP_SECONDS: i64 = 10 * 60;

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The password of the address.
    Password,
    /// A code of an authenticator app (RFC 6238).
    Totp,
    /// A passkey that verified its user.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

impl Method {
    /// Every method, in the order of answers.
    pub const ALL: [Self; 4] = [
        Self::Password,
        Self::Totp,
        Self::Passkey,
        Self::RecoveryCode,
    ];

    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// The methods of one session, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Methods(BTreeSet<Method>);

impl Methods {
    /// One method.
    #[must_use]
    pub fn only(method: Method) -> Self {
        Self(BTreeSet::from([method]))
    }

    /// These methods and `method`.
    #[must_use]
    pub fn and(mut self, method: Method) -> Self {
        self.0.insert(method);
        self
    }

    /// Whether `method` is among them.
    #[must_use]
    pub fn has(&self, method: Method) -> bool {
        self.0.contains(&method)
    }

    /// The methods, in the order of [`Method::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Method> + '_ {
        self.0.iter().copied()
    }

    /// Whether they are two factors: a passkey verifies its user, so it is two in one.
    #[must_use]
    pub fn are_two_factors(&self) -> bool {
        self.0.iter().any(|method| *method != Method::Password)
    }
}

/// The strength of a session (contract, *Second factors*: `acr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// One factor.
    One,
    /// Two factors.
    Two,
}

impl Assurance {
    /// The claim `acr` of access tokens.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::One => "1fa",
            Self::Two => "2fa",
        }
    }
}

/// The reason why a request needs a new authentication of its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepUp {
    /// The last one is too old.
    #[error("sign in again, or use POST /api/auth/reauthenticate")]
    TooOld,
    /// It was not by a second factor that exists.
    #[error("this needs a second factor: enrol one, or use it in POST /api/auth/reauthenticate")]
    Factor,
}

impl From<StepUp> for Error {
    fn from(reason: StepUp) -> Self {
        Self::ReauthenticationRequired(reason)
    }
}

impl User {
    /// The strength of `session`. A factor that was withdrawn does not count.
    #[must_use]
    pub fn assurance(&self, session: &Session) -> Assurance {
        let exists = session
            .factor
            .is_some_and(|factor| self.factors.have(factor));
        if session.methods.are_two_factors() && exists {
            Assurance::Two
        } else {
            Assurance::One
        }
    }

    /// The claim `amr` of the access tokens of `session` (RFC 8176). A recovery code has no name there.
    #[must_use]
    pub fn amr(&self, session: &Session) -> Vec<&'static str> {
        let names = session.methods.iter().filter_map(|method| match method {
            Method::Password => Some("pwd"),
            Method::Totp => Some("otp"),
            Method::Passkey => Some("pop"),
            Method::RecoveryCode => None,
        });
        let several = (self.assurance(session) == Assurance::Two).then_some("mfa");
        names.chain(several).collect()
    }

    /// Step-up: refuses a session whose person authenticated too long ago or, having a second factor, without it.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent(&self, session: &Session, now: Timestamp) -> Result<(), Error> {
        if self.factors.exist() {
            return self.require_recent_factor(session, now);
        }
        recent(session, now)
    }

    /// Step-up for persons who have a second factor. Others pass.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent_if_factor(&self, session: &Session, now: Timestamp) -> Result<(), Error> {
        if self.factors.exist() {
            return self.require_recent_factor(session, now);
        }
        Ok(())
    }

    /// Step-up that only a second factor satisfies.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent_factor(&self, session: &Session, now: Timestamp) -> Result<(), Error> {
        if self.assurance(session) == Assurance::One {
            return Err(StepUp::Factor.into());
        }
        recent(session, now)
    }
}

fn recent(session: &Session, now: Timestamp) -> Result<(), Error> {
    if now < session.authenticated_at.plus_seconds(STEP_UP_SECONDS) {
        Ok(())
    } else {
        Err(StepUp::TooOld.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{ada, after, session};
    use crate::rules::{FactorId, RecoveryCodes, Totp};

    fn enrolled() -> (User, FactorId) {
        let id = FactorId::random();
        let totp = Totp {
            id,
            sealed: Vec::new(),
            created_at: after(0),
            last_step: 1,
            locked_until: None,
        };
        let recovery = RecoveryCodes {
            id: FactorId::random(),
            salt: [0; 16],
            digests: Vec::new(),
        };
        let mut user = ada();
        user.factors = user.factors.with_totp(totp, recovery).unwrap();
        (user, id)
    }

    fn with(methods: &[Method], factor: Option<FactorId>) -> Session {
        Session {
            methods: Methods(methods.iter().copied().collect()),
            factor,
            ..session()
        }
    }

    fn refused(result: Result<(), Error>) -> Option<StepUp> {
        match result {
            Ok(()) => None,
            Err(Error::ReauthenticationRequired(reason)) => Some(reason),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn step_up_accepts_ten_minutes() {
        let (user, session) = (ada(), session());
        let at = |milliseconds| refused(user.require_recent(&session, after(milliseconds)));
        assert_eq!(at(599_999), None);
        for milliseconds in [600_000, 601_000, 86_400_000] {
            assert_eq!(at(milliseconds), Some(StepUp::TooOld));
        }
        let others = user.require_recent_if_factor(&session, after(86_400_000));
        assert_eq!(refused(others), None);
    }

    #[test]
    fn whoever_has_a_factor_steps_up_by_one_that_exists() {
        let (user, id) = enrolled();
        let other = FactorId::random();
        for (session, expected) in [
            (with(&[Method::Password], None), Some(StepUp::Factor)),
            (with(&[Method::Password, Method::Totp], Some(id)), None),
            (
                with(&[Method::Password, Method::Totp], Some(other)),
                Some(StepUp::Factor),
            ),
        ] {
            for judged in [
                user.require_recent(&session, after(0)),
                user.require_recent_if_factor(&session, after(0)),
                user.require_recent_factor(&session, after(0)),
            ] {
                assert_eq!(refused(judged), expected);
            }
        }
        let old = with(&[Method::Password, Method::Totp], Some(id));
        let late = user.require_recent_if_factor(&old, after(600_000));
        assert_eq!(refused(late), Some(StepUp::TooOld));
    }

    #[test]
    fn without_a_factor_the_strictest_step_up_asks_for_one() {
        let judged = ada().require_recent_factor(&session(), after(0));
        assert_eq!(refused(judged), Some(StepUp::Factor));
    }

    #[test]
    fn amr_and_acr_follow_the_methods_and_the_factor() {
        use Method::{Password, RecoveryCode, Totp};
        let (user, id) = enrolled();
        let recovery = user.factors.recovery.as_ref().map(|codes| codes.id);
        for (methods, factor, amr, acr) in [
            (&[Password][..], None, &["pwd"][..], "1fa"),
            (&[Password, Totp], Some(id), &["pwd", "otp", "mfa"], "2fa"),
            (&[RecoveryCode, Password], recovery, &["pwd", "mfa"], "2fa"),
            // The factor was withdrawn.
            (
                &[Password, Totp],
                Some(FactorId::random()),
                &["pwd", "otp"],
                "1fa",
            ),
        ] {
            let session = with(methods, factor);
            assert_eq!(
                (&*user.amr(&session), user.assurance(&session).acr()),
                (amr, acr)
            );
        }
    }

    #[test]
    fn methods_have_the_names_that_are_stored() {
        for method in Method::ALL {
            let stored = serde_json::to_value(method).unwrap();
            assert_eq!(stored, method.as_str());
        }
    }
}
