//! Signing in by a password and a second factor.

use serde_json::json;

use super::{ADA, FACTORS, claims, enrolled, item};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_right_password_is_refused_until_a_code_completes_it() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    let refused = app.try_sign_in(ADA, PASSWORD).await;
    let problem = refused.refused(401, "SECOND_FACTOR_REQUIRED");
    assert_eq!(problem["methods"], json!(["totp", "recovery_code"]));
    assert_eq!(problem["expiresIn"], 300);
    let token = problem["loginToken"].as_str().unwrap();
    let code = authenticator.next_code(&app);
    let tokens = app.second_factor(token, ("code", &code)).await.expect(200);
    let claims = claims(tokens["accessToken"].as_str().unwrap());
    assert_eq!(claims["acr"], "2fa");
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn a_wrong_password_says_nothing_of_a_factor() {
    let app = TestApp::start().await;
    enrolled(&app).await;
    let answer = app.try_sign_in(ADA, "wrong").await;
    let problem = answer.refused(401, "INVALID_CREDENTIALS");
    assert!(problem.get("loginToken").is_none() && problem.get("methods").is_none());
}

#[tokio::test]
async fn right_passwords_without_a_factor_are_no_failed_guesses() {
    let app = TestApp::start().await;
    enrolled(&app).await;
    for _ in 0..12 {
        app.login_token(ADA, PASSWORD).await;
    }
}

#[tokio::test]
async fn a_code_and_a_login_token_work_once() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    let (one, two) = (
        app.login_token(ADA, PASSWORD).await,
        app.login_token(ADA, PASSWORD).await,
    );
    let code = authenticator.next_code(&app);
    app.second_factor(&one, ("code", &code)).await.expect(200);
    let again = app.second_factor(&two, ("code", &code)).await;
    again.refused(401, "INVALID_FACTOR");
    let later = authenticator.next_code(&app);
    let spent = app.second_factor(&one, ("code", &later)).await;
    spent.refused(400, "INVALID_TOKEN");
    app.second_factor(&two, ("code", &later)).await.expect(200);
}

#[tokio::test]
async fn an_ended_session_gives_its_login_token_no_second_use() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    let token = app.login_token(ADA, PASSWORD).await;
    let code = authenticator.next_code(&app);
    let tokens = app.second_factor(&token, ("code", &code)).await.expect(200);
    let body = json!({ "refreshToken": tokens["refreshToken"] });
    app.post("/api/auth/logout", &body).await.expect(204);
    let code = authenticator.next_code(&app);
    let again = app.second_factor(&token, ("code", &code)).await;
    again.refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn the_code_of_an_earlier_step_is_void_after_a_later_one() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    app.stack.advance(60);
    let (earlier, later) = (authenticator.code(&app, 0), authenticator.code(&app, 1));
    let token = app.login_token(ADA, PASSWORD).await;
    app.second_factor(&token, ("code", &later))
        .await
        .expect(200);
    let token = app.login_token(ADA, PASSWORD).await;
    app.second_factor(&token, ("code", &earlier))
        .await
        .refused(401, "INVALID_FACTOR");
}

#[tokio::test]
async fn a_login_token_lives_five_minutes_and_dies_with_the_password() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let token = app.login_token(ADA, PASSWORD).await;
    app.stack.advance(300);
    let code = authenticator.code(&app, 0);
    app.second_factor(&token, ("code", &code))
        .await
        .refused(410, "TOKEN_EXPIRED");
    let token = app.login_token(ADA, PASSWORD).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
    ada.post("/api/auth/password", &change).await.expect(204);
    let code = authenticator.next_code(&app);
    app.second_factor(&token, ("code", &code))
        .await
        .refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn only_a_login_token_of_ours_completes_a_sign_in() {
    let app = TestApp::start().await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    let (enrolment, _) = bob.begin_totp().await;
    let (_, authenticator) = enrolled(&app).await;
    let token = app.login_token(ADA, PASSWORD).await;
    let code = authenticator.next_code(&app);
    let mut other = token.clone();
    other.replace_range(20..21, if &token[20..21] == "A" { "B" } else { "A" });
    for forged in ["", "AAAA", &other, &enrolment] {
        let answer = app.second_factor(forged, ("code", &code)).await;
        answer.refused(400, "INVALID_TOKEN");
    }
    let none = json!({ "loginToken": token });
    app.post("/api/auth/login/second-factor", &none)
        .await
        .refused(400, "VALIDATION_FAILED");
    let both = json!({ "loginToken": token, "code": code, "recoveryCode": "a" });
    app.post("/api/auth/login/second-factor", &both)
        .await
        .refused(400, "VALIDATION_FAILED");
    app.second_factor(&token, ("code", &code)).await.expect(200);
}

#[tokio::test]
async fn a_recovery_code_completes_a_sign_in_once() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let code = &authenticator.recovery_codes[3];
    let token = app.login_token(ADA, PASSWORD).await;
    let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
    let proof = ("recoveryCode", typed.as_str());
    let tokens = app.second_factor(&token, proof).await.expect(200);
    let claims = claims(tokens["accessToken"].as_str().unwrap());
    assert_eq!(
        (&claims["acr"], &claims["amr"]),
        (&json!("2fa"), &json!(["pwd", "mfa"]))
    );
    let token = app.login_token(ADA, PASSWORD).await;
    for used in [code.as_str(), "not a code", ""] {
        let answer = app.second_factor(&token, ("recoveryCode", used)).await;
        answer.refused(401, "INVALID_FACTOR");
    }
    assert_eq!(ada.get(FACTORS).await.expect(200)["recoveryCodesLeft"], 9);
    app.mail(ADA, "recovery code was used").await;
}

#[tokio::test]
async fn secrets_of_apps_outlive_rotations_by_their_use() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let sealed = async || item(&app, &ada).await["totp"]["M"]["sealed"].clone();
    for value in ["a second secret", "a third secret", "a fourth secret"] {
        let before = sealed().await;
        assert!(app.stack.rotate_secret("accounts-FactorSecret", value));
        app.stack.advance(5 * 60 + 1);
        let token = app.login_token(ADA, PASSWORD).await;
        let code = authenticator.next_code(&app);
        app.second_factor(&token, ("code", &code)).await.expect(200);
        assert_ne!(sealed().await, before);
    }
}
