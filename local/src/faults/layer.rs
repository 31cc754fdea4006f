//! The middleware around a service: records a request, injects the fault that a rule asks for, and answers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{Full, Limited};
use serde_json::{Value, json};

use crate::aws::lambda::function_of;
use crate::aws::ses::fields;

use super::overlap::Overlapping;
use super::{Call, Fault, Interceptor, Refusal};

/// Larger than anything that AWS takes.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;

/// `service` behind the interceptor; without one, itself.
pub(crate) fn intercepted(
    interceptor: Option<&Arc<Interceptor>>,
    name: &'static str,
    service: Router,
) -> Router {
    match interceptor {
        None => service,
        Some(interceptor) => service.layer(from_fn_with_state((interceptor.clone(), name), around)),
    }
}

async fn around(
    State((interceptor, service)): State<(Arc<Interceptor>, &'static str)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut request: Value = match service {
        "SES" => fields(&body),
        _ => serde_json::from_slice(&body).unwrap_or_default(),
    };
    let operation = operation(&parts.headers, &body);
    let call = Call {
        service,
        operation: operation.clone(),
        function: function_of(&signer(&parts.headers)).to_owned(),
        attempt: attempt(&parts.headers),
        request: request.clone(),
        ..Call::default()
    };
    let (place, fault) = interceptor.begin(call);
    match &fault {
        Some(Fault::Refuse(refusal)) => {
            interceptor.end(place, &operation, refusal.status, b"");
            return refused(service, refusal, &request, 0);
        }
        Some(Fault::Drop) => return broken(),
        Some(Fault::Delay(delay)) => tokio::time::sleep(*delay).await,
        Some(
            Fault::RefuseAfterwards(_)
            | Fault::DropAfterwards
            | Fault::DelayAfterwards(_)
            | Fault::LeaveUndone,
        )
        | None => {}
    }
    let held = match interceptor.hold(&operation, &request) {
        Ok(held) => held,
        Err(Overlapping { place: item }) => {
            let refusal = Refusal::conflict();
            interceptor.end(place, &operation, refusal.status, b"");
            return refused(service, &refusal, &request, item);
        }
    };
    if let Some(held) = &held {
        tokio::time::sleep(held.time).await;
    }
    let undone = (fault == Some(Fault::LeaveUndone)).then(|| second_halves(&mut request));
    let body = if service == "DynamoDB" && request.is_object() {
        // What it cost, whether the function asks or not.
        request["ReturnConsumedCapacity"] = "INDEXES".into();
        Bytes::from(request.to_string())
    } else {
        body
    };
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    drop(held);
    let (mut parts, body) = response.into_parts();
    let mut body = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    if let (Some(undone), Ok(mut answer)) = (undone, serde_json::from_slice::<Value>(&body)) {
        answer["UnprocessedItems"] = undone;
        body = answer.to_string().into();
        parts.headers.remove(CONTENT_LENGTH);
    }
    if let Some(Fault::DelayAfterwards(delay)) = &fault {
        tokio::time::sleep(*delay).await;
    }
    match fault {
        Some(Fault::RefuseAfterwards(refusal)) => {
            interceptor.end(place, &operation, refusal.status, &body);
            refused(service, &refusal, &request, 0)
        }
        Some(Fault::DropAfterwards) => broken(),
        _ => {
            interceptor.end(place, &operation, parts.status.as_u16(), &body);
            Response::from_parts(parts, Body::from(body))
        }
    }
}

/// Takes the second half of each table's writes out of a batch.
fn second_halves(request: &mut Value) -> Value {
    let tables = request["RequestItems"].as_object_mut();
    let halves = tables.into_iter().flatten().map(|(table, writes)| {
        let undone = writes
            .as_array_mut()
            .map(|writes| writes.split_off(writes.len().div_ceil(2)));
        (table.clone(), Value::from(undone.unwrap_or_default()))
    });
    halves.filter(|(_, undone)| undone != &json!([])).collect()
}

/// The operation, from the header of the JSON protocols or the form of SES.
pub(crate) fn operation(headers: &HeaderMap, body: &Bytes) -> String {
    if let Some(target) = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
    {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    let form = String::from_utf8_lossy(body);
    let action = form
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="));
    action.unwrap_or_default().to_owned()
}

/// The access key that signed: the stack gives each execution environment one of its own.
pub(crate) fn signer(headers: &HeaderMap) -> String {
    let signed = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = signed.and_then(|signed| signed.split_once("Credential=")?.1.split_once('/'));
    key.map_or_else(String::new, |(key, _)| key.to_owned())
}

/// From the SDKs' header, as in `attempt=2; max=4`.
fn attempt(headers: &HeaderMap) -> u32 {
    let sent = headers
        .get("amz-sdk-request")
        .and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|sent| {
        sent.split(';')
            .find_map(|part| part.trim().strip_prefix("attempt="))
    });
    sent.and_then(|sent| sent.parse().ok()).unwrap_or(1)
}

/// `refusal` as `service` answers it. A conflict of a transaction is one of its item at `conflicting`.
fn refused(service: &str, refusal: &Refusal, request: &Value, conflicting: usize) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = &refusal.code;
    if service == "SES" {
        let body = format!(
            "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>An injected fault.</Message></Error></ErrorResponse>"
        );
        return (status, [(CONTENT_TYPE, "text/xml")], body).into_response();
    }
    if *refusal == Refusal::entry() {
        let entries = request["Entries"].as_array().map_or(0, Vec::len);
        let answer = |place| match place {
            0 => json!({ "ErrorCode": code, "ErrorMessage": "An injected fault." }),
            _ => json!({ "EventId": place.to_string() }),
        };
        let entries: Vec<_> = (0..entries).map(answer).collect();
        let body = json!({ "FailedEntryCount": 1, "Entries": entries }).to_string();
        return (status, [(CONTENT_TYPE, "application/x-amz-json-1.1")], body).into_response();
    }
    let mut body = json!({ "__type": code, "message": "An injected fault." });
    if let (true, Some(items)) = (
        *refusal == Refusal::conflict(),
        request["TransactItems"].as_array(),
    ) {
        // A transaction tells of a conflict item by item.
        let reasons = (0..items.len()).map(|place| {
            if place == conflicting {
                json!({ "Code": "TransactionConflict", "Message": "An injected fault." })
            } else {
                json!({ "Code": "None" })
            }
        });
        body["CancellationReasons"] = reasons.collect();
        body["__type"] = "TransactionCanceledException".into();
    }
    let body = body.to_string();
    (status, [(CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}

/// An answer that breaks off in its first bytes: its body is longer than it is allowed to be.
fn broken() -> Response {
    let body = Full::new(Bytes::from_static(b"This never arrives."));
    Response::new(Body::new(Limited::new(body, 1)))
}
