//! Second factors.

use reqwest::Method;
use serde_json::json;

use super::identity::{FUNCTION, ask, tell};
use super::{Fixture, Operation};
use crate::support::PASSWORD;

#[tokio::test]
async fn a_second_step_begins_a_session_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(400, "INVALID_TOKEN");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        let authenticator = person.enrol_totp().await;
        let token = fixture.app.login_token(&person.email, PASSWORD).await;
        let code = &authenticator.recovery_codes[0];
        let body = json!({ "loginToken": token, "recoveryCode": code });
        tell(&fixture.app, "/api/auth/login/second-factor", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_app_is_enrolled_or_not() {
    let operation = Operation::new(FUNCTION, 201).already(409, "FACTOR_ALREADY_EXISTS");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        let (token, authenticator) = person.begin_totp().await;
        let code = authenticator.code(&fixture.app, 0);
        let body = json!({ "enrolmentToken": token, "code": code });
        ask(
            person,
            Method::POST,
            "/api/users/me/factors/totp/confirm",
            body,
        )
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_app_is_removed_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        person.enrol_totp().await;
        move || person.request(Method::DELETE, "/api/users/me/factors/totp")
    };
    operation.survives(prepare).await;
}
