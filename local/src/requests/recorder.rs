//! Records the DynamoDB calls of a function for the request that the function works for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::{Trace, TracedCall};
use crate::aws::lambda::function_of;
use crate::faults::{Answer, Call, MAX_BYTES, operation, signer};

/// Which execution environment works for which request. An environment has one request at a time and signs its calls with a key
/// of its own, so a call belongs to one request. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<HashMap<String, Arc<Trace>>>>);

impl Recorder {
    /// The calls of `environment` belong to `trace` from now on.
    pub(crate) fn attach(&self, environment: &str, trace: Arc<Trace>) {
        self.environments().insert(environment.to_owned(), trace);
    }

    /// The calls of `environment` belong to no request any more.
    pub(crate) fn detach(&self, environment: &str) {
        self.environments().remove(environment);
    }

    fn trace(&self, environment: &str) -> Option<Arc<Trace>> {
        self.environments().get(environment).cloned()
    }

    fn environments(&self) -> MutexGuard<'_, HashMap<String, Arc<Trace>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// DynamoDB behind `recorder`; without one, itself.
pub(crate) fn recorded(recorder: Option<&Recorder>, service: Router) -> Router {
    match recorder {
        None => service,
        Some(recorder) => service.layer(from_fn_with_state(recorder.clone(), record)),
    }
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let signer = signer(request.headers());
    let Some(trace) = recorder.trace(&signer) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call {
        service: "DynamoDB",
        operation: operation(&parts.headers, &body),
        function: function_of(&signer).to_owned(),
        request: serde_json::from_slice(&body).unwrap_or_default(),
        ..Call::default()
    };
    let begun = Instant::now();
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let call = Call {
        status: Some(parts.status.as_u16()),
        answer: Answer::of(&body),
        ..call
    };
    trace.add(TracedCall::new(call, begun.elapsed()));
    Response::from_parts(parts, Body::from(body))
}
