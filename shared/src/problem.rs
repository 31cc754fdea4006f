//! Problem documents (RFC 9457).

use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use model::{Error, Mistake};
use serde::Serialize;

use crate::status::status_and_code;

/// RFC 9457 section 4.2.1: the problem is what its status says, and `code` says it more exactly.
const TYPE: &str = "about:blank";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: String,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Mistake],
}

/// The answer for `error` to the request `request_id`.
pub(super) fn response(error: &Error, request_id: &str) -> Response {
    let (status, code) = status_and_code(error);
    let document = Document {
        r#type: TYPE,
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code,
        detail: detail(error),
        request_id,
        errors: error.mistakes(),
    };
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(error, Error::UnsupportedEncoding) {
        // RFC 9110 section 15.5.16.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge(error)));
    }
    response
}

/// One sentence for a person: that of the only mistake, or how many there are.
fn detail(error: &Error) -> String {
    match error.mistakes() {
        [] => {
            let mut detail = error.to_string();
            detail[..1].make_ascii_uppercase();
            detail.push('.');
            detail
        }
        [mistake] if mistake.pointer.is_empty() => mistake.detail.to_string(),
        [mistake] => format!("{}: {}", mistake.pointer, mistake.detail),
        mistakes => format!("{} mistakes: see `errors`.", mistakes.len()),
    }
}

/// RFC 6750 section 3: the realm alone where the caller sent credentials of another kind.
fn challenge(error: &Error) -> &'static str {
    match error {
        Error::InvalidCredentials => "Bearer",
        // RFC 9470 section 3. A test compares the number with the rule.
        Error::ReauthenticationRequired(_) => {
            r#"Bearer error="insufficient_user_authentication", max_age=600"#
        }
        _ => r#"Bearer error="invalid_token""#,
    }
}

#[cfg(test)]
mod tests;
