//! Signing in by a passkey, alone and after a password.

use serde_json::json;

use super::{ADA, FACTORS, ada, claims};
use crate::support::{PASSKEY_LOGIN, PASSWORD, TestApp};

#[tokio::test]
async fn a_passkey_signs_in_by_itself_as_two_factors() {
    let app = TestApp::start().await;
    let mut passkey = ada(&app).await.enrol_passkey("Laptop").await;
    app.stack.advance(60);
    let ada = app.sign_in_by_passkey(ADA, &mut passkey).await;
    let claims = claims(&ada.token);
    assert_eq!(
        (&claims["acr"], &claims["amr"]),
        (&json!("2fa"), &json!(["pop", "mfa"]))
    );
    let listed = ada.get(FACTORS).await.expect(200);
    assert!(listed["passkeys"][0]["lastUsedAt"].is_string());
    // It is a step-up, too.
    ada.post("/api/users/me/factors/recovery-codes", &json!({}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_sign_in_by_passkey_on_a_new_device_is_mailed() {
    let app = TestApp::start().await;
    let mut passkey = ada(&app).await.enrol_passkey("Laptop").await;
    let body = json!({ "credential": passkey.assertion(&app).await });
    let login = app
        .request(reqwest::Method::POST, PASSKEY_LOGIN)
        .json(&body);
    let other = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    login.header("user-agent", other).send().await.expect(200);
    app.mail(ADA, "ign-in").await;
}

#[tokio::test]
async fn a_passkey_is_the_second_step_of_a_password() {
    let app = TestApp::start().await;
    let mut passkey = ada(&app).await.enrol_passkey("Laptop").await;
    let answer = app.try_sign_in(ADA, PASSWORD).await;
    let refused = answer.refused(401, "SECOND_FACTOR_REQUIRED");
    assert_eq!(refused["methods"], json!(["passkey", "recovery_code"]));
    let token = refused["loginToken"].as_str().unwrap();
    let options = json!({ "loginToken": token });
    let options = app.passkey_options(&options).await.expect(200);
    let body = json!({ "loginToken": token, "credential": passkey.used(&options) });
    let second = "/api/auth/login/second-factor";
    let tokens = app.post(second, &body).await.expect(200);
    let claims = claims(tokens["accessToken"].as_str().unwrap());
    assert_eq!(claims["amr"], json!(["pwd", "pop", "mfa"]));
    app.post(second, &body).await.refused(400, "INVALID_TOKEN");
    let recovery = passkey.recovery_codes[0].as_str();
    let token = app.login_token(ADA, PASSWORD).await;
    app.second_factor(&token, ("recoveryCode", recovery))
        .await
        .expect(200);
}

#[tokio::test]
async fn options_take_a_login_token_that_lives() {
    let app = TestApp::start().await;
    ada(&app).await.enrol_passkey("Laptop").await;
    let token = app.login_token(ADA, PASSWORD).await;
    let other = if token.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{other}{}", &token[1..]);
    for token in ["", "x", &forged] {
        let refused = app.passkey_options(&json!({ "loginToken": token })).await;
        refused.refused(400, "INVALID_TOKEN");
    }
    app.stack.advance(300);
    let refused = app.passkey_options(&json!({ "loginToken": token })).await;
    refused.refused(410, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_challenge_works_once_for_five_minutes_and_for_its_person() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    let mut bobs = bob.enrol_passkey("Laptop").await;

    let used = passkey.assertion(&app).await;
    app.passkey_login(&used).await.expect(200);
    app.passkey_login(&used)
        .await
        .refused(401, "INVALID_FACTOR");
    ada.step_up(&json!({ "credential": used }))
        .await
        .refused(401, "INVALID_FACTOR");

    let old = passkey.assertion(&app).await;
    app.stack.advance(300);
    app.passkey_login(&old).await.refused(401, "INVALID_FACTOR");

    let token = app.login_token(ADA, PASSWORD).await;
    let hers = app
        .passkey_options(&json!({ "loginToken": token }))
        .await
        .expect(200);
    app.passkey_login(&bobs.used(&hers))
        .await
        .refused(401, "INVALID_FACTOR");
    // A challenge for a new passkey is none for a sign-in.
    bob.step_up(&json!({ "credential": bobs.assertion(&app).await }))
        .await
        .expect(200);
    let creation = bob
        .post("/api/users/me/factors/passkeys/options", &json!({}))
        .await
        .expect(200);
    app.passkey_login(&bobs.used(&creation))
        .await
        .refused(401, "INVALID_FACTOR");
}

#[tokio::test]
async fn a_suspended_person_signs_in_by_no_passkey_and_no_second_step() {
    let options = local::Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let root = app.proven_owner("root@example.com", "Platform").await.owner;
    let ada = ada(&app).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    let token = app.login_token(ADA, PASSWORD).await;
    let person = format!("/api/users/{}", ada.id);
    root.put(&person, &json!({ "status": "suspended" }))
        .await
        .expect(200);
    let assertion = passkey.assertion(&app).await;
    app.passkey_login(&assertion)
        .await
        .refused(403, "USER_SUSPENDED");
    let recovery = passkey.recovery_codes[0].as_str();
    app.second_factor(&token, ("recoveryCode", recovery))
        .await
        .refused(403, "USER_SUSPENDED");
    root.put(&person, &json!({ "status": "active" }))
        .await
        .expect(200);
    app.passkey_login(&assertion).await.expect(200);
    app.second_factor(&token, ("recoveryCode", recovery))
        .await
        .expect(200);
}

#[tokio::test]
async fn the_platform_removes_passkeys_of_a_person_who_lost_them() {
    let options = local::Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let root = app.proven_owner("root@example.com", "Platform").await.owner;
    root.enrol_passkey("Desk").await;
    let ada = ada(&app).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    root.delete(&format!("/api/users/{}/factors", ada.id))
        .await
        .expect(204);
    let assertion = passkey.assertion(&app).await;
    app.passkey_login(&assertion)
        .await
        .refused(401, "INVALID_FACTOR");
    let ada = app.sign_in(ADA, PASSWORD).await;
    ada.register(&mut passkey, "Laptop").await.expect(201);
}
