//! Limits of guesses at codes.

use serde_json::json;

use super::{ADA, TOTP, enrolled};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn ten_codes_in_a_quarter_of_an_hour_are_judged() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    // The confirmation was the first.
    let token = app.login_token(ADA, PASSWORD).await;
    let wrong = authenticator.wrong_code(&app);
    for _ in 1..10 {
        let answer = app.second_factor(&token, ("code", &wrong)).await;
        answer.refused(401, "INVALID_FACTOR");
    }
    let code = authenticator.next_code(&app);
    let locked = app.second_factor(&token, ("code", &code)).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
    let wait: i64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    app.mail(ADA, "Too many codes").await;
    // Recovery codes stay open.
    let recovery = ("recoveryCode", authenticator.recovery_codes[0].as_str());
    app.second_factor(&token, recovery).await.expect(200);
    app.stack.advance(wait + 1);
    let token = app.login_token(ADA, PASSWORD).await;
    let code = authenticator.next_code(&app);
    app.second_factor(&token, ("code", &code)).await.expect(200);
}

#[tokio::test]
async fn a_locked_person_is_mailed_once() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    let token = app.login_token(ADA, PASSWORD).await;
    let wrong = authenticator.wrong_code(&app);
    for _ in 0..15 {
        app.second_factor(&token, ("code", &wrong)).await;
    }
    app.mail(ADA, "Too many codes").await;
    crate::trail::settled(&app).await;
    let mails = app.stack.mails_to(ADA);
    let locked = mails
        .iter()
        .filter(|mail| mail.subject.contains("Too many codes"));
    assert_eq!(locked.count(), 1);
}

#[tokio::test]
async fn thirty_codes_in_a_day_are_judged() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    let mut judged = 1;
    for _ in 0..4 {
        let token = app.login_token(ADA, PASSWORD).await;
        let wrong = authenticator.wrong_code(&app);
        for _ in 0..8 {
            let answer = app.second_factor(&token, ("code", &wrong)).await;
            judged += usize::from(answer.status == 401);
        }
        app.stack.advance(901);
    }
    assert_eq!(judged, 30);
    let token = app.login_token(ADA, PASSWORD).await;
    let code = authenticator.next_code(&app);
    let locked = app.second_factor(&token, ("code", &code)).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn malformed_codes_and_what_is_not_judged_do_not_count() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    for _ in 0..12 {
        let token = app.login_token(ADA, PASSWORD).await;
        let answer = app.second_factor(&token, ("code", "12345")).await;
        answer.refused(400, "VALIDATION_FAILED");
        // There is an app already.
        let again = ada.confirm_totp("AAAA", "000000").await;
        again.refused(400, "INVALID_TOKEN");
    }
    // The confirmation, and nine more.
    let token = app.login_token(ADA, PASSWORD).await;
    let wrong = authenticator.wrong_code(&app);
    for _ in 1..10 {
        let answer = app.second_factor(&token, ("code", &wrong)).await;
        answer.refused(401, "INVALID_FACTOR");
    }
    let locked = app.second_factor(&token, ("code", &wrong)).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn confirmations_count() {
    let app = TestApp::start().await;
    let ada = super::ada(&app).await;
    let (token, authenticator) = ada.begin_totp().await;
    let wrong = authenticator.wrong_code(&app);
    for _ in 0..10 {
        let answer = ada.confirm_totp(&token, &wrong).await;
        answer.refused(401, "INVALID_FACTOR");
    }
    let code = authenticator.code(&app, 0);
    let locked = ada.confirm_totp(&token, &code).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
    ada.post(TOTP, &json!({})).await.expect(200);
}
