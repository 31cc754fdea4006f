//! What is derived from secrets, refreshed after rotations of these while the function stays warm.

use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use shared::model::Timestamp;
use shared::runtime::{App, Error};
use tokio::sync::{Mutex, MutexGuard};

/// How long a value is used, in seconds.
const FRESH: i64 = 5 * 60;
/// The shortest time before it is read again for what it does not open, or after a failure, in seconds.
const PATIENCE: i64 = 60;

/// Reads a value.
pub(crate) type Read<T> = fn(App) -> Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A value as it was read last. Cheap to clone.
pub(crate) struct Refreshed<T> {
    app: App,
    read: Read<T>,
    held: Arc<RwLock<Held<T>>>,
    turn: Arc<Mutex<()>>,
}

struct Held<T> {
    value: Arc<T>,
    read_at: Timestamp,
    read_again_at: Timestamp,
}

impl<T> Clone for Refreshed<T> {
    fn clone(&self) -> Self {
        Self {
            app: self.app.clone(),
            read: self.read,
            held: self.held.clone(),
            turn: self.turn.clone(),
        }
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            ..*self
        }
    }
}

impl<T> Held<T> {
    fn new(value: T, now: Timestamp) -> Self {
        Self {
            value: Arc::new(value),
            read_at: now,
            read_again_at: now.plus_seconds(FRESH),
        }
    }
}

impl<T> Refreshed<T> {
    pub(crate) async fn start(app: App, read: Read<T>) -> Result<Self, Error> {
        let held = Held::new(read(app.clone()).await?, app.clock.now());
        Ok(Self {
            app,
            read,
            held: Arc::new(RwLock::new(held)),
            turn: Arc::default(),
        })
    }

    /// The value, read again every few minutes. One caller reads it; concurrent callers use the old one and do not wait.
    pub(crate) async fn current(&self) -> Arc<T> {
        let held = self.held();
        if self.app.clock.now() < held.read_again_at {
            return held.value;
        }
        match self.turn.try_lock() {
            Ok(turn) => self.read_again(turn).await,
            Err(_) => held.value,
        }
    }

    /// What `look` finds in the value. Where it finds nothing although it was `plausible`, the value is read again, but at most once
    /// a minute.
    pub(crate) async fn find<F>(
        &self,
        plausible: bool,
        look: impl Fn(&T) -> Option<F>,
    ) -> Option<F> {
        let value = self.current().await;
        if let Some(found) = look(&value) {
            return Some(found);
        }
        let waited = |held: &Held<T>| self.app.clock.now() >= held.read_at.plus_seconds(PATIENCE);
        if !plausible || !waited(&self.held()) {
            return None;
        }
        let turn = self.turn.lock().await;
        let value = if waited(&self.held()) {
            self.read_again(turn).await
        } else {
            self.held().value
        };
        look(&value)
    }

    /// Keeps the previous value if it cannot be read.
    async fn read_again(&self, _turn: MutexGuard<'_, ()>) -> Arc<T> {
        let read = (self.read)(self.app.clone()).await;
        let now = self.app.clock.now();
        let held = match read {
            Ok(value) => Held::new(value, now),
            Err(error) => {
                tracing::error!(%error, "the secrets cannot be read again");
                Held {
                    read_at: now,
                    read_again_at: now.plus_seconds(PATIENCE),
                    ..self.held()
                }
            }
        };
        let value = held.value.clone();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        value
    }

    fn held(&self) -> Held<T> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }
}
