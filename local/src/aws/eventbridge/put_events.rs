//! EventBridge, so far as functions put events there.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use shared::model::Timestamp;
use shared::runtime::Clock;

use super::Caught;
use crate::random;
use crate::sam::REGION;

/// What one request takes (quotas page, `PutEvents`).
const MOST_ENTRIES: usize = 10;
/// The bytes of all entries together.
const MOST_BYTES: usize = 256 * 1024;

#[derive(Clone)]
struct EventBridge {
    caught: Caught,
    clock: Clock,
}

/// Answers `PutEvents`.
pub(crate) fn router(caught: Caught, clock: Clock) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(EventBridge { caught, clock })
}

async fn answer(State(state): State<EventBridge>, headers: HeaderMap, body: String) -> Response {
    let target = headers
        .get("x-amz-target")
        .map_or(&b""[..], |target| target.as_bytes());
    if target != b"AWSEvents.PutEvents" {
        return refused("UnknownOperationException", "Only PutEvents is known here.");
    }
    let request: Value = serde_json::from_str(&body).unwrap_or_default();
    let entries = request["Entries"].as_array().map_or(&[][..], Vec::as_slice);
    if entries.is_empty() || entries.len() > MOST_ENTRIES || body.len() > MOST_BYTES {
        return refused(
            "ValidationException",
            "A request has 1 to 10 entries of 256 KB together.",
        );
    }
    let (mut caught, mut answers, mut failed) = (Vec::new(), Vec::new(), 0);
    for entry in entries {
        match event(entry, &state.clock) {
            Ok(event) => {
                answers.push(json!({ "EventId": event["id"] }));
                caught.push(event);
            }
            Err((code, message)) => {
                failed += 1;
                answers.push(json!({ "ErrorCode": code, "ErrorMessage": message }));
            }
        }
    }
    match state.caught.catch(caught) {
        Ok(()) => json_answer(
            StatusCode::OK,
            &json!({ "FailedEntryCount": failed, "Entries": answers }),
        ),
        Err(error) => json_answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "__type": "InternalException", "message": error.to_string() }),
        ),
    }
}

/// The event as a rule's target would be handed it.
fn event(entry: &Value, clock: &Clock) -> Result<Value, (&'static str, &'static str)> {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let (Some(source), Some(kind)) = (text("Source"), text("DetailType")) else {
        return Err(("InvalidArgument", "Source and DetailType are required."));
    };
    let detail: Value = text("Detail")
        .and_then(|detail| serde_json::from_str(detail).ok())
        .filter(Value::is_object)
        .ok_or(("MalformedDetail", "Detail is malformed."))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds of a year like ours"
    )]
    let at = entry["Time"].as_f64().map_or(clock.now(), |seconds| {
        Timestamp::from_millis((seconds * 1000.0) as i64)
    });
    Ok(json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": kind,
        "source": source,
        "account": "000000000000",
        "time": at.to_string(),
        "region": REGION,
        "resources": [],
        "detail": detail,
        "bus": text("EventBusName").unwrap_or("default"),
    }))
}

fn refused(code: &str, message: &str) -> Response {
    json_answer(
        StatusCode::BAD_REQUEST,
        &json!({ "__type": code, "message": message }),
    )
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    let kind = [(CONTENT_TYPE, "application/x-amz-json-1.1")];
    (status, kind, body.to_string()).into_response()
}
