//! Members of an account, and the managers' side of invitations.

mod add;
mod allowance;
mod get;
mod invite;
mod joining;
mod list;
mod offer;
mod remove;
mod reply;
mod resend;
mod update;
use axum::Router;
use axum::routing::{get, put};
use shared::{App, Listing, edge};

/// The group's routes, once the secret of the lists' cursors is read.
///
/// # Errors
///
/// The secret cannot be read.
pub async fn start(app: App) -> Result<Router, shared::runtime::Error> {
    let listing = Box::pin(Listing::start(app.clone())).await?;
    let routes = Router::new()
        .route(
            "/api/accounts/{id}/users",
            get(list::list).post(invite::invite),
        )
        .route(
            "/api/accounts/{id}/users/{userId}",
            get(get::get)
                .post(add::add)
                .put(update::update)
                .delete(remove::remove),
        )
        .route(
            "/api/accounts/{id}/users/{userId}/invite",
            put(resend::resend),
        )
        .with_state(listing);
    Ok(edge::wrap(app, routes))
}
