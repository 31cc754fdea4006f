//! Hands requests on to another address of DynamoDB.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

#[derive(Clone)]
struct Behind {
    client: Client<HttpConnector, Body>,
    url: String,
}

/// Everything goes to `url`.
pub(crate) fn forward(url: String) -> Router {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    Router::new()
        .fallback(hand_on)
        .with_state(Behind { client, url })
}

async fn hand_on(State(behind): State<Behind>, mut request: Request) -> Response {
    let Ok(uri) = behind.url.parse::<Uri>() else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    *request.uri_mut() = uri;
    match behind.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::warn!(%error, "the table does not answer");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}
