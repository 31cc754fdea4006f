//! How and when the person behind a session authenticated, and whether that is recent enough (RFC 9470).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::user::Session;
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
}

impl Session {
    /// The strength of the session.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        if self.methods.are_two_factors() {
            Assurance::Two
        } else {
            Assurance::One
        }
    }

    /// The claim `amr` of the session's access tokens (RFC 8176). A recovery code has no name there.
    #[must_use]
    pub fn amr(&self) -> Vec<&'static str> {
        let names = self.methods.iter().filter_map(|method| match method {
            Method::Password => Some("pwd"),
            Method::Totp => Some("otp"),
            Method::Passkey => Some("pop"),
            Method::RecoveryCode => None,
        });
        let several = (self.assurance() == Assurance::Two).then_some("mfa");
        names.chain(several).collect()
    }

    /// Refuses a session whose person authenticated too long ago.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent(&self, now: Timestamp) -> Result<(), Error> {
        if now < self.authenticated_at.plus_seconds(STEP_UP_SECONDS) {
            Ok(())
        } else {
            Err(Error::ReauthenticationRequired(StepUp::TooOld))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, after, session};

    fn with(methods: &[Method]) -> Session {
        Session {
            methods: Methods(methods.iter().copied().collect()),
            ..session()
        }
    }

    #[test]
    fn step_up_accepts_ten_minutes() {
        let session = session();
        assert!(session.require_recent(after(599_999)).is_ok());
        for milliseconds in [600_000, 601_000, 86_400_000] {
            let refused = session.require_recent(after(milliseconds));
            assert!(matches!(refused, Err(Error::ReauthenticationRequired(_))));
        }
        assert_eq!(session.authenticated_at, NOW);
    }

    #[test]
    fn amr_and_acr_follow_the_methods() {
        use Method::{Passkey, Password, RecoveryCode, Totp};
        for (methods, amr, acr) in [
            (&[Password][..], &["pwd"][..], "1fa"),
            (&[Password, Totp], &["pwd", "otp", "mfa"], "2fa"),
            (&[Passkey], &["pop", "mfa"], "2fa"),
            (&[Passkey, Password], &["pwd", "pop", "mfa"], "2fa"),
            (&[RecoveryCode, Password], &["pwd", "mfa"], "2fa"),
        ] {
            let session = with(methods);
            assert_eq!((&*session.amr(), session.assurance().acr()), (amr, acr));
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
