//! Sign-up, sign-in, sessions, passwords, the profile, the public side of invitations, the platform's people, and the pages that
//! mailed links lead to.
//!
//! The only function that sees credentials and the signing secret.

mod address;
mod auth;
mod factors;
mod identity;
mod invitations;
mod keys;
mod pages;
mod passwords;
mod people;
mod refreshed;
mod sign_up;
mod users;
mod well_known;
use axum::Router;
use axum::routing::{delete, get, patch, post};
use shared::{App, edge};

use crate::identity::Identity;

/// The group's routes, once the secrets are read and the public keys published.
///
/// # Errors
///
/// A secret cannot be read, or the keys cannot be published.
pub async fn start(app: App) -> Result<Router, shared::runtime::Error> {
    let identity = Box::pin(Identity::start(app.clone())).await?;
    let routes = sign_in()
        .merge(oneself())
        .merge(factors())
        .merge(people())
        .merge(pages())
        .with_state(identity);
    Ok(edge::wrap(app, routes))
}

/// Signing up and in, mailed links, and the answers to invitations.
fn sign_in() -> Router<Identity> {
    Router::new()
        .route("/api/accounts/signup", post(sign_up::sign_up))
        .route("/api/auth/login", post(auth::login::login))
        .route(
            "/api/auth/login/second-factor",
            post(auth::second_factor::complete),
        )
        .route("/api/auth/passkey/options", post(auth::passkey::options))
        .route("/api/auth/passkey/login", post(auth::passkey::login))
        .route("/api/auth/refresh", post(auth::refresh::refresh))
        .route(
            "/api/auth/reauthenticate",
            post(auth::reauthenticate::reauthenticate),
        )
        .route("/api/auth/logout", post(auth::logout::logout))
        .route("/api/auth/verify-email", post(auth::verify_email::verify))
        .route(
            "/api/auth/verify-email/resend",
            post(auth::verify_email::resend),
        )
        .route("/api/auth/password", post(auth::password::change))
        .route("/api/auth/password/forgot", post(auth::password::forgot))
        .route("/api/auth/password/reset", post(auth::password::reset))
        .route("/api/invitations/lookup", post(invitations::lookup::lookup))
        .route("/api/invitations/accept", post(invitations::accept::accept))
        .route(
            "/api/invitations/decline",
            post(invitations::decline::decline),
        )
}

/// The caller's own second factors.
fn factors() -> Router<Identity> {
    Router::new()
        .route("/api/users/me/factors", get(factors::list::list))
        .route(
            "/api/users/me/factors/totp",
            post(factors::totp::begin).delete(factors::totp::remove),
        )
        .route(
            "/api/users/me/factors/totp/confirm",
            post(factors::totp::confirm),
        )
        .route(
            "/api/users/me/factors/recovery-codes",
            post(factors::recovery_codes::replace),
        )
        .route(
            "/api/users/me/factors/passkeys/options",
            post(factors::passkeys::creation_options::options),
        )
        .route(
            "/api/users/me/factors/passkeys",
            post(factors::passkeys::register::register),
        )
        .route(
            "/api/users/me/factors/passkeys/{id}",
            patch(factors::passkeys::rename::rename).delete(factors::passkeys::remove::remove),
        )
}

/// The caller's own profile, sessions, address and invitations.
fn oneself() -> Router<Identity> {
    Router::new()
        .route(
            "/api/users/me",
            get(users::me::get)
                .patch(users::me::change)
                .delete(users::erase::erase),
        )
        .route(
            "/api/users/me/sessions",
            get(users::sessions::list).delete(users::sessions::end_others),
        )
        .route("/api/users/me/email", post(address::request::request))
        .route(
            "/api/users/me/email/confirm",
            post(address::confirm::confirm),
        )
        .route("/api/users/me/email/undo", post(address::undo::undo))
        .route("/api/users/me/sessions/{id}", delete(users::sessions::end))
        .route(
            "/api/users/me/invitations",
            get(users::invitation_list::list),
        )
        .route(
            "/api/users/me/invitations/{id}/accept",
            post(users::invitations::accept),
        )
        .route(
            "/api/users/me/invitations/{id}/decline",
            post(users::invitations::decline),
        )
}

/// The platform's people.
fn people() -> Router<Identity> {
    Router::new()
        .route("/api/users/{id}/factors", delete(factors::remove_all))
        .route("/api/users", get(people::find::find))
        .route(
            "/api/users/{id}",
            get(people::read::read)
                .put(people::status::change)
                .delete(people::erase::erase),
        )
        .route(
            "/api/users/{id}/sessions",
            delete(people::sessions::end_all),
        )
}

/// What browsers and verifiers read.
fn pages() -> Router<Identity> {
    Router::new()
        .route("/.well-known/jwks.json", get(well_known::jwks))
        .route(
            "/.well-known/openid-configuration",
            get(well_known::configuration),
        )
        .route("/invitation", get(pages::invitation))
        .route("/verify-email", get(pages::verify_email))
        .route("/reset-password", get(pages::reset_password))
        .route("/ownership", get(pages::ownership))
        .route("/change-email", get(pages::change_email))
        .route("/security", get(pages::security))
        .route("/pages/security.js", get(pages::security_script))
        .route("/pages/pages.js", get(pages::script))
        .route("/pages/pages.css", get(pages::style))
        .route("/", get(pages::elsewhere))
        .route("/{*page}", get(pages::elsewhere))
}
