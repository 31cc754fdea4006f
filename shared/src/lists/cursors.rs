//! The keys of cursors, read when they are needed.

use std::fmt;
use std::sync::Arc;

use model::Error;
use runtime::App;
use tokens::CursorKeys;
use tokio::sync::OnceCell;

/// The keys of cursors. Most requests need none, so their secret is read at the first use, once for all that wait for it. Cheap to
/// clone.
#[derive(Clone)]
pub struct Cursors {
    app: App,
    keys: Arc<OnceCell<CursorKeys>>,
}

impl Cursors {
    pub(super) fn new(app: App) -> Self {
        Self {
            app,
            keys: Arc::default(),
        }
    }

    /// The keys. After a failure, the next use reads the secret again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if the secret cannot be read.
    pub async fn keys(&self) -> Result<&CursorKeys, Error> {
        self.keys.get_or_try_init(|| self.read()).await
    }

    async fn read(&self) -> Result<CursorKeys, Error> {
        let id = self.app.config.cursor_secret.as_deref();
        // Boxed: the SDK's futures are large, and this one would be part of every request's.
        let secret = Box::pin(self.app.secret(id)).await;
        let secret = secret.map_err(|error| Error::Unavailable(error.into()))?;
        CursorKeys::derive(&secret).map_err(Error::internal)
    }
}

impl fmt::Debug for Cursors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cursors").finish_non_exhaustive()
    }
}
