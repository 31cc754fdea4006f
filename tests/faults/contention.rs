//! Conflicts that do not end, and a table that does not answer.

use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::json;

use super::Fixture;
use crate::support::Request;

/// Two reads, 24 tries of a write with a conflict, and those of a write before it.
const MOST_CALLS: usize = 30;

/// A request for each kind of write: alone, and together with others.
async fn writes(fixture: &Fixture) -> Vec<Request> {
    let owner = &fixture.acme.owner;
    let member = fixture.acme.invite(&fixture.address(), &["user"]).await;
    let put = |path: &str| owner.request(Method::PUT, path);
    let other = fixture.somebody().await.id;
    let invite = json!({
        "email": fixture.address(),
        "firstName": "Ada",
        "lastName": "Lovelace",
        "roles": ["user"],
    });
    let post = |path: &str| owner.request(Method::POST, path);
    let delete = |path: &str| owner.request(Method::DELETE, path);
    vec![
        put(&fixture.acme.path()).json(&json!({ "description": "Changed" })),
        put(&fixture.acme.path()).json(&json!({ "name": "Globex" })),
        put(&fixture.acme.user(member)).json(&json!({ "roles": ["viewer"] })),
        owner
            .request(Method::PATCH, "/api/users/me")
            .json(&json!({ "firstName": "Grace" })),
        post("/api/accounts").json(&json!({ "name": "Initech" })),
        post(&fixture.acme.users()).json(&invite),
        post(&fixture.acme.user(other)).json(&json!({ "roles": ["user"] })),
        put(&format!("{}/invite", fixture.acme.user(member))),
        delete(&fixture.acme.user(member)),
        delete(&fixture.acme.path()),
    ]
}

#[tokio::test]
async fn a_conflict_that_does_not_end_is_told_with_when_to_ask_again() {
    let fixture = Fixture::new().await;
    let requests = writes(&fixture).await;
    fixture
        .interceptor()
        .add(Rule::new(Fault::Refuse(Refusal::conflict())).writes());
    for request in requests {
        let before = fixture.interceptor().calls().len();
        let answer = request.send().await;
        answer.refused(409, "CONFLICT");
        // Tries are not multiplied by nested ones: a request reads once or twice, and writes until its tries are used up.
        let calls = fixture.interceptor().calls().len() - before;
        assert!(calls <= MOST_CALLS, "{calls} calls");
        assert_eq!(answer.header("retry-after"), "1");
    }
    fixture.interceptor().clear();
    fixture.app.check_invariants().await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_told_with_when_to_ask_again() {
    let fixture = Fixture::new().await;
    let owner = &fixture.acme.owner;
    let mut requests = writes(&fixture).await;
    for path in [
        "/api/accounts",
        "/api/accounts/Acme",
        &fixture.acme.path(),
        &fixture.acme.users(),
        &fixture.acme.user(owner.id),
        "/api/users/me",
        "/api/users/me/sessions",
    ] {
        requests.push(owner.request(Method::GET, path));
    }
    let refusal = Refusal::new(503, "ServiceUnavailable");
    fixture
        .interceptor()
        .add(Rule::new(Fault::Refuse(refusal)).service("DynamoDB"));
    for request in requests {
        let answer = request.send().await;
        answer.refused(503, "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), "1");
    }
}
