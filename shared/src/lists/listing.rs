//! The state of functions with lists of the table.

use axum::extract::FromRef;
use runtime::App;
use tokens::CursorKeys;

/// The app, and the keys of the lists' cursors. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The app.
    pub app: App,
    /// The keys that seal and open cursors.
    pub cursors: CursorKeys,
}

impl FromRef<Listing> for App {
    fn from_ref(listing: &Listing) -> Self {
        listing.app.clone()
    }
}

impl FromRef<Listing> for CursorKeys {
    fn from_ref(listing: &Listing) -> Self {
        listing.cursors.clone()
    }
}

impl Listing {
    /// Reads the secret of cursors and opens the connection to the table meanwhile.
    ///
    /// # Errors
    ///
    /// The secret cannot be read.
    pub async fn start(app: App) -> Result<Self, runtime::Error> {
        let secret = app.secret(app.config.cursor_secret.as_deref());
        let (secret, ()) = tokio::join!(secret, app.store.connect());
        Ok(Self {
            cursors: CursorKeys::derive(&secret?)?,
            app,
        })
    }
}
