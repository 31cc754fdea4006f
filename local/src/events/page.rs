//! The caught events, for people and for tests.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::Bus;

/// The bus's route.
pub(crate) fn router(bus: Bus) -> Router {
    Router::new().route("/events", get(list)).with_state(bus)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "detailType")]
    kind: Option<String>,
}

async fn list(State(bus): State<Bus>, Query(wanted): Query<Wanted>) -> Json<Vec<Value>> {
    Json(bus.of(wanted.kind.as_deref()))
}
