//! From a function's answer to HTTP, with API Gateway's strictness about its form.

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::access_log::Code;
use super::refuse::Refused;

pub(super) fn response(answer: &Value) -> Result<Response, Refused> {
    let malformed =
        |what: &str| Refused::new("INTEGRATION_FAILURE", format!("malformed answer: {what}"));
    let status = answer["statusCode"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok())
        .and_then(|status| StatusCode::from_u16(status).ok())
        .ok_or_else(|| malformed("statusCode"))?;
    let body = match &answer["body"] {
        Value::Null => Vec::new(),
        Value::String(text) if answer["isBase64Encoded"] == true => {
            STANDARD.decode(text).map_err(|_| malformed("base64"))?
        }
        Value::String(text) => text.clone().into_bytes(),
        _ => return Err(malformed("body")),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers(answer) {
        let name = HeaderName::try_from(name).map_err(|_| malformed("a header's name"))?;
        let value = HeaderValue::try_from(value).map_err(|_| malformed("a header's value"))?;
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            response.headers_mut().append(name, value);
        }
    }
    if let Some(code) = code(status, &answer["body"]) {
        response.extensions_mut().insert(code);
    }
    if status != StatusCode::NO_CONTENT {
        // API Gateway's own default.
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().entry(CONTENT_TYPE).or_insert(json);
    }
    Ok(response)
}

/// The code of a problem document.
fn code(status: StatusCode, body: &Value) -> Option<Code> {
    if status.is_success() || status.is_redirection() {
        return None;
    }
    let problem: Value = serde_json::from_str(body.as_str()?).ok()?;
    Some(Code(problem["code"].as_str()?.to_owned()))
}

/// Single headers, then multiple ones; the same pair in both counts once.
fn headers(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let mut headers = Vec::new();
    for (name, values) in answer["multiValueHeaders"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let values = values.as_array().into_iter().flatten();
        headers.extend(values.map(|value| (name.to_ascii_lowercase(), text(value))));
    }
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let pair = (name.to_ascii_lowercase(), text(value));
        if !headers.contains(&pair) {
            headers.push(pair);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::response;

    #[test]
    fn an_answer_becomes_a_response() {
        let answer = json!({
            "statusCode": 201,
            "multiValueHeaders": { "location": ["/x"], "set-cookie": ["a", "b"] },
            "body": "{}",
        });
        let response = response(&answer).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["location"], "/x");
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(response.headers()["content-type"], "application/json");
    }

    #[test]
    fn an_answer_of_another_form_is_a_failed_integration() {
        for answer in [
            json!({}),
            json!("x"),
            json!({ "statusCode": 200, "body": {} }),
        ] {
            assert_eq!(response(&answer).unwrap_err().kind, "INTEGRATION_FAILURE");
        }
    }
}
