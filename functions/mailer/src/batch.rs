//! A batch of stream records that ask for mails.

use std::time::Duration;

use runtime::{BatchResponse, BatchRunner, RecordError, partition};
use serde_json::Value;
use tokio::time::Instant;

use crate::Mailer;
use crate::deliver::Unsent;

/// Mails to one address stay in order.
const RUNNER: BatchRunner = BatchRunner {
    group: recipient,
    concurrency: 1,
};

/// The time in which an invocation begins further records. One record may take as long again, and the time-out is a minute.
pub(crate) const WORK: Duration = Duration::from_secs(25);

impl Mailer {
    /// Sends the mails that `records` ask for. Mails that were sent before are claimed, so that delivering a record again sends
    /// none twice.
    ///
    /// # Errors
    ///
    /// Those of [`runtime::Results::into_response`].
    pub(crate) async fn deliver(
        &self,
        records: Vec<Value>,
    ) -> Result<BatchResponse, runtime::Error> {
        let until = Instant::now() + WORK;
        let mailer = self.clone();
        let handle = move |record| {
            let mailer = mailer.clone();
            async move {
                let ended = if Instant::now() < until {
                    mailer.deliver_one(&record).await
                } else {
                    Err(Unsent::NoTime)
                };
                match ended {
                    Ok(()) => Ok(None::<()>),
                    Err(error) => Err(RecordError::new(&error, error.scope())),
                }
            }
        };
        RUNNER.run(records, handle).await.into_response()
    }
}

/// The address of the item that a record is about, or its partition if it has none. A removed membership has none any more.
fn recipient(record: &Value) -> &str {
    let address = |image: &str| record["dynamodb"][image]["email"]["S"].as_str();
    let address = address("OldImage").or_else(|| address("NewImage"));
    address.unwrap_or_else(|| partition(record))
}
