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

/// The group's routes.
pub fn routes(app: App) -> Router {
    let listing = Listing::new(app.clone());
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
    edge::wrap(app, routes)
}
