//! An answer as a value: it can be sent, and saved for a repeated request.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use model::Error;
use serde::{Deserialize, Serialize};
use store::Committed;

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

    /// 201 with `body`, available at `location` from now on.
    pub fn created(location: String, body: &impl Serialize) -> Self {
        Self {
            location: Some(location),
            ..Self::new(StatusCode::CREATED, body)
        }
    }

    /// 202 with an empty object: the same answer for every outcome.
    #[must_use]
    pub fn accepted() -> Self {
        Self::new(StatusCode::ACCEPTED, &serde_json::json!({}))
    }

    /// 202 with `body`: something pending, for example an offer of ownership.
    pub fn pending(body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, body)
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

    /// The answer as it is saved for a repeated request.
    #[must_use]
    pub fn to_saved(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The answer that was saved as `saved`, marked as replayed.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] if this program did not write `saved`.
    pub fn replayed(saved: &[u8]) -> Result<Self, Error> {
        let reply: Self = serde_json::from_slice(saved).map_err(Error::internal)?;
        Ok(Self {
            replayed: true,
            ..reply
        })
    }

    /// The answer to a change: what `answer` says of it, or the saved answer.
    ///
    /// # Errors
    ///
    /// Those of [`Self::replayed`].
    pub fn to<T>(committed: Committed<T>, answer: impl FnOnce(T) -> Self) -> Result<Self, Error> {
        match committed {
            Committed::Done(done) => Ok(answer(done)),
            Committed::Replayed(saved) => Self::replayed(&saved),
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

    use expect_test::expect;
    use serde_json::json;

    use super::*;
    use crate::sent;

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
    fn a_saved_answer_is_replayed_byte_for_byte() {
        for reply in replies() {
            let back = Reply::replayed(&reply.to_saved()).unwrap();
            let (first, second) = (sent(reply), sent(back));
            assert_eq!((first.0, first.2), (second.0, second.2));
            let replayed = ("idempotent-replayed".to_owned(), "true".to_owned());
            assert!(second.1.contains(&replayed));
            let others = second.1.into_iter().filter(|header| *header != replayed);
            assert_eq!(others.collect::<Vec<_>>(), first.1);
        }
    }

    #[test]
    fn a_replayed_answer_is_not_saved_as_such() {
        let replayed = Reply::replayed(&Reply::accepted().to_saved()).unwrap();
        assert_eq!(replayed.to_saved(), Reply::accepted().to_saved());
    }

    #[test]
    fn what_an_answer_does_not_have_is_left_out_of_what_is_saved() {
        assert_eq!(
            Reply::accepted().to_saved(),
            br#"{"status":202,"body":"{}"}"#
        );
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
