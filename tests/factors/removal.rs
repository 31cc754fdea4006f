//! Removing an authenticator app, and replacing recovery codes.

use serde_json::json;

use super::{ADA, FACTORS, TOTP, ada, claims, enrolled};
use crate::support::{PASSWORD, TestApp};

const CODES: &str = "/api/users/me/factors/recovery-codes";

#[tokio::test]
async fn without_the_last_factor_the_password_signs_in_alone() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let open = app.login_token(ADA, PASSWORD).await;
    ada.delete(TOTP).await.expect(204);
    let none = json!({ "totp": null, "passkeys": [], "recoveryCodesLeft": 0 });
    assert_eq!(ada.get(FACTORS).await.expect(200), none);
    app.try_sign_in(ADA, PASSWORD).await.expect(200);
    let code = authenticator.next_code(&app);
    app.second_factor(&open, ("code", &code))
        .await
        .refused(400, "INVALID_TOKEN");
    ada.delete(TOTP).await.refused(404, "NOT_FOUND");
    app.mail(ADA, "second factor was removed").await;
}

#[tokio::test]
async fn a_session_on_a_factor_that_is_gone_has_one_factor() {
    let app = TestApp::start().await;
    let (ada, _) = enrolled(&app).await;
    ada.delete(TOTP).await.expect(204);
    let acr = async || {
        let body = json!({ "refreshToken": ada.refresh_token });
        let pair = app.post("/api/auth/refresh", &body).await.expect(200);
        claims(pair["accessToken"].as_str().unwrap())["acr"].clone()
    };
    assert_eq!(acr().await, "1fa");
}

#[tokio::test]
async fn new_recovery_codes_void_the_old_ones() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let new = ada.post(CODES, &json!({})).await.expect(200);
    let new = new["recoveryCodes"][0].as_str().unwrap().to_owned();
    let token = app.login_token(ADA, PASSWORD).await;
    let old = ("recoveryCode", authenticator.recovery_codes[0].as_str());
    app.second_factor(&token, old)
        .await
        .refused(401, "INVALID_FACTOR");
    app.second_factor(&token, ("recoveryCode", &new))
        .await
        .expect(200);
}

#[tokio::test]
async fn there_are_no_recovery_codes_without_a_factor() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    ada.post(CODES, &json!({})).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn both_take_a_recent_use_of_a_factor() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    app.stack.advance(601);
    ada.delete(TOTP)
        .await
        .refused(401, "REAUTHENTICATION_REQUIRED");
    ada.post(CODES, &json!({}))
        .await
        .refused(401, "REAUTHENTICATION_REQUIRED");
    let code = authenticator.code(&app, 0);
    ada.step_up(&json!({ "code": code })).await.expect(200);
    ada.post(CODES, &json!({})).await.expect(200);
    ada.delete(TOTP).await.expect(204);
}

#[tokio::test]
async fn an_erased_person_leaves_no_factor_and_no_guess() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    let ada = &acme.owner;
    ada.enrol_totp().await;
    ada.delete(&acme.path()).await.expect(200);
    let erase = ada.request(reqwest::Method::DELETE, "/api/users/me");
    let erase = erase.json(&json!({ "password": PASSWORD }));
    erase.send().await.expect(204);
    let user = format!("USER#{}", ada.id);
    let rows = app.table().items().await;
    let left: Vec<_> = rows
        .iter()
        .filter(|row| row["pk"]["S"] == user.as_str())
        .filter_map(|row| row["sk"]["S"].as_str())
        .filter(|sk| ["USER", "GUESSES"].contains(sk))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
