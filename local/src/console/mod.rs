//! Pages for people under `/_local`; the deployment has none of them.

mod clock;
mod events;
mod html;
mod index;
mod mailbox;
mod mails;
mod rebuild;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::aws::eventbridge::Caught;
use crate::aws::lambda::Functions;
use crate::aws::ses::Mailbox;
use crate::clock::LocalClock;
use crate::loopback;

use html::{escaped, page};

/// What the first page says of the stack.
#[derive(Clone)]
pub(crate) struct About {
    pub(crate) url: String,
    pub(crate) dynamodb: String,
    pub(crate) table: String,
    pub(crate) data: String,
}

/// Everything under `/_local`.
pub(crate) fn router(
    about: About,
    mailbox: Mailbox,
    caught: Caught,
    clock: LocalClock,
    functions: Functions,
) -> Router {
    let pages = index::router(about)
        .merge(clock::router(clock))
        .merge(mailbox::router(mailbox))
        .merge(events::router(caught))
        .merge(mails::router(functions.clone()))
        .merge(rebuild::router(functions))
        .fallback(async || problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such page."))
        .method_not_allowed_fallback(async || {
            let detail = "This page does not take that method.";
            problem(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail)
        });
    Router::new()
        .route("/_local", get(async || Redirect::temporary("/_local/")))
        .nest("/_local/", pages)
        .layer(from_fn(only_this_machine))
}

async fn only_this_machine(request: Request, next: Next) -> Response {
    if !loopback::is_ours(request.headers(), &[]) {
        let detail = "Use http://127.0.0.1 or http://localhost, and not from another site's page.";
        return problem(StatusCode::FORBIDDEN, "UNAUTHORIZED", detail);
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An error in the form of the service's own.
fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "code": code,
        "detail": detail,
    });
    let mut response = (status, body.to_string()).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
