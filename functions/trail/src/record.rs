//! One record of a batch.

use aws_lambda_events::dynamodb::EventRecord;
use runtime::store::StreamedChange;
use serde_json::Value;

/// Why a record was not seen to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unseen {
    #[error("a record does not read back: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("{0}: {cause}", cause = std::error::Error::source(.0).map(ToString::to_string).unwrap_or_default())]
    Failed(#[from] runtime::model::Error),
    #[error("there is more to be forgotten than one invocation has time for")]
    Unfinished,
    #[error("the bus refused it: {0}")]
    Refused(String),
}

/// The sequence number of a record.
pub(crate) fn sequence(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap_or_default()
}

/// The partition of the item that a record is about: what is of one partition stays in order.
pub(crate) fn partition(record: &Value) -> &str {
    record["dynamodb"]["Keys"]["pk"]["S"]
        .as_str()
        .unwrap_or_default()
}

/// The change that a record tells of, if it tells of one.
pub(crate) fn streamed(record: &Value) -> Result<Option<StreamedChange>, Unseen> {
    let record: EventRecord = serde_json::from_value(record.clone())?;
    Ok(StreamedChange::read(
        &record.change.old_image,
        &record.change.new_image,
    )?)
}
