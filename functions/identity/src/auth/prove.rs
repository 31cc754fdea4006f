//! Proves a person's identity by a password, and limits the wrong tries.

use shared::App;
use shared::model::{
    AuditContext, ChangeKind, EmailAddress, Error, Origin, PasswordAttempt, PendingLink, UserId,
};
use shared::store::{Attempt, Credential, Guess, Network, Source};

use crate::identity::Identity;

/// The proof that a password was right. The guess still counts as wrong until the consumer of the proof gives its place back.
pub(crate) struct Proof {
    pub(crate) credential: Credential,
    pub(crate) guess: Guess,
}

/// A guess of a signed-in person that has its place and waits for its judgement.
pub(crate) struct Unjudged {
    pub(crate) guess: Guess,
    credential: Option<Credential>,
    network: Network,
}

impl Unjudged {
    /// The same guess, wrong unless `user` holds the address.
    pub(crate) fn held_by(mut self, user: UserId) -> Self {
        self.credential
            .take_if(|credential| credential.user != user);
        self
    }
}

impl Identity {
    /// The proof that `password` is `email`'s, for any caller: within the limit of the address, and of the network that the
    /// request comes from.
    pub(crate) async fn prove_to_sign_in(
        &self,
        email: &EmailAddress,
        password: PasswordAttempt,
        origin: &Origin,
    ) -> Result<Proof, Error> {
        let App {
            config,
            clock,
            store,
            ..
        } = &self.app;
        let (limits, now) = (&config.limits, clock.now());
        let source = Source::of(origin, email, &self.keyring.keys().await.links);
        let network = source.network;
        let (guess, read) = tokio::join!(
            Box::pin(store.reserve(email, Attempt::SignIn, network, limits, now)),
            async {
                tokio::try_join!(
                    Box::pin(store.credential(email)),
                    Box::pin(store.blocked_until(&source, limits, now)),
                )
            },
        );
        let guess = guess?;
        let judged = match read {
            Ok((_, Some(until))) if !guess.proven => Err(Error::too_many_requests(until, now)),
            Ok((credential, _)) => Ok(credential),
            Err(error) => Err(error),
        };
        let credential = match judged {
            Ok(credential) => credential,
            Err(error) => {
                store.release(&guess).await?;
                return Err(error);
            }
        };
        let due = credential.clone().filter(|credential| credential.reset_due);
        if let Some(credential) = self.check(password, credential, network).await? {
            return Ok(Proof { credential, guess });
        }
        tokio::try_join!(
            Box::pin(store.mark_wrong(&guess)),
            Box::pin(store.count_source(&source, limits, now)),
            Box::pin(self.mail_due_reset(due, origin)),
        )?;
        Err(Error::InvalidCredentials)
    }

    /// Mails a reset link to a person who left the password behind in another service. The write is one more beside those of every
    /// wrong attempt, so the answer and its time are theirs.
    async fn mail_due_reset(&self, due: Option<Credential>, origin: &Origin) -> Result<(), Error> {
        let Some(credential) = due else {
            return Ok(());
        };
        let App {
            config,
            clock,
            store,
            ..
        } = &self.app;
        let now = clock.now();
        let link = PendingLink::new(config.limits.reset_lifetime, now);
        let change = AuditContext::new(origin, None, now)
            .on_user(ChangeKind::PasswordResetRequested, credential.user);
        store.request_due_reset(&credential, &link, &change).await
    }

    /// The credential of `email`, whose holder is signed in and confirms it by `password`. Only their own failures count.
    pub(crate) async fn prove_again(
        &self,
        email: &EmailAddress,
        password: PasswordAttempt,
        origin: &Origin,
    ) -> Result<Credential, Error> {
        let unjudged = self.guess(email, origin).await?;
        let proof = self.judge(unjudged, password).await?;
        self.app.store.release(&proof.guess).await?;
        Ok(proof.credential)
    }

    /// A place for a guess at `email`'s password by its signed-in holder, and the credential to judge it by.
    pub(crate) async fn guess(
        &self,
        email: &EmailAddress,
        origin: &Origin,
    ) -> Result<Unjudged, Error> {
        let App {
            config,
            clock,
            store,
            ..
        } = &self.app;
        let network = Network::of(origin, &self.keyring.keys().await.links);
        let (guess, credential) = tokio::join!(
            store.reserve(email, Attempt::Proven, network, &config.limits, clock.now()),
            store.credential(email),
        );
        Ok(Unjudged {
            guess: guess?,
            credential: credential?,
            network,
        })
    }

    /// The proof that `password` is right. A wrong one is marked as wrong.
    pub(crate) async fn judge(
        &self,
        unjudged: Unjudged,
        password: PasswordAttempt,
    ) -> Result<Proof, Error> {
        let Unjudged {
            guess,
            credential,
            network,
        } = unjudged;
        if let Some(credential) = self.check(password, credential, network).await? {
            return Ok(Proof { credential, guess });
        }
        self.app.store.mark_wrong(&guess).await?;
        Err(Error::InvalidCredentials)
    }

    /// The credential, if `password` is its own. The work is the same if there is none. A wrong password is logged with the
    /// network, as a keyed hash, and the user, so that an operator sees an attack.
    async fn check(
        &self,
        password: PasswordAttempt,
        credential: Option<Credential>,
        network: Network,
    ) -> Result<Option<Credential>, Error> {
        let hash = credential
            .as_ref()
            .and_then(|credential| credential.hash.as_deref());
        if self.passwords.verify(password, hash).await? {
            return Ok(credential);
        }
        let user_id = credential.map(|credential| credential.user.get());
        tracing::warn!(source = network.fingerprint(), user_id, "a sign-in failed");
        Ok(None)
    }
}
