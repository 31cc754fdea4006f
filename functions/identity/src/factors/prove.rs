//! Proves a person's identity by a second factor.

use std::sync::Arc;

use shared::model::{
    CHALLENGE_LIFETIME, Error, FactorId, Factors, Method, Origin, PasskeyUse, Timestamp, User,
    UserId,
};
use shared::tokens::factors::{FactorKeys, Statement, StatementPurpose};
use shared::tokens::webauthn::{Assertion, Known, UserHandle, UserVerification};
use shared::tokens::{decode, recovery, totp};

use super::Given;
use super::relying_party::RelyingParty;
use crate::identity::Identity;

/// How long browsers wait for a person, in milliseconds: as long as a challenge lives.
pub(crate) const CHALLENGE_MILLISECONDS: i64 = 1_000 * CHALLENGE_LIFETIME;

/// A second factor that was right.
pub(crate) struct Used {
    /// The factors after its use.
    pub(crate) factors: Factors,
    /// What a session is based on.
    pub(crate) factor: FactorId,
    /// Which method it was.
    pub(crate) method: Method,
}

/// What a person gave, and what it takes to judge it.
pub(crate) struct Attempt<'a> {
    given: &'a Given,
    keys: Arc<FactorKeys>,
    /// Where a passkey was given.
    passkey: Option<Challenged>,
}

/// A challenge of ours that was answered, and the relying party that asked.
struct Challenged {
    challenge: Statement,
    relying_party: RelyingParty,
}

impl Attempt<'_> {
    /// What the use makes of `factors`, which are `user`'s.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidFactor`] for a wrong, an old and a used one.
    pub(crate) fn used(
        &self,
        user: UserId,
        factors: &Factors,
        now: Timestamp,
    ) -> Result<Used, Error> {
        let (method, after) = match self.given {
            Given::Code(code) => (Method::Totp, self.code(user, factors, code, now)?),
            Given::RecoveryCode(code) => {
                let salt = factors.recovery.as_ref().map(|codes| codes.salt);
                let digest = salt.zip(code.expose_str());
                let digest = digest.map(|(salt, code)| recovery::digest(&salt, code));
                let after = digest.and_then(|digest| factors.using_recovery_code(&digest));
                (Method::RecoveryCode, after)
            }
            Given::Passkey(assertion) => {
                let after = self.passkey.as_ref();
                let after = after.and_then(|asked| asked.used(user, factors, assertion, now));
                (Method::Passkey, after)
            }
        };
        let (factors, factor) = after.ok_or(Error::InvalidFactor)?;
        Ok(Used {
            factors,
            factor,
            method,
        })
    }

    /// The use of a code. A secret that is sealed under the key before a rotation is sealed again.
    fn code(
        &self,
        user: UserId,
        factors: &Factors,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<(Factors, FactorId)>, Error> {
        let Some(enrolled) = &factors.totp else {
            return Ok(None);
        };
        let keys = &self.keys;
        let opened = keys.open(&enrolled.sealed, user);
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
            totp.sealed = keys.seal(&opened.secret, user).map_err(Error::internal)?;
        }
        Ok(Some((next, factor)))
    }
}

impl Challenged {
    /// The use of a passkey: section 7.2. The challenge is used up by it.
    fn used(
        &self,
        user: UserId,
        factors: &Factors,
        assertion: &Assertion,
        now: Timestamp,
    ) -> Option<(Factors, FactorId)> {
        let Self {
            challenge,
            relying_party,
        } = self;
        let (id, passkey) = factors.passkey_of(&assertion.id)?;
        let handle = user_handle(user);
        let known = Known {
            user_handle: &handle,
            key: &passkey.key,
            counter: passkey.counter,
            backup_eligible: passkey.backup_eligible,
        };
        let asked = decode(&assertion.challenge().ok()?)?;
        let verified = assertion.verify(
            relying_party.view(),
            &asked,
            UserVerification::Required,
            UserHandle::Optional,
            known,
        );
        let asserted = match verified {
            Ok(asserted) => asserted,
            Err(rejected) => {
                tracing::info!(user_id = user.get(), %rejected, "an assertion was rejected");
                return None;
            }
        };
        let spent = factors.spending(challenge.nonce, challenge.expires_at, now)?;
        let noted = PasskeyUse {
            counter: asserted.counter,
            backed_up: asserted.backed_up,
            at: now,
        };
        Some((spent.using_passkey(id, noted), id))
    }
}

/// What authenticators keep with a passkey of `user`.
pub(crate) fn user_handle(user: UserId) -> [u8; 8] {
    user.get().to_be_bytes()
}

impl Given {
    /// The person that an authenticator says a passkey is of. Nothing is checked yet.
    pub(crate) fn holder(&self) -> Option<UserId> {
        let Self::Passkey(assertion) = self else {
            return None;
        };
        let handle = assertion.user_handle.as_deref()?.try_into().ok()?;
        UserId::try_from(u64::from_be_bytes(handle)).ok()
    }
}

impl Identity {
    /// What `given` takes to be judged: the keys that open `user`'s secrets and, for a passkey, the challenge that it answers.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidFactor`] for a challenge that is not ours, or too old, or another person's.
    pub(crate) async fn attempt<'a>(
        &self,
        given: &'a Given,
        user: &User,
        origin: &Origin,
    ) -> Result<Attempt<'a>, Error> {
        let Given::Passkey(assertion) = given else {
            return Ok(Attempt {
                given,
                keys: self.keyring.opening(user).await?,
                passkey: None,
            });
        };
        let relying_party = RelyingParty::new(&self.app.config, origin);
        let relying_party = relying_party.map_err(|_| Error::InvalidFactor)?;
        let token = assertion.challenge().map_err(|_| Error::InvalidFactor)?;
        let challenge = self.challenge(&token, StatementPurpose::Passkey).await?;
        let challenge = challenge.ok_or(Error::InvalidFactor)?;
        if challenge.user.is_some_and(|other| other != user.id) {
            return Err(Error::InvalidFactor);
        }
        Ok(Attempt {
            given,
            keys: self.keyring.factors().await?,
            passkey: Some(Challenged {
                challenge,
                relying_party,
            }),
        })
    }

    /// The challenge in `token`, if it is ours, for `purpose`, and lives.
    pub(crate) async fn challenge(
        &self,
        token: &str,
        purpose: StatementPurpose,
    ) -> Result<Option<Statement>, Error> {
        let statement = self.keyring.statement(token, purpose).await?;
        let now = self.app.clock.now();
        Ok(statement.filter(|found| now < found.expires_at))
    }
}
