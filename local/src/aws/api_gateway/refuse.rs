//! What the gateway answers by itself: API Gateway's response types, in the words of the template's `GatewayResponses`.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::sam::Refusal;

/// A request that the gateway refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// API Gateway's response type, as in `UNAUTHORIZED`.
    pub(super) kind: &'static str,
    /// `$context.error.message`.
    pub(super) reason: String,
}

impl Refused {
    pub(super) fn new(kind: &'static str, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
        }
    }

    /// The status without any template.
    fn default_status(&self) -> u16 {
        match self.kind {
            "UNAUTHORIZED" => 401,
            "ACCESS_DENIED" | "MISSING_AUTHENTICATION_TOKEN" => 403,
            "REQUEST_TOO_LARGE" => 413,
            "INTEGRATION_TIMEOUT" | "INTEGRATION_FAILURE" => 504,
            _ => 500,
        }
    }
}

/// The declared responses by type.
#[derive(Debug)]
pub(super) struct Refusals(BTreeMap<String, Refusal>);

impl Refusals {
    pub(super) fn new(declared: BTreeMap<String, Refusal>) -> Self {
        Self(declared)
    }

    pub(super) fn response(&self, refused: &Refused, request_id: &str) -> Response {
        let default = refused.default_status();
        let fallback = if default < 500 {
            "DEFAULT_4XX"
        } else {
            "DEFAULT_5XX"
        };
        let declared = self.0.get(refused.kind).or_else(|| self.0.get(fallback));
        let status = declared
            .and_then(|declared| declared.status)
            .unwrap_or(default);
        let context = Context {
            refused,
            request_id,
        };
        let body = declared
            .and_then(|declared| declared.bodies.get("application/json"))
            .map_or(
                r#"{"message":$context.error.messageString}"#,
                String::as_str,
            );
        let mut response = Response::new(Body::from(context.filled(body)));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, expression) in declared.map_or(&[][..], |declared| &declared.headers) {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::try_from(context.expression(expression));
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// What the templates may name.
struct Context<'a> {
    refused: &'a Refused,
    request_id: &'a str,
}

impl Context<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        Some(match name {
            "context.requestId" | "context.extendedRequestId" => self.request_id.to_owned(),
            "context.error.message" => self.refused.reason.clone(),
            "context.error.messageString" => Value::from(self.refused.reason.as_str()).to_string(),
            "context.error.responseType" => self.refused.kind.to_owned(),
            _ => return None,
        })
    }

    /// A header's value: static text in quotes, or a variable.
    fn expression(&self, expression: &str) -> String {
        let quoted = expression
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        match quoted {
            Some(text) => text.to_owned(),
            None => self.variable(expression).unwrap_or_default(),
        }
    }

    /// A body with its variables filled in: API Gateway knows no more of the language here.
    fn filled(&self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let end = after
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.')
                .unwrap_or(after.len());
            let name = after[..end].trim_end_matches('.');
            if let Some(value) = self.variable(name) {
                filled.push_str(&value);
                rest = &after[name.len()..];
            } else {
                filled.push('$');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http_body_util::BodyExt as _;

    use super::{Refusals, Refused};
    use crate::sam::Refusal;

    #[tokio::test]
    async fn a_declared_response_is_filled_in() {
        let declared = Refusal {
            status: Some(404),
            headers: vec![
                ("X-Request-Id".into(), "context.requestId".into()),
                ("Content-Type".into(), "'application/problem+json'".into()),
            ],
            bodies: BTreeMap::from([(
                "application/json".into(),
                r#"{"id":"$context.requestId","why":$context.error.messageString,"x":"$5"}"#.into(),
            )]),
        };
        let refusals = Refusals::new(BTreeMap::from([(
            "MISSING_AUTHENTICATION_TOKEN".into(),
            declared,
        )]));
        let refused = Refused::new("MISSING_AUTHENTICATION_TOKEN", "no \"route\"");
        let response = refusals.response(&refused, "r-1");
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["x-request-id"], "r-1");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&body[..], br#"{"id":"r-1","why":"no \"route\"","x":"$5"}"#);
    }

    #[test]
    fn an_undeclared_response_is_as_api_gateway_has_it() {
        let refusals = Refusals::new(BTreeMap::new());
        let response = refusals.response(&Refused::new("UNAUTHORIZED", "Unauthorized"), "r-1");
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["content-type"], "application/json");
    }
}
