//! Verifying an address.

use local::Options;
use serde_json::json;

use crate::support::{Answer, TestApp};

const ADA: &str = "ada@example.com";

async fn verify(app: &TestApp, token: &str) -> Answer {
    app.post("/api/auth/verify-email", &json!({ "token": token }))
        .await
}

async fn token(app: &TestApp, count: usize) -> String {
    app.link_tokens(ADA, "Verify your e-mail", count)
        .await
        .remove(0)
}

#[tokio::test]
async fn the_mailed_link_verifies_the_address_once() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["emailVerified"],
        false
    );
    let token = token(&app, 1).await;
    verify(&app, &token).await.expect(204);
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["emailVerified"],
        true
    );
    verify(&app, &token).await.refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn the_link_lives_a_day() {
    const DAY: i64 = 24 * 60 * 60;
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let first = token(&app, 1).await;
    app.stack.advance(DAY + 1);
    verify(&app, &first).await.refused(410, "TOKEN_EXPIRED");
    let ada = app.sign_in(ADA, crate::support::PASSWORD).await;
    let resent = ada.post("/api/auth/verify-email/resend", &json!({})).await;
    assert_eq!(resent.expect(202), json!({}));
    let second = token(&app, 2).await;
    app.stack.advance(DAY - 60);
    verify(&app, &second).await.expect(204);
}

#[tokio::test]
async fn a_new_link_replaces_the_old_one() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let first = token(&app, 1).await;
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let second = token(&app, 2).await;
    verify(&app, &first).await.refused(400, "INVALID_TOKEN");
    verify(&app, &second).await.expect(204);
    // There is nothing to verify any more, and no mail.
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    verify(&app, &second).await.refused(400, "INVALID_TOKEN");
    assert_eq!(app.link_tokens(ADA, "Verify your e-mail", 2).await.len(), 2);
}

#[tokio::test]
async fn a_forged_link_is_refused() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let token = token(&app, 1).await;
    let mut turned = token.clone().into_bytes();
    for place in [0, 20, 40, 97] {
        turned[place] = if turned[place] == b'A' { b'B' } else { b'A' };
        let text = String::from_utf8(turned.clone()).unwrap();
        verify(&app, &text).await.refused(400, "INVALID_TOKEN");
    }
    for forged in [
        "",
        "x",
        &token[1..],
        &format!("{token}="),
        &token.replace('-', "+"),
    ] {
        if forged != token {
            verify(&app, forged).await.refused(400, "INVALID_TOKEN");
        }
    }
    let missing = app
        .post("/api/auth/verify-email", &json!({ "token": 1 }))
        .await;
    assert_eq!(missing.mistakes().len(), 1);
    verify(&app, &token).await.expect(204);
}

#[tokio::test]
async fn a_stack_may_hold_the_unverified_back_from_everything_but_verifying() {
    let app = TestApp::with(Options::memory().parameter("RequireVerifiedEmail", "true")).await;
    let ada = app.owner(ADA, "Acme").await;
    let ada = (ada.path(), ada.owner);
    ada.1.get(&ada.0).await.refused(403, "EMAIL_NOT_VERIFIED");
    ada.1.get("/api/users/me").await.expect(200);
    ada.1.get("/api/users/me/sessions").await.expect(200);
    ada.1
        .post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let token = token(&app, 2).await;
    verify(&app, &token).await.expect(204);
    ada.1.get(&ada.0).await.expect(200);
}
