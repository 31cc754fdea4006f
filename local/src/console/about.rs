//! What runs and where, and whether there is news.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::Parts;

/// The description as it stood when this was built.
const OPENAPI: &str = include_str!("../../../openapi.yaml");

pub(super) fn router(parts: Parts) -> Router {
    Router::new()
        .route("/about", get(about))
        .route("/revisions", get(revisions))
        .route("/openapi.yaml", get(openapi))
        .with_state(parts)
}

async fn about(State(parts): State<Parts>) -> Json<Value> {
    let about = parts.about;
    let functions = parts.functions.values().map(|function| {
        let declared = &function.declared;
        json!({
            "name": declared.id,
            "memory": declared.memory,
            "timeoutSeconds": declared.timeout.as_secs(),
            "environment": declared.environment,
        })
    });
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "api": about.url,
        "services": about.dynamodb,
        "table": about.table,
        "data": about.data,
        "callsRecorded": parts.requests.with_calls,
        "functions": functions.collect::<Vec<_>>(),
    }))
}

/// Texts that change with what they are named after: whoever polls them asks for the rest only when there is news.
async fn revisions(State(parts): State<Parts>) -> Json<Value> {
    Json(json!({
        "requests": parts.requests.last(),
        "mails": parts.mailbox.revision(),
        "events": parts.caught.revision(),
        "now": parts.clock.shared().now().to_string(),
        "offsetSeconds": parts.clock.offset_seconds(),
    }))
}

async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/yaml")], OPENAPI).into_response()
}
