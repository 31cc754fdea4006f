//! The keys of this function.

use std::sync::Arc;

use shared::model::{self, Caller, Link, Origin, Purpose, SessionId, Timestamp, User, UserId};
use shared::runtime::{App, Error};
use shared::tokens::factors::{FactorKeys, Statement, StatementPurpose};
use shared::tokens::{LinkKeys, SigningKey, SigningKeys, access};
use tokio::sync::OnceCell;

use crate::refreshed::Refreshed;

/// How long a key is published before it signs, in seconds: an authorizer looks for unknown keys once a minute, and the published
/// document may be cached for a minute. The rest allows for clocks that differ.
const SETTLING: i64 = 2 * 60;

/// What every sign-in and every mailed link needs.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) signing: SigningKeys,
    pub(crate) links: LinkKeys,
    signs_from: Timestamp,
}

impl Keys {
    /// The key that signs at `now`: after a rotation the previous one, until every verifier has had time for the new.
    pub(crate) fn signer(&self, now: Timestamp) -> &SigningKey {
        match &self.signing.previous {
            Some(previous) if now < self.signs_from => previous,
            _ => &self.signing.current,
        }
    }

    /// Reads the secrets and what is published, in one round trip. Publishes the public keys before any token is signed with them.
    async fn read(app: App) -> Result<Self, Error> {
        let (signing, links, published) = tokio::join!(
            app.secret(app.config.signing_secret.as_deref()),
            app.secret(app.config.link_secret.as_deref()),
            app.store.published_keys(),
        );
        let (signing, links, published) = (signing?, links?, published?);
        let signing = SigningKeys::derive(&signing)?;
        let now = app.clock.now();
        let since = app
            .store
            .publish_keys(&signing.public(), published, now)
            .await?;
        Ok(Self {
            links: LinkKeys::derive(&links)?,
            signs_from: since.plus_seconds(SETTLING),
            signing,
        })
    }
}

/// The keys as they were read last. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keyring {
    app: App,
    keys: Refreshed<Keys>,
    /// Read when a second factor is first asked for: most sign-ins need none.
    factors: Arc<OnceCell<Refreshed<FactorKeys>>>,
}

impl Keyring {
    pub(crate) async fn start(app: App) -> Result<Self, Error> {
        Ok(Self {
            keys: Refreshed::start(app.clone(), |app| Box::pin(Keys::read(app))).await?,
            factors: Arc::default(),
            app,
        })
    }

    pub(crate) async fn keys(&self) -> Arc<Keys> {
        self.keys.current().await
    }

    /// The keys that protect second factors. After a failure, the next use reads the secret again.
    ///
    /// # Errors
    ///
    /// [`model::Error::Unavailable`] if the secret cannot be read.
    pub(crate) async fn factors(&self) -> Result<Arc<FactorKeys>, model::Error> {
        Ok(self.factor_keys().await?.current().await)
    }

    async fn factor_keys(&self) -> Result<&Refreshed<FactorKeys>, model::Error> {
        let read = || Refreshed::start(self.app.clone(), |app| Box::pin(factor_keys(app)));
        let keys = self.factors.get_or_try_init(read).await;
        keys.map_err(model::Error::Unavailable)
    }

    /// What `look` finds in the keys that protect second factors. They are read again where it finds nothing in what has the form
    /// of a statement of ours, at most once a minute: another instance may have made it under a newer one.
    pub(crate) async fn find_statement<T>(
        &self,
        token: &str,
        look: impl Fn(&FactorKeys) -> Option<T>,
    ) -> Result<Option<T>, model::Error> {
        let keys = self.factor_keys().await?;
        Ok(keys.find(Statement::has_form(token), look).await)
    }

    /// The statement in `token`, if it is ours and for `purpose`, however old.
    pub(crate) async fn statement(
        &self,
        token: &str,
        purpose: StatementPurpose,
    ) -> Result<Option<Statement>, model::Error> {
        self.find_statement(token, |keys| keys.statement(token, purpose))
            .await
    }

    /// The link in `token`. The mailer may have used a rotated secret earlier. So the secret is read again for a link that does
    /// not open, but at most once a minute.
    pub(crate) async fn open(&self, token: &str, purpose: Purpose) -> Option<Link> {
        let has_form = shared::tokens::link::has_form(token);
        self.keys
            .find(has_form, |keys| keys.links.open(token, purpose))
            .await
    }

    /// The keys that open the secret of `user`'s authenticator app. Another instance may have sealed it under a newer one.
    pub(crate) async fn opening(&self, user: &User) -> Result<Arc<FactorKeys>, model::Error> {
        let keys = self.factor_keys().await?;
        if let Some(totp) = &user.factors.totp {
            let opens = |keys: &FactorKeys| keys.open(&totp.sealed, user.id).map(drop);
            keys.find(true, opens).await;
        }
        Ok(keys.current().await)
    }

    /// The holder of the access token in the header `authorization`. A public route has no authorizer that verifies it.
    pub(crate) async fn caller(&self, authorization: &str, origin: &Origin) -> Option<Caller> {
        let token = access::bearer(authorization)?;
        let id = access::key_id(token).ok()?;
        let public = self.keys().await.signing.public();
        let key = public.iter().find(|key| key.kid == id)?;
        let (audience, now) = (&self.app.config.audience, self.app.clock.now());
        let claims = access::verify(token, key, &origin.base_url, audience, now).ok()?;
        Some(Caller {
            user: UserId::parse(&claims.sub).ok()?,
            session: SessionId::parse(&claims.sid).ok()?,
            email: claims.email,
            email_verified: claims.email_verified,
        })
    }
}

async fn factor_keys(app: App) -> Result<FactorKeys, Error> {
    let secret = app.secret(app.config.factor_secret.as_deref()).await?;
    Ok(FactorKeys::derive(&secret)?)
}
