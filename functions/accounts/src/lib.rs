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

/// The group's routes, once the secret of the lists' cursors is read.
///
/// # Errors
///
/// The secret cannot be read.
pub async fn start(app: App) -> Result<Router, shared::runtime::Error> {
    let listing = Box::pin(Listing::start(app.clone())).await?;
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
    Ok(edge::wrap(app, routes))
}
