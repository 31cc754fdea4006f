//! An authenticator app from the secret to the first code.

use local::Options;
use serde_json::json;

use super::{ADA, FACTORS, TOTP, ada, claims, enrolled, item};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn an_app_is_enrolled_by_its_first_code() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let none = json!({ "totp": null, "passkeys": [], "recoveryCodesLeft": 0 });
    assert_eq!(ada.get(FACTORS).await.expect(200), none);
    let (token, authenticator) = ada.begin_totp().await;
    let added = ada.confirm_totp(&token, &authenticator.code(&app, 0)).await;
    let codes = added.expect(201)["recoveryCodes"].as_array().unwrap().len();
    assert_eq!(codes, 10);
    assert!(added.header("location").ends_with(FACTORS));
    let listed = ada.get(FACTORS).await.expect(200);
    assert_eq!(listed["recoveryCodesLeft"], 10);
    assert!(listed["totp"]["createdAt"].is_string());
}

#[tokio::test]
async fn the_secret_is_shown_as_apps_read_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let begun = ada.post(TOTP, &json!({})).await.expect(200);
    let secret = begun["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let uri = begun["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Accounts:ada%40example.com?secret="));
    assert!(uri.contains(secret));
}

#[tokio::test]
async fn nothing_is_stored_before_the_first_code() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let before = item(&app, &ada).await;
    ada.begin_totp().await;
    assert_eq!(item(&app, &ada).await, before);
}

#[tokio::test]
async fn neither_the_secret_nor_a_recovery_code_is_in_the_table() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let begun = ada.post(TOTP, &json!({})).await.expect(200);
    let (_, authenticator) = {
        let (token, authenticator) = ada.begin_totp().await;
        ada.confirm_totp(&token, &authenticator.code(&app, 0))
            .await
            .expect(201);
        (token, authenticator)
    };
    let rows = serde_json::to_string(&app.table().items().await).unwrap();
    assert!(!rows.contains(begun["secret"].as_str().unwrap()));
    for code in &authenticator.recovery_codes {
        assert!(!rows.contains(code) && !rows.contains(&code.replace('-', "")));
    }
}

#[tokio::test]
async fn the_first_factor_ends_every_other_session() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let phone = ada.again().await;
    ada.enrol_totp().await;
    phone
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": phone.refresh_token });
    app.post("/api/auth/refresh", &body)
        .await
        .refused(401, "UNAUTHENTICATED");
    // The present one goes on with two factors, and by its own refresh token.
    let sessions = ada.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(sessions["count"], 1);
    assert_eq!(sessions["value"][0]["methods"], json!(["password", "totp"]));
    let body = json!({ "refreshToken": ada.refresh_token });
    let pair = app.post("/api/auth/refresh", &body).await.expect(200);
    let claims = claims(pair["accessToken"].as_str().unwrap());
    assert_eq!(claims["acr"], "2fa");
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn an_unproven_person_enrols_nothing() {
    let app = TestApp::start().await;
    let bob = app.owner("bob@example.com", "Globex").await.owner;
    bob.post(TOTP, &json!({}))
        .await
        .refused(403, "EMAIL_NOT_VERIFIED");
    let confirmed = bob.confirm_totp("AAAA", "000000").await;
    confirmed.refused(403, "EMAIL_NOT_VERIFIED");
}

#[tokio::test]
async fn a_wrong_code_enrols_nothing_and_a_malformed_one_is_a_mistake() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let (token, authenticator) = ada.begin_totp().await;
    let wrong = authenticator.wrong_code(&app);
    ada.confirm_totp(&token, &wrong)
        .await
        .refused(401, "INVALID_FACTOR");
    for text in ["", "12345", "1234567", "12345x"] {
        let answer = ada.confirm_totp(&token, text).await;
        answer.refused(400, "VALIDATION_FAILED");
    }
    assert!(ada.get(FACTORS).await.expect(200)["totp"].is_null());
    let code = authenticator.code(&app, 0);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    ada.confirm_totp(&token, &spaced).await.expect(201);
}

#[tokio::test]
async fn an_enrolment_is_its_persons_for_a_while_under_one_password() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let (token, authenticator) = ada.begin_totp().await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    let code = authenticator.code(&app, 0);
    bob.confirm_totp(&token, &code)
        .await
        .refused(400, "INVALID_TOKEN");
    for forged in ["", "AAAA", &token[1..]] {
        let answer = ada.confirm_totp(forged, &code).await;
        answer.refused(400, "INVALID_TOKEN");
    }
    app.stack.advance(900);
    let ada = ada.again().await;
    let code = authenticator.code(&app, 0);
    ada.confirm_totp(&token, &code)
        .await
        .refused(410, "TOKEN_EXPIRED");
    let (token, authenticator) = ada.begin_totp().await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
    ada.post("/api/auth/password", &change).await.expect(204);
    let code = authenticator.code(&app, 0);
    ada.confirm_totp(&token, &code)
        .await
        .refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn there_is_one_app() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let (first, one) = ada.begin_totp().await;
    let (second, other) = ada.begin_totp().await;
    ada.confirm_totp(&first, &one.code(&app, 0))
        .await
        .expect(201);
    ada.confirm_totp(&second, &other.code(&app, 0))
        .await
        .refused(409, "FACTOR_ALREADY_EXISTS");
    ada.post(TOTP, &json!({}))
        .await
        .refused(409, "FACTOR_ALREADY_EXISTS");
}

#[tokio::test]
async fn enrolling_takes_a_recent_authentication() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let (token, authenticator) = ada.begin_totp().await;
    app.stack.advance(601);
    let code = authenticator.code(&app, 0);
    let begin = ada.post(TOTP, &json!({})).await;
    begin.refused(401, "REAUTHENTICATION_REQUIRED");
    assert_eq!(
        begin.header("www-authenticate"),
        r#"Bearer error="insufficient_user_authentication", max_age=600"#
    );
    let confirm = ada.confirm_totp(&token, &code).await;
    confirm.refused(401, "REAUTHENTICATION_REQUIRED");
    ada.step_up(&json!({ "password": PASSWORD }))
        .await
        .expect(200);
    let code = authenticator.code(&app, 0);
    ada.confirm_totp(&token, &code).await.expect(201);
}

#[tokio::test]
async fn the_change_is_recorded_and_mailed() {
    let app = TestApp::start().await;
    let (ada, _) = enrolled(&app).await;
    let change = &item(&app, &ada).await["change"]["M"];
    assert_eq!(change["kind"]["S"], "SecondFactorAdded");
    let mail = app.mail(ADA, "second factor was added").await;
    assert!(mail.text.unwrap().contains("Network address"));
}

#[tokio::test]
async fn with_factors_off_nothing_new_is_enrolled() {
    let options = Options::memory().parameter("SecondFactors", "off");
    let app = TestApp::with(options).await;
    let ada = ada(&app).await;
    ada.post(TOTP, &json!({})).await.refused(404, "NOT_FOUND");
    let confirm = ada.confirm_totp("AAAA", "000000").await;
    confirm.refused(404, "NOT_FOUND");
    ada.get(FACTORS).await.expect(200);
}
