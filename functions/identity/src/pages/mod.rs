//! The pages that mailed links lead to: answer an invitation or an offer of ownership, verify or change an address,
//! set a new password.
//! One more manages what a person signs in with. They make the product complete without a front-end.
//!
//! A page consists of the texts in `words.rs`, independent of the request. What a link is about is in its fragment, which reaches
//! no server, and `pages.js` calls the API like any other client. Nothing happens before a button is pressed, because mail
//! scanners follow links.

mod elsewhere;
mod render;
mod words;
pub(crate) use elsewhere::elsewhere;

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use http::{HeaderName, HeaderValue};
use shared::model::Error;
use shared::{Early, NoBody, Public};

use crate::identity::Identity;

/// All scripts and styles come from this origin, and none is inline, so that a person's or an account's name can never be run.
/// Scripts cannot turn text into markup either (`trusted-types`), and no site may put a page into a frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// Revalidated each time: a page names the version of its script and its style.
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// A new version has another address.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The files as they are sent, made when a page is first asked for: most starts answer no page. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Pages(Arc<OnceLock<Files>>);

struct Files {
    invitation: Bytes,
    verify_email: Bytes,
    reset_password: Bytes,
    ownership: Bytes,
    change_email: Bytes,
    security: Bytes,
    script: Bytes,
    security_script: Bytes,
    style: Bytes,
    /// What a page is rendered from.
    brand: String,
    version: String,
}

/// The files of this deployment.
///
/// # Errors
///
/// A template does not render.
fn files(identity: &Identity) -> Result<&Files, Error> {
    let made = &identity.pages.0;
    if let Some(files) = made.get() {
        return Ok(files);
    }
    let files = render::files(&identity.app.config).map_err(Error::internal)?;
    Ok(made.get_or_init(|| files))
}

/// `GET /invitation`
pub(crate) async fn invitation(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.invitation))
}

/// `GET /verify-email`
pub(crate) async fn verify_email(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.verify_email))
}

/// `GET /reset-password`
pub(crate) async fn reset_password(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.reset_password))
}

/// `GET /ownership`
pub(crate) async fn ownership(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.ownership))
}

/// `GET /change-email`
pub(crate) async fn change_email(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.change_email))
}

/// `GET /security`
pub(crate) async fn security(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(page(&files(&identity)?.security))
}

/// `GET /pages/security.js`
pub(crate) async fn security_script(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(file(
        "text/javascript; charset=utf-8",
        KEPT,
        &files(&identity)?.security_script,
    ))
}

/// `GET /pages/pages.js`
pub(crate) async fn script(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(file(
        "text/javascript; charset=utf-8",
        KEPT,
        &files(&identity)?.script,
    ))
}

/// `GET /pages/pages.css`
pub(crate) async fn style(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    Ok(file(
        "text/css; charset=utf-8",
        KEPT,
        &files(&identity)?.style,
    ))
}

fn page(html: &Bytes) -> Response {
    let mut response = file("text/html; charset=utf-8", ASKED_AGAIN, html);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// The edge adds `X-Content-Type-Options`, as to every answer.
fn file(kind: &'static str, cached: HeaderValue, content: &Bytes) -> Response {
    let mut response = Response::new(Body::from(content.clone()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, cached);
    response
}
