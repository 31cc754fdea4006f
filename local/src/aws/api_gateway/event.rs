//! The event of a REST API's Lambda proxy integration (payload 1.0), as API Gateway would send it for this request.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::Gateway;
use super::resources::Resource;
use crate::sam::{ACCOUNT, API_ID};

/// `requestTime` is in the form of the Common Log Format.
const REQUEST_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");

/// A request that is about to reach its function.
pub(super) struct Incoming<'a> {
    pub(super) id: &'a str,
    pub(super) peer: SocketAddr,
    pub(super) parts: &'a Parts,
    pub(super) matched: &'a Resource,
    pub(super) who: Map<String, Value>,
    pub(super) body: Bytes,
}

impl Incoming<'_> {
    pub(super) fn event(self, gateway: &Gateway) -> Value {
        let headers = self.headers(gateway);
        let query = query(self.parts.uri.query().unwrap_or_default());
        // Paths and their variables go on as they were sent; only queries are decoded.
        let path = self.parts.uri.path();
        let variables = self.matched.variables.iter();
        let variables = variables.map(|(name, value)| (name.clone(), value.as_str().into()));
        let (body, encoded) = match std::str::from_utf8(&self.body) {
            Ok("") => (Value::Null, false),
            Ok(text) => (Value::from(text), false),
            Err(_) => (Value::from(STANDARD.encode(&self.body)), true),
        };
        json!({
            "resource": self.matched.path,
            "path": path,
            "httpMethod": self.parts.method.as_str(),
            "headers": last(&headers),
            "multiValueHeaders": all(&headers),
            "queryStringParameters": last(&query),
            "multiValueQueryStringParameters": all(&query),
            "pathParameters": or_null(variables.collect()),
            "stageVariables": null,
            "requestContext": self.context(gateway, path),
            "body": body,
            "isBase64Encoded": encoded,
        })
    }

    fn context(&self, gateway: &Gateway, path: &str) -> Value {
        let now = gateway.clock.now();
        let time = OffsetDateTime::from_unix_timestamp(now.seconds()).ok();
        let agent = self.parts.headers.get(USER_AGENT).map(text);
        let mut context = json!({
            "resourceId": "local",
            "resourcePath": self.matched.path,
            "httpMethod": self.parts.method.as_str(),
            "extendedRequestId": self.id,
            "requestTime": time.and_then(|time| time.format(REQUEST_TIME).ok()),
            "path": format!("/{}{path}", gateway.stage),
            "accountId": ACCOUNT,
            "protocol": "HTTP/1.1",
            "stage": gateway.stage,
            "domainPrefix": API_ID,
            "requestTimeEpoch": now.millis(),
            "requestId": self.id,
            "identity": { "sourceIp": self.peer.ip().to_string(), "userAgent": agent },
            "domainName": gateway.address.to_string(),
            "apiId": API_ID,
        });
        if !self.who.is_empty() {
            context["authorizer"] = Value::Object(self.who.clone());
        }
        context
    }

    /// The request's headers, without those of the connection, and with those that API Gateway sets.
    fn headers(&self, gateway: &Gateway) -> Vec<(String, String)> {
        let mut headers: HeaderMap = self.parts.headers.clone();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        // Never the caller's: what is no host at all would crash `lambda_http`.
        set(HOST.as_str(), &gateway.address.to_string());
        set("x-forwarded-for", &self.peer.ip().to_string());
        set("x-forwarded-port", &gateway.address.port().to_string());
        set("x-forwarded-proto", "http");
        headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect()
    }
}

/// A header as text: UTF-8 where it is that, else one character a byte.
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect(),
    }
}

/// The pairs of a query, decoded once.
fn query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decoded(&name.replace('+', " ")),
                decoded(&value.replace('+', " ")),
            )
        })
        .collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn last(pairs: &[(String, String)]) -> Value {
    let pairs = pairs.iter();
    or_null(
        pairs
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect(),
    )
}

fn all(pairs: &[(String, String)]) -> Value {
    let mut map = Map::new();
    for (name, value) in pairs {
        let values = map.entry(name.clone()).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(value.as_str().into());
        }
    }
    or_null(map)
}

/// API Gateway sends null where there is nothing.
fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() {
        Value::Null
    } else {
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;
    use lambda_http::RequestExt as _;
    use lambda_http::request::LambdaRequest;
    use serde_json::{Map, Value, json};
    use shared::runtime::Clock;

    use super::{Incoming, all, last, query};
    use crate::aws::api_gateway::resources::Resource;
    use crate::aws::api_gateway::{Gateway, Settings};
    use crate::aws::lambda::Functions;
    use crate::requests::Requests;
    use crate::sam::Template;

    fn event(request: Request<()>, body: &'static [u8]) -> Value {
        let settings = Settings {
            address: "127.0.0.1:3000".parse().unwrap(),
            clock: Clock::System,
            written: tokio::sync::watch::Sender::new(0),
            requests: Requests::default(),
        };
        let api = Template::embedded(&std::collections::BTreeMap::new())
            .unwrap()
            .api()
            .unwrap();
        let gateway = Gateway::new(api, Functions::new(), settings).unwrap();
        let (parts, ()) = request.into_parts();
        let matched = Resource {
            path: "/api/accounts/{id}".into(),
            function: "AccountsFunction".into(),
            authorizer: None,
            variables: vec![("id".into(), "caf%C3%A9%2F".into())],
        };
        let incoming = Incoming {
            id: "r-1",
            peer: "127.0.0.1:5000".parse().unwrap(),
            parts: &parts,
            matched: &matched,
            who: Map::from_iter([("userId".to_owned(), json!("7"))]),
            body: Bytes::from_static(body),
        };
        incoming.event(&gateway)
    }

    fn request() -> Request<()> {
        Request::put("/api/accounts/caf%C3%A9%2F?a=1&a=2")
            .header("host", "not a host")
            .header("user-agent", "tests")
            .header("x-many", "1")
            .header("x-many", "2")
            .body(())
            .unwrap()
    }

    #[test]
    fn an_event_is_as_api_gateway_sends_it() {
        let event = event(request(), b"{}");
        assert_eq!(event["resource"], "/api/accounts/{id}");
        assert_eq!(event["path"], "/api/accounts/caf%C3%A9%2F");
        assert_eq!(event["pathParameters"], json!({ "id": "caf%C3%A9%2F" }));
        assert_eq!(event["headers"]["host"], "127.0.0.1:3000");
        assert_eq!(event["multiValueHeaders"]["x-many"], json!(["1", "2"]));
        assert_eq!(event["headers"]["x-many"], "2");
        assert_eq!(
            event["multiValueQueryStringParameters"]["a"],
            json!(["1", "2"])
        );
        assert_eq!(event["body"], "{}");
        let context = &event["requestContext"];
        assert_eq!(context["requestId"], "r-1");
        assert_eq!(
            context["identity"],
            json!({ "sourceIp": "127.0.0.1", "userAgent": "tests" })
        );
        assert_eq!(context["authorizer"]["userId"], "7");
    }

    #[test]
    fn lambda_http_reads_the_event() {
        let event = event(request(), &[0xff, 0xfe]);
        assert_eq!(event["isBase64Encoded"], true);
        let request: LambdaRequest = serde_json::from_str(&event.to_string()).unwrap();
        let request: lambda_http::Request = request.into();
        assert_eq!(request.body().as_ref(), [0xff, 0xfe]);
        assert_eq!(
            request.query_string_parameters().all("a").unwrap(),
            ["1", "2"]
        );
    }

    #[test]
    fn a_query_is_decoded_once() {
        let pairs = query("$filter=name+eq+%27A%26B%27&x=%2541&x=2&empty=&bare");
        assert_eq!(
            all(&pairs),
            json!({ "$filter": ["name eq 'A&B'"], "x": ["%41", "2"], "empty": [""], "bare": [""] })
        );
        assert_eq!(last(&pairs)["x"], "2");
        assert_eq!(all(&query("")), Value::Null);
    }
}
