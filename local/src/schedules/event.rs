//! What EventBridge sends, and what Lambda keeps of an invocation that it gave up.

use serde_json::{Value, json};
use shared::clock::Clock;
use shared::values::Timestamp;

use crate::functions::FunctionError;
use crate::random;
use crate::template::{ACCOUNT, REGION, Schedule, function_arn};

/// The event of a schedule (EventBridge, *Scheduled events*).
pub(super) fn scheduled(function: &str, schedule: &Schedule, now: Timestamp) -> Value {
    let rule = format!("accounts-{function}{}", schedule.name);
    let event = json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.to_string(),
        "region": REGION,
        "resources": [format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}")],
        "detail": {},
    });
    schedule.input.clone().unwrap_or(event)
}

/// Lambda's invocation record of an asynchronous invocation.
pub(super) fn undelivered(
    function: &str,
    tries: u32,
    event: &Value,
    error: &FunctionError,
) -> Value {
    json!({
        "version": "1.0",
        "timestamp": Clock::System.now().to_string(),
        "requestContext": {
            "requestId": random::uuid(),
            "functionArn": function_arn(function),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": tries,
        },
        "requestPayload": event,
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "responsePayload": { "errorType": error.kind, "errorMessage": error.message },
    })
}
