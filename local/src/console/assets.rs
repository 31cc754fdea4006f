//! The files of the console, which are part of the program: it needs no network.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use super::problem;

/// Our own scripts and styles, and mails in frames that are sandboxed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";
/// The same for `RapiDoc`, which writes styles and HTML itself. Its scripts and its requests stay here too.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// A file's name, media type and content.
type Asset = (&'static str, &'static str, &'static str);

macro_rules! assets {
    ($($name:literal: $kind:expr),+ $(,)?) => {
        [$(($name, $kind, include_str!(concat!("../../console/", $name)))),+]
    };
}

const ASSETS: [Asset; 14] = assets! {
    "console.css": CSS,
    "reference.css": CSS,
    "main.js": JAVASCRIPT,
    "api.js": JAVASCRIPT,
    "dom.js": JAVASCRIPT,
    "clock.js": JAVASCRIPT,
    "overview.js": JAVASCRIPT,
    "requests.js": JAVASCRIPT,
    "mailbox.js": JAVASCRIPT,
    "directory.js": JAVASCRIPT,
    "changes.js": JAVASCRIPT,
    "samples.js": JAVASCRIPT,
    "reference.js": JAVASCRIPT,
    "rapidoc/rapidoc-min.js": JAVASCRIPT,
};
const CONSOLE: &str = include_str!("../../console/index.html");
const REFERENCE: &str = include_str!("../../console/reference.html");

pub(super) fn router() -> Router {
    Router::new()
        .route("/", get(async || html(CONSOLE, POLICY)))
        .route("/docs", get(async || html(REFERENCE, REFERENCE_POLICY)))
        .route("/assets/{*name}", get(asset))
}

fn html(page: &'static str, policy: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, page).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(own, ..)| *own == name) {
        Some((_, kind, content)) => ([(CONTENT_TYPE, *kind)], *content).into_response(),
        None => problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such file."),
    }
}
