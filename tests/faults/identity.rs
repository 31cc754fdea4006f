//! Failures under signing up and in, sessions, passwords and profiles.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Fixture, Operation};
use crate::support::{PASSWORD, Person, Request, TestApp, sign_up};

pub(super) const FUNCTION: &str = "IdentityFunction";

pub(super) fn tell(app: &TestApp, path: &'static str, body: Value) -> impl Fn() -> Request + use<> {
    let app = app.clone();
    move || app.request(Method::POST, path).json(&body)
}

pub(super) fn ask(
    person: Person,
    method: Method,
    path: &'static str,
    body: Value,
) -> impl Fn() -> Request + use<> {
    move || person.request(method.clone(), path).json(&body)
}

#[tokio::test]
async fn somebody_signs_up_or_not() {
    let operation = Operation::new(FUNCTION, 201).already(409, "USER_ALREADY_EXISTS");
    let prepare = async |fixture: &Fixture| {
        let body = sign_up(&fixture.address(), &format!("Globex {}", fixture.fresh()));
        tell(&fixture.app, "/api/accounts/signup", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_sign_up_with_a_key_is_repeated_with_success() {
    let prepare = async |fixture: &Fixture| {
        let body = sign_up(&fixture.address(), &format!("Globex {}", fixture.fresh()));
        let ask = tell(&fixture.app, "/api/accounts/signup", body);
        move || ask().header("idempotency-key", "key")
    };
    Operation::new(FUNCTION, 201).survives(prepare).await;
}

#[tokio::test]
async fn whoever_was_invited_signs_up_or_not() {
    let operation = Operation::new(FUNCTION, 201).already(409, "USER_ALREADY_EXISTS");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        fixture.acme.invite(&email, &["user"]).await;
        let body = sign_up(&email, &format!("Globex {}", fixture.fresh()));
        tell(&fixture.app, "/api/accounts/signup", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn somebody_signs_in_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "email": fixture.acme.owner.email, "password": PASSWORD });
        tell(&fixture.app, "/api/auth/login", body)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_wrong_password_is_told_as_such_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "email": fixture.address(), "password": PASSWORD });
        tell(&fixture.app, "/api/auth/login", body)
    };
    Operation::new(FUNCTION, 401).survives(prepare).await;
}

#[tokio::test]
async fn a_session_is_refreshed_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture
            .app
            .sign_in(&fixture.acme.owner.email, PASSWORD)
            .await;
        let body = json!({ "refreshToken": person.refresh_token });
        tell(&fixture.app, "/api/auth/refresh", body)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_session_is_ended_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture
            .app
            .sign_in(&fixture.acme.owner.email, PASSWORD)
            .await;
        let body = json!({ "refreshToken": person.refresh_token });
        tell(&fixture.app, "/api/auth/logout", body)
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_session_elsewhere_is_ended_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let owner = fixture.acme.owner.clone();
        let elsewhere = fixture.app.sign_in(&owner.email, PASSWORD).await;
        let sessions = elsewhere.get("/api/users/me/sessions").await.expect(200);
        let sessions = sessions["value"].as_array().unwrap();
        let current = sessions.iter().find(|session| session["current"] == true);
        let id = current.unwrap()["id"].as_str().unwrap().to_owned();
        move || owner.request(Method::DELETE, &format!("/api/users/me/sessions/{id}"))
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn every_other_session_is_ended_or_not() {
    let prepare = async |fixture: &Fixture| {
        let elsewhere = fixture.somebody().await;
        let person = elsewhere.again().await;
        move || person.request(Method::DELETE, "/api/users/me/sessions")
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_password_is_changed_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(401, "INVALID_CREDENTIALS");
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
        let person = fixture.somebody().await;
        ask(person, Method::POST, "/api/auth/password", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_person_authenticates_again_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "password": PASSWORD });
        let person = fixture.somebody().await;
        ask(person, Method::POST, "/api/auth/reauthenticate", body)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_password_is_reset_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(400, "INVALID_TOKEN");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.somebody().await.email;
        let forgot = json!({ "email": email });
        fixture
            .app
            .post("/api/auth/password/forgot", &forgot)
            .await
            .expect(202);
        let tokens = fixture.app.link_tokens(&email, "Set a new password", 1);
        let body = json!({ "token": tokens.await[0], "password": "another good password" });
        tell(&fixture.app, "/api/auth/password/reset", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_reset_is_mailed_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "email": fixture.somebody().await.email });
        tell(&fixture.app, "/api/auth/password/forgot", body)
    };
    Operation::new(FUNCTION, 202).survives(prepare).await;
}

#[tokio::test]
async fn an_address_is_verified_or_not() {
    let operation = Operation::new(FUNCTION, 204);
    let prepare = async |fixture: &Fixture| {
        let email = fixture.somebody().await.email;
        let tokens = fixture.app.link_tokens(&email, "Verify your", 1);
        let body = json!({ "token": tokens.await[0], "password": PASSWORD });
        tell(&fixture.app, "/api/auth/verify-email", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_address_is_verified_by_a_session_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let tokens = fixture.app.link_tokens(&person.email, "Verify your", 1);
        let body = json!({ "token": tokens.await[0] });
        ask(person, Method::POST, "/api/auth/verify-email", body)
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_password_is_set_by_a_verification_link_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(400, "INVALID_TOKEN");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.somebody().await.email;
        let tokens = fixture.app.link_tokens(&email, "Verify your", 1);
        let body = json!({ "token": tokens.await[0], "password": "another good password" });
        tell(&fixture.app, "/api/auth/password/reset", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_reused_token_ends_its_session_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let body = json!({ "refreshToken": person.refresh_token });
        fixture
            .app
            .post("/api/auth/refresh", &body)
            .await
            .expect(200);
        let app = fixture.app.clone();
        move || {
            let request = app.request(Method::POST, "/api/auth/refresh").json(&body);
            request.header("user-agent", "somebody else")
        }
    };
    Operation::new(FUNCTION, 401).survives(prepare).await;
}

#[tokio::test]
async fn an_unproven_person_is_erased_or_not_and_the_invitation_stands() {
    let operation = Operation::new(FUNCTION, 204).already(401, "UNAUTHENTICATED");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        fixture.acme.invite(&email, &["user"]).await;
        let account = fixture
            .app
            .owner(&email, &format!("Globex {}", fixture.fresh()))
            .await;
        account.owner.delete(&account.path()).await.expect(200);
        let body = json!({ "password": PASSWORD });
        ask(account.owner, Method::DELETE, "/api/users/me", body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_verification_is_mailed_again_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        move || person.request(Method::POST, "/api/auth/verify-email/resend")
    };
    Operation::new(FUNCTION, 202).survives(prepare).await;
}

#[tokio::test]
async fn a_profile_is_changed_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = json!({ "firstName": format!("Ada {}", fixture.fresh()) });
        ask(
            fixture.acme.owner.clone(),
            Method::PATCH,
            "/api/users/me",
            body,
        )
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_person_is_erased_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(401, "UNAUTHENTICATED");
    let prepare = async |fixture: &Fixture| {
        let person = fixture.acme.member(&fixture.address(), &["user"]).await;
        let body = json!({ "password": PASSWORD });
        ask(person, Method::DELETE, "/api/users/me", body)
    };
    operation.survives(prepare).await;
}
