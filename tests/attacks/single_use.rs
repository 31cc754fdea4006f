//! Sixteen at once with one secret: it works once.

use serde_json::{Value, json};

use crate::support::TestApp;

const ADA: &str = "ada@example.com";

/// How many of 16 parallel posts to `path` succeed; the others are refused as spent.
async fn successes(app: &TestApp, path: &'static str, body: impl Fn(usize) -> Value) -> usize {
    let posts = (0..16).map(|n| {
        let (app, body) = (app.clone(), body(n));
        tokio::spawn(async move { app.post(path, &body).await })
    });
    let mut succeeded = 0;
    for post in posts.collect::<Vec<_>>() {
        let answer = post.await.unwrap();
        match answer.status.as_u16() {
            204 => succeeded += 1,
            _ => drop(answer.refused(400, "INVALID_TOKEN")),
        }
    }
    succeeded
}

#[tokio::test]
async fn a_verification_link_does_its_work_once_and_answers_as_often_as_it_is_followed() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let token = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    let used = successes(
        &app,
        "/api/auth/verify-email",
        |_| json!({ "token": token, "password": crate::support::PASSWORD }),
    );
    assert_eq!(used.await, 16);
    let reset = successes(
        &app,
        "/api/auth/password/reset",
        |n| json!({ "token": token, "password": format!("chosen {n} at once") }),
    );
    assert_eq!(reset.await, 0);
}

#[tokio::test]
async fn a_reset_link_works_once() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    app.post("/api/auth/password/forgot", &json!({ "email": ADA }))
        .await
        .expect(202);
    let token = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let body = |n| json!({ "token": token, "password": format!("a good password, number {n}") });
    assert_eq!(successes(&app, "/api/auth/password/reset", body).await, 1);
    let mut works = 0;
    for n in 0..16 {
        // Nine wrong ones at most between the resets that unlock: the lock-out is not what is tested here.
        if n == 8 {
            app.stack.advance(16 * 60);
        }
        let password = format!("a good password, number {n}");
        works += usize::from(app.try_sign_in(ADA, &password).await.status == 200);
    }
    assert_eq!(works, 1);
}

#[tokio::test]
async fn a_refresh_token_in_16_hands_leaves_no_session() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let uses = (0..16).map(|n| {
        let request = app.request(reqwest::Method::POST, "/api/auth/refresh");
        let body = json!({ "refreshToken": ada.refresh_token });
        let request = request
            .json(&body)
            .header("user-agent", &format!("client {n}"));
        tokio::spawn(request.send())
    });
    let mut pairs = 0;
    for attempt in uses.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        match answer.status.as_u16() {
            200 => pairs += 1,
            _ => drop(answer.refused(401, "UNAUTHENTICATED")),
        }
    }
    assert_eq!(pairs, 1);
    ada.get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
}
