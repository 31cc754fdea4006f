//! Second factors.

use reqwest::Method;
use serde_json::json;

use super::identity::{FUNCTION, ask, tell};
use super::{Fixture, Operation};
use crate::support::{PASSKEY_LOGIN, PASSKEYS, PASSWORD, Passkey};

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

#[tokio::test]
async fn a_passkey_is_registered_or_not() {
    let operation = Operation::new(FUNCTION, 201).already(401, "INVALID_FACTOR");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        let options = person
            .post(&format!("{PASSKEYS}/options"), &json!({}))
            .await;
        let credential = Passkey::new(&fixture.app).created(&options.expect(200));
        let body = json!({ "name": "Laptop", "credential": credential });
        ask(person, Method::POST, PASSKEYS, body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_passkey_is_removed_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        let passkey = person.enrol_passkey("Laptop").await;
        move || person.request(Method::DELETE, &format!("{PASSKEYS}/{}", passkey.id))
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_passkey_begins_a_session_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(401, "INVALID_FACTOR");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        person.prove().await;
        let mut passkey = person.enrol_passkey("Laptop").await;
        let credential = passkey.assertion(&fixture.app).await;
        tell(
            &fixture.app,
            PASSKEY_LOGIN,
            json!({ "credential": credential }),
        )
    };
    operation.survives(prepare).await;
}
