//! What this function holds besides the app: the keys, and the means to hash passwords.

use axum::extract::FromRef;
use shared::App;
use shared::tokens::{LinkKeys, SigningKeys};

use crate::pages::Pages;
use crate::passwords::Passwords;

/// The state of every handler here. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) app: App,
    pub(crate) signing: SigningKeys,
    pub(crate) links: LinkKeys,
    pub(crate) passwords: Passwords,
    pub(crate) pages: Pages,
}

impl FromRef<Identity> for App {
    fn from_ref(identity: &Identity) -> Self {
        identity.app.clone()
    }
}

impl FromRef<Identity> for Pages {
    fn from_ref(identity: &Identity) -> Self {
        identity.pages.clone()
    }
}

impl Identity {
    /// Reads the secrets and publishes the public keys, before any token is signed with them.
    pub(crate) async fn start(app: App) -> Result<Self, shared::lambda::Error> {
        let (signing, links) = tokio::try_join!(
            app.secret(app.config.signing_secret.as_deref()),
            app.secret(app.config.link_secret.as_deref()),
        )?;
        let signing = SigningKeys::derive(&signing)?;
        app.store.publish_keys(&signing.public).await?;
        Ok(Self {
            links: LinkKeys::derive(&links)?,
            passwords: Passwords::new()?,
            pages: Pages::new(&app)?,
            signing,
            app,
        })
    }
}
