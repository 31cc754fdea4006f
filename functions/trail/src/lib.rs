//! Turns stream records into what follows from a change: its audit event, the counters, the copies of names, and the feed.
//!
//! Everything here can be repeated: an event is written only if it does not exist yet, and counted in the same write.

mod activity;
mod batch;
mod feed;
mod rebuild;
use std::sync::Arc;

use lambda_runtime::LambdaEvent;
use runtime::{App, Error, observe_invocation};
use serde_json::Value;

pub use rebuild::Rebuild;

/// Writes audit trails and other data derived from changes. It changes accounts and memberships only to update copies, and to
/// take back what an erased person was given.
#[derive(Clone, Debug)]
pub struct Trail {
    app: App,
    feed: Option<feed::Feed>,
    activity: Arc<activity::Activities>,
}

impl Trail {
    /// A trail; with a feed where the deployment has a bus.
    #[must_use]
    pub fn new(app: App) -> Self {
        let bus = app.config.event_bus.clone();
        Self {
            feed: bus.map(|bus| feed::Feed::new(app.aws.eventbridge(), bus)),
            activity: Arc::default(),
            app,
        }
    }

    /// Handles a batch of stream records, or `{"rebuild": ...}`.
    ///
    /// # Errors
    ///
    /// The first record of a batch can never be handled: Lambda halves the batch until that record is alone. For other records
    /// none: the answer names the first one that failed, and Lambda delivers it and all later ones again. For a rebuild, what
    /// stops it.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Error> {
        let work = Box::pin(self.answer(event.payload));
        observe_invocation(&self.app, "streamed", work).await
    }

    async fn answer(&self, mut event: Value) -> Result<Value, Error> {
        if let Some(asked) = event.get("rebuild") {
            let asked: Rebuild = serde_json::from_value(asked.clone())?;
            return Ok(serde_json::to_value(self.rebuild(asked).await?)?);
        }
        let records = match event["Records"].take() {
            Value::Array(records) => records,
            _ => Vec::new(),
        };
        Ok(serde_json::to_value(self.deliver(records).await?)?)
    }
}
