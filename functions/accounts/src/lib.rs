//! Accounts: create, list, read, change, delete and hand over.

mod create;
mod delete;
mod get;
mod list;
mod owner;
mod reply;
mod update;

use axum::Router;
use axum::routing::{get, put};
use shared::App;
use shared::http::edge;

/// The group's routes.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/api/accounts", get(list::list).post(create::create))
        .route(
            "/api/accounts/{id}",
            get(get::get).put(update::update).delete(delete::delete),
        )
        .route("/api/accounts/{id}/owner", put(owner::transfer))
        .with_state(app.clone());
    edge::wrap(app, routes)
}
