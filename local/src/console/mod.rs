//! The console under `/_local`, for people and for programs; the deployment has nothing of it.

mod about;
mod assets;
mod clock;
mod directory;
mod events;
mod html;
mod mailbox;
mod mails;
mod rebuild;
mod requests;
mod sessions;

use aws_sdk_dynamodb::Client;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::aws::eventbridge::Caught;
use crate::aws::lambda::Functions;
use crate::aws::ses::Mailbox;
use crate::clock::LocalClock;
use crate::loopback;
use crate::requests::Requests;

use html::{escaped, page};

/// What the console says of the stack.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) url: String,
    pub(crate) dynamodb: String,
    pub(crate) table: String,
    pub(crate) data: String,
}

/// The parts of the stack that the console shows.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) about: About,
    pub(crate) mailbox: Mailbox,
    pub(crate) caught: Caught,
    pub(crate) clock: LocalClock,
    pub(crate) functions: Functions,
    pub(crate) requests: Requests,
    /// For reads of the whole table.
    pub(crate) table: Client,
}

/// No other site's page may load an answer, not even as a script or a picture.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Everything under `/_local`.
pub(crate) fn router(parts: Parts) -> Router {
    let pages = assets::router()
        .merge(about::router(parts.clone()))
        .merge(requests::router(parts.requests.clone()))
        .merge(directory::router(&parts))
        .merge(sessions::router(parts.functions.clone()))
        .merge(clock::router(parts.clock))
        .merge(mailbox::router(parts.mailbox))
        .merge(events::router(parts.caught))
        .merge(mails::router(parts.functions.clone()))
        .merge(rebuild::router(parts.functions))
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
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// The JSON of a body, which says that it is JSON: no form of another site's page can say so.
fn json_body<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Box<Response>> {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let detail = "The content type must be application/json.";
        return Err(Box::new(problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            detail,
        )));
    }
    serde_json::from_slice(body).map_err(|error| {
        let detail = format!("The body is not what this page takes: {error}.");
        Box::new(problem(
            StatusCode::BAD_REQUEST,
            "VALIDATION_FAILED",
            &detail,
        ))
    })
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
