//! Operations that ask persons with a second factor to use it, and how they do.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADA, enrolled};
use crate::support::{Account, Answer, Authenticator, PASSWORD, Person, TestApp, invitation};

#[tokio::test]
async fn the_password_alone_is_no_step_up_of_who_has_a_factor() {
    let app = TestApp::start().await;
    let (ada, _) = enrolled(&app).await;
    let refused = ada.step_up(&json!({ "password": PASSWORD })).await;
    let problem = refused.refused(401, "SECOND_FACTOR_REQUIRED");
    assert_eq!(problem["methods"], json!(["totp", "recovery_code"]));
    assert!(problem.get("loginToken").is_none());
    let wrong = ada.step_up(&json!({ "password": "wrong" })).await;
    wrong.refused(401, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_code_and_a_recovery_code_are_each_used_once() {
    let app = TestApp::start().await;
    let (ada, authenticator) = enrolled(&app).await;
    let code = json!({ "code": authenticator.next_code(&app) });
    let answer = ada.step_up(&code).await.expect(200);
    assert_eq!(answer["methods"], json!(["password", "totp"]));
    ada.step_up(&code).await.refused(401, "INVALID_FACTOR");
    let recovery = json!({ "recoveryCode": authenticator.recovery_codes[0] });
    let answer = ada.step_up(&recovery).await.expect(200);
    let all = json!(["password", "totp", "recovery_code"]);
    assert_eq!(answer["methods"], all);
    ada.step_up(&recovery).await.refused(401, "INVALID_FACTOR");
    for body in [json!({}), json!({ "password": PASSWORD, "code": "000000" })] {
        ada.step_up(&body).await.refused(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_person_without_a_factor_has_no_code() {
    let app = TestApp::start().await;
    let ada = super::ada(&app).await;
    for proof in [json!({ "code": "000000" }), json!({ "recoveryCode": "a" })] {
        ada.step_up(&proof).await.refused(401, "INVALID_FACTOR");
    }
}

#[tokio::test]
async fn a_code_of_a_session_that_ended_is_no_guess() {
    let app = TestApp::start().await;
    let (ada, _) = enrolled(&app).await;
    let body = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/auth/logout", &body).await.expect(204);
    for _ in 0..12 {
        let answer = ada.step_up(&json!({ "code": "000000" })).await;
        answer.refused(401, "UNAUTHENTICATED");
    }
}

/// A request that asks for step-up, by the account's owner.
type Ask = fn(&Account, &Person) -> (Method, String, Value);

#[rustfmt::skip]
const ASKING: [(&str, Ask, u16); 10] = [
    ("inviting an admin", |acme, _| (Method::POST, acme.users(), invitation("new@example.com", &["admin"])), 201),
    ("inviting a manager", |acme, _| (Method::POST, acme.users(), invitation("other@example.com", &["user", "manage"])), 201),
    ("giving manage", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "roles": ["manage"] })), 200),
    ("suspending a manager", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "status": "suspended" })), 200),
    ("reactivating a manager", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "status": "active" })), 200),
    ("taking manage", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "roles": ["user"] })), 200),
    ("giving admin", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "roles": ["admin"] })), 200),
    ("offering the ownership", |acme, grace| (Method::PUT, acme.ownership(), json!({ "userId": grace.id })), 202),
    ("removing an admin", |acme, grace| (Method::DELETE, acme.user(grace.id), json!({})), 200),
    ("deleting the account", |acme, _| (Method::DELETE, acme.path(), json!({})), 200),
];

/// What never asks.
#[rustfmt::skip]
const PLAIN: [(&str, Ask, u16); 5] = [
    ("changing the account", |acme, _| (Method::PUT, acme.path(), json!({ "description": "x" })), 200),
    ("inviting a user", |acme, _| (Method::POST, acme.users(), invitation("plain@example.com", &["user"])), 201),
    ("giving user", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "roles": ["user"] })), 200),
    ("suspending a user", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "status": "suspended" })), 200),
    ("reactivating a user", |acme, grace| (Method::PUT, acme.user(grace.id), json!({ "status": "active" })), 200),
];

async fn send(acme: &Account, grace: &Person, ask: Ask) -> Answer {
    let (method, path, body) = ask(acme, grace);
    let request = acme.owner.request(method.clone(), &path);
    if method == Method::DELETE {
        return request.send().await;
    }
    request.json(&body).send().await
}

/// An owner, an active proven member, and the owner's app.
async fn given(app: &TestApp) -> (Account, Person, Authenticator) {
    let mut acme = app.proven_owner(ADA, "Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    let authenticator = acme.owner.enrol_totp().await;
    app.stack.advance(601);
    acme.owner = app.sign_in_by(ADA, &authenticator).await;
    app.stack.advance(601);
    (acme, grace, authenticator)
}

#[tokio::test]
async fn giving_and_taking_control_takes_a_recent_use_of_the_factor() {
    let app = TestApp::start().await;
    let (mut acme, grace, authenticator) = given(&app).await;
    for (what, ask, status) in ASKING {
        let refused = send(&acme, &grace, ask).await;
        assert_eq!(
            refused.json()["code"],
            "REAUTHENTICATION_REQUIRED",
            "{what}"
        );
        acme.owner = app.sign_in_by(ADA, &authenticator).await;
        let done = send(&acme, &grace, ask).await;
        assert_eq!(done.status, status, "{what}: {}", done.json());
        app.stack.advance(601);
        acme.owner = app.refreshed(&acme.owner).await;
    }
}

#[tokio::test]
async fn everything_else_asks_for_none() {
    let app = TestApp::start().await;
    let (acme, grace, _) = given(&app).await;
    for (what, ask, status) in PLAIN {
        let done = send(&acme, &grace, ask).await;
        assert_eq!(done.status, status, "{what}: {}", done.json());
    }
}

#[tokio::test]
async fn a_person_without_a_factor_is_asked_for_nothing() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    app.stack.advance(601);
    for (what, ask, status) in ASKING {
        let done = send(&acme, &grace, ask).await;
        assert_eq!(done.status, status, "{what}: {}", done.json());
    }
}

#[tokio::test]
async fn accepting_the_ownership_asks_too() {
    let app = TestApp::start().await;
    let acme = app.proven_owner("bob@example.com", "Globex").await;
    let ada = acme.member(ADA, &["user"]).await;
    let authenticator = ada.enrol_totp().await;
    acme.try_offer(ada.id).await.expect(202);
    app.stack.advance(601);
    let path = format!("{}/accept", acme.ownership());
    let accept = async || ada.request(Method::POST, &path).send().await;
    accept().await.refused(401, "REAUTHENTICATION_REQUIRED");
    let code = authenticator.code(&app, 0);
    ada.step_up(&json!({ "code": code })).await.expect(200);
    accept().await.expect(200);
}

#[tokio::test]
async fn erasing_oneself_asks_too_and_leaving_does_not() {
    let app = TestApp::start().await;
    let acme = app.proven_owner("bob@example.com", "Globex").await;
    let ada = acme.member(ADA, &["admin"]).await;
    ada.enrol_totp().await;
    app.stack.advance(601);
    let erase = ada.request(Method::DELETE, "/api/users/me");
    let erase = erase.json(&json!({ "password": PASSWORD })).send().await;
    erase.refused(401, "REAUTHENTICATION_REQUIRED");
    ada.delete(&acme.user(ada.id)).await.expect(200);
}

#[tokio::test]
async fn step_up_is_decided_after_403_and_before_412() {
    let app = TestApp::start().await;
    let (acme, _, _) = given(&app).await;
    let stale = acme.owner.request(Method::DELETE, &acme.path());
    let stale = stale.header("if-match", "\"99\"").send().await;
    stale.refused(401, "REAUTHENTICATION_REQUIRED");
    let globex = app.proven_owner("bob@example.com", "Globex").await;
    let other = acme.owner.delete(&globex.path()).await;
    other.refused(403, "UNAUTHORIZED");
}
