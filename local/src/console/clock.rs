//! Shows the stack's clock and moves it forward.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{json_body, problem};
use crate::clock::LocalClock;

pub(super) fn router(clock: LocalClock) -> Router {
    Router::new()
        .route("/clock", get(show).post(advance))
        .with_state(clock)
}

async fn show(State(clock): State<LocalClock>) -> Response {
    let now = clock.shared().now().to_string();
    let body = json!({ "now": now, "offsetSeconds": clock.offset_seconds() });
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn advance(State(clock): State<LocalClock>, headers: HeaderMap, body: Bytes) -> Response {
    match json_body::<Advance>(&headers, &body) {
        Ok(Advance { advance_seconds }) if clock.advance(advance_seconds) => {
            show(State(clock)).await
        }
        Ok(_) => {
            let detail = "The clock only moves forward: advanceSeconds is 0 or more, a hundred years in all.";
            problem(StatusCode::BAD_REQUEST, "VALIDATION_FAILED", detail)
        }
        Err(refused) => *refused,
    }
}
