//! Making derived data anew, as `admin rebuild` does it from outside.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

use super::problem;
use crate::aws::lambda::Functions;

pub(super) fn router(functions: Functions) -> Router {
    Router::new()
        .route("/rebuild", post(rebuild))
        .with_state(functions)
}

/// Takes what `trail` takes as `rebuild`, and answers what it answers.
async fn rebuild(State(functions): State<Functions>, Json(asked): Json<Value>) -> Response {
    let Some(trail) = functions.get("TrailFunction") else {
        return problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no trail.");
    };
    match trail.invoke(json!({ "rebuild": asked })).await {
        Ok(rebuilt) => Json(rebuilt).into_response(),
        Err(error) => problem(
            StatusCode::BAD_REQUEST,
            "VALIDATION_FAILED",
            &error.to_string(),
        ),
    }
}
