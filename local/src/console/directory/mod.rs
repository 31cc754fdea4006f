//! People, accounts and the links that wait for them, read from the table.

mod answer;
mod links;
mod rows;
mod scan;

use aws_sdk_dynamodb::Client;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;

use super::{Parts, problem};
use crate::clock::LocalClock;
use answer::Answer;
use scan::{Scanned, scan};

#[derive(Clone)]
struct Directory {
    table: Client,
    name: String,
    clock: LocalClock,
}

pub(super) fn router(parts: &Parts) -> Router {
    Router::new()
        .route("/directory", get(directory))
        .route("/links", get(links))
        .with_state(Directory {
            table: parts.table.clone(),
            name: parts.about.table.clone(),
            clock: parts.clock.clone(),
        })
}

#[derive(Deserialize)]
struct Wanted {
    /// A word of a name, an address, or an id; everything without one.
    #[serde(default, rename = "q")]
    word: String,
}

async fn directory(State(state): State<Directory>, Query(wanted): Query<Wanted>) -> Response {
    match state.scan().await {
        Ok(scanned) => Json(Answer::new(&scanned, &wanted.word)).into_response(),
        Err(failed) => *failed,
    }
}

/// The links that were mailed and still work, the first to expire first.
async fn links(State(state): State<Directory>) -> Response {
    match state.scan().await {
        Ok(scanned) => {
            let now = state.clock.shared().now();
            Json(links::open(&scanned, now.seconds())).into_response()
        }
        Err(failed) => *failed,
    }
}

impl Directory {
    async fn scan(&self) -> Result<Scanned, Box<Response>> {
        scan(&self.table, &self.name).await.map_err(|reason| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Box::new(problem(status, "INTERNAL", &reason))
        })
    }
}
