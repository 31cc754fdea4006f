//! Proves a person's identity by a second factor, and limits the guesses at codes.

use shared::model::{
    AuditContext, ChangeKind, Error, FactorId, Factors, Method, Origin, Timestamp, User, UserId,
};
use shared::store::{CodeGuess, CodesLocked};
use shared::tokens::{recovery, totp};

use super::Given;
use crate::identity::Identity;
use crate::keys::Keys;

/// A second factor that was right.
pub(crate) struct Used {
    /// The factors after its use.
    pub(crate) factors: Factors,
    /// What a session is based on.
    pub(crate) factor: FactorId,
    /// Which method it was.
    pub(crate) method: Method,
}

impl Used {
    /// What using `given` makes of `factors`, which are `user`'s.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidFactor`] for a wrong, an old and a used one.
    pub(crate) fn new(
        keys: &Keys,
        user: UserId,
        factors: &Factors,
        given: &Given,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (method, after) = match given {
            Given::Code(code) => (Method::Totp, Self::code(keys, user, factors, code, now)?),
            Given::RecoveryCode(code) => {
                let salt = factors.recovery.as_ref().map(|codes| codes.salt);
                let digest = salt.zip(code.expose_str());
                let digest = digest.map(|(salt, code)| recovery::digest(&salt, code));
                let after = digest.and_then(|digest| factors.using_recovery_code(&digest));
                (Method::RecoveryCode, after)
            }
        };
        let (factors, factor) = after.ok_or(Error::InvalidFactor)?;
        Ok(Self {
            factors,
            factor,
            method,
        })
    }

    /// The use of a code. A secret that is sealed under the key before a rotation is sealed again.
    fn code(
        keys: &Keys,
        user: UserId,
        factors: &Factors,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<(Factors, FactorId)>, Error> {
        let Some(enrolled) = &factors.totp else {
            return Ok(None);
        };
        let opened = keys.factors.open(&enrolled.sealed, user);
        let opened = opened.ok_or_else(|| {
            Error::internal(
                "the secret of an authenticator app does not open: its key was rotated away",
            )
        })?;
        let step = totp::step_of(&opened.secret, code, now);
        let Some((mut next, factor)) = step.and_then(|step| factors.using_step(step)) else {
            return Ok(None);
        };
        if let Some(totp) = next.totp.as_mut().filter(|_| opened.outdated) {
            totp.sealed = keys
                .factors
                .seal(&opened.secret, user)
                .map_err(Error::internal)?;
        }
        Ok(Some((next, factor)))
    }
}

impl Identity {
    /// A place for the guess, if `given` is one: recovery codes cannot be guessed.
    pub(crate) async fn place_guess(
        &self,
        user: UserId,
        given: &Given,
    ) -> Result<Option<Result<CodeGuess, CodesLocked>>, Error> {
        match given {
            Given::Code(_) => {
                let now = self.app.clock.now();
                let placed = self.app.store.place_code_guess(user, now).await?;
                Ok(Some(placed))
            }
            Given::RecoveryCode(_) => Ok(None),
        }
    }

    /// Gives the place of a guess back that is not going to be judged.
    pub(crate) async fn withdraw(
        &self,
        placed: Option<Result<CodeGuess, CodesLocked>>,
    ) -> Result<(), Error> {
        match placed {
            Some(Ok(guess)) => self.app.store.withdraw_code_guess(&guess).await,
            Some(Err(_)) | None => Ok(()),
        }
    }

    /// Refuses a guess without a place. The person is mailed once.
    pub(crate) async fn require_place(
        &self,
        placed: Option<&Result<CodeGuess, CodesLocked>>,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Error> {
        let Some(Err(CodesLocked { until })) = placed else {
            return Ok(());
        };
        let now = self.app.clock.now();
        let noted = user
            .factors
            .totp
            .as_ref()
            .and_then(|totp| totp.locked_until);
        if noted.is_none_or(|noted| noted <= now) {
            let change = AuditContext::new(origin, None, now)
                .on_user(ChangeKind::SecondFactorLocked, user.id);
            self.app
                .store
                .note_codes_locked(user, *until, &change)
                .await?;
        }
        Err(Error::too_many_requests(*until, now))
    }
}
