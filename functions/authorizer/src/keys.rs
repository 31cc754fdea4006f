//! The public keys, read from the table once, and again for a key that is not among them: at most once a minute.

use runtime::App;
use runtime::model::{Error, Timestamp};
use runtime::tokens::PublicKey;
use tokio::sync::Mutex;

/// How often an unknown key may cost a read, in seconds. Tokens with invented keys cost no more than that.
const INTERVAL: i64 = 60;

#[derive(Debug, Default)]
pub(crate) struct Keys {
    read: Mutex<Option<Read>>,
}

#[derive(Debug)]
struct Read {
    keys: Vec<PublicKey>,
    at: Timestamp,
}

impl Keys {
    /// Reads the keys. Without an answer from the table, the ones known before stay.
    pub(crate) async fn load(&self, app: &App) {
        let mut read = self.read.lock().await;
        if let Err(error) = load(&mut read, app).await {
            tracing::error!(error = %error, "the public keys cannot be read");
        }
    }

    /// The key `id`, if there is one.
    ///
    /// # Errors
    ///
    /// It is not known, and the table does not answer: the key may be a new one.
    pub(crate) async fn key(&self, id: &str, app: &App) -> Result<Option<PublicKey>, Error> {
        let mut read = self.read.lock().await;
        if let Some(key) = read.as_ref().and_then(|read| read.find(id)) {
            return Ok(Some(key));
        }
        // Before the first keys are published there is nothing to protect the table from.
        let rested =
            |read: &Read| read.keys.is_empty() || app.clock.now() >= read.at.plus_seconds(INTERVAL);
        if read.as_ref().is_none_or(rested) {
            load(&mut read, app).await?;
        }
        Ok(read.as_ref().and_then(|read| read.find(id)))
    }
}

impl Read {
    fn find(&self, id: &str) -> Option<PublicKey> {
        self.keys.iter().find(|key| key.kid == id).cloned()
    }
}

async fn load(read: &mut Option<Read>, app: &App) -> Result<(), Error> {
    *read = Some(Read {
        keys: app.store.public_keys().await?,
        at: app.clock.now(),
    });
    Ok(())
}
