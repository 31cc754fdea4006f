//! Lambda's queue of asynchronous invocations: a failed one is tried again as often as the template says, and then kept.

use std::time::Duration;

use serde_json::Value;

use super::Running;
use crate::aws::lambda::Undelivered;

/// The wait before the second try; it doubles with each. Lambda waits for a minute.
const FIRST_WAIT: Duration = Duration::from_millis(100);

impl Running {
    /// Sees to `event`, one way or the other.
    pub(crate) async fn see_to(&self, event: Value, undelivered: &Undelivered) {
        let function = &self.declared.id;
        let mut wait = FIRST_WAIT;
        for backoff in 1.. {
            let Err(error) = self.invoke(event.clone()).await else {
                return;
            };
            if backoff > self.declared.retries {
                undelivered.keep_event(function, backoff, &event, &error);
                return;
            }
            tracing::warn!(function, %error, "an event failed");
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
}
