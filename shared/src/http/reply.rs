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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use aws_sdk_dynamodb::types::AttributeValue;
    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::http::sent;

    fn sent(reply: Reply) -> (u16, Vec<(String, String)>, String) {
        let (parts, body) = reply.into_response().into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8(value.as_bytes().to_vec()).unwrap();
            (name.to_string(), value)
        });
        (parts.status.as_u16(), headers.collect(), sent::text(body))
    }

    fn replies() -> [Reply; 5] {
        let body =
            json!({ "z": "\u{1F600} \"\\ \u{0}", "a": 9_007_199_254_740_991_u64, "n": null });
        [
            Reply::created("https://x.example/api/accounts/1".into(), &body).etag(1),
            Reply::ok(&body).etag(u64::MAX),
            Reply::success("User removed from account"),
            Reply::accepted(),
            Reply::no_content(),
        ]
    }

    #[test]
    fn an_answer_comes_back_from_the_table_byte_for_byte() {
        for reply in replies() {
            let stored: AttributeValue = serde_dynamo::to_attribute_value(&reply).unwrap();
            let back: Reply = serde_dynamo::from_attribute_value(stored).unwrap();
            assert_eq!(back, reply);
            let (first, second) = (sent(reply), sent(back.replayed()));
            assert_eq!((first.0, first.2), (second.0, second.2));
            let replayed = ("idempotent-replayed".to_owned(), "true".to_owned());
            let others = second.1.into_iter().filter(|header| *header != replayed);
            assert_eq!(others.collect::<Vec<_>>(), first.1);
        }
    }

    #[test]
    fn an_answer_given_before_says_so_in_its_header_and_is_not_kept_so() {
        let replayed = Reply::accepted().replayed();
        let stored: AttributeValue = serde_dynamo::to_attribute_value(&replayed).unwrap();
        let back: Reply = serde_dynamo::from_attribute_value(stored).unwrap();
        assert_eq!(back, Reply::accepted());
        assert_eq!(
            replayed.into_response().headers()[IDEMPOTENT_REPLAYED],
            "true"
        );
    }

    #[test]
    fn what_an_answer_does_not_have_is_left_out_of_the_table() {
        let stored: AttributeValue = serde_dynamo::to_attribute_value(Reply::accepted()).unwrap();
        let mut names: Vec<_> = stored.as_m().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["body", "status"]);
    }

    #[test]
    fn each_kind_has_its_status_headers_and_body() {
        let mut shown = String::new();
        for reply in replies() {
            let (status, headers, body) = sent(reply);
            let headers = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\n"));
            let headers = headers.collect::<String>();
            writeln!(shown, "{status}\n{headers}{body}\n").unwrap();
        }
        expect![[r#"
            201
            content-type: application/json
            location: https://x.example/api/accounts/1
            etag: "1"
            {"z":"😀 \"\\ \u0000","a":9007199254740991,"n":null}

            200
            content-type: application/json
            etag: "18446744073709551615"
            {"z":"😀 \"\\ \u0000","a":9007199254740991,"n":null}

            200
            content-type: application/json
            {"success":true,"message":"User removed from account"}

            202
            content-type: application/json
            {}

            204


        "#]]
        .assert_eq(&shown);
    }
}
