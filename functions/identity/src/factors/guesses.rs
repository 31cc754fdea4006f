//! Limits the guesses at codes of an authenticator app: each takes a place before it is judged.

use shared::model::{AuditContext, ChangeKind, Error, Origin, User, UserId};
use shared::store::{CodeGuess, CodesLocked};

use super::Given;
use super::prove::Attempt;
use crate::identity::Identity;

impl Identity {
    /// A place for the guess, if `given` is one: recovery codes and passkeys cannot be guessed.
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
            Given::RecoveryCode(_) | Given::Passkey(_) => Ok(None),
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

    /// What it takes to judge `given`, once it has its place. Gives the place of what cannot be judged back.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] without a place, and those of [`Identity::attempt`].
    pub(crate) async fn attempt_in_place<'a>(
        &self,
        placed: Option<Result<CodeGuess, CodesLocked>>,
        given: &'a Given,
        user: &User,
        origin: &Origin,
    ) -> Result<Attempt<'a>, Error> {
        self.require_place(placed.as_ref(), user, origin).await?;
        match self.attempt(given, user, origin).await {
            Ok(attempt) => Ok(attempt),
            Err(error) => {
                self.withdraw(placed).await?;
                Err(error)
            }
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
