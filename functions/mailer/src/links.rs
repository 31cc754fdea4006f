//! The key of the links, kept up with rotations of its secret while the function stays warm.

use runtime::model::Timestamp;
use runtime::tokens::LinkKeys;
use runtime::{App, Error};
use tokio::sync::Mutex;

/// How long the secret is taken for what it was, in seconds.
const FRESH: i64 = 5 * 60;

#[derive(Debug)]
pub(crate) struct Links {
    held: Mutex<(LinkKeys, Timestamp)>,
}

impl Links {
    pub(crate) async fn start(app: &App) -> Result<Self, Error> {
        let held = (read(app).await?, app.clock.now());
        Ok(Self {
            held: Mutex::new(held),
        })
    }

    /// The keys, read again every few minutes. Without an answer, the ones known before stay.
    pub(crate) async fn keys(&self, app: &App) -> LinkKeys {
        let mut held = self.held.lock().await;
        let now = app.clock.now();
        if now >= held.1.plus_seconds(FRESH) {
            held.1 = now;
            match read(app).await {
                Ok(keys) => held.0 = keys,
                Err(error) => tracing::error!(%error, "the secret cannot be read again"),
            }
        }
        held.0.clone()
    }
}

async fn read(app: &App) -> Result<LinkKeys, Error> {
    let secret = app.secret(app.config.link_secret.as_deref()).await?;
    Ok(LinkKeys::derive(&secret)?)
}
