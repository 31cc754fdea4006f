//! The caught events, for people and for tests.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::aws::eventbridge::Caught;

/// The bus's route.
pub(super) fn router(caught: Caught) -> Router {
    Router::new().route("/events", get(list)).with_state(caught)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "detailType")]
    kind: Option<String>,
}

async fn list(State(caught): State<Caught>, Query(wanted): Query<Wanted>) -> Json<Vec<Value>> {
    Json(caught.of(wanted.kind.as_deref()))
}
