//! A batch of stream records, and how much of it was seen to.

use aws_lambda_events::dynamodb::Event;
use serde::{Deserialize, Serialize};

use crate::Mailer;

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

impl Mailer {
    /// Records of one member stay in order: after the first failure nothing is sent.
    pub(crate) async fn deliver(&self, event: Event) -> BatchResponse {
        for record in event.records {
            let sequence = record.change.sequence_number.clone().unwrap_or_default();
            if let Err(error) = self.deliver_one(&record.change).await {
                tracing::error!(error = error.to_string(), sequence, "a mail was not sent");
                return BatchResponse {
                    batch_item_failures: vec![Failure {
                        item_identifier: sequence,
                    }],
                };
            }
        }
        BatchResponse::default()
    }
}
