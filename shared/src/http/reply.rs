//! An answer as a value: it can be sent, and kept for whoever repeats the request.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use super::ETag;

const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A success: status, the headers of ours that depend on it, and the JSON body, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    status: u16,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip)]
    replayed: bool,
}

impl Reply {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        Self {
            status: status.as_u16(),
            body: serde_json::to_string(body).unwrap_or_default(),
            location: None,
            etag: None,
            replayed: false,
        }
    }

    /// 200 with `body`.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 201 with `body`, which stands at `location` from now on.
    pub fn created(location: String, body: &impl Serialize) -> Self {
        Self {
            location: Some(location),
            ..Self::new(StatusCode::CREATED, body)
        }
    }

    /// 202 with an empty object: it will be seen to, whatever it turns out to be.
    #[must_use]
    pub fn accepted() -> Self {
        Self::new(StatusCode::ACCEPTED, &serde_json::json!({}))
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self {
            body: String::new(),
            ..Self::new(StatusCode::NO_CONTENT, &())
        }
    }

    /// The reference's `{success, message}`.
    #[must_use]
    pub fn success(message: &'static str) -> Self {
        Self::ok(&serde_json::json!({ "success": true, "message": message }))
    }

    /// The same answer, marked as given before.
    #[must_use]
    pub fn replayed(self) -> Self {
        Self {
            replayed: true,
            ..self
        }
    }

    /// The same answer with the entity tag of `version`.
    #[must_use]
    pub fn etag(self, version: u64) -> Self {
        Self {
            etag: Some(ETag(version).to_string()),
            ..self
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let empty = self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        if !empty {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if self.replayed {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        let optional = [(LOCATION, self.location), (ETAG, self.etag)];
        for (name, value) in optional {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}
