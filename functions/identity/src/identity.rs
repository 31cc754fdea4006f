//! What this function holds besides the app: the keys, and the means to hash passwords.

use axum::extract::FromRef;
use shared::App;
use shared::model::{Known, User};

use crate::keys::Keyring;
use crate::pages::Pages;
use crate::passwords::Passwords;

/// The state of every handler here. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) app: App,
    pub(crate) keyring: Keyring,
    pub(crate) passwords: Passwords,
    pub(crate) pages: Pages,
}

impl FromRef<Identity> for App {
    fn from_ref(identity: &Identity) -> Self {
        identity.app.clone()
    }
}

impl Identity {
    /// What everybody knows of `user`, and of the product.
    pub(crate) fn known(&self, user: &User) -> Known {
        Known::brand(&self.app.config.brand_name)
            .address(&user.email)
            .names(&user.first_name, &user.last_name)
    }

    /// Reads the secrets and publishes the public keys, before any token is signed with them.
    pub(crate) async fn start(app: App) -> Result<Self, shared::runtime::Error> {
        Ok(Self {
            keyring: Keyring::start(app.clone()).await?,
            passwords: Passwords::new()?,
            pages: Pages::default(),
            app,
        })
    }
}
