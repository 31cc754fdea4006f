//! Failures under changes of the address.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Fixture, Operation};
use crate::support::{PASSWORD, Person, Request, TestApp};

const FUNCTION: &str = "IdentityFunction";

fn tell(app: &TestApp, path: &'static str, body: Value) -> impl Fn() -> Request + use<> {
    let app = app.clone();
    move || app.request(Method::POST, path).json(&body)
}

/// A person who has asked for `email`.
async fn asked(fixture: &Fixture, email: &str) -> Person {
    let person = fixture.somebody().await;
    person.prove().await;
    let body = json!({ "email": email, "password": PASSWORD });
    person.post("/api/users/me/email", &body).await.expect(202);
    person
}

async fn confirmation(fixture: &Fixture, email: &str) -> Value {
    let tokens = fixture.app.link_tokens(email, "Confirm your new", 1).await;
    json!({ "token": tokens[0], "password": PASSWORD })
}

#[tokio::test]
async fn an_address_is_asked_for_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let body = json!({ "email": fixture.address(), "password": PASSWORD });
        move || {
            let request = person.request(Method::POST, "/api/users/me/email");
            request.json(&body)
        }
    };
    Operation::new(FUNCTION, 202).survives(prepare).await;
}

#[tokio::test]
async fn an_address_is_changed_or_not() {
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        asked(fixture, &email).await;
        let body = confirmation(fixture, &email).await;
        tell(&fixture.app, "/api/users/me/email/confirm", body)
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_request_is_stopped_or_not() {
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        let person = asked(fixture, &email).await;
        let tokens = fixture.app.link_tokens(&person.email, "was requested", 1);
        let body = json!({ "token": tokens.await[0] });
        tell(&fixture.app, "/api/users/me/email/undo", body)
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_change_is_undone_or_not() {
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        let person = asked(fixture, &email).await;
        let body = confirmation(fixture, &email).await;
        let path = "/api/users/me/email/confirm";
        fixture.app.post(path, &body).await.expect(204);
        let tokens = fixture.app.link_tokens(&person.email, "was changed", 1);
        let body = json!({ "token": tokens.await[0] });
        tell(&fixture.app, "/api/users/me/email/undo", body)
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}
