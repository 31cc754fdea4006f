//! A batch of stream records, and how much of it was seen to.

use std::collections::HashSet;
use std::time::Duration;

use aws_lambda_events::dynamodb::{Event, StreamRecord};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::Mailer;
use crate::deliver::Unsent;

/// How long an invocation goes on to further records. One record can take as long again, and the function has a minute.
const WORK: Duration = Duration::from_secs(25);

/// The answer to a batch (`ReportBatchItemFailures`): the first record that failed, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    /// Empty when every record was seen to.
    pub batch_item_failures: Vec<Failure>,
}

/// A record to be handed over again, with all that follow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The record's sequence number.
    pub item_identifier: String,
}

/// The item that a record is about.
#[derive(Default, PartialEq, Eq, Hash, Deserialize)]
struct Key {
    pk: String,
    sk: String,
}

impl Mailer {
    /// Sends what the records ask for. Records of one item stay in order: after one that failed, the others of that item
    /// wait. Other items' mails go out all the same; they are claimed, so that handing them over again sends none twice.
    ///
    /// # Errors
    ///
    /// The first of several records can never be mailed: Lambda halves the batch until that record is alone, so that no other
    /// is given up together with it.
    pub(crate) async fn deliver(&self, event: Event) -> Result<BatchResponse, Unsent> {
        let until = Instant::now() + WORK;
        let several = event.records.len() > 1;
        let mut waiting = HashSet::new();
        let mut hopeless = None;
        let mut failure: Option<Failure> = None;
        for (place, record) in event.records.into_iter().enumerate() {
            let record = record.change;
            let key = key(&record);
            if waiting.contains(&key) {
                continue;
            }
            let sequence = record.sequence_number.clone().unwrap_or_default();
            let ended = if Instant::now() < until {
                Box::pin(self.deliver_one(&record)).await
            } else {
                Err(Unsent::NoTime)
            };
            let Err(error) = ended else {
                continue;
            };
            tracing::error!(error = error.to_string(), sequence, "a mail was not sent");
            let last = error.is_about_all();
            if place == 0 && several && error.is_for_good() {
                hopeless = Some(error);
            }
            failure.get_or_insert(Failure {
                item_identifier: sequence,
            });
            if last {
                break;
            }
            waiting.insert(key);
        }
        match hopeless {
            Some(error) => Err(error),
            None => Ok(BatchResponse {
                batch_item_failures: failure.into_iter().collect(),
            }),
        }
    }
}

fn key(record: &StreamRecord) -> Key {
    serde_dynamo::from_item(record.keys.clone()).unwrap_or_default()
}
