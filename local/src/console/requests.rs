//! The last requests of the API, as JSON.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::requests::Requests;

pub(super) fn router(requests: Requests) -> Router {
    Router::new()
        .route("/requests", get(list))
        .with_state(requests)
}

#[derive(Deserialize)]
struct Wanted {
    /// Only requests with a number above this one.
    #[serde(default)]
    after: u64,
}

/// The requests that are kept, oldest first. `last` is for the next question's `after`.
async fn list(State(requests): State<Requests>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let found = requests.after(wanted.after);
    let last = found.last().map_or(wanted.after, |request| request.number);
    Json(json!({ "requests": found, "last": last }))
}
