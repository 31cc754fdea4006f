//! Accounts: create, list, read, change, delete, restore and hand over.

mod create;
mod delete;
mod events;
mod get;
mod list;
mod owner;
mod reply;
mod restore;
mod stats;
mod update;
use axum::Router;
use axum::routing::{get, post, put};
use shared::{App, Listing, edge};

/// The group's routes.
pub fn routes(app: App) -> Router {
    let listing = Listing::new(app.clone());
    let routes = Router::new()
        .route("/api/accounts", get(list::list).post(create::create))
        .route(
            "/api/accounts/{id}",
            get(get::get).put(update::update).delete(delete::delete),
        )
        .route("/api/accounts/{id}/events", get(events::list))
        .route(
            "/api/accounts/{id}/owner",
            put(owner::offer).delete(owner::withdraw),
        )
        .route("/api/accounts/{id}/owner/accept", post(owner::accept))
        .route("/api/accounts/{id}/owner/decline", post(owner::decline))
        .route("/api/accounts/{id}/stats", get(stats::stats))
        .route("/api/accounts/{id}/restore", post(restore::restore))
        .with_state(listing);
    edge::wrap(app, routes)
}
