//! Answers over HTTPS tell browsers to stay there.

use local::Options;
use serde_json::json;

use crate::support::TestApp;

const HEADER: &str = "strict-transport-security";

#[tokio::test]
async fn every_answer_over_https_asks_for_https() {
    let options = Options::memory().parameter("PublicUrl", "https://accounts.example");
    let app = TestApp::with(options).await;
    app.owner_of("Acme").await;
    let answers = [
        app.get("/invitation").await,
        app.get("/.well-known/jwks.json").await,
        app.try_sign_in("ada@example.com", "wrong").await,
        app.post("/api/auth/login", &json!({})).await,
        app.get("/api/accounts").await,
    ];
    for answer in answers {
        assert_eq!(answer.header(HEADER), "max-age=31536000", "{answer:#?}");
    }
}

#[tokio::test]
async fn no_answer_over_http_does() {
    let app = TestApp::start().await;
    let answer = app.get("/.well-known/jwks.json").await;
    assert_eq!(answer.header(HEADER), "");
}
