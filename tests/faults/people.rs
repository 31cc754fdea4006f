//! Failures under what the platform sees of a person and does to them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Fixture, Operation};
use crate::support::{Person, Request};

const FUNCTION: &str = "IdentityFunction";

/// What the platform asks about `person`; `null` is no body.
async fn ask(
    fixture: &Fixture,
    method: Method,
    path: String,
    body: Value,
) -> impl Fn() -> Request + use<> {
    let root = fixture.root().await;
    move || {
        let request = root.request(method.clone(), &path);
        if body.is_null() {
            request
        } else {
            request.json(&body)
        }
    }
}

fn path(person: &Person) -> String {
    format!("/api/users/{}", person.id)
}

#[tokio::test]
async fn a_person_is_found_or_not() {
    let prepare = async |fixture: &Fixture| {
        let email = fixture.somebody().await.email;
        let root = fixture.root().await;
        let filter = format!("email eq '{email}'");
        move || {
            let request = root.request(Method::GET, "/api/users");
            request.query(&[("$filter", &filter)])
        }
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_person_is_suspended_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let body = json!({ "status": "suspended" });
        ask(fixture, Method::PUT, path(&person), body).await
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_person_is_reactivated_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let root = fixture.root().await;
        let suspended = json!({ "status": "suspended" });
        root.put(&path(&person), &suspended).await.expect(200);
        let body = json!({ "status": "active" });
        ask(fixture, Method::PUT, path(&person), body).await
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn every_session_of_a_person_is_ended_or_not() {
    let prepare = async |fixture: &Fixture| {
        let person = fixture.somebody().await;
        let sessions = format!("{}/sessions", path(&person));
        ask(fixture, Method::DELETE, sessions, Value::Null).await
    };
    Operation::new(FUNCTION, 204).survives(prepare).await;
}

#[tokio::test]
async fn a_person_is_erased_by_the_platform_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "USER_NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        let person = fixture.acme.member(&email, &["user"]).await;
        ask(fixture, Method::DELETE, path(&person), Value::Null).await
    };
    operation.survives(prepare).await;
}
