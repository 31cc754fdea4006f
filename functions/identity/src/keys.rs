//! The keys, refreshed after rotations of the secrets while the function stays warm.

use std::sync::{Arc, PoisonError, RwLock};

use shared::model::{Caller, Link, Origin, Purpose, SessionId, Timestamp, User, UserId};
use shared::runtime::{App, Error};
use shared::tokens::factors::FactorKeys;
use shared::tokens::{LinkKeys, SigningKey, SigningKeys, access};
use tokio::sync::{Mutex, MutexGuard};

/// How long the secrets are cached, in seconds.
const FRESH: i64 = 5 * 60;
/// The shortest time before they are read again for a link that does not open, or after a failure, in seconds.
const PATIENCE: i64 = 60;
/// How long a key is published before it signs, in seconds: an authorizer looks for unknown keys once a minute, and the published
/// document may be cached for a minute. The rest allows for clocks that differ.
const SETTLING: i64 = 2 * 60;

/// What the secrets give.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) signing: SigningKeys,
    pub(crate) links: LinkKeys,
    pub(crate) factors: FactorKeys,
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
    async fn read(app: &App) -> Result<Self, Error> {
        let (signing, links, factors, published) = tokio::join!(
            app.secret(app.config.signing_secret.as_deref()),
            app.secret(app.config.link_secret.as_deref()),
            app.secret(app.config.factor_secret.as_deref()),
            app.store.published_keys(),
        );
        let (signing, links) = (signing?, links?);
        let (factors, published) = (factors?, published?);
        let signing = SigningKeys::derive(&signing)?;
        let now = app.clock.now();
        let since = app
            .store
            .publish_keys(&signing.public(), published, now)
            .await?;
        Ok(Self {
            links: LinkKeys::derive(&links)?,
            factors: FactorKeys::derive(&factors)?,
            signs_from: since.plus_seconds(SETTLING),
            signing,
        })
    }
}

/// The keys as they were read last. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keyring {
    app: App,
    held: Arc<RwLock<Held>>,
    turn: Arc<Mutex<()>>,
}

#[derive(Clone)]
struct Held {
    keys: Arc<Keys>,
    read_at: Timestamp,
    read_again_at: Timestamp,
}

impl Held {
    fn new(keys: Arc<Keys>, now: Timestamp) -> Self {
        Self {
            keys,
            read_at: now,
            read_again_at: now.plus_seconds(FRESH),
        }
    }
}

impl Keyring {
    pub(crate) async fn start(app: App) -> Result<Self, Error> {
        let keys = Arc::new(Box::pin(Keys::read(&app)).await?);
        let held = Held::new(keys, app.clock.now());
        Ok(Self {
            app,
            held: Arc::new(RwLock::new(held)),
            turn: Arc::default(),
        })
    }

    /// The keys, read again every few minutes. One caller reads them; concurrent callers use the old keys and do not wait.
    pub(crate) async fn keys(&self) -> Arc<Keys> {
        let held = self.held();
        if self.app.clock.now() < held.read_again_at {
            return held.keys;
        }
        match self.turn.try_lock() {
            Ok(turn) => self.read_again(turn).await,
            Err(_) => held.keys,
        }
    }

    /// The link in `token`. The mailer may have used a rotated secret earlier. So the secret is read again for a link that does
    /// not open, but at most once a minute.
    pub(crate) async fn open(&self, token: &str, purpose: Purpose) -> Option<Link> {
        let has_form = shared::tokens::link::has_form(token);
        self.find(has_form, |keys| keys.links.open(token, purpose))
            .await
    }

    /// The keys that open the secret of `user`'s authenticator app. Another instance may have sealed it under a newer one.
    pub(crate) async fn opening(&self, user: &User) -> Arc<Keys> {
        if let Some(totp) = &user.factors.totp {
            let opens = |keys: &Keys| keys.factors.open(&totp.sealed, user.id).map(drop);
            self.find(true, opens).await;
        }
        self.held().keys
    }

    /// What `look` finds in the keys. Where it finds nothing although it was `plausible`, the secrets are read again, but at most
    /// once a minute.
    pub(crate) async fn find<T>(
        &self,
        plausible: bool,
        look: impl Fn(&Keys) -> Option<T>,
    ) -> Option<T> {
        let keys = self.keys().await;
        if let Some(found) = look(&keys) {
            return Some(found);
        }
        let waited = |held: &Held| self.app.clock.now() >= held.read_at.plus_seconds(PATIENCE);
        if !plausible || !waited(&self.held()) {
            return None;
        }
        let turn = self.turn.lock().await;
        let keys = if waited(&self.held()) {
            self.read_again(turn).await
        } else {
            self.held().keys
        };
        look(&keys)
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

    /// Keeps the previous keys if the secrets cannot be read.
    async fn read_again(&self, _turn: MutexGuard<'_, ()>) -> Arc<Keys> {
        let read = Box::pin(Keys::read(&self.app)).await;
        let now = self.app.clock.now();
        let held = match read {
            Ok(keys) => Held::new(Arc::new(keys), now),
            Err(error) => {
                tracing::error!(%error, "the secrets cannot be read again");
                Held {
                    read_at: now,
                    read_again_at: now.plus_seconds(PATIENCE),
                    ..self.held()
                }
            }
        };
        let keys = held.keys.clone();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        keys
    }

    fn held(&self) -> Held {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }
}
