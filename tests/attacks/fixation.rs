//! No client can choose another person's session.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn every_sign_in_begins_a_session_of_its_own() {
    let app = TestApp::start().await;
    let mallory = app.owner("mallory@example.com", "Evil").await.owner;
    let ada = app.owner(ADA, "Acme").await.owner;
    let mallorys = mallory.get("/api/users/me/sessions").await.expect(200);
    let planted = mallorys["value"][0]["id"].clone();

    // Session ids in a request are ignored.
    let body = json!({ "email": ADA, "password": PASSWORD });
    let cookie = format!("session={planted}; sid={planted}; JSESSIONID={planted}");
    let answer = app
        .request(Method::POST, "/api/auth/login")
        .bearer(&mallory.token)
        .header("cookie", &cookie)
        .json(&body)
        .send()
        .await;
    answer.expect(200);
    assert_eq!(answer.header("set-cookie"), "");
    for name in ["sessionId", "sid", "refreshToken"] {
        let mut body = body.clone();
        body[name] = planted.clone();
        let mistakes = app.post("/api/auth/login", &body).await.mistakes();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    }

    let ids = |list: Value| -> Vec<Value> {
        let sessions = list["value"].as_array().unwrap().clone();
        sessions
            .iter()
            .map(|session| session["id"].clone())
            .collect()
    };
    let adas = ids(ada.get("/api/users/me/sessions").await.expect(200));
    assert_eq!(adas.len(), 2);
    assert_ne!(adas[0], adas[1]);
    assert!(!adas.contains(&planted));
    assert_eq!(
        ids(mallory.get("/api/users/me/sessions").await.expect(200)).len(),
        1
    );
}

#[tokio::test]
async fn a_refresh_token_is_tied_to_its_user_and_session() {
    let app = TestApp::start().await;
    let mallory = app.owner("mallory@example.com", "Evil").await.owner;
    let ada = app.owner(ADA, "Acme").await.owner;
    let (theirs, hers): (Vec<_>, Vec<_>) = (
        mallory.refresh_token.split('.').collect(),
        ada.refresh_token.split('.').collect(),
    );
    for parts in [
        [hers[0], theirs[1], theirs[2], theirs[3]],
        [hers[0], hers[1], theirs[2], theirs[3]],
        [theirs[0], hers[1], theirs[2], theirs[3]],
        [hers[0], hers[1], theirs[2], hers[3]],
    ] {
        let body = json!({ "refreshToken": parts.join(".") });
        app.post("/api/auth/refresh", &body)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    ada.get("/api/users/me").await.expect(200);
    mallory.get("/api/users/me").await.expect(200);
}
