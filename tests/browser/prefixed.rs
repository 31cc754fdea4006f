//! The pages below a path, as the stage is one in the addresses that API Gateway gives.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use local::Options;
use tokio::net::TcpListener;

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

const BOB: &str = "bob@example.com";

#[tokio::test]
async fn the_pages_work_below_the_stage() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/prod", listener.local_addr().unwrap());
    let app = TestApp::with(Options::memory().parameter("PublicUrl", &address)).await;
    let stage = Router::new()
        .fallback(below_the_stage)
        .with_state(app.stack.url().to_owned());
    let server = tokio::spawn(async move { axum::serve(listener, stage).await });

    let acme = app.owner_of("Acme").await;
    acme.invite(BOB, &["user"]).await;
    let link = link(&app, BOB, "invites you").await;
    assert!(link.starts_with(&format!("{address}/invitation#token=")));
    browser.open(&link).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=accepted]").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
    server.abort();
}

/// Hands what is below `/prod` to the stack, and knows nothing else.
async fn below_the_stage(State(stack): State<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().unwrap().as_str();
    let target = target.strip_prefix("/prod").unwrap_or("/elsewhere");
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let answer = reqwest::Client::new()
        .request(parts.method, format!("{stack}{target}"))
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    response.headers_mut().remove("transfer-encoding");
    *response.body_mut() = Body::from(answer.bytes().await.unwrap());
    response
}
