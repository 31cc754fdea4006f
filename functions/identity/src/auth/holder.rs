//! Whether a request with a mailed link comes from the person whom the link is about: by their password, or by a live session.

use shared::model::{Error, Origin, PasswordAttempt, SessionId, Timestamp, User};
use shared::store::{Guess, Holder};

use crate::identity::Identity;

/// What a request shows of its sender.
pub(crate) struct Evidence<'a> {
    pub(crate) password: Option<&'a PasswordAttempt>,
    /// The header `authorization`.
    pub(crate) bearer: Option<&'a str>,
    pub(crate) origin: &'a Origin,
}

/// What has shown that a request comes from the person.
pub(crate) enum HolderProof {
    Password { version: u64, guess: Guess },
    Session(SessionId),
}

impl HolderProof {
    pub(crate) fn holder(&self) -> Holder<'_> {
        match self {
            Self::Password { version, .. } => Holder::Password(*version),
            Self::Session(session) => Holder::Session(session),
        }
    }
}

impl Identity {
    /// The proof that a request comes from `user`. The password decides where there is one, else the bearer's session.
    pub(crate) async fn prove_holder(
        &self,
        user: &User,
        evidence: &Evidence<'_>,
        now: Timestamp,
    ) -> Result<HolderProof, Error> {
        if let Some(password) = evidence.password {
            let proof = self
                .prove_to_sign_in(&user.email, password.clone(), evidence.origin)
                .await?;
            return Ok(HolderProof::Password {
                version: proof.credential.version,
                guess: proof.guess,
            });
        }
        let bearer = evidence.bearer.ok_or(Error::InvalidCredentials)?;
        let caller = self.keyring.caller(bearer, evidence.origin).await;
        let caller = caller.filter(|caller| caller.user == user.id);
        let caller = caller.ok_or(Error::InvalidCredentials)?;
        match user.live_session(&caller.session, now) {
            Some(_) => Ok(HolderProof::Session(caller.session)),
            None => Err(Error::InvalidCredentials),
        }
    }

    /// Gives the place of a right password back. If that fails, it counts as a wrong one for a while.
    pub(crate) async fn forgive(&self, proof: &HolderProof) {
        if let HolderProof::Password { guess, .. } = proof
            && let Err(error) = self.app.store.release(guess).await
        {
            tracing::warn!(%error, "a right password counts as a wrong one");
        }
    }
}
