//! What was given up, kept whole, where the deployment has a bucket.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use shared::runtime::Clock;

use super::record;
use crate::aws::lambda::FunctionError;
use crate::data::Data;
use crate::random;

/// The invocation records of everything that was given up.
#[derive(Clone, Debug)]
pub(crate) struct Undelivered {
    data: Data,
    kept: Arc<Mutex<Vec<Value>>>,
}

/// A batch that is given up.
pub(super) struct Lost<'a> {
    pub(super) function: &'a str,
    pub(super) stream: &'a str,
    pub(super) shard: &'a str,
    pub(super) condition: &'static str,
    pub(super) backoff: u32,
    pub(super) records: Vec<Value>,
}

const FILE: &str = "undelivered.json";

impl Undelivered {
    pub(crate) fn load(data: &Data) -> Result<Self, crate::StartError> {
        let kept = Arc::new(Mutex::new(data.load(FILE)?));
        Ok(Self {
            data: data.clone(),
            kept,
        })
    }

    /// Everything kept, oldest first, in the form of Lambda's invocation records.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn keep(&self, lost: &Lost<'_>) {
        let sequence = |record: Option<&Value>| record.map(record::sequence);
        tracing::error!(
            function = lost.function,
            condition = lost.condition,
            records = lost.records.len(),
            "records were given up; they are kept in {FILE}"
        );
        let invocation = json!({
            "requestContext": {
                "requestId": random::uuid(),
                "functionArn": crate::sam::function_arn(lost.function),
                "condition": lost.condition,
                "approximateInvokeCount": lost.backoff,
            },
            "DDBStreamBatchInfo": {
                "shardId": lost.shard,
                "startSequenceNumber": sequence(lost.records.first()),
                "endSequenceNumber": sequence(lost.records.last()),
                "batchSize": lost.records.len(),
                "streamArn": lost.stream,
            },
            "version": "1.0",
            "payload": { "Records": lost.records },
        });
        self.push(invocation);
    }

    /// Keeps an event of an asynchronous invocation that failed `backoff` times, at last with `error`.
    pub(crate) fn keep_event(
        &self,
        function: &str,
        backoff: u32,
        event: &Value,
        error: &FunctionError,
    ) {
        tracing::error!(function, %error, "an event was given up; it is kept in {FILE}");
        self.push(json!({
            "version": "1.0",
            "timestamp": Clock::System.now().to_string(),
            "requestContext": {
                "requestId": random::uuid(),
                "functionArn": crate::sam::function_arn(function),
                "condition": "RetriesExhausted",
                "approximateInvokeCount": backoff,
            },
            "requestPayload": event,
            "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
            "responsePayload": { "errorType": error.kind, "errorMessage": error.message },
        }));
    }

    fn push(&self, invocation: Value) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(invocation);
        if let Err(error) = self.data.store(FILE, &*kept) {
            tracing::error!(%error, "undelivered records are only in memory");
        }
    }
}
